package server

import (
	"github.com/a-h/templ"
	"github.com/google/uuid"

	"copil/internal/fault"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/templates/public"
	"copil/templates/settings"
)

// caughtIndex shows the mails that the demonstration sent to nobody.
func (s *server) caughtIndex(r *Request) (Reply, error) {
	all := s.Caught()
	return page("Courriels", nil, public.Mails(public.MailsView{
		Mails: all[:min(len(all), public.MailsShown)], Total: len(all), Base: s.BaseURL, Location: r.Now.Location(),
	})), nil
}

// settingsMails queues the outbox, and returns how to show it.
func (s *server) settingsMails(r *Request, b *pg.Batch) func(settings.Frame) templ.Component {
	lines, tallies := mail.List(b), mail.Count(b)
	return func(f settings.Frame) templ.Component {
		v := settings.MailsView{Frame: f, Mails: lines.All, Off: s.MailOff, Location: r.Now.Location(), Resend: r.Form(r.Path("reglages", "courriels"), 0)}
		if tally, err := tallies.One(); err == nil { // an aggregate always has its row
			v.Tally = tally
		}
		return settings.Mails(v)
	}
}

// mailResend lets a mail that failed leave once more.
func (s *server) mailResend(r *Request) (Reply, error) {
	id, err := uuid.Parse(r.PostForm.Get(settings.MailField))
	if err != nil {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	if err := mail.Resend(r.Context(), r.Tx, r.Stamp(), id); err != nil {
		return Reply{}, err
	}
	said := "Le courriel repart dans les prochaines secondes."
	if s.MailOff {
		said = "Le courriel attend de nouveau\u00a0: il partira quand l’envoi sera réglé sur ce serveur."
	}
	return done(r.Path("reglages", "courriels"), said), nil
}
