package server

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/internal/pg"
	"copil/templates/reports"
	"copil/templates/ui"
)

// handler answers one request. It gets no ResponseWriter: what it returns is
// written only after its transaction has committed.
type handler func(*Request) (Reply, error)

// Request is what a handler may use.
type Request struct {
	*http.Request
	Signed     account.Signed     // who is signed in; zero on public pages
	Membership account.Membership // under which they act; zero outside a convention
	Actor      access.Actor       // holds the route's permission
	Tx         *pg.Tx             // confined to the convention, read-only for GET; nil outside one
	Today      time.Time          // business date
	Now        time.Time          // wall time
	File       sentFile           // zero unless the route takes one
}

// ID returns the {id} of the path. Anything but a UUID names no record.
func (r *Request) ID() (uuid.UUID, error) { return pathID(r, "id") }

func pathID(r *Request, name string) (uuid.UUID, error) {
	id, err := uuid.Parse(chi.URLParam(r.Request, name))
	if err != nil {
		return uuid.Nil, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	return id, nil
}

// Param returns a part of the path.
func (r *Request) Param(name string) string { return chi.URLParam(r.Request, name) }

// Path returns an address within the convention: r.Path("sites", id).
func (r *Request) Path(parts ...any) string {
	path := "/c/" + r.Membership.Slug
	for _, p := range parts {
		path += "/" + url.PathEscape(fmt.Sprint(p))
	}
	return path
}

// Stamp says who acts, and when by both clocks.
func (r *Request) Stamp() audit.Stamp {
	return audit.Stamp{At: r.Now, OnDay: r.Today, Actor: r.Actor}
}

// Names of the values that travel with every form.
const (
	keyField     = "_cle"     // claimed once: a form sent twice has one effect
	profileField = "_profil"  // the membership that the form was shown under
	versionField = "_version" // of the row that the form changes
)

// Form returns a form that posts to action, with what every form carries.
// version is that of the row it changes, 0 where there is none.
func (r *Request) Form(action string, version int) ui.Form {
	f := ui.Form{Action: action, Values: url.Values{}, Hidden: []ui.Hidden{
		{Name: keyField, Value: uuid.Must(uuid.NewV7()).String()},
		{Name: profileField, Value: r.Actor.MemberID.String()},
	}}
	if version > 0 {
		f.Hidden = append(f.Hidden, ui.Hidden{Name: versionField, Value: fmt.Sprint(version)})
	}
	return f
}

// Again returns the form as it was sent, with what is wrong with it.
func (r *Request) Again(f ui.Form, problems fault.Fields) ui.Form {
	f.Values, f.Problems = r.PostForm, problems
	return f
}

// Reply is what to send back: a page, a fragment, a redirect or a file.
type Reply struct {
	status   int
	title    string // "" for a fragment
	crumbs   []ui.Link
	body     templ.Component
	location string
	flash    string
	file     []byte
	fileName string
	fileType string
	sandbox  bool                  // somebody else made the file: nothing in it may run
	then     func() (Reply, error) // makes the reply proper after the transaction
	cookie   *http.Cookie          // besides the session's; nil for most
	cache    string                // Cache-Control; "" keeps nothing
	forget   bool                  // the browser drops what it kept of this site's pages
	undo     bool                  // what the handler wrote was a trial
}

func page(title string, crumbs []ui.Link, body templ.Component) Reply {
	return Reply{status: http.StatusOK, title: title, crumbs: crumbs, body: body}
}

// invalid shows a form again. It undoes whatever the handler wrote.
func invalid(title string, crumbs []ui.Link, body templ.Component) Reply {
	return Reply{status: http.StatusUnprocessableEntity, title: title, crumbs: crumbs, body: body, cache: againAtBack}
}

// againAtBack lets the browser's Back show what answered a form: it cannot ask
// for it again without sending the form again, and what was typed would be gone.
const againAtBack = "private, no-cache"

// trial shows what a change would do, for the person to confirm. It undoes
// whatever the handler wrote to find out.
func trial(title string, crumbs []ui.Link, body templ.Component) Reply {
	reply := page(title, crumbs, body)
	reply.undo = true
	return reply
}

// conflicting shows a form again, since what it changes has changed meanwhile.
func conflicting(title string, crumbs []ui.Link, body templ.Component) Reply {
	return Reply{status: http.StatusConflict, title: title, crumbs: crumbs, body: body, cache: againAtBack}
}

// done ends a successful change: redirect, then say so.
func done(location, flash string) Reply {
	return Reply{status: http.StatusSeeOther, location: location, flash: flash}
}

// later makes the reply once the transaction has ended, so that what takes long
// and needs no database any more holds no connection.
func later(build func() (Reply, error)) Reply {
	return Reply{then: build}
}

// download sends a file.
func download(name, contentType string, content []byte) Reply {
	return Reply{status: http.StatusOK, file: content, fileName: name, fileType: contentType}
}

// handOver sends a paper that somebody attached: to be kept, never to be shown here.
func handOver(f attachment.File) Reply {
	reply := download(f.Name, f.MediaType, f.Content)
	reply.sandbox = true
	return reply
}

// inline sends a file that a page shows.
func inline(contentType string, content []byte) Reply {
	return Reply{status: http.StatusOK, file: content, fileType: contentType}
}

var errUndo = errors.New("roll back, but not an error")

// serve is the only way from the router to a handler. It checks who asks,
// opens the convention's transaction, and writes the reply last.
func (s *server) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := &Request{Request: r, Now: s.Now(), Today: s.Today()}
		signed, isIn := account.SignedIn(r.Context())
		req.Signed = signed
		if rt.needs != anyone {
			if !isIn {
				if !s.expired(w, r, rt) {
					s.toSignIn(w, r)
				}
				return
			}
			if err := req.identify(rt); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		err := parse(w, r, rt.body)
		if err == nil && (rt.body == upload || rt.body == paper) {
			req.File, err = takeFile(r, rt.body)
		}
		if err == nil && rt.body == upload {
			err = s.readFile(r, &req.File)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.answer(w, req, rt)
	})
}

// identify finds the membership that the path asks for. A convention of which
// the person is no member does not exist for them.
func (r *Request) identify(rt route) error {
	if rt.inConvention() {
		m, ok := r.Signed.As(r.Param("slug"))
		if !ok {
			return fault.New(fault.NotFound, pg.NoSuchRecord)
		}
		r.Membership, r.Actor = m, m.Actor(r.Signed.Person)
	} else {
		r.Actor = r.Signed.Person.Actor()
	}
	if rt.needs == access.SignedIn {
		return nil
	}
	if !r.Actor.Can(rt.needs) {
		return fault.New(fault.Forbidden, "%s", r.refusal(rt.needs))
	}
	if r.Actor.Words.NoPosts && rt.ofPosts() {
		return fault.New(fault.NotFound, "Cette convention ne suit pas de postes.")
	}
	return nil
}

// refusal says why a page stays shut, and who may open it where that helps.
func (r *Request) refusal(needs access.Permission) string {
	if needs == access.ReportRead {
		return reports.ToCome(r.Actor.Words)
	}
	text := "Votre compte ne donne pas accès à cette page."
	if label := r.Actor.RoleLabel(); label != "" {
		text = "Votre profil (" + strings.ToLower(label) + ") ne donne pas accès à cette page."
	}
	if r.Membership.Slug == "" {
		return text
	}
	var who []string
	for _, role := range access.Roles {
		if (access.Actor{Role: role}).Can(needs) && role != access.Admin {
			who = append(who, strings.ToLower(r.Actor.Words.Role(role)))
		}
	}
	if len(who) == 0 {
		return text
	}
	return text + " Elle est réservée aux profils suivants\u00a0: " + french.List(who) + "."
}

// parse reads a form within the route's limit.
func parse(w http.ResponseWriter, r *http.Request, limit int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if !readable(r.URL.Path) {
		return fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	err := r.ParseForm()
	switch {
	case err != nil:
	case limit == upload || limit == paper:
		err = parseUpload(r, limit)
	case limit == file && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data"):
		err = r.ParseMultipartForm(limit)
	}
	if _, told := errors.AsType[*fault.Error](err); told {
		return err
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return fault.New(fault.TooLarge, "L’envoi dépasse la taille permise ici. Rien n’a été enregistré.")
	}
	if err != nil {
		return fault.New(fault.Invalid, "Le formulaire n’a pas pu être lu. Rien n’a été enregistré.")
	}
	for name, values := range r.Form {
		if !readable(name) || slices.ContainsFunc(values, func(v string) bool { return !readable(v) }) {
			return fault.New(fault.Invalid, "L’envoi contient un caractère illisible. Rien n’a été enregistré.")
		}
	}
	return nil
}

// readable reports whether PostgreSQL can hold a text.
func readable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// answer runs the handler, in the convention's transaction where there is one.
func (s *server) answer(w http.ResponseWriter, req *Request, rt route) {
	var reply Reply
	run := func() (err error) {
		reply, err = rt.handle(req)
		return err
	}
	var err error
	switch {
	case !rt.inConvention():
		err = run()
	case rt.method == http.MethodGet:
		err = s.Pool.InConvention(req.Context(), req.Membership.ConventionID, pg.ReadOnly, func(tx *pg.Tx) error {
			req.Tx = tx
			return run()
		})
	default:
		err = s.Pool.InConvention(req.Context(), req.Membership.ConventionID, pg.ReadWrite, func(tx *pg.Tx) error {
			req.Tx = tx
			return s.once(req, &reply, run)
		})
	}
	if errors.Is(err, errUndo) {
		err = nil
	}
	req.Tx = nil // what is left to do needs no database
	if err == nil && reply.then != nil {
		reply, err = reply.then()
	}
	if err != nil {
		s.failIn(w, req, err)
		return
	}
	s.reply(w, req, reply)
}

func (s *server) reply(w http.ResponseWriter, req *Request, reply Reply) {
	var body bytes.Buffer
	if err := s.render(req, reply, &body); err != nil {
		s.failIn(w, req, err)
		return
	}
	s.write(w, req.Request, reply, &body)
}

func (s *server) render(req *Request, reply Reply, to *bytes.Buffer) error {
	ctx := ui.WithWords(req.Context(), req.Actor.Words)
	switch {
	case reply.body == nil:
		return nil
	case reply.title == "":
		return reply.body.Render(ctx, to)
	}
	frame := s.frame(req, reply.title, reply.crumbs)
	if reply.status < 400 {
		frame.Flash = s.Sessions.PopFlash(req.Context())
	}
	return ui.Page(frame, reply.body).Render(ctx, to)
}

func (s *server) write(w http.ResponseWriter, r *http.Request, reply Reply, body *bytes.Buffer) {
	if reply.flash != "" {
		s.Sessions.Flash(r.Context(), reply.flash)
	}
	if reply.cookie != nil {
		http.SetCookie(w, reply.cookie)
	}
	if reply.forget {
		w.Header().Set("Clear-Site-Data", `"cache"`)
	}
	if reply.location != "" {
		http.Redirect(w, r, reply.location, reply.status)
		return
	}
	if reply.cache == againAtBack && !s.Secure && !thisMachine(r.Host) {
		reply.cache = "" // without HTTPS, browsers do not forget when they are told to
	}
	w.Header().Set("Cache-Control", cmp.Or(reply.cache, "no-store"))
	if reply.file != nil {
		w.Header().Set("Content-Type", reply.fileType)
		if reply.fileName != "" {
			w.Header().Set("Content-Disposition", `attachment; filename="`+reply.fileName+`"`)
		}
		if reply.sandbox {
			w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": reply.fileName}))
			w.Header().Set("Content-Security-Policy", w.Header().Get("Content-Security-Policy")+"; sandbox")
		}
		_, _ = w.Write(reply.file) // the browser may have left
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(reply.status)
	_, _ = body.WriteTo(w)
}
