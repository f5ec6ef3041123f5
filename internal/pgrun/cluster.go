package pgrun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// cluster is one data folder and the program and account that serve it.
type cluster struct {
	pg        installation
	user      account
	home      string // holds data and the log
	data      string
	temporary bool
}

// run starts one of PostgreSQL's programs. Its working folder is home, so that
// a home out of the account's reach shows before anything is written.
func (c cluster) run(ctx context.Context, out io.Writer, name string, args ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(c.pg.bin, name), args...)
	cmd.Dir = c.home
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = attributes(c.user.credential)
	cmd.Stdout, cmd.Stderr = out, out
	p, err := startProcess(cmd)
	if errors.Is(err, os.ErrPermission) {
		return nil, unreachableProblem(c.home, c.user.name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

func (c cluster) settings(socket string) []string {
	args := []string{"-D", c.data, "-k", socket, "-h", "", "-p", "5432"}
	set := []string{
		"max_connections=100", "shared_buffers=32MB", "huge_pages=off",
		"wal_level=minimal", "max_wal_senders=0", "jit=off",
		"timezone=UTC", "log_timezone=UTC",
	}
	if c.temporary { // nobody will read these data after a power cut
		set = append(set, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	for _, s := range set {
		args = append(args, "-c", s)
	}
	return args
}

// init makes new data beside their final place: an initdb that was cut off
// leaves no folder that looks ready.
func (c cluster) init(ctx context.Context) error {
	if _, err := os.Stat(c.data); err == nil {
		return c.checkOwner()
	}
	fresh := c.data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("remove unfinished data: %w", err)
	}
	if err := makeFolder(fresh, c.user); err != nil {
		return err
	}
	// LC_CTYPE must know letters: with C, PostgreSQL's text search takes « for a
	// letter and leaves É in upper case, whatever ICU says.
	args := []string{
		"-D", fresh, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--no-instructions",
		"--locale=C", "--lc-ctype=" + ctype, "--locale-provider=icu", "--icu-locale=fr",
	}
	if c.temporary {
		args = append(args, "--no-sync")
	}
	var out strings.Builder
	p, err := c.run(ctx, &out, "initdb", args...)
	if err != nil {
		return err
	}
	<-p.done
	if ctx.Err() != nil {
		return fmt.Errorf("initdb: %w", ctx.Err())
	}
	if p.err != nil {
		return initProblem(out.String(), p.err)
	}
	return os.Rename(fresh, c.data)
}

func (c cluster) checkOwner() error {
	info, err := os.Stat(c.data)
	if err != nil {
		return err
	}
	if uid := int(info.Sys().(*syscall.Stat_t).Uid); uid != c.user.uid {
		return ownerProblem(c.home, uid, c.user)
	}
	return nil
}
