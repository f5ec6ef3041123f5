package attachment

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
)

// Bounds on what an office file may hold: more is no paper.
const (
	mostEntries = 4000
	longestType = 100 // bytes of an OpenDocument's mimetype
)

// office is the type of an office file, which is a zip; "" for any other zip and
// for one with macros.
func office(content []byte) string {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(z.File) == 0 || len(z.File) > mostEntries {
		return ""
	}
	has := map[string]bool{}
	for _, f := range z.File {
		lower := strings.ToLower(f.Name)
		if strings.Contains(f.Name, "..") || strings.HasSuffix(lower, "vbaproject.bin") || strings.HasPrefix(lower, "basic/") || strings.HasPrefix(lower, "scripts/") {
			return ""
		}
		has[f.Name] = true
	}
	if z.File[0].Name == "mimetype" {
		return openDocument(z.File[0])
	}
	switch {
	case !has["[Content_Types].xml"] || has["word/document.xml"] == has["xl/workbook.xml"]:
		return ""
	case has["word/document.xml"]:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// openDocument is the type that an OpenDocument's first entry says.
func openDocument(entry *zip.File) string {
	in, err := entry.Open()
	if err != nil {
		return ""
	}
	defer in.Close()
	said, err := io.ReadAll(io.LimitReader(in, longestType+1))
	if err != nil {
		return ""
	}
	i := slices.IndexFunc(kinds, func(k kind) bool {
		return strings.HasPrefix(k.media, "application/vnd.oasis.") && k.media == strings.TrimSpace(string(said))
	})
	if i < 0 {
		return ""
	}
	return kinds[i].media
}
