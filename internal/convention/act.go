// Package convention holds a framework agreement: its act as written, its
// reference lists, periods, measures and indicators, and the file that says it all.
package convention

import (
	"cmp"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
)

// A field named Quoted, or tagged quote, holds an exact extract of the act, its
// typos included: nothing is ever corrected or invented in it.

// Convention is the agreement itself. Copil confines everything else to it.
type Convention struct {
	ConventionID uuid.UUID    `json:"-" yaml:"-"`
	Slug         string       `json:"slug" yaml:"slug"`
	Name         string       `json:"name" yaml:"name"`
	ShortName    string       `json:"short_name" yaml:"short_name"`
	Territory    string       `json:"territory" yaml:"territory,omitempty"`
	Departments  []string     `json:"departments" yaml:"departments,omitempty"` // codes: where its sites may lie
	SignedOn     *time.Time   `json:"signed_on" yaml:"signed_on,omitempty"`     // nil: not signed yet
	StartsOn     time.Time    `json:"starts_on" yaml:"starts_on"`
	EndsOn       time.Time    `json:"ends_on" yaml:"ends_on"`
	Accent       string       `json:"accent" yaml:"accent"`                   // colour, "#rrggbb"
	Fictive      string       `json:"fictive" yaml:"fictive,omitempty"`       // what is fictive in it; empty for real data
	Words        access.Words `json:"words" yaml:"words,omitempty"`           // what it calls those whom the screens name
	ShortForm    *ShortForm   `json:"short_form" yaml:"short_form,omitempty"` // nil: everybody answers everything
	Funding      *Funding     `json:"funding" yaml:"funding,omitempty"`       // nil: the usual thresholds
	Act          Act          `json:"act" yaml:"act"`
}

// ShortForm says who is so small that they may leave unanswered what is not
// marked as short_form.
type ShortForm struct {
	Measure string `json:"measure" yaml:"measure"` // counts how large an organisation is, over all its places
	Below   int    `json:"below" yaml:"below"`     // in its unit: whoever has fewer
}

// Funding are the thresholds of the convention's money. A zero one is the usual one.
type Funding struct {
	AgreementAbove int `json:"agreement_above,omitempty" yaml:"agreement_above,omitempty"` // euros a year to a private body: beyond, a written agreement
	AccountMonths  int `json:"account_months,omitempty" yaml:"account_months,omitempty"`   // after the end of a fiscal year, to account for its money
	BudgetMonths   int `json:"budget_months,omitempty" yaml:"budget_months,omitempty"`     // before firm money ends, to ask for more: the next budgets are being prepared
}

// Thresholds returns the convention's thresholds, none of them zero. The usual
// ones are those of the law: 23 000 euros (decree 2001-495 of 6 June 2001,
// article 1) and six months (law 2000-321 of 12 April 2000, article 10).
func (c Convention) Thresholds() Funding {
	var f Funding
	if c.Funding != nil {
		f = *c.Funding
	}
	return Funding{cmp.Or(f.AgreementAbove, 23000), cmp.Or(f.AccountMonths, 6), cmp.Or(f.BudgetMonths, 10)}
}

// Act is what the act says that nothing else in Copil refers to.
type Act struct {
	Title          []string       `json:"title,omitempty" yaml:"title,omitempty"`                               // its lines
	Opening        string         `json:"opening,omitempty" yaml:"opening,omitempty"`                           // from the title to the first article
	Closing        string         `json:"closing,omitempty" yaml:"closing,omitempty"`                           // after the last article: place, date, signatures
	PlaceQuoted    string         `json:"place_quoted,omitempty" yaml:"place_quoted,omitempty" quote:"act"`     // where it was signed
	SignedQuoted   string         `json:"signed_quoted,omitempty" yaml:"signed_quoted,omitempty" quote:"act"`   // when it was signed
	PeriodQuoted   string         `json:"period_quoted,omitempty" yaml:"period_quoted,omitempty" quote:"act"`   // what it says of its duration
	PeriodNote     string         `json:"period_note,omitempty" yaml:"period_note,omitempty"`                   // how its first and last days were chosen
	Witness        *Witness       `json:"witness,omitempty" yaml:"witness,omitempty"`                           // signs nothing
	Annex          *Annex         `json:"annex,omitempty" yaml:"annex,omitempty"`                               // nil: none announced
	Definition     *Definition    `json:"definition,omitempty" yaml:"definition,omitempty"`                     // of what the agreement is about
	SourceStudy    *Study         `json:"source_study,omitempty" yaml:"source_study,omitempty"`                 // where its figures come from
	SupportMission *Mission       `json:"support_mission,omitempty" yaml:"support_mission,omitempty"`           // who runs it day by day
	Trials         *Trials        `json:"trials,omitempty" yaml:"trials,omitempty"`                             // the experimentation sites it announces
	Evaluation     *Evaluation    `json:"evaluation,omitempty" yaml:"evaluation,omitempty"`                     // nil: none announced
	OtherPartners  []string       `json:"other_partners,omitempty" yaml:"other_partners,omitempty" quote:"act"` // named, and not signing
	Glossary       []Word         `json:"glossary,omitempty" yaml:"glossary,omitempty"`                         // words of our own that its reports explain
	KeyDates       []KeyDate      `json:"key_dates,omitempty" yaml:"key_dates,omitempty"`                       // by date
	OtherQuotes    []LabelledText `json:"other_quotes,omitempty" yaml:"other_quotes,omitempty"`                 // anything else worth finding again
}

// Witness was present at the signature.
type Witness struct {
	NameQuoted     string `json:"name_quoted" yaml:"name_quoted" quote:"act"`
	CapacityQuoted string `json:"capacity_quoted" yaml:"capacity_quoted" quote:"act"`
}

// Annex is what the act announces as annexed.
type Annex struct {
	ArticleNo int    `json:"article_no" yaml:"article_no"`
	Quoted    string `json:"quoted" yaml:"quoted" quote:"article"`
	Missing   bool   `json:"missing,omitempty" yaml:"missing,omitempty"` // absent from the source
}

// Definition is how the act defines its subject.
type Definition struct {
	ArticleNo  int      `json:"article_no" yaml:"article_no"`
	Quoted     string   `json:"quoted" yaml:"quoted" quote:"article"`
	FootnoteNo *int     `json:"footnote_no,omitempty" yaml:"footnote_no,omitempty"`
	Excludes   []string `json:"excludes,omitempty" yaml:"excludes,omitempty" quote:"article"`
	Principles []string `json:"principles,omitempty" yaml:"principles,omitempty" quote:"article"`
}

// Study is the study that the act relies on.
type Study struct {
	NameQuoted   string `json:"name_quoted" yaml:"name_quoted" quote:"act"`
	AuthorQuoted string `json:"author_quoted,omitempty" yaml:"author_quoted,omitempty" quote:"act"`
	FootnoteNo   *int   `json:"footnote_no,omitempty" yaml:"footnote_no,omitempty"`
}

// Mission is the team that runs the agreement. The act may call it several names.
type Mission struct {
	Label       string   `json:"label" yaml:"label"` // the one that Copil writes
	Quoted      string   `json:"quoted" yaml:"quoted" quote:"act"`
	NamesQuoted []string `json:"names_quoted,omitempty" yaml:"names_quoted,omitempty" quote:"act"`
}

// Trials is what the act says of its experimentation sites.
type Trials struct {
	ArticleNo      int      `json:"article_no" yaml:"article_no"`
	Quoted         string   `json:"quoted" yaml:"quoted" quote:"article"`
	CriteriaQuoted []string `json:"criteria_quoted,omitempty" yaml:"criteria_quoted,omitempty" quote:"article"`
}

// Evaluation is the evaluation that the act announces.
type Evaluation struct {
	ArticleNo        int        `json:"article_no" yaml:"article_no"`
	Quoted           string     `json:"quoted" yaml:"quoted" quote:"article"`
	AfterQuoted      string     `json:"after_quoted,omitempty" yaml:"after_quoted,omitempty" quote:"article"` // after how long
	AfterMonths      int        `json:"after_months,omitempty" yaml:"after_months,omitempty"`                 // the same, in months
	PlannedOn        *time.Time `json:"planned_on,omitempty" yaml:"planned_on,omitempty"`                     // first day that its words allow
	IndicatorsQuoted []string   `json:"indicators_quoted,omitempty" yaml:"indicators_quoted,omitempty" quote:"article"`
}

// Word is a word that the agreement's reports use in a sense of their own.
type Word struct {
	Term string `json:"term" yaml:"term"`
	Text string `json:"text" yaml:"text"` // a sentence in lower case
}

// KeyDate is a date that the act gives, as precise as the act is.
type KeyDate struct {
	When   string `json:"when" yaml:"when"` // "2011-02-18", "2000", "début 2015"
	Quoted string `json:"quoted" yaml:"quoted" quote:"act"`
}

// LabelledText is a passage of the act under a label of our own.
type LabelledText struct {
	Label     string `json:"label" yaml:"label"`
	ArticleNo int    `json:"article_no" yaml:"article_no"`
	Quoted    string `json:"quoted" yaml:"quoted" quote:"article"`
}

// Article is an article in full. Article 0 is the preamble.
type Article struct {
	ArticleNo int    `json:"article_no" yaml:"article_no"`
	Title     string `json:"title" yaml:"title,omitempty"`
	Body      string `json:"body" yaml:"body,omitempty"`       // one paragraph a line, a blank line between groups
	Missing   bool   `json:"missing" yaml:"missing,omitempty"` // absent from the source: shown as such
}

// Footnote is a note of the act, and the article that calls it.
type Footnote struct {
	FootnoteNo int    `json:"footnote_no" yaml:"footnote_no"`
	ArticleNo  int    `json:"article_no" yaml:"article_no"`
	Quoted     string `json:"quoted" yaml:"quoted"`
}

// Party is a signatory. Who represents it, for whom one signs and who signed differ.
type Party struct {
	PartyCode         string    `json:"party_code" yaml:"party_code"`
	OrganisationID    uuid.UUID `json:"organisation_id" yaml:"-"`
	OrganisationCode  string    `json:"code" yaml:"organisation_code"`
	OrganisationName  string    `json:"name" yaml:"organisation_name"` // written correctly, for the screen
	Siren             *string   `json:"siren" yaml:"siren,omitempty"`
	NameQuoted        string    `json:"name_quoted" yaml:"name_quoted" quote:"act"`
	RepresentedQuoted string    `json:"represented_quoted" yaml:"represented_quoted,omitempty" quote:"act"`
	SignedForQuoted   string    `json:"signed_for_quoted" yaml:"signed_for_quoted,omitempty" quote:"act"`
	SignerName        string    `json:"signer_name" yaml:"signer_name,omitempty" quote:"act"`
	SignerCapacity    string    `json:"signer_capacity" yaml:"signer_capacity,omitempty" quote:"act"`
	Chairs            bool      `json:"chairs" yaml:"chairs,omitempty"` // co-chairs the steering committee
}

// Axis is a line of work of the agreement.
type Axis struct {
	AxisNo     int    `json:"axis_no" yaml:"axis_no"`
	Quoted     string `json:"quoted" yaml:"quoted" quote:"act"`
	ShortLabel string `json:"short_label" yaml:"short_label"`
}

// Stake is an issue that the agreement means to settle, and its points.
type Stake struct {
	StakeNo   int      `json:"stake_no" yaml:"stake_no"`
	ArticleNo int      `json:"article_no" yaml:"article_no"`
	Quoted    string   `json:"quoted" yaml:"quoted" quote:"article"`
	Items     []string `json:"items" yaml:"items,omitempty" quote:"article"`
}

// Objective is an objective of the plan.
type Objective struct {
	ObjectiveNo  int    `json:"objective_no" yaml:"objective_no"`
	ArticleNo    int    `json:"article_no" yaml:"article_no"`
	Quoted       string `json:"quoted" yaml:"quoted" quote:"article"`
	ProposedAxis *int   `json:"proposed_axis" yaml:"proposed_axis,omitempty"` // ours: the act maps no objective to an axis
}

// Commitment is what a party commits itself to.
type Commitment struct {
	CommitmentCode  string   `json:"commitment_code" yaml:"commitment_code"`
	PartyCode       *string  `json:"party_code" yaml:"party_code,omitempty"` // nil: every party
	ArticleNo       int      `json:"article_no" yaml:"article_no"`
	Quoted          string   `json:"quoted" yaml:"quoted" quote:"article"`
	ByQuoted        string   `json:"by_quoted" yaml:"by_quoted,omitempty" quote:"article"` // the service, when the act names one
	ConditionQuoted string   `json:"condition_quoted" yaml:"condition_quoted,omitempty" quote:"article"`
	BudgetLine      string   `json:"budget_line" yaml:"budget_line,omitempty" quote:"article"`
	BudgetQuoted    string   `json:"budget_quoted" yaml:"budget_quoted,omitempty" quote:"article"`
	Annual          bool     `json:"annual" yaml:"annual,omitempty"`
	Years           []int    `json:"years" yaml:"years,omitempty"`  // the only years it covers, where the act names them
	Indicators      []string `json:"-" yaml:"indicators,omitempty"` // ours: those that follow it, in the order of the indicators
}

// KeyFigure is a figure of the act with what exactly it counts. It is never
// recomputed nor added to another.
type KeyFigure struct {
	FigureCode  string          `json:"figure_code" yaml:"figure_code"`
	ArticleNo   int             `json:"article_no" yaml:"article_no"`
	Quoted      string          `json:"quoted" yaml:"quoted" quote:"article"`
	Minimum     decimal.Decimal `json:"minimum" yaml:"minimum"`
	Maximum     decimal.Decimal `json:"maximum" yaml:"maximum"` // equal to Minimum unless a range
	Approximate bool            `json:"approximate" yaml:"approximate,omitempty"`
	Unit        string          `json:"unit" yaml:"unit"`
	Year        *int            `json:"year" yaml:"year,omitempty"` // nil: the act does not date it
	Doctrine    string          `json:"doctrine" yaml:"doctrine"`
	FootnoteNo  *int            `json:"footnote_no" yaml:"footnote_no,omitempty"`
}

// Body is a governance body.
type Body struct {
	BodyCode        string   `json:"body_code" yaml:"body_code"`
	ArticleNo       int      `json:"article_no" yaml:"article_no"`
	NameQuoted      string   `json:"name_quoted" yaml:"name_quoted" quote:"article"`
	ShortLabel      string   `json:"short_label" yaml:"short_label"`
	PerYear         *int     `json:"per_year" yaml:"per_year,omitempty"`             // meetings; nil: the act does not say
	Quotes          []string `json:"quotes" yaml:"quotes,omitempty" quote:"article"` // chairs, members, frequency, powers
	ValidatesReport bool     `json:"validates_report" yaml:"validates_report,omitempty"`
	HearsReport     bool     `json:"hears_report" yaml:"hears_report,omitempty"`
}

// Finding is something odd about the act, with its place in the text.
type Finding struct {
	FindingCode string `json:"finding_code" yaml:"-"`
	ArticleNo   *int   `json:"article_no" yaml:"-"` // nil: no single article
	Title       string `json:"title" yaml:"-"`
	Explanation string `json:"explanation" yaml:"-"`
}

// List is a reference list.
type List struct {
	ListCode string `json:"list_code" yaml:"list_code"`
	Label    string `json:"label" yaml:"label"`
	Items    []Item `json:"-" yaml:"items" db:"-"`
}
