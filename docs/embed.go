// Package docs embeds what is also read outside the repository.
package docs

import _ "embed"

// ConventionFile describes a convention's file, field by field, as Markdown.
//
//go:embed convention-file.md
var ConventionFile []byte
