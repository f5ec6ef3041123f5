// Package access says who may do what. It is pure: no database, no HTTP.
package access

import (
	"slices"

	"github.com/google/uuid"
)

// Permission is one thing that a person may do within a convention.
type Permission string

// The permissions that the route table names.
const (
	// SignedIn is held by every member, for pages such as one's own profile.
	SignedIn Permission = "signed-in"
	// ConventionRead opens the act, the list of sites and the indicators' definitions.
	ConventionRead Permission = "convention:read"
	// FigureRead opens dashboards, posts and indicators; what a role sees of them is a rule of the domain.
	FigureRead Permission = "figure:read"
	// SiteWrite creates and changes sites, structures and what binds them.
	SiteWrite Permission = "site:write"
	// PostWrite opens, fills, consolidates and closes posts.
	PostWrite Permission = "post:write"
	// FigureWrite enters figures.
	FigureWrite Permission = "figure:write"
	// FigureValidate validates figures that somebody else entered.
	FigureValidate Permission = "figure:validate"
	// CollectRead opens the pages of a collection; a structure sees its own submissions only.
	CollectRead Permission = "collect:read"
	// CampaignWrite opens, extends and closes a collection, reminds, and proposes corrections.
	CampaignWrite Permission = "campaign:write"
	// ReportRead opens and downloads the reports, drafts included.
	ReportRead Permission = "report:read"
	// GovernanceRead opens meetings and decisions; what is not approved or adopted is shown to some roles only, a rule of the domain.
	GovernanceRead Permission = "governance:read"
	// GovernanceWrite keeps the meetings, their papers, and the decisions' follow-up.
	GovernanceWrite Permission = "governance:write"
	// GovernancePropose proposes decisions, and tells what was done about one's own.
	GovernancePropose Permission = "governance:propose"
	// GovernanceDecide records what the chairs decided and that they approved minutes.
	GovernanceDecide Permission = "governance:decide"
	// LogRead opens the audit log.
	LogRead Permission = "log:read"
	// SettingsRead opens the members, lists, indicators and file of a convention.
	SettingsRead Permission = "settings:read"
	// MemberWrite invites members of a convention, and ends or renews what they have there.
	MemberWrite Permission = "member:write"
	// CommitmentRead opens the ledger of commitments, reviews not noted yet included.
	CommitmentRead Permission = "commitment:read"
	// CommitmentReview tells what became of a commitment; of which party is a rule of the domain.
	CommitmentReview Permission = "commitment:review"
	// PlanWrite says which indicators follow a commitment.
	PlanWrite Permission = "plan:write"
	// MoneyRead opens the funding: lines, co-funding, horizon.
	MoneyRead Permission = "money:read"
	// MoneyWrite records lines and what becomes of them; a signatory their own party's.
	MoneyWrite Permission = "money:write"
	// PlatformAdmin creates conventions and accounts; it reads no figure.
	PlatformAdmin Permission = "platform:admin"
)

// Role is a named set of permissions (product.md §1).
type Role string

// The roles, as stored.
const (
	Chair     Role = "chair"
	Signatory Role = "signatory"
	Mission   Role = "mission"
	Structure Role = "structure"
	Reader    Role = "reader"
	Admin     Role = "admin"
)

// Roles lists every role, in the order of the screens.
var Roles = []Role{Chair, Signatory, Mission, Structure, Reader, Admin}

var grants = map[Role][]Permission{
	Chair:     {SignedIn, ConventionRead, FigureRead, CollectRead, ReportRead, GovernanceRead, GovernanceDecide, LogRead, CommitmentRead, CommitmentReview, MoneyRead},
	Signatory: {SignedIn, ConventionRead, FigureRead, CollectRead, FigureWrite, FigureValidate, ReportRead, GovernanceRead, GovernancePropose, LogRead, CommitmentRead, CommitmentReview, MoneyRead, MoneyWrite},
	Mission:   {SignedIn, ConventionRead, FigureRead, CollectRead, SiteWrite, PostWrite, FigureWrite, FigureValidate, CampaignWrite, ReportRead, GovernanceRead, GovernanceWrite, GovernancePropose, GovernanceDecide, LogRead, SettingsRead, MemberWrite, CommitmentRead, PlanWrite, MoneyRead, MoneyWrite},
	Structure: {SignedIn, ConventionRead, FigureRead, CollectRead, PostWrite, FigureWrite, GovernanceRead},
	Reader:    {SignedIn, ConventionRead, FigureRead, GovernanceRead},
	Admin:     {SignedIn, PlatformAdmin},
}

// appoints says who opens which role to others: nobody more than they hold. A
// chair or a signatory speaks and validates for a party, beside the mission and
// partly against what it enters, so that the platform's administration opens
// these at the party's request (docs/decisions/0018-who-appoints.md).
var appoints = map[Role][]Role{
	Mission: {Mission, Structure, Reader},
	Admin:   {Chair, Signatory, Mission},
}

// Appoints lists the roles that the actor may give to somebody, and take away.
func (a Actor) Appoints() []Role { return slices.Clone(appoints[a.Role]) }

// Label returns the role's name on screen, in neutral words; Words.Role gives
// those of a convention.
func (r Role) Label() string {
	switch r {
	case Chair:
		return "Coprésidence"
	case Signatory:
		return "Signataire"
	case Mission:
		return "Mission d’appui"
	case Structure:
		return "Structure locale"
	case Reader:
		return "Lecteur"
	case Admin:
		return "Administration de la plateforme"
	}
	return ""
}

// Actor is the person behind a request, under one membership.
type Actor struct {
	PersonID       uuid.UUID
	MemberID       uuid.UUID // zero for the platform's administration
	ConventionID   uuid.UUID // zero for the platform's administration
	OrganisationID uuid.UUID
	Role           Role
	Name           string // as displayed
	Words          Words  // of the convention
	WithoutMoney   bool   // holds neither of the two permissions on money
}

// RoleLabel returns the name of the actor's role in the words of the convention.
func (a Actor) RoleLabel() string { return a.Words.Role(a.Role) }

// Can reports whether the actor holds p. An unknown role holds nothing.
func (a Actor) Can(p Permission) bool {
	if a.WithoutMoney && (p == MoneyRead || p == MoneyWrite) {
		return false
	}
	return slices.Contains(grants[a.Role], p)
}

// SeesAll reports whether the actor may see the figures of every structure, and
// not only their own or masked totals.
func (a Actor) SeesAll() bool {
	return a.Role == Chair || a.Role == Signatory || a.Role == Mission
}
