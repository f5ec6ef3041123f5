package account

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
)

// A browser in which somebody has signed in is known for that person, so that
// what others try does not keep them out (throttle.go). It is known by a cookie
// that opens nothing: with it, a password is as necessary as without.
//
// The cookie holds one random token, of which the database keeps the SHA-256 and
// for whom it is known: several people where a computer is shared. Each sign-in
// replaces it, so that a copy, or one planted beforehand, is worth nothing then.

// deviceKept is how long after the last sign-in a browser is known.
const deviceKept = 180 * 24 * time.Hour

func (s *Sessions) deviceName() string { return s.scs.Cookie.Name + "-navigateur" }

// Device returns what a browser is known by; "" for one that is not.
func (s *Sessions) Device(r *http.Request) string {
	c, err := r.Cookie(s.deviceName())
	if err != nil {
		return ""
	}
	return c.Value
}

// DeviceCookie is what a browser shows at its next sign-in to be known.
func (s *Sessions) DeviceCookie(device string) *http.Cookie {
	return &http.Cookie{
		Name: s.deviceName(), Value: device, Path: "/", MaxAge: int(deviceKept / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.scs.Cookie.Secure,
	}
}

func hashedDevice(device string) string {
	sum := sha256.Sum256([]byte(device))
	return hex.EncodeToString(sum[:])
}
