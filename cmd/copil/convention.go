package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/config"
	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/server"
)

type conventionCmd struct {
	Check  checkCmd  `cmd:"" help:"Vérifier un fichier et lister ce qui est singulier dans l’acte."`
	Import importCmd `cmd:"" help:"Créer une convention à partir d’un fichier."`
	Export exportCmd `cmd:"" help:"Écrire une convention en un fichier, sur la sortie."`
}

type checkCmd struct {
	File string `arg:"" help:"Fichier YAML de la convention."`
}

// Run says what is wrong with a file, or what is odd about its act.
func (c checkCmd) Run(t *terminal) error {
	f, err := readFile(c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "%s : fichier correct, %d articles, %d indicateurs.\n", c.File, len(f.Articles), len(f.Indicators))
	for _, finding := range convention.Examine(f) {
		fmt.Fprintf(t.out, "- %s%s\n  %s\n", finding.Title, finding.Place(), finding.Explanation)
	}
	return nil
}

func readFile(name string) (convention.File, error) {
	file, err := os.Open(name)
	if err != nil {
		return convention.File{}, fmt.Errorf("le fichier « %s » ne s’ouvre pas : %w", name, err)
	}
	defer func() { _ = file.Close() }()
	return convention.Read(file, name)
}

type importCmd struct {
	File    string `arg:"" help:"Fichier YAML de la convention."`
	Mission string `help:"Adresse électronique du premier membre de l’équipe qui anime la convention." placeholder:"ADRESSE"`
	Name    string `help:"Son nom, tel que les autres membres le liront." placeholder:"NOM"`
}

// Run creates a convention; nothing is stored unless all of it is. It prints the
// link by which the first member sets a password: there may be no mail yet.
func (c importCmd) Run(t *terminal) error {
	f, err := readFile(c.File)
	if err != nil {
		return err
	}
	if (c.Mission == "") != (c.Name == "") {
		return errors.New("--mission et --name vont ensemble : l’adresse du premier membre et son nom")
	}
	cfg, err := config.Load(t.getenv)
	if err != nil {
		return err
	}
	return withPools(t, func(p pools) error {
		now := time.Now()
		_, person, err := server.Found(t, p.app, p.system, audit.Stamp{At: now, OnDay: today()}, server.Founding{File: f, Email: c.Mission, Name: c.Name})
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "La convention « %s » est créée : /c/%s\n", f.Agreement.Name, f.Agreement.Slug)
		if c.Mission == "" {
			return nil
		}
		path, err := account.InvitationPath(t, p.system, person, now)
		if err != nil {
			return err
		}
		if path == "" {
			fmt.Fprintf(t.out, "%s a déjà un mot de passe : %s/connexion\n", c.Mission, cfg.BaseURL)
			return nil
		}
		fmt.Fprintf(t.out, "Lien de %s pour choisir son mot de passe, valable 14 jours, à transmettre à cette seule personne :\n%s%s\n", c.Mission, cfg.BaseURL, path)
		return nil
	})
}

type exportCmd struct {
	Slug string `arg:"" help:"Identifiant de la convention dans les adresses, par exemple mediation-npdc."`
}

// Run writes a convention as the file that would create it.
func (c exportCmd) Run(t *terminal) error {
	return withPools(t, func(p pools) error {
		hosted, err := account.Hosting(t, p.system, c.Slug)
		if err != nil {
			return err
		}
		return p.app.InConvention(t, hosted, pg.ReadOnly, func(tx *pg.Tx) error {
			f, err := convention.Export(t, tx)
			if err != nil {
				return err
			}
			return convention.Write(t.out, f)
		})
	})
}

func withPools(t *terminal, fn func(pools) error) error {
	cfg, err := config.Load(t.getenv)
	if err != nil {
		return err
	}
	p, err := connect(t, cfg.DatabaseURL, cfg.SystemDatabaseURL)
	if err != nil {
		return err
	}
	defer p.close()
	return fn(p)
}
