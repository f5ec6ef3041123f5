package server

import (
	"github.com/a-h/templ"

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
		v := settings.MailsView{Frame: f, Mails: lines.All, Off: s.MailOff, Location: r.Now.Location()}
		if tally, err := tallies.One(); err == nil { // an aggregate always has its row
			v.Tally = tally
		}
		return settings.Mails(v)
	}
}
