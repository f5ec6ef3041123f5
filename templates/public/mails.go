package public

import (
	"strconv"
	"time"

	"copil/internal/french"
	"copil/internal/mail"
)

// MailsShown is how many mails the page holds at most.
const MailsShown = 100

// MailsView is what the demonstration would have sent, newest first.
type MailsView struct {
	Mails    []mail.Caught
	Total    int    // shown or not
	Base     string // how links in them begin
	Location *time.Location
}

func (v MailsView) lead() string {
	if v.Total > len(v.Mails) {
		return "Aucun courriel ne quitte cette machine. Voici les " + french.Int(len(v.Mails)) + " plus récents, sur " + french.Int(v.Total) + "."
	}
	return "Aucun courriel ne quitte cette machine\u00a0: la démonstration les garde ici, du plus récent au plus ancien, jusqu’à son arrêt."
}

// id is the anchor of a mail; it stays when others come before it.
func (v MailsView) id(i int) string { return "courriel-" + strconv.Itoa(v.Total-i) }

func (v MailsView) moment(m mail.Caught) string {
	at := m.At.In(v.Location)
	return french.ShortDate(at) + " à\u00a0" + french.Time(at)
}
