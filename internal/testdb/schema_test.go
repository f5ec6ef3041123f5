package testdb_test

import (
	"testing"

	"copil/internal/testdb"
)

func TestOpen(t *testing.T) { testdb.New(t) }
