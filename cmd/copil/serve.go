package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/config"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/internal/server"
)

type serveCmd struct{}

// Run serves until it is told to stop.
func (serveCmd) Run(t *terminal) error {
	cfg, err := config.Load(t.getenv)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(t, "tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", cfg.Listen, err)
	}
	pools, err := connect(t, cfg.DatabaseURL, cfg.SystemDatabaseURL)
	if err != nil {
		return err
	}
	defer pools.close()
	log := slog.New(slog.NewJSONHandler(t.err, nil))
	mailer, err := mail.New(mail.Options{Pool: pools.app, System: pools.system, Relay: (*mail.Relay)(cfg.Relay), BaseURL: cfg.BaseURL,
		Log: log, Now: time.Now, Today: today, Secret: secretLinks(pools.system), Hourly: server.Campaigns(pools.app, time.Now, today)})
	if err != nil {
		return err
	}
	options := server.Options{Pool: pools.app, System: pools.system, Log: log, Now: time.Now, Today: today,
		Version: version, Secure: cfg.Secure, Host: cfg.Host, TrustedProxies: cfg.TrustedProxies, MailOff: cfg.Relay == nil}
	if cfg.Relay != nil {
		options.Forgotten = mailer.Forgotten
	}
	log.InfoContext(t, "serving", "address", listener.Addr().String())
	if cfg.Relay == nil {
		log.WarnContext(t, "mail is off: COPIL_SMTP_URL is not set; mails wait in their outboxes")
	}
	return serve(t, listener, server.New(options), mailer, pools, log)
}

// secretLinks makes the links that open an account when the mails leave.
func secretLinks(sys *pg.System) func(context.Context, mail.Kind, uuid.UUID) (string, error) {
	return func(ctx context.Context, kind mail.Kind, person uuid.UUID) (string, error) {
		return account.LinkFor(ctx, sys, kind, person, time.Now())
	}
}

// today is the business date of a real installation: the day in Paris.
func today() time.Time {
	now := time.Now()
	if paris, err := time.LoadLocation("Europe/Paris"); err == nil {
		now = now.In(paris)
	}
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
}

type pools struct {
	app    *pg.Pool
	system *pg.System
}

func (p pools) close() {
	p.app.Close()
	p.system.Close()
}

func connect(ctx context.Context, appURL, systemURL string) (p pools, err error) {
	if p.app, err = pg.Connect(ctx, appURL, nil); err != nil {
		return p, err
	}
	if p.system, err = pg.ConnectSystem(ctx, systemURL, nil); err != nil {
		p.app.Close()
	}
	return p, err
}

// serve answers requests and sends mails until ctx ends, then lets what is in
// flight finish.
func serve(ctx context.Context, l net.Listener, h http.Handler, m *mail.Mailer, p pools, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	var mailing sync.WaitGroup
	mailing.Go(func() { m.Run(ctx) })
	defer mailing.Wait()
	defer cancel()
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	go sweep(ctx, p, log)
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		stopped <- srv.Shutdown(grace)
	})
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return <-stopped // requests in flight have ended
}

// sweep removes, at the start and then once an hour, what has had its time:
// sessions, failed sign-ins, browsers that were known, links, keys of forms, files
// that nobody confirmed.
func sweep(ctx context.Context, p pools, log *slog.Logger) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for now := time.Now(); ; {
		err := errors.Join(account.Sweep(ctx, p.system, now), server.SweepForms(ctx, p.app, p.system, now))
		if err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "sweep", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case now = <-tick.C:
		}
	}
}
