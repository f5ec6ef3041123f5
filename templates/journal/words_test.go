package journal

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"copil/internal/audit"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	v := View{Names: map[string]string{"0192f0c1-0000-7000-8000-000000000001": "S1 – Roubaix", ItemKey("sector", "ECOLE"): "Écoles"}}
	tests := map[string]struct {
		line audit.Line
		want []change
	}{
		"a state, told with the one before": {
			audit.Line{ObjectType: audit.Site, Before: json.RawMessage(`{"state":"actif"}`), After: json.RawMessage(`{"To":"suspendu","Reason":"retrait d’un bailleur"}`)},
			[]change{{"motif", "", "retrait d’un bailleur"}, {"état", "Actif", "Suspendu"}},
		},
		"dates, quotity and places": {
			audit.Line{ObjectType: audit.Post, Before: json.RawMessage(`{"FilledOn":null,"Quotity":"1","SiteID":null}`),
				After: json.RawMessage(`{"FilledOn":"2015-03-01T00:00:00Z","Quotity":"0.5","SiteID":"0192f0c1-0000-7000-8000-000000000001"}`)},
			[]change{{"prise de poste", "", "1er mars 2015"}, {"quotité", "1", "0,5"}, {"site", "hors site", "S1 – Roubaix"}},
		},
		"a list reads as a sentence, and the version is left out": {
			audit.Line{ObjectType: audit.Site, After: json.RawMessage(`{"Communes":["59512","59650"],"Version":2}`)},
			[]change{{"communes", "", "59512 et 59650"}},
		},
		"a submission sent": {
			audit.Line{ObjectType: audit.Submission, Action: audit.Submitted, Before: json.RawMessage(`{"state":"brouillon"}`)},
			[]change{{"état", "En cours", "Soumise"}},
		},
		"a submission returned": {
			audit.Line{ObjectType: audit.Submission, Action: audit.Returned, Before: json.RawMessage(`{"state":"soumise"}`), After: json.RawMessage(`{"reason":"à vérifier"}`)},
			[]change{{"état", "Soumise", "À corriger"}, {"motif du renvoi", "", "à vérifier"}},
		},
		"answers, old and new": {
			audit.Line{ObjectType: audit.Submission, Action: audit.Changed, Before: json.RawMessage(`{"state":"brouillon"}`), CellCount: 3, Cells: []audit.CellChange{
				{Measure: "Médiateurs en poste", Before: &audit.Answer{State: "missing"}, After: audit.Answer{State: "number", Number: new(decimal.RequireFromString("1200.50"))}},
				{Measure: "Actions", Row: "Écoles", Column: "Femmes", After: audit.Answer{State: "not_applicable", Reason: "site fermé"}},
			}},
			[]change{{"Médiateurs en poste", "non renseigné", "1\u202f200,50"}, {"Actions, Écoles, Femmes", "", "sans objet (site fermé)"}},
		},
		"saved without a change": {
			audit.Line{ObjectType: audit.Submission, Action: audit.Changed, Before: json.RawMessage(`{"state":"brouillon"}`)},
			[]change{{"", "", "aucun chiffre changé"}},
		},
		"codes of lists are told by their labels": {
			audit.Line{ObjectType: audit.Site, Before: json.RawMessage(`{"Sectors":["HABITAT"]}`), After: json.RawMessage(`{"Sectors":["ECOLE","HABITAT"]}`)},
			[]change{{"secteurs", "HABITAT", "Écoles et HABITAT"}},
		},
		"nothing kept": {audit.Line{ObjectType: audit.Report}, nil},
	}
	for name, tt := range tests {
		if got := v.changes(tt.line); !slices.Equal(got, tt.want) {
			t.Errorf("%s: changes = %q, want %q", name, got, tt.want)
		}
	}
}
