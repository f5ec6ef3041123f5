package testdb_test

import (
	"testing"

	"copil/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

func TestAgreement(t *testing.T) {
	testdb.New(t).Agreement(t)
}
