package pgrun

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the system account that runs the server.
type account struct {
	name       string
	uid, gid   int
	credential *syscall.Credential // nil when it is our own
}

// serverAccount is our own account, or an unprivileged one when we are root,
// because PostgreSQL refuses root.
func serverAccount() (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		name := strconv.Itoa(uid)
		if u, err := user.Current(); err == nil {
			name = u.Username
		}
		return account{name: name, uid: uid, gid: os.Getegid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("read the uid of %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("read the gid of %s: %w", name, err)
		}
		return account{name, int(uid), int(gid), &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, accountProblem()
}
