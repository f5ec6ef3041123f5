package funding

import (
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
)

func TestPoolingProblems(t *testing.T) {
	t.Parallel()
	a, b, c := uuid.New(), uuid.New(), uuid.New()
	payer := func(id uuid.UUID, hours, euros string) Payer {
		return Payer{OrganisationID: id, Hours: d(hours), Euros: d(euros)}
	}
	post := PooledPost{OpenedOn: *on(2014, 1, 6), ClosedOn: on(2015, 12, 31), Poolings: []Pooling{{SinceOn: *on(2015, 6, 1)}}}
	for name, x := range map[string]struct {
		change      func(*Pooling)
		field, says string
	}{
		"good": {func(*Pooling) {}, "", ""},
		"thirds": {func(s *Pooling) {
			s.Payers = []Payer{payer(a, "33.33", "33.33"), payer(b, "33.33", "33.33"), payer(c, "33.34", "33.34")}
		}, "", ""},
		"pays alone":      {func(s *Pooling) { s.Payers = []Payer{payer(a, "100", "0"), payer(b, "0", "100")} }, "", ""},
		"one":             {func(s *Pooling) { s.Payers = []Payer{payer(a, "100", "100")} }, "payers", "Un emploi mutualisé suppose au moins deux commanditaires."},
		"too little":      {func(s *Pooling) { s.Payers[2].Hours = d("19.99") }, "payers", "Les parts des heures font 99,99\u00a0%\u00a0: il manque 0,01."},
		"too much":        {func(s *Pooling) { s.Payers[0].Euros = d("40.5") }, "payers", "Les parts du financement font 100,50\u00a0%\u00a0: il y a 0,50 de trop."},
		"twice":           {func(s *Pooling) { s.Payers[1].OrganisationID = a }, "payers", "Un commanditaire ne paraît qu’une fois."},
		"three decimals":  {func(s *Pooling) { s.Payers[0].Hours, s.Payers[1].Hours = d("45.005"), d("34.995") }, "payers", ""},
		"employers miss":  {func(s *Pooling) { s.Employers[0].Hours = d("99") }, "employers", "Les parts des employeurs font 99,00\u00a0%\u00a0: il manque 1,00."},
		"before the post": {func(s *Pooling) { s.SinceOn = *on(2014, 1, 5) }, "since_on", "Le poste n’existe que depuis le 6 janvier 2014."},
		"after the post":  {func(s *Pooling) { s.SinceOn, s.UntilOn = *on(2015, 12, 31), nil }, "since_on", "Le poste est supprimé depuis le 31 décembre 2015."},
		"backwards":       {func(s *Pooling) { s.UntilOn = on(2014, 8, 31) }, "until_on", "Le dernier jour ne peut pas précéder le premier."},
		"over the next":   {func(s *Pooling) { s.UntilOn = nil }, "until_on", "D’autres parts commencent le 1er juin 2015\u00a0: indiquez un dernier jour qui les précède."},
	} {
		s := Pooling{SinceOn: *on(2014, 9, 1), UntilOn: on(2015, 5, 31), Employers: []Employer{{OrganisationID: c, Hours: hundred}},
			Payers: []Payer{payer(a, "45", "40"), payer(b, "35", "35"), payer(c, "20", "25")}}
		x.change(&s)
		bad := s.Problems(post)
		if (len(bad) == 0) != (x.field == "") || x.says != "" && bad[x.field] != x.says {
			t.Errorf("%s: %v", name, bad)
		}
	}
}

// A post counts once, however many pay for it and however posts are grouped.
func TestPooledPostsCountOnce(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	day := *on(2014, 12, 31)
	payers := []uuid.UUID{uuid.New(), uuid.New(), uuid.New(), uuid.New()}
	for range 200 {
		var posts []PooledPost
		want, who := 0, map[uuid.UUID]bool{}
		for range rnd.IntN(20) {
			p := PooledPost{PostID: uuid.New(), SiteCode: string(rune('A' + rnd.IntN(3))), JobTypeLabel: string(rune('K' + rnd.IntN(4))), OpenedOn: *on(2014, 1, 6)}
			held := rnd.IntN(3) > 0
			if held {
				p.FilledOn = on(2014, 2, 3)
			}
			s := Pooling{SinceOn: *on(2014, 3, 3)}
			for _, id := range payers[:2+rnd.IntN(3)] {
				s.Payers = append(s.Payers, Payer{OrganisationID: id})
			}
			pooled := rnd.IntN(3) > 0
			if !pooled {
				s.UntilOn = on(2014, 12, 30)
			}
			p.Poolings = []Pooling{s}
			if posts = append(posts, p); held && pooled {
				want++
				for _, x := range s.Payers {
					who[x.OrganisationID] = true
				}
			}
		}
		for name, key := range map[string]func(PooledPost) (string, string){
			"site": func(p PooledPost) (string, string) { return p.SiteCode, "" },
			"type": func(p PooledPost) (string, string) { return p.JobTypeLabel, "" },
			"both": func(p PooledPost) (string, string) { return p.SiteCode + p.JobTypeLabel, "" },
			"none": func(PooledPost) (string, string) { return "", "" },
		} {
			got := 0
			for _, tally := range TallyBy(posts, day, key) {
				if got += tally.Posts; tally.Payers > len(who) || name == "none" && tally.Payers != len(who) {
					t.Fatalf("by %s: %d commissioners of %d", name, tally.Payers, len(who))
				}
			}
			if got != want {
				t.Fatalf("by %s: %d posts, not %d", name, got, want)
			}
		}
	}
}
