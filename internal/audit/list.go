package audit

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/pg"
)

// PageSize is how many lines of the log a page shows.
const PageSize = 50

// Filter chooses lines of the log; a zero field chooses all.
type Filter struct {
	Person     uuid.UUID
	ObjectType ObjectType
	ObjectID   string
	Action     Action
	From, To   time.Time // business dates, both included
	Page       int       // from 1; less is the first

	WithoutMoney bool // leaves out the funding, for who sees no amount
}

// Line is one entry of the log, as shown.
type Line struct {
	EntryID     uuid.UUID
	At          time.Time // wall clock
	OnDay       time.Time // business date
	PersonID    *uuid.UUID
	Name        string // of the member; « Copil » when nobody acted
	Action      Action
	ObjectType  ObjectType
	ObjectID    string
	ObjectLabel string
	PeriodCode  string          // of a submission, "" for anything else
	StructureID *uuid.UUID      // that a post belongs to, nil for anything else
	Before      json.RawMessage // nil when nothing was kept; long texts are cut
	After       json.RawMessage
	Cells       []CellChange // of a submission, the first shownCells in the order of its form
	CellCount   int          // how many cells changed
}

// CellChange is one answer of a submission, before and after.
type CellChange struct {
	Measure string  `json:"measure"` // label
	Row     string  `json:"row"`     // label, "" where the measure has no breakdown
	Column  string  `json:"column"`
	Before  *Answer `json:"before"` // nil when nothing was answered yet
	After   Answer  `json:"after"`
}

// Answer is a number, « non renseigné », or « sans objet » with a reason.
type Answer struct {
	State  string           `json:"state"` // as stored: number, missing, not_applicable
	Number *decimal.Decimal `json:"number"`
	Reason string           `json:"reason"`
}

// A page of the log stays readable, and light, whatever was typed.
const (
	shownCells  = 60
	longestText = 300 // characters of a value
)

// chosen is the entries e that a filter chooses.
const chosen = `e.convention_id = @convention
		  AND (@person::uuid IS NULL OR e.person_id = @person)
		  AND (@object_type = '' OR e.object_type = @object_type)
		  AND (@object_id = '' OR e.object_id = @object_id)
		  AND (@action = '' OR e.action = @action)
		  AND (@from::date IS NULL OR e.on_day >= @from)
		  AND (@to::date IS NULL OR e.on_day <= @to)
		  AND (NOT @without_money OR e.object_type NOT IN ('funding', 'pooling'))`

func (f Filter) args() pg.Args {
	return pg.Args{
		"person": known(f.Person), "object_type": string(f.ObjectType), "object_id": f.ObjectID,
		"action": string(f.Action), "from": day(f.From), "to": day(f.To), "without_money": f.WithoutMoney,
	}
}

// List queues a page of the log, newest first. What changed is read for the
// lines of the page only. The cells of a submission come from their versions,
// which bear the same stamp as the entry.
func List(b *pg.Batch, f Filter) *pg.Rows[Line] {
	args := f.args()
	args["size"], args["skip"] = PageSize, max(f.Page-1, 0)*PageSize
	args["cells"], args["longest"] = shownCells, longestText
	return pg.Queue[Line](b, `
		WITH page AS MATERIALIZED (
			SELECT e.entry_id, CASE WHEN e.object_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN e.object_id::uuid END AS object_key
			FROM audit_entries e WHERE `+chosen+`
			ORDER BY e.entry_id DESC LIMIT @size OFFSET @skip)
		SELECT e.entry_id, e.at, e.on_day, e.person_id, e.action, e.object_type, e.object_id, e.object_label,
			coalesce(s.period_code, '') AS period_code, p.organisation_id AS structure_id,
			CASE WHEN s.submission_id IS NULL OR jsonb_typeof(e.before) = 'object' THEN `+short("e.before")+` END AS before,
			CASE WHEN s.submission_id IS NULL OR jsonb_typeof(e.after) = 'object' THEN `+short("e.after")+` END AS after,
			CASE WHEN e.person_id IS NULL THEN 'Copil'
			     ELSE coalesce(m.name, 'Administration de la plateforme') END AS name,
			c.cells, c.cell_count
		FROM page JOIN audit_entries e ON e.convention_id = @convention AND e.entry_id = page.entry_id
		LEFT JOIN members m ON m.convention_id = @convention AND m.member_id = e.member_id
		LEFT JOIN submissions s ON s.convention_id = @convention AND e.object_type = 'submission' AND s.submission_id = page.object_key
		LEFT JOIN posts p ON p.convention_id = @convention AND e.object_type = 'post' AND p.post_id = page.object_key
		CROSS JOIN LATERAL (`+changedCells+`) c
		ORDER BY e.entry_id DESC`, args)
}

// short is a column without what is too long to be shown in a line.
func short(column string) string {
	return `CASE
				WHEN length(` + column + `::text) <= @longest THEN ` + column + `
				WHEN jsonb_typeof(` + column + `) = 'object' THEN (
					SELECT jsonb_object_agg(field, CASE
						WHEN length(value::text) <= @longest THEN value
						WHEN jsonb_typeof(value) = 'array' THEN to_jsonb(left((SELECT string_agg(item, ', ') FROM jsonb_array_elements_text(value) AS item), @longest) || '…')
						ELSE to_jsonb(left(value #>> '{}', @longest) || '…') END)
					FROM jsonb_each(` + column + `) AS every (field, value))
				ELSE to_jsonb(left(` + column + ` #>> '{}', @longest) || '…') END`
}

// changedCells are the cells that were written with the entry e about the submission s.
const changedCells = `
			SELECT coalesce(jsonb_agg(jsonb_build_object('measure', measure, 'row', "row", 'column', "column",
				       'before', CASE WHEN was_state <> '' THEN jsonb_build_object('state', was_state, 'number', was_number::text, 'reason', was_reason) END,
				       'after', jsonb_build_object('state', state, 'number', number::text, 'reason', reason)) ORDER BY place)
				     FILTER (WHERE place <= @cells), '[]') AS cells, count(*) AS cell_count
			FROM (
				SELECT row_number() OVER (ORDER BY d.position, r.position, k.position, v.measure_code, v.row_item, v.column_item) AS place,
				       d.label AS measure, coalesce(r.label, v.row_item) AS "row", coalesce(k.label, v.column_item) AS "column",
				       coalesce(o.state, '') AS was_state, o.number AS was_number, left(o.reason, @longest) AS was_reason,
				       v.state, v.number, left(v.reason, @longest) AS reason
				FROM cell_versions v
				JOIN measures d ON d.convention_id = @convention AND d.measure_code = v.measure_code AND d.version = v.measure_version
				LEFT JOIN list_items r ON r.convention_id = @convention AND r.list_code = d.row_list AND r.item_code = v.row_item
				LEFT JOIN list_items k ON k.convention_id = @convention AND k.list_code = d.column_list AND k.item_code = v.column_item
				LEFT JOIN cell_versions o ON o.convention_id = @convention AND o.submission_id = v.submission_id AND o.version = v.version - 1
				     AND (o.measure_code, o.row_item, o.column_item) = (v.measure_code, v.row_item, v.column_item)
				WHERE v.convention_id = @convention AND v.submission_id = s.submission_id AND v.entered_at = e.at
				  AND (e.action = 'changed' AND v.entered_by IS NOT DISTINCT FROM e.person_id
				       OR e.action = 'corrected' AND v.correction <> '')) AS written`

// Extent is how much of the log a filter chooses, and what occurs in the whole log.
type Extent struct {
	Total   int // entries that the filter chooses, on all pages
	Persons []uuid.UUID
	Actions []string
	Objects []string
}

// Measure queues the extent of the log: exactly one row.
func Measure(b *pg.Batch, f Filter) *pg.Rows[Extent] {
	return pg.Queue[Extent](b, `
		SELECT (SELECT count(*) FROM audit_entries e WHERE `+chosen+`) AS total,
			ARRAY(SELECT DISTINCT person_id FROM audit_entries WHERE convention_id = @convention AND person_id IS NOT NULL) AS persons,
			ARRAY(SELECT DISTINCT action FROM audit_entries WHERE convention_id = @convention) AS actions,
			ARRAY(SELECT DISTINCT object_type FROM audit_entries WHERE convention_id = @convention AND (NOT @without_money OR object_type NOT IN ('funding', 'pooling'))) AS objects`, f.args())
}

// day is nil for the zero date, which stands for any.
func day(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
