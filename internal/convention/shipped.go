package convention

import (
	"bytes"
	"embed"

	"copil/internal/fault"
)

//go:embed files/*.yaml
var files embed.FS

// Shipped returns a convention that comes with Copil, by its slug.
func Shipped(slug string) (File, error) {
	data, err := files.ReadFile("files/" + slug + ".yaml")
	if err != nil {
		return File{}, &fault.Error{Kind: fault.NotFound, Message: "Aucune convention fournie avec Copil ne s’appelle « " + slug + " ».", Err: err}
	}
	return Read(bytes.NewReader(data), slug+".yaml")
}
