package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"inspectiontimeline/docs"
	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/web"
	"inspectiontimeline/static"
)

const (
	// stopWait is how long answers in progress may take after the program is told to stop.
	stopWait = 10 * time.Second
	// drawers is the number of ECharts engines; each takes about 60 MB.
	drawers = 1
	// collectAt makes the collector run when the heap has grown by half. Drawing leaves much behind in little time, while
	// answering from the cache leaves almost nothing, so this costs little and keeps the highest use of memory down.
	collectAt = 50
	// indexEvery is how often it is looked whether there is anything new to be searched. Whoever searches brings in a few
	// changes too, so that this is for many at once.
	indexEvery = 5 * time.Second
)

// serve migrates and, where the database is empty, loads the seed; then it serves until ctx ends.
func serve(ctx context.Context, cfg config, _ []string, out io.Writer) (err error) {
	if missing := static.Missing(); len(missing) > 0 {
		return fmt.Errorf("%s not built into this program: run make build", strings.Join(missing, ", "))
	}
	debug.SetGCPercent(collectAt)
	listener, err := listen(cfg.addr)
	if err != nil {
		return err
	}
	defer listener.Close() // a second close, after Shutdown, does no harm
	if cfg.doors.open && !isLoopback(listener.Addr()) {
		return fmt.Errorf("listen on %s: others can reach this address, and a demonstration is for this machine alone", listener.Addr())
	}
	lines := &serviceLog{out: out, errors: cfg.log}
	defer lines.end()
	log := slog.New(slog.NewJSONHandler(lines, nil))
	// The program that read where the service listens may have gone: that must not end the service.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	cfg.copied = func(name string) {
		log.Info("the database was copied before it was migrated", "copy", name, "to go back", goingBack)
	}
	s, err := prepared(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if cfg.doors.open {
		if err := nobodySignsIn(ctx, s); err != nil {
			return err
		}
	}
	postman, err := newPostman(s, cfg, time.Now, log)
	if err != nil {
		return err
	}
	cfg.messages.link = postman.linkSender()
	handler, stopReading, err := newHandler(ctx, s, cfg, time.Now, log)
	if err != nil {
		return err
	}
	defer stopReading() // before the database is closed
	if err := abandonReadings(ctx, s, log); err != nil {
		return err
	}
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	noting, stopNoting := context.WithCancel(ctx)
	var notes sync.WaitGroup
	notes.Go(func() { everyDay(noting, s, log, daily.C) })
	soon := time.NewTicker(indexEvery)
	defer soon.Stop()
	notes.Go(func() { keepIndexed(noting, s, log, soon.C) })
	if postman != nil {
		often := time.NewTicker(sendEvery)
		defer often.Stop()
		notes.Go(func() { postman.carry(noting, often.C) })
	}
	defer notes.Wait() // before the database is closed
	defer stopNoting()
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		TLSConfig: cfg.doors.tlsConfig(), ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() {
		if server.TLSConfig != nil {
			ended <- server.ServeTLS(listener, "", "")
		} else {
			ended <- server.Serve(listener)
		}
	}()
	lines.begin(cfg.doors.scheme() + "://" + listener.Addr().String())
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
	defer cancel()
	if err := server.Shutdown(finish); err != nil {
		return fmt.Errorf("finish what was being answered: %w", err)
	}
	return nil
}

// nobodySignsIn fails where the database has accounts: in a demonstration anybody at this machine would read their drafts, and
// record things in their posts.
func nobodySignsIn(ctx context.Context, s *store.Store) error {
	if any, err := s.AnyAccount(ctx); err != nil || !any {
		return err
	}
	return errors.New("people sign in to the record in this database, and a demonstration is for another: leave --open away, or give another file with --db")
}

// everyDay does at the start and every day what has to be done whether or not anybody asks for a page: it writes the mark of
// the last change to the log, so that there is a place outside the database against which a record whose end was cut off
// shows, and drops what may not be kept any longer.
func everyDay(ctx context.Context, s *store.Store, log *slog.Logger, daily <-chan time.Time) {
	for {
		if last, err := s.Last(ctx); err != nil && ctx.Err() == nil {
			log.Error("note the last change", "error", err)
		} else if err == nil {
			log.Info("last change", "mark", last.String())
		}
		if err := s.DropStale(ctx); err != nil && ctx.Err() == nil {
			log.Error("drop ended sessions and old network addresses", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-daily:
		}
	}
}

// keepIndexed brings what can be searched up to date, at the start and whenever something has changed.
func keepIndexed(ctx context.Context, s *store.Store, log *slog.Logger, soon <-chan time.Time) {
	for {
		start := time.Now()
		done, err := s.IndexSearch(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			log.Error("bring the search up to date", "error", err)
		case done >= manyIndexed:
			log.Info("the search is up to date", "records", done, "took", time.Since(start).Round(time.Millisecond).String())
		}
		select {
		case <-ctx.Done():
			return
		case <-soon:
		}
	}
}

// manyIndexed is how many records are worth a line in the log.
const manyIndexed = 100

// listen opens the port before anything is done to the database.
func listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("listen on %s: another program uses this port; give another with --addr", addr)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return listener, nil
}

// isLoopback reports whether only this machine can reach an address.
func isLoopback(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// program is the Actor of what nobody in particular does.
var program = inspection.Actor{ID: "program", Post: "the program itself", Role: inspection.RoleSystem}

// abandonReadings tells officers of the letters that an earlier run of the program did not get to read.
func abandonReadings(ctx context.Context, s *store.Store, log *slog.Logger) error {
	n, err := s.AbandonReadings(ctx, program)
	if err != nil {
		return err
	}
	if n > 0 {
		log.Info("letters were not read before the program stopped", "letters", n)
	}
	return nil
}

// newPainter returns what paints charts as PNG pictures, in the font that they are measured for.
func newPainter(engine *chart.Engine, files fs.FS) (*chart.Painter, error) {
	var read [3][]byte
	for i, name := range []string{"resvg.wasm", "arimo.ttf", "arimo-bold.ttf"} {
		var err error
		if read[i], err = fs.ReadFile(files, name); err != nil {
			return nil, fmt.Errorf("read what paints pictures: %w", err)
		}
	}
	return chart.NewPainter(engine, read[0], read[1:]...), nil
}

// newHandler loads the seed into an empty database and wires the rooms together. What it returns besides ends the work
// that goes on behind requests; nothing is to be asked of the handler afterwards.
func newHandler(
	ctx context.Context, s *store.Store, cfg config, clock func() time.Time, log *slog.Logger,
) (handler http.Handler, stopReading func(), err error) {
	if err := seedIfEmpty(ctx, s); err != nil {
		return nil, nil, err
	}
	files := static.Files()
	echarts, err := fs.ReadFile(files, "echarts.min.js")
	if err != nil {
		return nil, nil, fmt.Errorf("read ECharts: %w", err)
	}
	charts, err := fs.ReadFile(files, "charts.js")
	if err != nil {
		return nil, nil, fmt.Errorf("read the charts' script: %w", err)
	}
	engine := chart.NewEngine(echarts, charts, drawers)
	painter, err := newPainter(engine, files)
	if err != nil {
		return nil, nil, err
	}
	bodies, err := s.Bodies(ctx)
	if err != nil {
		return nil, nil, err
	}
	reader, err := newReader(bodies)
	if err != nil {
		return nil, nil, err
	}
	reader.Log = log
	server, err := web.New(web.Config{
		Store: s, Engine: engine, Painter: painter, Files: files, Help: docs.Guides(), Clock: clock, Home: cfg.home, Log: log,
		Reader: reader, EvidenceFiles: cfg.evidenceFiles, Scan: scanner(strings.Fields(cfg.scanCommand)), BackupDays: cfg.backupDays,
		Open: cfg.doors.open, SignInRequired: cfg.doors.signInRequired, Unlimited: cfg.doors.unlimited,
		Address: cfg.doors.public, Proxies: cfg.doors.proxies, Mail: cfg.messages.link, Issuer: cfg.organisation.opened,
		EmbedHosts: cfg.embed.sites, Example: example,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("prepare the pages: %w", err)
	}
	if err := server.CheckHome(ctx); err != nil {
		return nil, nil, fmt.Errorf("%w; give the slug of an authority or a place with --home", err)
	}
	return server.Handler(), func() {
		reader.Close() // so that nobody waits for a letter any more
		server.FinishReadings()
		server.Settle()
	}, nil
}
