package audit

// Action is what was done. The set is closed, so that the log can be filtered.
type Action string

// The actions, as stored.
const (
	Created      Action = "created"
	Changed      Action = "changed"
	Removed      Action = "removed"
	StateChanged Action = "state-changed"
	Submitted    Action = "submitted"
	Validated    Action = "validated"
	Returned     Action = "returned"
	Reopened     Action = "reopened"
	Reminded     Action = "reminded"
	Corrected    Action = "corrected"
	Attached     Action = "attached"
	Imported     Action = "imported"
	Exported     Action = "exported"
	Frozen       Action = "frozen"
)

// Actions lists every action, in the order of the filter.
var Actions = []Action{Created, Changed, Removed, StateChanged, Submitted, Validated, Returned, Reopened, Reminded, Corrected, Attached, Imported, Exported, Frozen}

// Label returns the action's name on screen, "" for an unknown one.
func (a Action) Label() string {
	switch a {
	case Created:
		return "Création"
	case Changed:
		return "Modification"
	case Removed:
		return "Retrait"
	case StateChanged:
		return "Changement d’état"
	case Submitted:
		return "Soumission"
	case Validated:
		return "Validation"
	case Returned:
		return "Renvoi pour correction"
	case Reopened:
		return "Réouverture"
	case Reminded:
		return "Relance"
	case Corrected:
		return "Rectification"
	case Attached:
		return "Rattachement"
	case Imported:
		return "Import"
	case Exported:
		return "Export"
	case Frozen:
		return "Gel"
	}
	return ""
}

// ObjectType is the kind of object that an entry is about (domain.md 1).
type ObjectType string

// The types of object, as stored.
const (
	Convention   ObjectType = "convention"
	Organisation ObjectType = "organisation"
	Member       ObjectType = "member"
	Period       ObjectType = "period"
	Indicator    ObjectType = "indicator"
	Structure    ObjectType = "structure"
	Site         ObjectType = "site"
	Post         ObjectType = "post"
	Submission   ObjectType = "submission"
	Funding      ObjectType = "funding"
	Pooling      ObjectType = "pooling"
	PlanAction   ObjectType = "plan-action"
	Finding      ObjectType = "finding"
	Commitment   ObjectType = "commitment"
	Meeting      ObjectType = "meeting"
	Decision     ObjectType = "decision"
	Amendment    ObjectType = "amendment"
	Report       ObjectType = "report"
	Document     ObjectType = "document"
	Mail         ObjectType = "mail"
)

// Objects lists every type of object, in the order of the filter.
var Objects = []ObjectType{
	Convention, Organisation, Member, Period, Indicator, Structure, Site, Post, Submission,
	Funding, Pooling, Finding, Commitment, PlanAction, Meeting, Decision, Amendment, Report, Document, Mail,
}

// Label returns the type's name on screen, "" for an unknown one.
func (o ObjectType) Label() string {
	switch o {
	case Convention:
		return "Convention"
	case Organisation:
		return "Organisme"
	case Member:
		return "Membre"
	case Period:
		return "Période"
	case Indicator:
		return "Indicateur"
	case Structure:
		return "Structure"
	case Site:
		return "Site"
	case Post:
		return "Poste"
	case Submission:
		return "Saisie"
	case Funding:
		return "Financement"
	case Pooling:
		return "Poste mutualisé"
	case PlanAction:
		return "Action du plan"
	case Finding:
		return "Constat de lecture"
	case Commitment:
		return "Engagement"
	case Meeting:
		return "Réunion"
	case Decision:
		return "Décision"
	case Amendment:
		return "Avenant"
	case Report:
		return "Bilan"
	case Document:
		return "Pièce"
	case Mail:
		return "Courriel"
	}
	return ""
}
