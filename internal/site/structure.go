package site

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
)

// Structure is an organisation that employs mediators.
type Structure struct {
	OrganisationID uuid.UUID
	Code           string
	Name           string
	OperatorType   string // label
	CommuneName    string // its seat, "" when unknown
	OffSite        bool   // it also has figures outside any site
	ListedOn       time.Time
	DelistedOn     *time.Time
}

// StructureDraft is what a person enters to list a structure.
type StructureDraft struct {
	Code         string
	Name         string
	OperatorType string // item of the list "operator_type"
	Commune      string // INSEE code, "" when unknown
	OffSite      bool
	ListedOn     time.Time
}

// Problems returns what is wrong with the draft, field by field.
func (d StructureDraft) Problems() fault.Fields {
	bad := fault.Fields{}
	if strings.TrimSpace(d.Code) == "" {
		bad.Add("code", "Saisissez un code court, par exemple A5.")
	}
	if strings.TrimSpace(d.Name) == "" {
		bad.Add("name", "Saisissez le nom de la structure.")
	}
	if d.OperatorType == "" {
		bad.Add("operator_type", "Choisissez un type d’opérateur.")
	}
	return bad
}

const selectStructures = `
	SELECT t.organisation_id, o.code, o.name, coalesce(i.label, t.operator_type) AS operator_type,
	       coalesce(c.name, '') AS commune_name, t.off_site, t.listed_on, t.delisted_on
	FROM structures t
	JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = t.organisation_id
	LEFT JOIN list_items i ON i.convention_id = @convention AND i.list_code = 'operator_type' AND i.item_code = t.operator_type
	LEFT JOIN communes c ON c.commune = t.commune
	WHERE t.convention_id = @convention`

// Structures returns every structure by name.
func Structures(b *pg.Batch) *pg.Rows[Structure] {
	return pg.Queue[Structure](b, selectStructures+` ORDER BY o.name`, nil)
}

// GetStructure returns one structure.
func GetStructure(b *pg.Batch, id uuid.UUID) *pg.Rows[Structure] {
	return pg.Queue[Structure](b, selectStructures+` AND t.organisation_id = @id`, pg.Args{"id": id})
}

// Link is a structure at work on a site.
type Link struct {
	SiteID         uuid.UUID
	SiteCode       string
	SiteName       string
	OrganisationID uuid.UUID
	StructureName  string
	SinceOn        time.Time
	UntilOn        *time.Time
}

// Links returns which structures work on which sites; a nil site or structure
// does not narrow.
func Links(b *pg.Batch, siteID, structureID *uuid.UUID) *pg.Rows[Link] {
	return pg.Queue[Link](b, `
		SELECT l.site_id, s.code AS site_code, s.name AS site_name, l.organisation_id, o.name AS structure_name, l.since_on, l.until_on
		FROM site_structures l
		JOIN sites s ON s.convention_id = @convention AND s.site_id = l.site_id
		JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = l.organisation_id
		WHERE l.convention_id = @convention
		  AND (@site::uuid IS NULL OR l.site_id = @site)
		  AND (@structure::uuid IS NULL OR l.organisation_id = @structure)
		ORDER BY length(s.code), s.code, o.name`,
		pg.Args{"site": siteID, "structure": structureID})
}

// CreateOrganisation stores an organisation without any facet, such as the
// commune that carries a site.
func CreateOrganisation(ctx context.Context, tx *pg.Tx, by audit.Stamp, code, name string) (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.Nil, err
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO organisations (convention_id, organisation_id, code, name)
		VALUES (@convention, @id, @code, @name)`,
		pg.Args{"id": id, "code": code, "name": name})
	if pg.ViolatedConstraint(err) == "organisations_code_taken" {
		return uuid.Nil, fault.OnField(fault.Conflict, "code", "Un autre organisme porte déjà ce code.")
	}
	if err != nil {
		return uuid.Nil, err
	}
	return id, audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Created, ObjectType: OrganisationObject,
		ObjectID: id.String(), ObjectLabel: name})
}

// OrganisationObject is an organisation in the audit log.
const OrganisationObject audit.ObjectType = "organisation"

// CreateStructure lists a new structure and returns its organisation's identifier.
func CreateStructure(ctx context.Context, tx *pg.Tx, by audit.Stamp, d StructureDraft) (uuid.UUID, error) {
	if bad := d.Problems(); len(bad) > 0 {
		return uuid.Nil, &fault.Error{Kind: fault.Invalid, Message: "La structure n’a pas été créée.", Fields: bad}
	}
	id, err := CreateOrganisation(ctx, tx, by, d.Code, d.Name)
	if err != nil {
		return uuid.Nil, err
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO structures (convention_id, organisation_id, operator_type, commune, off_site, listed_on)
		VALUES (@convention, @id, @operator, nullif(@commune, ''), @off_site, @listed)`,
		pg.Args{"id": id, "operator": d.OperatorType, "commune": d.Commune, "off_site": d.OffSite, "listed": d.ListedOn})
	if err != nil {
		return uuid.Nil, err
	}
	return id, audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Created, ObjectType: StructureObject,
		ObjectID: id.String(), ObjectLabel: d.Name, After: d})
}

// Attach puts a structure to work on a site from a day on.
func Attach(ctx context.Context, tx *pg.Tx, by audit.Stamp, siteID, structureID uuid.UUID, since time.Time) error {
	names, err := pg.One[struct {
		Site, Structure string
		SpottedOn       time.Time
	}](ctx, tx, `
		SELECT s.name AS site, o.name AS structure,
		       (SELECT min(since_on) FROM site_states WHERE convention_id = @convention AND site_id = s.site_id) AS spotted_on
		FROM sites s, structures t JOIN organisations o ON o.convention_id = @convention AND o.organisation_id = t.organisation_id
		WHERE s.convention_id = @convention AND s.site_id = @site
		  AND t.convention_id = @convention AND t.organisation_id = @structure`,
		pg.Args{"site": siteID, "structure": structureID})
	if err != nil {
		return err
	}
	if since.Before(names.SpottedOn) {
		return fault.OnField(fault.Invalid, "since_on", "Le site n’existe que depuis le "+french.Date(names.SpottedOn)+".")
	}
	err = pg.Exec(ctx, tx, `
		INSERT INTO site_structures (convention_id, site_id, organisation_id, since_on)
		VALUES (@convention, @site, @structure, @since)`,
		pg.Args{"site": siteID, "structure": structureID, "since": since})
	if pg.ViolatedConstraint(err) == "site_structures_pkey" {
		return fault.OnField(fault.Conflict, "structure", names.Structure+" travaille déjà sur ce site.")
	}
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Stamp: by, Action: audit.Attached, ObjectType: SiteObject, ObjectID: siteID.String(),
		ObjectLabel: names.Site, After: map[string]any{"structure": names.Structure, "since_on": since.Format(time.DateOnly)}})
}

// Organisation is any body that the convention knows, whatever its facets.
type Organisation struct {
	OrganisationID uuid.UUID
	Code           string
	Name           string
}

// Carriers returns the organisations that can carry a site, by name: neither the
// parties of the act nor the team that steers it, nor who only reads.
func Carriers(b *pg.Batch) *pg.Rows[Organisation] {
	return pg.Queue[Organisation](b, `
		SELECT organisation_id, code, name FROM organisations o
		WHERE convention_id = @convention
		  AND NOT EXISTS (SELECT FROM parties WHERE convention_id = @convention AND organisation_id = o.organisation_id)
		  AND NOT EXISTS (SELECT FROM members WHERE convention_id = @convention AND organisation_id = o.organisation_id AND role IN ('mission', 'reader'))
		ORDER BY name`, nil)
}
