package server

import (
	"fmt"
	"strings"

	"copil/internal/account"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
)

// mostFaults bounds what is told at once of a file that is far from right.
const mostFaults = 50

// addFaults says at the field that a file is refused, and returns what is to be
// put right in it, one thing each. A file that is none has its one sentence only.
func addFaults(problems fault.Fields, found convention.Problems) (list []string) {
	if len(found) == 1 && found[0].Field == "" && found[0].Line == 1 {
		problems.Add(fileField, found[0].Message)
		return nil
	}
	for i, p := range found {
		if i == mostFaults {
			list = append(list, french.Plural(len(found)-i, "autre point", "autres points")+".")
			break
		}
		where := fmt.Sprintf("Ligne\u00a0%d", p.Line)
		if p.Field != "" {
			where += ", " + p.Field
		}
		list = append(list, where+"\u00a0: "+p.Message)
	}
	if len(found) > 0 {
		problems.Add(fileField, "Ce fichier n’est pas encore une convention\u00a0: "+french.Plural(len(found), "point", "points")+" à y corriger, ci-dessous ligne par ligne.")
	}
	return list
}

// takenBy says what a convention would share with one that is there: two of one
// title could not be told apart in a list.
func takenBy(hosted []account.Hosted, made convention.Convention) string {
	var said []string
	for _, h := range hosted {
		if strings.EqualFold(h.Name, made.Name) {
			said = append(said, "Une convention porte déjà ce titre\u00a0: «\u00a0"+h.Name+"\u00a0». Changez agreement.name dans le fichier, par exemple en y mettant les années.")
			break
		}
	}
	for _, h := range hosted {
		if h.Slug == made.Slug {
			said = append(said, "Une convention porte déjà l’identifiant «\u00a0"+h.Slug+"\u00a0»\u00a0: changez agreement.slug.")
		}
	}
	return strings.Join(said, " ")
}
