package server

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"copil/internal/collect"
	"copil/internal/fault"
)

// fileField is the name of the field that carries a file.
const fileField = "fichier"

// longestFileName is how many characters of a file's name are kept.
const longestFileName = 120

// sentFile is a file that came with a form.
type sentFile struct {
	Name    string // without folders
	Content []byte
	Read    collect.Sent // what it says
	Problem string       // why it cannot be read, "" when it was
}

// parseUpload reads a form that carries a file, in memory: the body is bounded.
// A form that carries none may come as any other form.
func parseUpload(r *http.Request, limit int64) error {
	err := r.ParseMultipartForm(limit)
	if errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge && limit == paper {
		return fault.New(fault.TooLarge, "Le fichier dépasse 10\u00a0Mo\u00a0: allégez-le, ou partagez-le en plusieurs. Rien n’a été enregistré.")
	} else if tooLarge {
		return fault.New(fault.TooLarge, "Le fichier dépasse 5\u00a0Mo\u00a0: retirez-en les images et les feuilles inutiles, ou partagez-le en plusieurs fichiers. Rien n’a été enregistré.")
	}
	return err
}

// takeFile is the file of a form that was parsed; zero when there is none.
func takeFile(r *http.Request, limit int64) (sentFile, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File[fileField]) == 0 {
		return sentFile{}, nil
	}
	header := r.MultipartForm.File[fileField][0]
	in, err := header.Open()
	if err != nil {
		return sentFile{}, fmt.Errorf("open sent file: %w", err)
	}
	defer in.Close()
	content, err := io.ReadAll(io.LimitReader(in, limit-small+1))
	if err != nil {
		return sentFile{}, fmt.Errorf("read sent file: %w", err)
	}
	name := path.Base(strings.ReplaceAll(header.Filename, "\\", "/"))
	if runes := []rune(name); len(runes) > longestFileName {
		name = string(runes[len(runes)-longestFileName:]) // its end tells the type
	}
	if !readable(name) || strings.TrimSpace(name) == "" || name == "." || name == "/" {
		name = "fichier"
	}
	return sentFile{Name: name, Content: content}, nil
}

// readFile reads the file of a request before its transaction begins: a large one
// takes a second, in which it holds neither a connection nor a form's key.
func (s *server) readFile(r *http.Request, f *sentFile) error {
	if len(f.Content) == 0 {
		return nil
	}
	free, err := s.inTurn(r.Context())
	if err != nil {
		return err
	}
	defer free()
	f.Read, err = collect.ReadSent(f.Name, f.Content)
	if problem, ok := errors.AsType[*fault.Error](err); ok {
		f.Problem = problem.Message
		return nil
	}
	return err
}
