package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"time"

	"copil/internal/config"
	"copil/internal/demo"
	"copil/internal/french"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/internal/pgrun"
	"copil/internal/server"
)

// demoDatabase is the database of the demonstration in its private PostgreSQL.
const demoDatabase = "copil"

type demoCmd struct {
	Listen  string `default:"127.0.0.1:8080" help:"Adresse d’écoute, sur cette machine seulement (port 0 : un port libre)."`
	DataDir string `help:"Dossier où garder les données d’une fois sur l’autre (sinon elles sont temporaires)." type:"path"`
	Today   string `default:"2015-03-16" help:"Date de travail, par exemple 2015-03-16."`
}

// Run serves the demonstration until it is told to stop.
func (c demoCmd) Run(t *terminal) (err error) {
	day, err := french.ParseDate(c.Today)
	if err != nil {
		return fmt.Errorf("--today : %w", err)
	}
	listener, err := loopback(t, c.Listen)
	if err != nil {
		return err
	}
	settings := config.LoadDemo(t.getenv)
	postgres, err := pgrun.Start(t, pgrun.Options{Bin: settings.PostgresBin, Dir: c.DataDir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, postgres.Stop()) }()
	if err := pg.CreateDatabase(t, postgres.URL("postgres", pgrun.Superuser), demoDatabase); err != nil {
		return err
	}
	if err := pg.Migrate(t, postgres.URL(demoDatabase, "copil_owner")); err != nil {
		return err
	}
	pools, err := connect(t, postgres.URL(demoDatabase, "copil_app"), postgres.URL(demoDatabase, "copil_system"))
	if err != nil {
		return err
	}
	defer pools.close()
	password := settings.Password
	if password == "" {
		password = strings.ToLower(rand.Text()[:16])
	}
	accounts, err := demo.Load(t, demo.Options{Pool: pools.app, System: pools.system, Password: password, Now: time.Now()})
	if err != nil {
		return err
	}
	if err := pg.Analyze(t, postgres.URL(demoDatabase, "copil_owner")); err != nil {
		return err
	}
	catcher, err := mail.Catch(t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, catcher.Close()) }()
	log, today := slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelWarn})), func() time.Time { return day }
	base := "http://" + listener.Addr().String()
	mailer, err := mail.New(mail.Options{Pool: pools.app, System: pools.system, Relay: catcher.Relay(), BaseURL: base, Log: log, Now: time.Now, Today: today,
		Secret: secretLinks(pools.system), Hourly: server.Campaigns(pools.app, time.Now, today)})
	if err != nil {
		return err
	}
	handler := server.New(server.Options{Pool: pools.app, System: pools.system, Log: log, Now: time.Now,
		Today: today, Version: version, Demo: offered(accounts), Caught: func() []mail.Caught { return catcher.All() }, BaseURL: base, Forgotten: mailer.Forgotten})
	announce(t, accounts, password, settings.Password != "", listener.Addr())
	return serve(t, listener, handler, mailer, pools, log)
}

// loopback listens on this machine only: the accounts of the demonstration are
// known to all.
func loopback(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--listen : « %s » n’est pas une adresse telle que 127.0.0.1:8080", address)
	}
	ip, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--listen : la démonstration n’écoute que sur cette machine (127.0.0.1, ::1 ou localhost), pas sur « %s »", host)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--listen : %s est déjà pris ou interdit ; essayez 127.0.0.1:0 : %w", address, err)
	}
	return l, nil
}

func offered(accounts []demo.Account) []server.DemoAccount {
	list := make([]server.DemoAccount, len(accounts))
	for i, a := range accounts {
		list[i] = server.DemoAccount{Email: a.Email, Label: a.Role.Label() + ", " + a.Name}
	}
	return list
}

// announce prints who may sign in, and last the line that says that requests are
// answered.
func announce(t *terminal, accounts []demo.Account, password string, chosen bool, at net.Addr) {
	fmt.Fprintln(t.out, "Comptes de démonstration (données fictives) :")
	for _, a := range accounts {
		slug := a.Convention
		if slug == "" {
			slug = "–"
		}
		fmt.Fprintf(t.out, "  %-26s %-16s %s\n", a.Email, slug, a.Role.Label())
	}
	if chosen {
		fmt.Fprintln(t.out, "Mot de passe de tous : celui de COPIL_DEMO_PASSWORD")
	} else {
		fmt.Fprintln(t.out, "Mot de passe de tous :", password)
	}
	fmt.Fprintf(t.out, "ready http://%s\n", at)
}
