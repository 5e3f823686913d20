// Package web answers requests: routes, handlers, page types, templates and what stands around them.
//
// # Adding a page
//
//  1. Put its template in templates/page/NOUN_VERB.html. It defines "main", and may use everything in templates/layout
//     and templates/part.
//  2. In NOUN.go write its page type, nounVerbPage, which embeds Page, and its handler. The handler fetches, shapes and
//     calls render; it returns every error, and fail turns that into a status and safe words. It hands the store
//     c.Request.Context(), never c: gin uses c again while a query may still look at its context.
//  3. Register it in routes with s.page, naming in reads the query parameters that it reads. A request is answered from
//     the cache under those parameters only, so one that is not named there must not change the page.
//  4. Add a line to the table of scenarios in scenario_test.go.
//
// A page for officers is registered with s.officer instead, which names the roles that may act there, answers at this
// machine only and keeps nothing; s.acting says who acts. A public page that holds more for members and officers asks
// s.reader whose eyes it is made for; it is kept for everybody alone.
//
// Words that a reader may not know are explained by passing the sentence through Say:
// {{template "prose" ($.Say .Words)}}.
package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"
	_ "time/tzdata" // the day in London decides what a page says, also where the system has no zone files

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/singleflight"

	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/store"
)

// Config is what a Server needs.
type Config struct {
	Store   *store.Store
	Engine  *chart.Engine
	Files   fs.FS            // styles and scripts, in one flat folder
	Missing []string         // those that the program was built without
	Clock   func() time.Time // nil: the system's
	Home    string           // slug of the place that the first page is about; empty: Northamptonshire
	Log     *slog.Logger     // nil: nothing is logged
	Version string           // of the program

	Reader   *letter.Reader // reads the letters that officers add; nil: they can be logged by hand only
	Loopback bool           // whether only this machine can reach the listener; officers' pages answer nowhere else

	EvidenceFiles     bool // whether evidence may be a file; otherwise it is a link
	MostEvidenceBytes int  // of one file; 0: DefaultEvidenceBytes
	// Scan looks through a file of evidence before it is kept, and again before it is handed out. It fails where the file is
	// refused. Without it no file is taken.
	Scan func(ctx context.Context, name string, data []byte) error
}

// DefaultEvidenceBytes is the size that a file of evidence may have where no other is set.
const DefaultEvidenceBytes = 10 << 20

// DefaultHome is the place of the first page where no other is set.
const DefaultHome = "northamptonshire"

// cacheBytes bounds the pages and pictures kept in memory.
const cacheBytes = 32 << 20

// Server answers requests. It is safe for concurrent use.
type Server struct {
	store   *store.Store
	engine  *chart.Engine
	assets  *assets
	missing []string
	clock   func() time.Time
	london  *time.Location
	home    string
	log     *slog.Logger
	version string

	loopback bool
	readings *readings

	evidenceFiles evidenceFiles
	trackers      trackerDesk

	templates map[string]*template.Template
	cache     *cache
	building  singleflight.Group
	data      dataVersion
	known     reference
	engineGin *gin.Engine
}

// New returns a Server. It reads every template and asset, so that a fault in one stops the program at its start.
func New(config Config) (*Server, error) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, fmt.Errorf("load the time zone: %w", err)
	}
	s := &Server{
		store: config.Store, engine: config.Engine, missing: config.Missing, clock: config.Clock, london: london,
		home: config.Home, log: config.Log, version: config.Version, loopback: config.Loopback, cache: newCache(cacheBytes),
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.home == "" {
		s.home = DefaultHome
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.data.read = config.Store.Version
	s.readings = newReadings(config.Reader)
	s.evidenceFiles = evidenceFiles{config.EvidenceFiles, cmp.Or(config.MostEvidenceBytes, DefaultEvidenceBytes), config.Scan}
	if s.assets, err = loadAssets(config.Files); err != nil {
		return nil, err
	}
	if s.templates, err = parseTemplates(s.assets, s.missing); err != nil {
		return nil, err
	}
	s.routes()
	return s, nil
}

// CheckHome reports by its error whether the place of the first page is on the record.
func (s *Server) CheckHome(ctx context.Context) error {
	body, err := s.store.Body(ctx, s.home)
	if err == nil && !hasPage(body) {
		err = fmt.Errorf("it is a %s: %w", body.Kind, inspection.ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("look up the home place %q: %w", s.home, err)
	}
	return nil
}

// Handler returns the whole service. Requests that would change something are refused when they come from another site.
func (s *Server) Handler() http.Handler {
	return http.NewCrossOriginProtection().Handler(s.engineGin)
}

func (s *Server) routes() {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.HandleMethodNotAllowed = true
	g.Use(s.logged, s.recovered, securityHeaders, s.readable)
	g.NoRoute(s.handle(func(*gin.Context) error { return inspection.ErrNotFound }))
	g.NoMethod(s.handle(func(*gin.Context) error { return errMethod }))
	_ = g.SetTrustedProxies(nil) // fails only for addresses that cannot be read, and there are none

	get := func(path string, handler gin.HandlerFunc) {
		g.GET(path, handler)
		g.HEAD(path, handler)
	}
	post := func(path string, handler gin.HandlerFunc) { g.POST(path, handler) }
	get("/healthz", s.healthy)
	get("/readyz", s.ready)
	get("/static/:file", s.asset)

	get("/", s.page(s.showHome, reads{chosen: []string{asAt}}))
	get("/authorities", s.page(s.listAuthorities, reads{chosen: []string{"region", "type", asAt}, free: []string{"q"}}))
	get("/authorities/:slug", s.page(s.showAuthority, reads{chosen: []string{asAt}}))
	get("/inspections", s.page(s.listInspections, reads{chosen: []string{"authority", "kind", "framework", "year", "sort", "order", "page", asAt}}))
	get("/inspections/:id", s.page(s.showInspection, reads{chosen: []string{asAt}}))
	get("/recommendations", s.page(s.listRecommendations, reads{
		chosen: []string{"authority", "inspection", "theme", "stage", "show", asAt, "page"},
	}))
	get("/recommendations/:reference", s.page(s.showRecommendation, reads{chosen: []string{asAt}}))
	get("/milestones", s.page(s.listMilestones, reads{chosen: []string{"authority", "category", asAt}}))
	get("/sources", s.page(s.listSources, reads{}))
	get("/glossary", s.page(s.listGlossary, reads{}))
	get("/about", s.page(s.showAbout, reads{}))
	get("/charts/:name/:file", s.page(s.showChart, reads{chosen: []string{"size", "scheme", asAt}, same: true}))

	letters := func(handler func(*gin.Context) error) gin.HandlerFunc {
		return s.officer(handler, inspection.RoleOfficer)
	}
	get("/letters", letters(s.listLetters))
	get("/letters/new", letters(s.newLetter))
	post("/letters/new", letters(s.addLetters))
	get("/letters/:id", letters(s.showLetter))
	post("/letters/:id", letters(s.saveLetter))
	post("/letters/:id/text", letters(s.readTextIntoLetter))
	post("/letters/:id/state", letters(s.moveLetter))
	get("/letters/:id/publish", letters(s.confirmLetter))
	post("/letters/:id/publish", letters(s.publishLetter))
	post("/letters/:id/unpublish", letters(s.unpublishLetter))
	get("/letters/:id/original", letters(s.showOriginal))
	get("/letters/:id/history", letters(s.showLetterHistory))
	s.itemRoutes(get, post)
	s.trackerRoutes(get, post)
	s.scrutinyRoutes(get, post)
	s.laterViewRoutes(get, post)
	s.clockRoutes(get, post)
	s.forecastRoutes(get)
	s.engineGin = g
}

// today is the day in London, which decides what a page says.
func (s *Server) today() inspection.Date { return inspection.DayOf(s.clock().In(s.london)) }

// errMethod says that an address exists and cannot be asked for in this way.
var errMethod = errors.New("method not allowed")

// healthy says that the program answers. It asks nothing of the database, so that a database that is away for a moment
// does not get the program restarted.
func (s *Server) healthy(c *gin.Context) {
	c.Header("Cache-Control", neverKept[0])
	c.String(http.StatusOK, "ok\n")
}

// ready says whether the program can answer with data.
func (s *Server) ready(c *gin.Context) {
	c.Header("Cache-Control", neverKept[0])
	if err := s.store.Ready(c.Request.Context()); err != nil {
		s.log.WarnContext(c.Request.Context(), "not ready", "error", err)
		c.String(http.StatusServiceUnavailable, "not ready: the database does not answer as it should\n")
		return
	}
	c.String(http.StatusOK, "ready\n")
}
