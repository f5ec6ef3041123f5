package server

import (
	"errors"

	"github.com/a-h/templ"

	"copil/internal/fault"
	"copil/templates/ui"
)

// A respond makes the answer that shows a page with a status of its own.
type respond = func(title string, crumbs []ui.Link, body templ.Component) Reply

// toMend says how to show a form again, and what is wrong at its fields: what could
// not be read of it, or else what the domain refused. What nobody can mend there is
// given back as the error that it is.
func toMend(problems fault.Fields, err error) (respond, fault.Fields, error) {
	if len(problems) > 0 {
		return invalid, problems, nil
	}
	problem, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok || !problem.Mendable():
		return nil, nil, err
	case len(problem.Fields) > 0:
		return invalid, problem.Fields, nil
	}
	return conflicting, fault.Fields{"": problem.Message}, nil
}

// again puts what is wrong back into a form of a page that has several. form is nil
// where the page offers it no more.
func (r *Request) again(form *ui.Form, problems fault.Fields, err error) (respond, error) {
	if form == nil && len(problems) == 0 {
		return nil, err
	}
	reply, bad, err := toMend(problems, err)
	if err != nil {
		return nil, err
	}
	if form == nil {
		return nil, fault.New(fault.Conflict, "Cette étape n’est plus possible\u00a0: relisez la page avant de recommencer.")
	}
	*form = r.Again(*form, bad)
	return reply, nil
}
