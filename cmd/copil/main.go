// Command copil steers framework agreements: it serves the application, runs its
// demonstration, migrates its database and reads conventions from files.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"copil/internal/pgrun"
)

// version is set at build time by `make build`.
var version = "0.1.0"

type cli struct {
	Serve      serveCmd         `cmd:"" help:"Servir l’application."`
	Demo       demoCmd          `cmd:"" help:"Servir la démonstration sur un PostgreSQL privé, sur cette machine seulement."`
	Migrate    migrateCmd       `cmd:"" help:"Mettre la base à jour (up) ou dire où elle en est (status)."`
	Convention conventionCmd    `cmd:"" help:"Vérifier, importer ou exporter une convention en un fichier YAML."`
	Version    kong.VersionFlag `help:"Donner la version."`
}

// terminal is what commands read from and write to.
type terminal struct {
	context.Context
	getenv func(string) string
	out    io.Writer
	err    io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	t := &terminal{ctx, os.Getenv, os.Stdout, os.Stderr}
	var c cli
	parser := kong.Must(&c, kong.Name("copil"), kong.Vars{"version": version},
		kong.Description("Copil pilote les conventions-cadres."), kong.UsageOnError())
	command, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	if err := command.Run(t); err != nil {
		fmt.Fprintln(os.Stderr, "copil :", message(err))
		stop()
		os.Exit(1)
	}
}

// message is what a person reads: the sentence made for them where there is one.
func message(err error) string {
	if p, ok := errors.AsType[*pgrun.Problem](err); ok {
		return p.Message
	}
	return err.Error()
}
