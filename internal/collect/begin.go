package collect

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/internal/site"
)

// MayBegin answers whether a structure may be asked for its figures of a period,
// on a site or off-site (at is nil), and if not, why. links are among which the
// structure's on that site stands, if any. Pages and Begin ask it.
func MayBegin(t site.Structure, links []site.Link, at *uuid.UUID, p convention.Period, actor access.Actor, today time.Time) (reason string) {
	switch {
	case t.ListedOn.After(p.EndsOn):
		return "La structure n’est listée que depuis le " + french.Date(t.ListedOn) + ", après la fin de cette période."
	case t.DelistedOn != nil && !t.DelistedOn.After(p.StartsOn):
		return "La structure n’est plus listée depuis le " + french.Date(*t.DelistedOn) + ", avant cette période."
	case at == nil && !t.OffSite:
		return "La structure n’a pas d’activité hors site."
	}
	if at != nil {
		i := slices.IndexFunc(links, func(l site.Link) bool { return l.SiteID == *at && l.OrganisationID == t.OrganisationID })
		switch {
		case i < 0:
			return "La structure ne travaille pas sur ce site\u00a0: " + actor.Words.TheMission() + " doit d’abord l’y rattacher."
		case links[i].SinceOn.After(p.EndsOn):
			return "La structure travaille sur ce site depuis le " + french.Date(links[i].SinceOn) + ", après la fin de cette période."
		case links[i].UntilOn != nil && !links[i].UntilOn.After(p.StartsOn):
			return "La structure ne travaille plus sur ce site depuis le " + french.Date(*links[i].UntilOn) + ", avant cette période."
		}
	}
	switch p.StateOn(today) {
	case convention.PeriodOpen:
		if (standing{Submission{State: ToEnter}, p, today}).closedToAll() && !actor.Can(access.CampaignWrite) {
			return "La collecte de la période " + p.Label + " est close. " + french.Capital(actor.Words.TheMission()) + " peut encore demander une saisie."
		}
		return ""
	case convention.PeriodClosed:
		return "La période " + p.Label + " n’est pas ouverte à la saisie. " + french.Capital(actor.Words.TheMission()) + " l’ouvrira."
	}
	return "Le bilan de la période " + p.Label + " est validé\u00a0: aucune saisie ne s’y ajoute."
}

// Begin asks a structure for its figures of a period that is open, on a site on
// which it works or off-site. What stands in the way is a Conflict that says it.
func Begin(ctx context.Context, tx *pg.Tx, by audit.Stamp, organisationID uuid.UUID, siteID *uuid.UUID, period string) (uuid.UUID, error) {
	b := tx.Batch()
	periods, links, structures := convention.Periods(b), site.Links(b, siteID, &organisationID), site.GetStructure(b, organisationID)
	places := &pg.Rows[site.Site]{All: []site.Site{{}}}
	if siteID != nil {
		places = site.Get(b, *siteID, by.OnDay)
	}
	if err := b.Send(ctx); err != nil {
		return uuid.Nil, err
	}
	t, err := structures.One()
	if err != nil {
		return uuid.Nil, err
	}
	if _, err := places.One(); err != nil {
		return uuid.Nil, err
	}
	i := slices.IndexFunc(periods.All, func(p convention.Period) bool { return p.PeriodCode == period })
	stranger := siteID != nil && by.Actor.Role == access.Structure && len(links.All) == 0 // the site's page does not exist for it
	if i < 0 || stranger {
		return uuid.Nil, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if reason := MayBegin(t, links.All, siteID, periods.All[i], by.Actor, by.OnDay); reason != "" {
		return uuid.Nil, fault.New(fault.Conflict, "%s", reason)
	}
	return Expect(ctx, tx, by, organisationID, siteID, period)
}
