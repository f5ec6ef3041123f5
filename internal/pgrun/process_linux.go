package pgrun

import "syscall"

// ctype is a locale of Linux that knows the letters of every language.
const ctype = "C.UTF-8"

// attributes keep the terminal's Ctrl-C from the child, which is ours to stop,
// and have the kernel stop it if we die without doing so. SIGQUIT leaves the log
// to be replayed; after SIGINT, a server that is just recovering from a crash
// would wait for ever.
func attributes(c *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: c, Setpgid: true, Pdeathsig: syscall.SIGQUIT}
}
