package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/collect"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// newReportPlace is a convention in which one period is open and nobody has declared anything yet.
func newReportPlace(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.In(t, p.convention, func(tx *pg.Tx) error {
		by := audit.Stamp{At: time.Now(), OnDay: testdb.Today}
		return collect.OpenPeriod(t.Context(), tx, by, "2014-S2", testdb.Today.AddDate(0, -2, 0), testdb.Today.AddDate(0, 0, -30))
	})
	return p
}

func TestReportDownloads(t *testing.T) {
	t.Parallel()
	p := newReportPlace(t)
	files := map[string]struct{ kind, begins string }{
		".pdf":  {"application/pdf", "%PDF-1."},
		".odt":  {"application/vnd.oasis.opendocument.text", "PK\x03\x04"},
		".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK\x03\x04"},
		".csv":  {"text/csv; charset=utf-8", "\ufeffPériode;Code;"},
	}
	for _, role := range access.Roles {
		if role == access.Admin {
			continue
		}
		may := role == access.Chair || role == access.Signatory || role == access.Mission
		v := p.as(t, role)
		for extension, want := range files {
			got := v.get("/c/" + p.slug + "/bilans/2014-S2" + extension)
			if !may {
				got.is(t, http.StatusForbidden).says(t, "Diffusion à venir")
				continue
			}
			got.is(t, http.StatusOK)
			if !strings.HasPrefix(got.body, want.begins) || got.header.Get("Content-Type") != want.kind {
				t.Errorf("%s, %s: type %q, begins %q", role, extension, got.header.Get("Content-Type"), got.body[:8])
			}
			if d := got.header.Get("Content-Disposition"); d != `attachment; filename="bilan-`+p.slug+`-2014-S2`+extension+`"` {
				t.Errorf("%s, %s: disposition %q", role, extension, d)
			}
		}
		want := http.StatusForbidden
		if may {
			want = http.StatusOK
		}
		v.get("/c/"+p.slug+"/bilans/2014-S2").is(t, want)
	}
}

func TestReportPages(t *testing.T) {
	t.Parallel()
	p := newReportPlace(t)
	v := p.as(t, access.Signatory)
	v.get("/c/"+p.slug+"/bilans").is(t, http.StatusOK).says(t,
		"Provisoire", "Période non ouverte", "2e semestre 2014", "/bilans/2014-S2.pdf", "/bilans/2014-S2.odt", "/bilans/2014-S2.xlsx", "/bilans/2014-S2.csv").
		saysNot(t, "/bilans/2015-S1")
	page := v.get("/c/"+p.slug+"/bilans/2014-S2").is(t, http.StatusOK).says(t,
		"Bilan des actions, 2e semestre 2014", "L’essentiel en une page", `href="#partie-1"`, `id="partie-1"`,
		"Axe 1 – Diffuser et promouvoir", "<caption>", `scope="row"`, "non renseigné", "/bilans/2014-S2.csv", "Données fictives")
	if n := strings.Count(page.body, "<h1"); n != 1 {
		t.Errorf("%d titles of the first level", n)
	}
	if n := strings.Count(page.body, "button primary"); n != 1 {
		t.Errorf("%d primary buttons", n)
	}
}

// Who may not read a report learns that it exists and when it will be theirs, and gets no link that would be refused.
func TestReportsAnnounced(t *testing.T) {
	t.Parallel()
	p := newReportPlace(t)
	path := "/c/" + p.slug + "/bilans"
	reader := p.as(t, access.Reader)
	reader.get(path).is(t, http.StatusOK).says(t, "Diffusion à venir", "Aucun bilan validé", "Bilans (diffusion à venir)").saysNot(t, "2e semestre 2014", path+"/")
	p.In(t, p.convention, func(tx *pg.Tx) error {
		return pg.Exec(t.Context(), tx, `UPDATE periods SET validated_on = @day WHERE convention_id = @convention AND period_code = '2014-S2'`,
			pg.Args{"day": testdb.Today.AddDate(0, 0, -1)})
	})
	for _, role := range []access.Role{access.Reader, access.Structure} {
		p.as(t, role).get(path).is(t, http.StatusOK).says(t, "Les bilans validés, diffusion à venir", "2e semestre 2014", "15 mars 2015", "pas encore").
			saysNot(t, "1er semestre 2015", path+"/")
	}
	p.as(t, access.Mission).get(path).is(t, http.StatusOK).says(t, path+"/2014-S2").saysNot(t, "Diffusion à venir", "diffusion à venir")
}

func TestReportOfClosedOrUnknownPeriod(t *testing.T) {
	t.Parallel()
	p := newReportPlace(t)
	v := p.as(t, access.Mission)
	v.get("/c/"+p.slug+"/bilans/2015-S1").is(t, http.StatusOK).says(t, "n’est pas ouverte").saysNot(t, ".pdf", "L’essentiel")
	v.get("/c/"+p.slug+"/bilans/2015-S1.pdf").is(t, http.StatusConflict).says(t, "Cette période n’est pas ouverte").saysNot(t, "%PDF", "Modification impossible")
	for _, path := range []string{"/bilans/2030-S1", "/bilans/2030-S1.pdf", "/bilans/2014-S2.exe"} {
		v.get("/c/"+p.slug+path).is(t, http.StatusNotFound)
	}
}
