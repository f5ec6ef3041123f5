package pgrun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// linksFile lists, beside an npm package's bin, the links that npm cannot carry.
const linksFile = "pg-symlinks.json"

// relink makes the links between an npm package's libraries. The package's own
// script does the same, but npm is often told to run none.
func relink(bin string) error {
	root := filepath.Dir(bin)
	text, err := os.ReadFile(filepath.Join(root, linksFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the links of PostgreSQL: %w", err)
	}
	var links []struct{ Source, Target string } // "native/lib/a.so.1.2", "native/lib/a.so"
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("read the links of PostgreSQL: %w", err)
	}
	for _, l := range links {
		err := os.Symlink(filepath.Base(l.Source), filepath.Join(filepath.Dir(root), l.Target))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("link PostgreSQL's libraries: %w", err)
		}
	}
	return nil
}

// reachable returns a folder of programs that the account can run. An npm
// package below a private folder (root's home, say) is copied into run.
func reachable(ctx context.Context, bin, run string, user account) (string, error) {
	if user.credential == nil {
		return bin, nil
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version")
	cmd.Dir, cmd.SysProcAttr = "/", attributes(user.credential)
	err := cmd.Run()
	if err == nil {
		return bin, nil
	}
	if !isFile(filepath.Join(filepath.Dir(bin), linksFile)) {
		return "", unreachableProblem(bin, user.name, err)
	}
	root := filepath.Join(run, "postgresql")
	if err := os.CopyFS(root, os.DirFS(filepath.Dir(bin))); err != nil {
		return "", fmt.Errorf("copy PostgreSQL out of a private folder: %w", err)
	}
	err = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, user.uid, user.gid))
	})
	if err != nil {
		return "", fmt.Errorf("hand the copy of PostgreSQL to %s: %w", user.name, err)
	}
	return filepath.Join(root, "bin"), nil
}
