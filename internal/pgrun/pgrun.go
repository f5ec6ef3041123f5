// Package pgrun runs a private PostgreSQL server: a child of this process, on a
// unix socket that only its own account can reach, for the demonstration and
// for the tests. The machine's own PostgreSQL, if any, is never touched.
package pgrun

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Superuser is the role that owns a new server; any local role signs in without
// a password, since nobody else reaches the socket.
const Superuser = "postgres"

// Options says which PostgreSQL to run, and on which data.
type Options struct {
	Bin string // folder of postgres and initdb; "" looks for the newest one on this machine
	Dir string // folder of the data, kept after Stop; "" means temporary, removed by Stop
}

// Server is a running PostgreSQL that ends with this process.
type Server struct {
	run     *folder  // socket, and all the rest of a temporary server
	kept    *os.File // lock on Options.Dir, nil for a temporary server
	socket  string
	process *process
	stop    func() error
}

// Start makes the data if needed, starts the server and returns once it
// answers. The context bounds the start only. What a person can mend comes back
// as a *Problem. As root, the server runs as user postgres or nobody, because
// PostgreSQL refuses root.
func Start(ctx context.Context, o Options) (*Server, error) {
	sweep(ctx)
	user, err := serverAccount()
	if err != nil {
		return nil, err
	}
	run, err := newFolder()
	if err != nil {
		return nil, err
	}
	s := &Server{run: run, socket: filepath.Join(run.path, "socket")}
	s.stop = sync.OnceValue(s.end)
	if err := s.start(ctx, o, user); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// URL is the address of a database of this server, for a role of this server.
func (s *Server) URL(database, role string) string {
	u := url.URL{
		Scheme: "postgres",
		User:   url.User(role),
		Path:   "/" + database,
		// Port and mode are said, or the environment's PGPORT and PGSSLMODE would decide.
		RawQuery: url.Values{"host": {s.socket}, "port": {"5432"}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

// Stop ends the server, cutting off its sessions, and removes what was
// temporary. A second call returns what the first one returned.
func (s *Server) Stop() error { return s.stop() }

func (s *Server) start(ctx context.Context, o Options, user account) error {
	home := s.run.path
	if o.Dir != "" {
		var err error
		if home, s.kept, err = keep(o.Dir, user); err != nil {
			return err
		}
	}
	data := filepath.Join(home, "data")
	if err := endOrphan(ctx, data); err != nil {
		return err
	}
	pg, err := find(ctx, o.Bin, data)
	if err != nil {
		return err
	}
	if pg.bin, err = reachable(ctx, pg.bin, s.run.path, user); err != nil {
		return err
	}
	if err := makeFolder(s.socket, user); err != nil {
		return err
	}
	c := cluster{pg: pg, user: user, home: home, data: data, temporary: o.Dir == ""}
	if err := c.init(ctx); err != nil {
		return err
	}
	return s.launch(ctx, c)
}

// launch starts postgres itself rather than pg_ctl: a direct child can be
// waited for, and told by the kernel to end when this process dies.
func (s *Server) launch(ctx context.Context, c cluster) error {
	log, err := os.Create(filepath.Join(c.home, "postgres.log"))
	if err != nil {
		return err
	}
	s.process, err = c.run(context.WithoutCancel(ctx), log, "postgres", c.settings(s.socket)...)
	if err := errors.Join(err, log.Close()); err != nil {
		return err
	}
	// A few milliseconds matter: every test package and every demonstration waits here.
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres", Superuser))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.process.done:
			return stoppedProblem(log.Name(), s.process.err)
		case <-ctx.Done():
			return fmt.Errorf("wait for postgres: %w", errors.Join(ctx.Err(), err))
		case <-tick.C:
		}
	}
}

func (s *Server) end() error {
	var errs []error
	if s.process != nil {
		errs = append(errs, s.process.end())
	}
	errs = append(errs, s.run.remove())
	if s.kept != nil {
		errs = append(errs, s.kept.Close())
	}
	return errors.Join(errs...)
}
