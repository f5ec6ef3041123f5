package account

import (
	"reflect"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
)

// OccupyHashing takes every turn to hash until the test ends.
func OccupyHashing(t *testing.T) {
	t.Helper()
	for range cap(hashing) {
		hashing <- struct{}{}
	}
	t.Cleanup(func() {
		for range cap(hashing) {
			<-hashing
		}
	})
}

func TestNobodysHashCostsAsMuch(t *testing.T) {
	t.Parallel()
	got, _, _, err := argon2id.DecodeHash(nobodysHash)
	if err != nil || !reflect.DeepEqual(got, cost) {
		t.Errorf("%+v, %v; want %+v", got, err, cost)
	}
	if cap(hashing) != 4 {
		t.Errorf("%d hashes at once", cap(hashing))
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	three := limit{3, 10 * time.Minute}
	for name, c := range map[string]struct {
		minutesAgo []int // the present attempt first
		want       time.Duration
	}{
		"the first":                   {[]int{0}, 0},
		"the last allowed":            {[]int{0, 1, 2}, 0},
		"one too many":                {[]int{0, 1, 2, 3}, 7 * time.Minute},
		"two too many, at once":       {[]int{0, 0, 1, 2, 3}, 8 * time.Minute},
		"the oldest no longer counts": {[]int{0, 1, 2, 10}, 0},
		"nor those before it":         {[]int{0, 1, 2, 10, 11, 12}, 0},
	} {
		var attempts []time.Time
		for _, m := range c.minutesAgo {
			attempts = append(attempts, now.Add(-time.Duration(m)*time.Minute))
		}
		if got := three.wait(attempts, now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7":           "192.0.2.7",
		"::ffff:192.0.2.7":    "192.0.2.7",
		"2001:db8:1:2:3:4::5": "2001:db8:1:2::/64",
		"2001:db8:1:2::":      "2001:db8:1:2::/64",
		"fe80::1%eth0":        "fe80::/64",
		"":                    "",
	} {
		if got := network(address); got != want {
			t.Errorf("network(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestBucketPartsDoNotRunTogether(t *testing.T) {
	t.Parallel()
	if bucket("pair", "ab", "c") == bucket("pair", "a", "bc") {
		t.Error("two pairs share a bucket")
	}
}
