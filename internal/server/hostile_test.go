package server

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/testdb"
)

// hostile are values that no page of ours sends.
var hostile = map[string]func(string) []string{
	"twice":           func(v string) []string { return []string{v, v} },
	"and another":     func(v string) []string { return []string{v, "autre"} },
	"another first":   func(v string) []string { return []string{"autre", v} },
	"none":            func(string) []string { return nil },
	"a header":        func(string) []string { return []string{"x\r\nSet-Cookie: vole=1"} },
	"another site":    func(string) []string { return []string{"//ailleurs.example/"} },
	"a record":        func(string) []string { return []string{uuid.NewString()} },
	"a number":        func(string) []string { return []string{"999999999999999999999"} },
	"a power":         func(string) []string { return []string{"1e999999999"} },
	"below zero":      func(string) []string { return []string{"-1"} },
	"a date far away": func(string) []string { return []string{"31/12/9999"} },
	"long":            func(string) []string { return []string{strings.Repeat("é", 6000)} },
	"reversed text":   func(string) []string { return []string{"\u202eabc\u0007"} },
	"SQL":             func(string) []string { return []string{"' OR 1=1; --"} },
	"markup":          func(string) []string { return []string{`"><script>alert(1)</script>`} },
}

// Whatever a form carries instead of its values, it is answered, not failed at,
// and gets neither into headers nor into the page as markup.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	eachCommand(t, testdb.Open(t).Pool, func(t *testing.T, o *office, c command) {
		b := o.by(c.actor)
		form := c.send(b)
		names := slices.DeleteFunc(slices.Sorted(maps.Keys(form)), func(n string) bool { return n == profileField || n == keyField })
		// What is too long comes first: it must change nothing, unlike some of the others.
		for _, what := range append([]string{"long"}, slices.Sorted(maps.Keys(hostile))...) {
			for i, name := range names {
				if i%(len(names)/4+1) != 0 {
					continue // the boxes of a large table are read alike
				}
				sent := maps.Clone(form)
				sent[name] = hostile[what](form.Get(name))
				sent.Set(keyField, uuid.NewString())
				o.hostileAnswer(t, name+" is "+what, b.post(c.action, sent))
			}
		}
	})
}

func (o *office) hostileAnswer(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= http.StatusInternalServerError {
		t.Errorf("%s: %d\n%s", what, w.Code, o.log)
	}
	if kept := o.db.Texts(t, `SELECT entry_id::text FROM audit_entries WHERE convention_id = $1 AND strpos(after::text, repeat('é', 5001)) > 0`, o.ID); len(kept) > 0 {
		t.Errorf("%s: it is kept whole", what)
	}
	for header, lines := range w.Header() {
		if all := strings.Join(lines, " "); strings.Contains(all, "vole") || header == "Location" && !strings.HasPrefix(all, "/c/"+o.Slug) {
			t.Errorf("%s: %s: %q", what, header, lines)
		}
	}
	if strings.Contains(w.Body.String(), "<script>alert") {
		t.Errorf("%s: the page holds it as markup", what)
	}
}

// What a form may not decide, it does not decide by naming it.
func TestFieldsNobodyOffered(t *testing.T) {
	t.Parallel()
	eachCommand(t, testdb.Open(t).Pool, func(t *testing.T, o *office, c command) {
		b := o.by(c.actor)
		form := c.send(b)
		elsewhere := func() int {
			return len(o.db.Texts(t, `SELECT entry_id::text FROM audit_entries
				WHERE member_id IS DISTINCT FROM $1 AND (convention_id = $2 OR person_id = $3)`, c.actor.MemberID, o.ID, c.actor.PersonID))
		}
		before := elsewhere()
		for _, name := range []string{"convention_id", "organisation_id", "person_id", "member_id", "submission_id", "site_id", "post_id", "id", "slug", "version",
			"validated_by", "validated_on", "on_day", "at", "role", "administrator"} {
			if !form.Has(name) { // an invitation does ask for a role
				form.Set(name, uuid.NewString())
			}
		}
		expect(t, b.post(c.action+"?"+keyField+"=x&"+profileField+"="+uuid.NewString()+"&id="+uuid.NewString(), form), http.StatusSeeOther)
		if after := elsewhere(); after != before {
			t.Errorf("%d entries in somebody else's name or elsewhere", after-before)
		}
	})
}
