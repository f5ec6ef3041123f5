package pgrun

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Running servers live below /tmp, whatever TMPDIR says: the path of a unix
// socket holds about 100 bytes, and the server's account must be able to enter.
const (
	parent = "/tmp"
	prefix = "copil-postgres-"
)

// folder is a temporary folder with a lock that the kernel lets go when its
// owner dies, however it dies: so others can tell it is left over.
type folder struct {
	path string
	lock *os.File
}

// newFolder makes a folder that others may enter but not list. It gets its
// name once it is locked, so that no sweep takes it for a leftover.
func newFolder() (*folder, error) {
	unnamed, err := os.MkdirTemp(parent, ".copil-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make the server's folder: %w", err)
	}
	path := filepath.Join(parent, prefix+strings.TrimPrefix(filepath.Base(unnamed), ".copil-postgres-"))
	f := &folder{path: path}
	if f.lock, err = lockFolder(unnamed); err == nil {
		if err = errors.Join(os.Chmod(unnamed, 0o711), os.Rename(unnamed, path)); err == nil {
			return f, nil
		}
		err = errors.Join(err, f.lock.Close())
	}
	return nil, errors.Join(fmt.Errorf("make the server's folder: %w", err), os.RemoveAll(unnamed))
}

func (f *folder) remove() error {
	return errors.Join(os.RemoveAll(f.path), f.lock.Close())
}

var errLocked = errors.New("folder is locked by another process")

func lockFolder(path string) (*os.File, error) {
	dir, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errLocked
	}
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	return dir, nil
}

// keep makes and locks a folder whose data outlive the server.
func keep(dir string, user account) (path string, lock *os.File, err error) {
	if path, err = filepath.Abs(dir); err != nil {
		return "", nil, fmt.Errorf("find the data folder: %w", err)
	}
	err = os.MkdirAll(path, 0o711)
	if errors.Is(err, fs.ErrPermission) {
		return "", nil, unreachableProblem(path, user.name, err)
	}
	if err != nil {
		return "", nil, fmt.Errorf("make the data folder: %w", err)
	}
	lock, err = lockFolder(path)
	if errors.Is(err, errLocked) {
		return "", nil, inUseProblem(path)
	}
	if err != nil {
		return "", nil, fmt.Errorf("lock the data folder: %w", err)
	}
	return path, lock, nil
}

// makeFolder makes a folder that only the account may enter (and root).
func makeFolder(path string, user account) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	return os.Chown(path, user.uid, user.gid)
}

// sweep removes what killed owners left behind. What cannot be removed now is
// no reason not to start, and is tried again next time.
func sweep(ctx context.Context) {
	left, _ := filepath.Glob(filepath.Join(parent, prefix+"*")) // errs on a bad pattern only
	for _, path := range left {
		// Anyone may make a folder in /tmp: touch only our own.
		info, err := os.Lstat(path)
		if err != nil || !info.IsDir() || int(info.Sys().(*syscall.Stat_t).Uid) != os.Geteuid() {
			continue
		}
		lock, err := lockFolder(path)
		if err != nil {
			continue
		}
		// The socket of a server whose data are kept elsewhere stays while it listens:
		// who starts on these data finds it there.
		if endOrphan(ctx, filepath.Join(path, "data")) == nil && !listens(ctx, filepath.Join(path, "socket", ".s.PGSQL.5432")) {
			_ = os.RemoveAll(path)
		}
		_ = lock.Close()
	}
}

// endOrphan ends a server that outlives its owner: for a moment on Linux, where
// the kernel has told it to end, or for good on other systems.
func endOrphan(ctx context.Context, data string) error {
	pid, socket, err := readPID(data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the server's pid: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// The number alone proves nothing, it may have been given to another
	// program since: only the server itself listens on this socket.
	// SIGQUIT leaves the log to be replayed; after SIGINT, a server that is just
	// recovering from a crash would wait for ever.
	if listens(ctx, socket) {
		if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("end the server left by another process: %w", err)
		}
	}
	if err := poll(ctx, func() bool { return !listens(ctx, socket) }); err != nil {
		return fmt.Errorf("wait for the server left by another process: %w", err)
	}
	// A server closes its socket shortly before it lets go of the data. The
	// number may again be another program's: then PostgreSQL has the last word.
	short, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_ = poll(short, func() bool {
		_, _, err := readPID(data)
		return err != nil || syscall.Kill(pid, 0) != nil
	})
	return ctx.Err()
}

func poll(ctx context.Context, done func() bool) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// readPID reads the file by which a server marks its data as served: its
// process number is on line 1, its socket's folder on line 5.
func readPID(data string) (pid int, socket string, err error) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0, "", err
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < 5 {
		return 0, "", fs.ErrNotExist // killed while writing it
	}
	pid, err = strconv.Atoi(strings.TrimSpace(lines[0]))
	return pid, filepath.Join(lines[4], ".s.PGSQL.5432"), err
}

func listens(ctx context.Context, socket string) bool {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
