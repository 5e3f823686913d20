package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"inspectiontimeline/docs"
	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/web"
	"inspectiontimeline/static"
)

const (
	// stopWait is how long answers in progress may take after the program is told to stop. An upload over a slow line may take longer,
	// and is broken off: nothing of it was acknowledged.
	stopWait = 30 * time.Second
	// drawers is the number of ECharts engines; each takes about 60 MB.
	drawers = 1
	// collectAt makes the collector run when the heap has grown by half. Drawing leaves much behind in little time, while
	// answering from the cache leaves almost nothing, so this costs little and keeps the highest use of memory down.
	collectAt = 50
	// memoryAim is up to where the collector lets memory grow at its ease, in bytes. A record of all of England takes far less.
	memoryAim = 320 << 20
	// indexEvery is how often it is looked whether there is anything new to be searched. Whoever searches brings in a few
	// changes too, so that this is for many at once.
	indexEvery = 5 * time.Second
	// readEvery is how often it is looked whether letters wait that no server reads. Those that were brought here are read at once.
	readEvery = 3 * time.Second
	daily     = 24 * time.Hour
)

// keepMemorySmall has the whole process collect early. It is for a process that serves and does nothing else.
func keepMemorySmall() {
	debug.SetGCPercent(collectAt)
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // nobody has set another by GOMEMLIMIT
		debug.SetMemoryLimit(memoryAim)
	}
}

// serve migrates and, where the database is empty, loads the seed; then it serves until ctx ends.
func serve(ctx context.Context, cfg config, _ []string, out io.Writer) (err error) {
	if missing := static.Missing(); len(missing) > 0 {
		return fmt.Errorf("%s not built into this program: run make build", strings.Join(missing, ", "))
	}
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
	log := slog.New(web.LogHandler(slog.NewJSONHandler(lines, nil)))
	// The program that read where the service listens may have gone: that must not end the service.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	cfg.copied = func(name string) {
		log.Info("the database was copied before it was migrated", "copy", name, "to go back", goingBack)
	}
	cfg.servers.warn = log.Warn
	cfg.telemetry, err = web.NewTelemetry(ctx, web.TelemetryConfig{Version: programVersion(), Endpoint: cfg.operation.traces, Log: log})
	if err != nil {
		return err
	}
	defer func() {
		if err := cfg.telemetry.Close(); err != nil {
			log.Warn("stop", "error", err)
		}
	}()
	figures, err := serveFigures(cfg.operation.metricsAddr, cfg.telemetry, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, figures.close()) }()
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
	pages, stopReading, err := newServer(ctx, s, cfg, time.Now, log)
	if err != nil {
		return err
	}
	defer stopReading() // before the database is closed
	// What goes on behind the pages goes on while they are still answered.
	jobs := inBackground(context.WithoutCancel(ctx), log, cfg.telemetry.Job, jobsOf(cfg, s, pages, postman, log))
	defer jobs.finish() // before the database is closed
	server := &http.Server{
		Handler: pages.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		TLSConfig: cfg.doors.tlsConfig(), ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ConnState: newConnections(mostConnections).note,
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
	return (&answering{server, ended}).stopped(ctx, pages, cfg.operation.stopDelay, log)
}

// nobodySignsIn fails where the database has accounts: in a demonstration anybody at this machine would read their drafts, and
// record things in their posts.
func nobodySignsIn(ctx context.Context, s *store.Store) error {
	if any, err := s.AnyAccount(ctx); err != nil || !any {
		return err
	}
	return errors.New("people sign in to the record in this database, and a demonstration is for another: leave --open away, or give another file with --db")
}

// jobsOf lists what the service does behind its pages.
func jobsOf(cfg config, s *store.Store, pages *web.Server, postman *postman, log *slog.Logger) []job {
	jobs := []job{
		{"note the last change", daily, func(ctx context.Context) error { return noteLastChange(ctx, s, log) }},
		{"drop ended sessions and old network addresses", daily, s.DropStale},
		{"bring the search up to date", indexEvery, func(ctx context.Context) error { return keepIndexed(ctx, s, log) }},
		{"read letters that wait", readEvery, pages.ReadWaiting},
		{"hear of changes", 0, func(ctx context.Context) error { return s.Listen(ctx, pages.Heard) }},
		{"look whether what is kept survives a power cut", 0, func(ctx context.Context) error { return warnOfLoss(ctx, s, log) }},
	}
	if !cfg.doors.unlimited { // in measurements a page is made when it is asked for
		jobs = append(jobs, job{name: "make the main pages ahead of their readers", do: pages.Warm})
	}
	if keeper := newBackupKeeper(s, cfg, time.Now, log); keeper != nil {
		jobs = append(jobs, job{"make a backup", backupLooks, keeper.round})
	}
	if postman != nil {
		jobs = append(jobs, job{name: "carry messages", do: postman.work})
	}
	return jobs
}

// noteLastChange writes the mark of the last change to the log, so that there is a place outside the database against which a
// record whose end was cut off shows.
func noteLastChange(ctx context.Context, s *store.Store, log *slog.Logger) error {
	last, err := s.Last(ctx)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "last change", "mark", last.String())
	return nil
}

// keepIndexed brings what can be searched up to date.
func keepIndexed(ctx context.Context, s *store.Store, log *slog.Logger) error {
	start := time.Now()
	done, err := s.IndexSearch(ctx)
	if err != nil {
		return err
	}
	if done >= manyIndexed {
		log.InfoContext(ctx, "the search is up to date", "records", done, "took", time.Since(start).Round(time.Millisecond).String())
	}
	return nil
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

// newServer loads the seed into an empty database and wires the rooms together. What it returns besides ends the work
// that goes on behind requests; nothing is to be asked of the server afterwards.
func newServer(
	ctx context.Context, s *store.Store, cfg config, clock func() time.Time, log *slog.Logger,
) (server *web.Server, stopReading func(), err error) {
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
	server, err = web.New(web.Config{
		Store: s, Engine: engine, Painter: painter, Files: files, Help: docs.Guides(), Clock: clock, Home: cfg.home, Log: log,
		Reader: reader, EvidenceFiles: cfg.evidenceFiles, Scan: scanner(strings.Fields(cfg.scanCommand)), BackupDays: cfg.backupDays, LastBackup: cfg.backup.schedule.lastBackup(clock),
		Open: cfg.doors.open, SignInRequired: cfg.doors.signInRequired, Unlimited: cfg.doors.unlimited,
		Address: cfg.doors.public, Proxies: cfg.doors.proxies, Mail: cfg.messages.link, Issuer: cfg.organisation.opened,
		EmbedHosts: cfg.embed.sites, Example: example, Version: version,
		Telemetry: cfg.telemetry, LogRequests: cfg.operation.logRequests,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("prepare the pages: %w", err)
	}
	if err := server.CheckHome(ctx); err != nil {
		return nil, nil, fmt.Errorf("%w; give the slug of an authority or a place with --home", err)
	}
	return server, func() {
		reader.Close() // so that nobody waits for a letter any more
		server.FinishReadings()
		server.Settle()
	}, nil
}
