package main

import (
	"fmt"

	"copil/internal/config"
	"copil/internal/pg"
)

type migrateCmd struct {
	Up     migrateUpCmd     `cmd:"" help:"Appliquer les migrations qui manquent."`
	Status migrateStatusCmd `cmd:"" help:"Lister les migrations."`
}

type migrateUpCmd struct{}

// Run applies the migrations as the owner of the tables.
func (migrateUpCmd) Run(t *terminal) error {
	url, err := config.LoadOwner(t.getenv)
	if err != nil {
		return err
	}
	if err := pg.Migrate(t, url); err != nil {
		return err
	}
	fmt.Fprintln(t.out, "La base est à jour.")
	return nil
}

type migrateStatusCmd struct{}

// Run lists the migrations and whether each is applied.
func (migrateStatusCmd) Run(t *terminal) error {
	url, err := config.LoadOwner(t.getenv)
	if err != nil {
		return err
	}
	list, err := pg.Status(t, url)
	for _, m := range list {
		state := "à appliquer"
		if m.Applied {
			state = "appliquée"
		}
		fmt.Fprintf(t.out, "%-40s %s\n", m.File, state)
	}
	return err
}
