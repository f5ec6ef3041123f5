// Package site keeps the experimentation sites of a convention, the structures
// that work on them, and their posts.
package site

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/fault"
)

// State is where a site stands (domain.md 4.1). The code stored is finer than
// what a list shows: see Shown.
type State string

// The states, as stored.
const (
	Repere       State = "repere"
	Candidat     State = "candidat"
	Instruit     State = "instruit"
	Retenu       State = "retenu"
	Conventionne State = "conventionne"
	Actif        State = "actif"
	Suspendu     State = "suspendu"
	Evalue       State = "evalue"
	Perennise    State = "perennise"
	Clos         State = "clos"
	Ecarte       State = "ecarte"
	Retire       State = "retire"
)

// States lists every state in the order of a site's life.
var States = []State{Repere, Candidat, Instruit, Retenu, Conventionne, Actif, Suspendu, Evalue, Perennise, Clos, Ecarte, Retire}

var stateLabels = map[State]string{
	Repere: "Repéré", Candidat: "Candidat", Instruit: "Instruit", Retenu: "Retenu", Conventionne: "Conventionné",
	Actif: "Actif", Suspendu: "Suspendu", Evalue: "Évalué", Perennise: "Pérennisé", Clos: "Clos",
	Ecarte: "Écarté", Retire: "Retiré",
}

// Label returns the state's exact name on screen.
func (s State) Label() string { return stateLabels[s] }

// Listed is one row of the list of sites, as of a day.
type Listed struct {
	SiteID      uuid.UUID
	Code        string
	Name        string
	State       State
	SinceOn     time.Time // when that state began
	Communes    []string  // names
	Sectors     []string  // labels
	CarrierName string    // "" when none is known
	Structures  int       // attached today
}

// Site is one site, as of a day.
type Site struct {
	SiteID      uuid.UUID
	Code        string
	Name        string
	Need        string
	CarrierID   *uuid.UUID
	CarrierName string
	State       State
	Version     int
}

// Step is one state in a site's history.
type Step struct {
	Step     int
	State    State
	SinceOn  time.Time
	Decision string // number of the committee's decision, "" where none was needed
	Reason   string
}

// Zoning is a priority area that a site lies in, with its dates.
type Zoning struct {
	Zoning  string // a ZoningKind's
	Label   string `json:"-"` // the kind's name, read only
	SinceOn time.Time
	UntilOn *time.Time // its last day; nil: for as long as the kind is valid
	Note    string
}

// Sector is a field of work of a site.
type Sector struct {
	Sector string // item of the list "sector"
	Label  string
}

// Commune is a commune of the two departments, as of today's official list.
type Commune struct {
	Commune        string // INSEE code
	Name           string
	Department     string
	Arrondissement string // name
	Population     int
}

// Draft is what a person enters of a site. Change leaves Code and SinceOn alone.
type Draft struct {
	Code      string
	Name      string
	Need      string
	Communes  []string // INSEE codes
	Sectors   []string // items of the list "sector"
	CarrierID *uuid.UUID
	Zonings   []Zoning
	SinceOn   time.Time // when it was spotted
}

// Problems returns what is wrong with the draft, field by field.
func (d Draft) Problems() fault.Fields {
	bad := fault.Fields{}
	if strings.TrimSpace(d.Code) == "" {
		bad.Add("code", "Saisissez un code court, par exemple S1.")
	}
	if strings.TrimSpace(d.Name) == "" {
		bad.Add("name", "Saisissez le nom du site.")
	}
	if len(d.Communes) == 0 {
		bad.Add("communes", "Indiquez au moins une commune.")
	}
	if strings.TrimSpace(d.Need) == "" {
		bad.Add("need", "Décrivez en quelques mots le besoin du territoire.")
	}
	return bad
}
