package server

import (
	"github.com/google/uuid"

	"copil/internal/attachment"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/governance"
	"copil/internal/pg"
)

// paper is the paper that came with a form; zero when none did.
func (r *Request) paper() governance.Evidence {
	return governance.Evidence{Name: r.File.Name, Content: r.File.Content}
}

// paperOf hands over a paper of the object that the path names, to who may see the
// object: there is no other way to a paper.
func paperOf[T any](r *Request, param string, of audit.ObjectType, get func(*pg.Batch, uuid.UUID) *pg.Rows[T], sees func(T) bool) (Reply, error) {
	id, err := pathID(r, param)
	if err != nil {
		return Reply{}, err
	}
	piece, err := pathID(r, "piece")
	if err != nil {
		return Reply{}, err
	}
	b := r.Tx.Batch()
	found, file := get(b, id), attachment.Get(b, attachment.Object{Type: of, ID: id.String()}, piece)
	if err := b.Send(r.Context()); err != nil {
		return Reply{}, err
	}
	object, err := found.One()
	if err != nil {
		return Reply{}, err
	}
	if !sees(object) {
		return Reply{}, fault.New(fault.NotFound, pg.NoSuchRecord)
	}
	f, err := file.One()
	return handOver(f), err
}
