//go:build !linux

package pgrun

import "syscall"

// ctype is a locale of macOS and the BSDs that knows the letters of every language.
const ctype = "en_US.UTF-8"

// attributes keep the terminal's Ctrl-C from the child, which is ours to stop.
// A server that outlives us is ended by the next start.
func attributes(c *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: c, Setpgid: true}
}
