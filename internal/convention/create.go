package convention

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
)

// Create fills the transaction's convention with a file that Read accepted. The
// convention may have a row already, but nothing in it: a convention is created
// once and amended afterwards. A slug that another one has is a Conflict.
func Create(ctx context.Context, tx *pg.Tx, f File) error {
	b := tx.Batch()
	for _, t := range tables(f) {
		if err := load(b, t); err != nil {
			return err
		}
	}
	err := b.Send(ctx)
	switch pg.ViolatedConstraint(err) {
	case "":
		return err
	case "conventions_slug_taken":
		return fault.OnField(fault.Conflict, "slug", "Une autre convention porte déjà l’identifiant « "+f.Agreement.Slug+" » : changez agreement.slug dans le fichier.")
	}
	return &fault.Error{Kind: fault.Conflict, Message: "Cette convention a déjà été créée : elle se modifie ensuite par avenant.", Err: err}
}

// table is rows to insert: their JSON fields are named as the columns.
type table struct {
	name, columns string
	rows          any
	conflict      string // ON CONFLICT…, where a row may be there already
}

// numbered is a row with its place in the file.
type numbered[T any] struct {
	row      T
	position int
}

// MarshalJSON adds the position to the row's own fields.
func (n numbered[T]) MarshalJSON() ([]byte, error) {
	encoded, err := json.Marshal(n.row)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(encoded[:len(encoded)-1], `,"position":%d}`, n.position), nil
}

func inOrder[T any](rows []T) []numbered[T] {
	all := make([]numbered[T], len(rows))
	for i, row := range rows {
		all[i] = numbered[T]{row, i + 1}
	}
	return all
}

func tables(f File) []table {
	parties := make([]Party, len(f.Parties))
	for i, p := range f.Parties {
		p.OrganisationID = uuid.Must(uuid.NewV7())
		parties[i] = p
	}
	items := []numbered[Item]{}
	for _, l := range f.Lists {
		for i, item := range l.Items {
			item.ListCode = l.ListCode
			items = append(items, numbered[Item]{item, i + 1})
		}
	}
	return []table{
		{"conventions", "slug, name, short_name, territory, signed_on, starts_on, ends_on, accent, fictive, departments, words, short_form, funding, act", []Convention{f.Agreement}, `
			ON CONFLICT (convention_id) DO UPDATE SET
				slug = excluded.slug, name = excluded.name, short_name = excluded.short_name, territory = excluded.territory,
				signed_on = excluded.signed_on, starts_on = excluded.starts_on, ends_on = excluded.ends_on, accent = excluded.accent,
				fictive = excluded.fictive, departments = excluded.departments, words = excluded.words,
				short_form = excluded.short_form, funding = excluded.funding, act = excluded.act`},
		{"organisations", "organisation_id, code, name, siren", parties, ""},
		{"articles", "article_no, title, body, missing", f.Articles, ""},
		{"footnotes", "footnote_no, article_no, quoted", f.Footnotes, ""},
		{"parties", "party_code, organisation_id, position, name_quoted, represented_quoted, signed_for_quoted, signer_name, signer_capacity, chairs", inOrder(parties), ""},
		{"axes", "axis_no, quoted, short_label", f.Axes, ""},
		{"stakes", "stake_no, article_no, quoted, items", f.Stakes, ""},
		{"objectives", "objective_no, article_no, quoted, proposed_axis", f.Objectives, ""},
		{"commitments", "commitment_code, position, party_code, article_no, quoted, by_quoted, condition_quoted, budget_line, budget_quoted, annual, years", inOrder(f.Commitments), ""},
		{"key_figures", "figure_code, position, article_no, quoted, minimum, maximum, approximate, unit, year, doctrine, footnote_no", inOrder(f.KeyFigures), ""},
		{"governance_bodies", "body_code, position, article_no, name_quoted, short_label, per_year, quotes, validates_report, hears_report", inOrder(f.Bodies), ""},
		{"findings", "finding_code, position, article_no, title, explanation", inOrder(Examine(f)), ""},
		{"periods", "period_code, label, position, starts_on, ends_on, reconstituted", inOrder(f.Periods), ""},
		{"lists", "list_code, label, position", inOrder(f.Lists), ""},
		{"list_items", "list_code, item_code, label, position, quoted, note, since_on", items, ""},
		{"measures", "measure_code, version, valid_from, position, label, hint, unit, section, kind, source, places, entered_by, row_list, column_list, short_form, headline", inOrder(f.Measures), ""},
		{"indicators", "indicator_code, position, axis_no, status, origin, headline", inOrder(f.Indicators), ""},
		{"indicator_versions", "indicator_code, version, valid_from, label, reference, type, unit, places, across_sites, across_periods, direction, doctrine, formula, breakdowns, baselines, target, target_source, entered_by, validated_by, rule", f.Indicators, ""},
		{"commitment_indicators", "commitment_code, indicator_code", followed(f.Commitments), ""},
		{"rules", "rule_code, position, number, level, kind, at_measure, left_terms, right_terms, factor, percent, allowance, message", inOrder(f.Rules), ""},
	}
}

// follows is that an indicator follows a commitment.
type follows struct {
	CommitmentCode string `json:"commitment_code"`
	IndicatorCode  string `json:"indicator_code"`
}

func followed(commitments []Commitment) []follows {
	pairs := []follows{}
	for _, m := range commitments {
		for _, code := range m.Indicators {
			pairs = append(pairs, follows{m.CommitmentCode, code})
		}
	}
	return pairs
}

// load queues one statement for all rows of a table.
func load(b *pg.Batch, t table) error {
	rows, err := json.Marshal(t.rows)
	if err != nil {
		return fmt.Errorf("encode %s: %w", t.name, err)
	}
	pg.QueueExec(b, `
		INSERT INTO `+t.name+` (convention_id, `+t.columns+`)
		SELECT @convention::uuid, `+t.columns+` FROM jsonb_populate_recordset(NULL::`+t.name+`, @rows) `+t.conflict,
		pg.Args{"rows": json.RawMessage(rows)})
	return nil
}

// Export gives the transaction's convention back as a file, in the latest
// version of every definition.
func Export(ctx context.Context, tx *pg.Tx) (File, error) {
	forever := time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)
	b := tx.Batch()
	agreement, articles, footnotes, parties := Get(b), Articles(b), Footnotes(b), Parties(b)
	axes, stakes, objectives, commitments := Axes(b), Stakes(b), Objectives(b), Commitments(b)
	figures, bodies, periods := KeyFigures(b), Bodies(b), Periods(b)
	lists, items := Lists(b), Items(b)
	measures, indicators, rules := Measures(b, forever), Indicators(b, forever), Rules(b)
	if err := b.Send(ctx); err != nil {
		return File{}, err
	}
	only, err := agreement.One()
	if err != nil {
		return File{}, err
	}
	for i := range lists.All {
		for _, item := range items.All {
			if item.ListCode == lists.All[i].ListCode {
				lists.All[i].Items = append(lists.All[i].Items, item)
			}
		}
	}
	return File{
		Agreement: only, Articles: articles.All, Footnotes: footnotes.All, Parties: parties.All,
		Axes: axes.All, Stakes: stakes.All, Objectives: objectives.All, Commitments: commitments.All,
		KeyFigures: figures.All, Bodies: bodies.All, Periods: periods.All, Lists: lists.All,
		Measures: measures.All, Indicators: indicators.All, Rules: rules.All,
	}, nil
}

// Import creates the convention of a file, and tells the log.
func Import(ctx context.Context, tx *pg.Tx, by audit.Stamp, f File) error {
	if err := Create(ctx, tx, f); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Imported, ObjectType: audit.Convention,
		ObjectID: f.Agreement.Slug, ObjectLabel: f.Agreement.Name})
}
