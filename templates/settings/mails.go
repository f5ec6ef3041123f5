package settings

import (
	"time"

	"github.com/a-h/templ"

	"copil/internal/french"
	"copil/internal/mail"
	"copil/templates/ui"
)

// MailsView is the convention's outbox.
type MailsView struct {
	Frame
	Mails    []mail.Line
	Tally    mail.Tally
	Resend   ui.Form        // of those that failed
	Off      bool           // nothing leaves this installation
	Location *time.Location // in which wall times are told
}

// MailField names the mail to send again.
const MailField = "courriel"

// resendForm is the one form of the page; the button of each mail that failed
// stands in the table and belongs to it.
const resendForm = "renvoi"

func (v MailsView) resend() ui.Form {
	v.Resend.Attrs = templ.Attributes{"id": resendForm}
	return v.Resend
}

// note counts the mails by state, and says which of them the table shows.
func (v MailsView) note() string {
	t := v.Tally
	note := french.Plural(t.Waiting, "en attente", "en attente") + ", " + french.Plural(t.Failed, "en échec", "en échec") + ", " +
		french.Plural(t.Sent, "envoyé", "envoyés") + ", " + french.Plural(t.Cancelled, "annulé", "annulés") + ". "
	if all := t.Waiting + t.Failed + t.Sent + t.Cancelled; all > len(v.Mails) {
		return note + "Ce tableau en montre " + french.Int(len(v.Mails)) + "\u00a0: les échecs et l’attente d’abord, puis les plus récents."
	}
	return note + "Les échecs et l’attente viennent d’abord, puis les plus récents."
}

// moment tells a wall time.
func (v MailsView) moment(at time.Time) string {
	at = at.In(v.Location)
	return french.ShortDate(at) + " à\u00a0" + french.Time(at)
}

// next says what happens to a mail that does not leave.
func (v MailsView) next(l mail.Line) string {
	if l.State != mail.Waiting || l.LastError == "" {
		return l.LastError
	}
	return l.LastError + " Nouvel essai le " + v.moment(l.DueAt) + "."
}

func mailKind(s mail.State) ui.Kind {
	switch s {
	case mail.Sent:
		return ui.Success
	case mail.Failed:
		return ui.Danger
	case mail.Sending:
		return ui.Info
	case mail.Cancelled:
		return ui.Excluded
	case mail.Waiting:
	}
	return ui.Neutral
}
