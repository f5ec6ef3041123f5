package server

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// aKey is what differs from one page to the next by design.
var aKey = regexp.MustCompile(`name="` + keyField + `" value="[^"]*"`)

// testForeignReferences sends forms that name something, once of another
// convention and once of none.
func testForeignReferences(t *testing.T, pool *pg.Pool) {
	o, other := newOfficeOn(t, pool), newOfficeOn(t, pool)
	mission, structure := o.Actors[access.Mission], o.Actors[access.Structure]
	o.newPost(o.Structures[0], nil, true)
	theirs := other.newSubmission()
	for name, c := range map[string]struct {
		actor        access.Actor
		page, action string
		answers      url.Values
		field        string
		foreign      uuid.UUID
	}{
		"carrier of a site": {mission, o.path("sites", "nouveau"), o.path("sites"), url.Values{
			"code": {"S9"}, "name": {"Wattrelos"}, "communes": {"Wattrelos"}, "need": {"Apaiser."}, "since_on": {"02/03/2015"},
		}, "carrier", other.Mission},
		"structure of a site": {mission, o.path("sites", o.Sites[1]), o.path("sites", o.Sites[1], "structures"), url.Values{
			"since_on": {"02/03/2015"},
		}, "structure", other.Structures[0]},
		"site of a post": {structure, o.path("emplois"), o.path("emplois"), url.Values{
			"count": {"1"}, "job_type": {"CDI"}, "opened_on": {"02/03/2015"},
		}, "site", other.Sites[0]},
		"structure of a post": {mission, o.path("emplois") + "?structure=" + o.Structures[0].String(), o.path("emplois"), url.Values{
			"count": {"1"}, "job_type": {"CDI"}, "opened_on": {"02/03/2015"},
		}, "structure", other.Structures[0]},
		"structure of figures": {mission, o.path("structures", o.Structures[0]), o.path("saisies", testdb.OpenPeriod), nil, "structure", other.Structures[0]},
		"site of figures":      {structure, o.path("structures", o.Structures[0]), o.path("saisies", testdb.OpenPeriod), nil, "site", other.Sites[0]},
		"site where it is not": {structure, o.path("structures", o.Structures[0]), o.path("saisies", testdb.OpenPeriod), nil, "site", o.Sites[1]},
		"another structure":    {structure, o.path("structures", o.Structures[0]), o.path("saisies", testdb.OpenPeriod), nil, "structure", o.Structures[1]},
	} {
		b := o.by(c.actor)
		send := func(id uuid.UUID) *httptest.ResponseRecorder {
			form := b.filled(c.page, c.action, c.answers)
			form.Set(c.field, id.String())
			return b.post(c.action, form)
		}
		before := o.entries()
		madeUp := uuid.New()
		foreign, nobody := send(c.foreign), send(madeUp)
		if foreign.Code < 400 || foreign.Code >= 500 || foreign.Code != nobody.Code {
			t.Errorf("%s: %d and %d\n%s", name, foreign.Code, nobody.Code, o.log)
		}
		if plainPage(foreign, c.foreign) != plainPage(nobody, madeUp) {
			t.Errorf("%s: the pages differ", name)
		}
		if o.entries() != before {
			t.Errorf("%s: something changed", name)
		}
	}
	if found := o.db.Texts(t, `SELECT state FROM submissions WHERE submission_id = $1`, theirs); fmt.Sprint(found) != "[a_saisir]" {
		t.Errorf("the other convention's submission is %s", found)
	}
}

func plainPage(w *httptest.ResponseRecorder, id uuid.UUID) string {
	return aKey.ReplaceAllString(strings.ReplaceAll(w.Body.String(), id.String(), ""), "")
}
