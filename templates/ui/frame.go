package ui

import (
	"strings"
	"unicode/utf8"
)

func (f Frame) tabTitle() string {
	parts := []string{f.Title, f.Convention, "Copil"}
	var known []string
	for _, part := range parts {
		if part != "" {
			known = append(known, part)
		}
	}
	return strings.Join(known, " – ")
}

func (f Frame) home() string {
	if f.Home == "" {
		return "/"
	}
	return f.Home
}

// folded is what stays of a notice that takes more than a line of a narrow
// screen: what stands before its colon. It is empty for a short notice.
func folded(notice string) string {
	lead, _, _ := strings.Cut(notice, "\u00a0:")
	if utf8.RuneCountInString(notice) <= 45 {
		return ""
	}
	if lead == notice || utf8.RuneCountInString(lead) > 30 {
		return "À savoir"
	}
	return lead
}

func (f Frame) signedIn() bool { return f.Actor.Role != "" }

// membership says in which quality the person acts: « Signataire, État ».
func (f Frame) membership() string {
	if f.Organisation == "" || f.Organisation == f.Actor.RoleLabel() {
		return f.Actor.RoleLabel()
	}
	return f.Actor.RoleLabel() + ", " + f.Organisation
}

// grouped cuts the items where the group changes.
func grouped(items []NavItem) [][]NavItem {
	var groups [][]NavItem
	for i, item := range items {
		if i == 0 || item.Group != items[i-1].Group {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], item)
	}
	return groups
}
