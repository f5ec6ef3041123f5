package demo_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/convention"
	"copil/internal/demo"
	"copil/internal/testdb"
)

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPeriodsOn16March2015(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	r := w.read(t, w.mediation)
	for code, want := range map[string]convention.PeriodState{
		"2013-S1": convention.PeriodPresented, "2013-S2": convention.PeriodPresented, "2014-S1": convention.PeriodPresented,
		"2014-S2": convention.PeriodOpen, "2015-S1": convention.PeriodClosed, "2015-S2": convention.PeriodClosed,
	} {
		if got := r.periods[code].StateOn(testdb.Today); got != want {
			t.Errorf("%s is %s, want %s", code, got, want)
		}
	}
	expect(t, "dates of the periods", w.Texts(t, `
		SELECT concat_ws(' ', period_code, reconstituted, opened_on, due_on, validated_on, presented_on)
		FROM periods WHERE convention_id = $1 AND opened_on IS NOT NULL ORDER BY position`, w.mediation),
		"2013-S1 t 2014-03-03 2014-04-30 2014-06-17 2014-06-17",
		"2013-S2 t 2014-03-03 2014-04-30 2014-06-17 2014-06-17",
		"2014-S1 f 2014-07-01 2014-08-31 2014-10-07 2014-11-25",
		"2014-S2 f 2015-01-05 2015-02-15")
}

func TestSitesOn16March2015(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	expect(t, "last state of each site", w.Texts(t, `
		SELECT concat_ws(' ', s.code, st.state, st.since_on) FROM sites s JOIN LATERAL (
			SELECT state, since_on FROM site_states WHERE (convention_id, site_id) = (s.convention_id, s.site_id) ORDER BY step DESC LIMIT 1) st ON true
		WHERE s.convention_id = $1 ORDER BY s.code`, w.mediation),
		"S1 actif 2014-03-03", "S2 actif 2014-03-03", "S3 actif 2014-03-03", "S4 actif 2014-03-03",
		"S5 suspendu 2014-11-01", "S6 actif 2014-03-03", "S7 conventionne 2014-12-18", "S8 actif 2014-03-03", "S9 instruit 2015-03-02")
	expect(t, "decisions", w.Texts(t, `
		SELECT st.decision || ' ' || string_agg(s.code, ',' ORDER BY s.code) FROM site_states st JOIN sites s USING (convention_id, site_id)
		WHERE convention_id = $1 AND st.decision <> '' GROUP BY st.decision ORDER BY 1`, w.mediation),
		"2014-01 S1,S2,S3,S4,S5,S6,S8", "2014-05 S7")
	expect(t, "communes and zonings", w.Texts(t, `
		SELECT s.code || ' ' || (SELECT string_agg(commune, ',' ORDER BY commune) FROM site_communes WHERE (convention_id, site_id) = (s.convention_id, s.site_id))
			|| ' ' || (SELECT string_agg(zoning, '>' ORDER BY since_on) FROM site_zonings WHERE (convention_id, site_id) = (s.convention_id, s.site_id))
		FROM sites s WHERE convention_id = $1 ORDER BY 1`, w.mediation),
		"S1 59512,59650 ZUS>QPV", "S2 62498,62510 ZUS>QPV", "S3 59291,59365,59392 ZUS>QPV", "S4 59014,59172,59606 ZUS>QPV",
		"S5 59183,59271 ZUS>QPV", "S6 62160,62643,62667 ZUS>QPV", "S7 59178,59574 CUCS>QPV", "S8 62119,62178 ZUS>QPV", "S9 62361,62767 AUCUN")
	expect(t, "structures on sites", w.Texts(t, `
		SELECT s.code || ' ' || string_agg(o.code, ',' ORDER BY o.code) FROM site_structures l
		JOIN sites s USING (convention_id, site_id) JOIN organisations o USING (convention_id, organisation_id)
		WHERE convention_id = $1 GROUP BY s.code ORDER BY 1`, w.mediation),
		"S1 A1,P1", "S2 A2", "S3 A3,P2", "S4 P2", "S5 P3", "S6 C2", "S8 M1")
}

func TestSubmissionsOf2014S2(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	expect(t, "not validated", w.Texts(t, `
		SELECT concat_ws(' | ', s.period_code, o.code, s.state, nullif(s.return_reason, '')) FROM submissions s JOIN organisations o USING (convention_id, organisation_id)
		WHERE s.convention_id = $1 AND s.state <> 'validee' ORDER BY 1`, w.mediation),
		"2014-S2 | A3 | a_corriger | 2 adultes-relais déclarés pourvus ont une convention échue le 30/11/2014, à vérifier",
		"2014-S2 | M2 | non_remise")
	expect(t, "entered by the mission for a structure", w.Texts(t, `
		SELECT DISTINCT concat_ws(' | ', s.period_code, o.code, a.name, v.name)
		FROM submissions s JOIN organisations o USING (convention_id, organisation_id) JOIN structures USING (convention_id, organisation_id)
		JOIN members a ON (a.convention_id, a.person_id) = (s.convention_id, s.submitted_by)
		JOIN members v ON (v.convention_id, v.person_id) = (s.convention_id, s.validated_by)
		WHERE s.convention_id = $1 AND a.role = 'mission'`, w.mediation),
		"2014-S2 | C1 | Mission régionale d’appui (démonstration) | Suivi de la convention, Région (démonstration)")
	expect(t, "remarked", w.Texts(t, `
		SELECT concat_ws(' ', o.code, s.round, r.measure_code) FROM remarks r JOIN submissions s USING (convention_id, submission_id, round) JOIN organisations o USING (convention_id, organisation_id)
		WHERE s.convention_id = $1 AND r.measure_code <> '' ORDER BY 1`, w.mediation),
		"A3 1 exits", "A3 1 fte", "A3 1 mediators", "A3 1 posts_filled")
	expect(t, "reminders of M2", w.Texts(t, `
		SELECT concat_ws(' ', r.occasion, r.reminded_on) FROM reminders r JOIN submissions s USING (convention_id, submission_id) JOIN organisations o USING (convention_id, organisation_id)
		WHERE s.convention_id = $1 AND o.code = 'M2' ORDER BY r.reminded_on`, w.mediation),
		"-15 2015-02-02", "-5 2015-02-10", "0 2015-02-16", "7 2015-02-23")
	var commented []string
	for _, c := range w.cells {
		if c.Comment != "" {
			commented = append(commented, c.Period+" "+c.Organisation+" "+c.Site+" "+c.Measure)
			if len(c.Comment) < 20 {
				t.Errorf("%s: a comment of 20 characters at least is asked for", c.Measure)
			}
		}
	}
	expect(t, "alerts commented", commented, "2014-S2 P3 S5 fte", "2014-S2 P3 S5 interventions", "2014-S2 P3 S5 mediators")
	// Two half-time people hold one post.
	equal(t, "C2 on S6, people", w.of("2014-S2", "C2", "S6", "mediators"), "12")
	equal(t, "C2 on S6, posts", w.of("2014-S2", "C2", "S6", "posts_filled"), "11")
}

func TestNobodyValidatesWhatTheyEntered(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for _, id := range []uuid.UUID{w.mediation, w.coast} {
		expect(t, "validated by an author", w.Texts(t, `
			SELECT o.code || ' ' || s.period_code FROM submissions s JOIN organisations o USING (convention_id, organisation_id)
			WHERE s.convention_id = $1 AND (s.validated_by = s.submitted_by OR EXISTS (
				SELECT FROM cell_versions c WHERE (c.convention_id, c.submission_id, c.entered_by) = (s.convention_id, s.submission_id, s.validated_by)))`, id))
		expect(t, "entered or validated on an impossible day", w.Texts(t, `
			SELECT o.code || ' ' || s.period_code FROM submissions s JOIN organisations o USING (convention_id, organisation_id) JOIN periods p USING (convention_id, period_code)
			WHERE s.convention_id = $1 AND NOT (s.submitted_on BETWEEN p.opened_on AND p.due_on
				AND (s.validated_on IS NULL OR s.validated_on > s.submitted_on AND s.validated_on <= coalesce(p.validated_on, '2015-03-16')))`, id))
	}
}

func TestLogReadsLikeARealOne(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	for _, id := range []uuid.UUID{w.mediation, w.coast} {
		expect(t, "entries out of order, on a weekend or in the future", w.Texts(t, `
			SELECT on_day || ' ' || object_label FROM (
				SELECT on_day, object_label, person_id, max(on_day) OVER (ORDER BY entry_id) AS latest FROM audit_entries WHERE convention_id = $1) e
			WHERE on_day < latest OR on_day > '2015-03-16' OR extract(isodow FROM on_day) > 5 AND on_day <> '2014-11-01'`, id))
	}
	expect(t, "what changed without a word in the log", w.Texts(t, `
		SELECT submission_id::text FROM submissions s WHERE convention_id = $1 AND s.state <> 'a_saisir' AND NOT EXISTS (
			SELECT FROM audit_entries e WHERE e.convention_id = $1 AND e.object_id = s.submission_id::text AND e.action <> 'created')`, w.mediation))
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	var got []string
	for _, a := range w.accounts {
		short := strings.NewReplacer("-"+w.options.Suffix, "").Replace(strings.Join([]string{a.Email, a.Convention, string(a.Role)}, " "))
		got = append(got, short)
		if !strings.Contains(a.Name, "(démonstration)") {
			t.Errorf("%s is called %q, want a name that says what it is", a.Email, a.Name)
		}
	}
	expect(t, "accounts", got,
		"prefecture@etat.example mediation-npdc chair", "presidence@region.example mediation-npdc chair",
		"suivi@etat.example mediation-npdc signatory", "suivi@region.example mediation-npdc signatory", "delegue@cdc.example mediation-npdc signatory",
		"mission@appui.example mediation-npdc mission", "adjoint@appui.example mediation-npdc mission",
		"passerelle@structure.example mediation-npdc structure", "rivages@structure.example mediation-npdc structure",
		"evaluation@lecteur.example mediation-npdc reader",
		"mission@autre.example territoire-b mission", "structure@autre.example territoire-b structure",
		"admin@copil.example  admin")
	expect(t, "memberships", w.Texts(t, `
		SELECT replace(p.email, $1, '') || ' ' || m.role || ' ' || o.code
		FROM people p, memberships_of(p.person_id, '2015-03-16') m JOIN organisations o USING (convention_id, organisation_id)
		WHERE p.email LIKE '%' || $1 || '@%' AND p.password_hash <> '' ORDER BY 1`, "-"+w.options.Suffix),
		"adjoint@appui.example mission MRA", "delegue@cdc.example signatory CDC", "evaluation@lecteur.example reader EVAL",
		"mission@appui.example mission MRA", "mission@autre.example mission ANIM", "passerelle@structure.example structure A1",
		"prefecture@etat.example chair ETAT", "presidence@region.example chair REGION", "rivages@structure.example structure P3",
		"structure@autre.example structure B1", "suivi@etat.example signatory ETAT", "suivi@region.example signatory REGION")
	for _, a := range w.accounts {
		if _, _, err := account.SignIn(t.Context(), w.System, account.Visitor{Address: "192.0.2.7"}, a.Email, password, w.options.Now); err != nil {
			t.Errorf("%s cannot sign in: %v", a.Email, err)
		}
	}
}

// digest is all figures and posts of a convention, without what differs by design.
func digest(t *testing.T, w world, suffix string) []string {
	t.Helper()
	return w.Texts(t, `
		SELECT concat_ws(' ', s.period_code, o.code, s.state, s.submitted_on, s.validated_on, c.measure_code, c.row_item, c.column_item, c.number, c.entered_on)
		FROM conventions v JOIN submissions s USING (convention_id) JOIN organisations o USING (convention_id, organisation_id)
		LEFT JOIN cell_versions c USING (convention_id, submission_id) WHERE v.slug LIKE '%-' || $1
		UNION ALL
		SELECT concat_ws(' ', reference, job_type, opened_on, filled_on, vacated_on, closed_on, consolidated_on, consolidation, p.version)
		FROM conventions v JOIN posts p USING (convention_id) WHERE v.slug LIKE '%-' || $1
		ORDER BY 1`, suffix)
}

func TestLoadingIsDeterministicAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	w := theWorld(t)
	first := digest(t, w, w.options.Suffix)
	other := w.options
	other.Suffix += "b"
	if _, err := demo.Load(context.Background(), other); err != nil {
		t.Fatal(err)
	}
	if second := digest(t, w, other.Suffix); !slices.Equal(first, second) {
		t.Error("a second demonstration differs from the first")
	}
	other.Password = "un autre mot de passe"
	accounts, err := demo.Load(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	if again := digest(t, w, other.Suffix); !slices.Equal(first, again) {
		t.Error("loading again into the same database changed figures")
	}
	if _, _, err := account.SignIn(t.Context(), w.System, account.Visitor{Address: "198.51.100.1"}, accounts[0].Email, other.Password, other.Now); err != nil {
		t.Errorf("the new password is not accepted: %v", err)
	}
}
