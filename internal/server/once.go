package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"time"

	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/collect"
	"copil/internal/fault"
	"copil/internal/pg"
)

// once claims the form's key before run, so that a form sent twice has one
// effect: the second is answered like the first.
func (s *server) once(req *Request, reply *Reply, run func() error) error {
	if req.PostForm.Get(profileField) != req.Actor.MemberID.String() {
		return fault.New(fault.Conflict, "Ce formulaire a été affiché sous un autre profil que celui d’aujourd’hui (%s). Revenez à la page et recommencez\u00a0: rien n’a été enregistré.", req.Actor.RoleLabel())
	}
	key, err := uuid.Parse(req.PostForm.Get(keyField))
	if err != nil {
		return fault.New(fault.Invalid, "Le formulaire est incomplet. Rechargez la page et recommencez.")
	}
	// The same form sent with other answers is another sending.
	sum := sha256.New()
	_, _ = io.WriteString(sum, req.URL.Path+"\n"+req.PostForm.Encode()+"\n"+req.File.Name+"\n") // a hash never fails
	_, _ = sum.Write(req.File.Content)
	content := sum.Sum(nil)
	earlier, claimed, err := claim(req, key, content)
	if err != nil {
		return err
	}
	if !claimed {
		*reply = already(req, earlier)
		return nil
	}
	if err := run(); err != nil {
		return err
	}
	if reply.status >= 400 || reply.undo {
		return errUndo
	}
	return keep(req.Context(), req.Tx, key, content, reply.location)
}

// already answers what was sent before. A script asks where its work stands now.
func already(req *Request, earlier string) Reply {
	if wantsData(req.Request) {
		return done(req.URL.Path, "")
	}
	return done(earlier, "Cet envoi avait déjà été enregistré.")
}

// claim takes the form's key. When it was taken before, it returns where the
// first sending led.
func claim(req *Request, key uuid.UUID, content []byte) (location string, claimed bool, err error) {
	n, err := pg.Run(req.Context(), req.Tx, `
		INSERT INTO form_keys (convention_id, form_key, content, person_id, claimed_at) VALUES (@convention, @key, @content, @person, @at)
		ON CONFLICT DO NOTHING`, pg.Args{"key": key, "content": content, "person": req.Actor.PersonID, "at": req.Now})
	if err != nil || n == 1 {
		return "", n == 1, err
	}
	earlier, err := pg.One[struct{ Location string }](req.Context(), req.Tx, `
		SELECT location FROM form_keys WHERE convention_id = @convention AND form_key = @key AND content = @content AND person_id = @person`,
		pg.Args{"key": key, "content": content, "person": req.Actor.PersonID})
	return earlier.Location, false, err
}

// keep remembers where a form's first sending led.
func keep(ctx context.Context, tx *pg.Tx, key uuid.UUID, content []byte, location string) error {
	return pg.Exec(ctx, tx, `
		UPDATE form_keys SET location = @location WHERE convention_id = @convention AND form_key = @key AND content = @content`,
		pg.Args{"key": key, "content": content, "location": location})
}

// formKept is how long a form sent again is answered like the first time: longer
// than a session lasts.
const formKept = 48 * time.Hour

// sweptAtOnce bounds what is removed of one convention at a time, so that nobody
// waits for it.
const sweptAtOnce = 10_000

// SweepForms removes the keys of forms that were sent too long ago to come again,
// and files that waited too long to be confirmed, as of now by the wall clock, in every convention that can be reached. To be run
// now and then. They are no record of anything, so the log does not tell of it.
func SweepForms(ctx context.Context, pool *pg.Pool, sys *pg.System, now time.Time) error {
	conventions, err := account.AllHosted(ctx, sys)
	for _, convention := range conventions {
		err = errors.Join(err, pool.InConvention(ctx, convention.ConventionID, pg.ReadWrite, func(tx *pg.Tx) error {
			_, err := pg.Run(ctx, tx, `
				DELETE FROM form_keys WHERE convention_id = @convention AND (form_key, content) IN (
					SELECT form_key, content FROM form_keys WHERE convention_id = @convention AND claimed_at < @before LIMIT @most)`,
				pg.Args{"before": now.Add(-formKept), "most": sweptAtOnce})
			if err != nil {
				return err
			}
			return collect.SweepUploads(ctx, tx, now)
		}))
		if ctx.Err() != nil {
			break
		}
	}
	return err
}
