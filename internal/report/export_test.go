package report
import "copil/internal/pg"
func Regional(b *pg.Batch) { regionalFacts(b) }
func Remarks(b *pg.Batch, c string) { remarks(b, c) }
