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
	data, err := ShippedText(slug)
	if err != nil {
		return File{}, err
	}
	return Read(bytes.NewReader(data), slug+".yaml")
}

// ShippedText returns the file itself, with its comments, as an example of the form.
func ShippedText(slug string) ([]byte, error) {
	data, err := files.ReadFile("files/" + slug + ".yaml")
	if err != nil {
		return nil, &fault.Error{Kind: fault.NotFound, Message: "Aucune convention fournie avec Copil ne s’appelle « " + slug + " ».", Err: err}
	}
	return data, nil
}
