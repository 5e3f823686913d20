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
// Each route names the permission that it needs; auth says which roles have it. A page for those who work on the record is
// registered with s.private instead of s.page, which keeps nothing; s.acting says who acts. A public page that holds more
// for members and officers asks s.reader whose eyes it is made for; it is kept for everybody alone.
//
// Words that a reader may not know are explained by passing the sentence through Say:
// {{template "prose" ($.Say .Words)}}.
package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the day in London decides what a page says, also where the system has no zone files

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/singleflight"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/store"
)

// Config is what a Server needs.
type Config struct {
	Store   *store.Store
	Engine  *chart.Engine
	Painter *chart.Painter   // paints charts as PNG pictures; nil: there are none
	Files   fs.FS            // styles and scripts, in one flat folder
	Missing []string         // those that the program was built without
	Help    fs.FS            // the guides and their pictures; nil: the program was built without
	Clock   func() time.Time // nil: the system's
	Home    string           // slug of the place that the first page is about, whatever the settings say; empty: theirs
	Log     *slog.Logger     // nil: nothing is logged
	Version string           // of the program

	Telemetry   *Telemetry       // observes what is done; nil: one whose figures nobody sees
	LogRequests bool             // whether the log has a line for each request
	LastBackup  func() time.Time // when the newest scheduled backup was made, zero where none was; nil: nothing says so

	Reader *letter.Reader // reads the letters that officers add; nil: they can be logged by hand only

	Open           bool // the demonstration: no accounts; whoever sits at this machine says in which post and role they act
	SignInRequired bool // whether everything is for those who are signed in

	Issuer    *auth.Issuer    // the organisation through which people sign in; nil: none, and everybody has a password of ours
	Passwords *auth.Passwords // hashes passwords; nil: one that hashes as many at a time as there are cores
	// Mail hands a link with which somebody sets a password to what sends messages. It is called while a request is answered
	// and so must not wait for a mail server. Nil: no mail is set up, and links are shown to administrators alone.
	Mail func(ctx context.Context, to auth.Account, purpose auth.Purpose, address string) error

	Address   *url.URL       // the public one, of a scheme, a host and perhaps a path; requests for another host are refused; nil: any host
	Proxies   []netip.Prefix // those who stand before the program: what they say of whom they ask for is believed
	Unlimited bool           // whether everybody is answered as often as they ask, as in measurements

	// Example is what the record holds of one area beyond the list of all councils, which another council can take away. Nil:
	// there is none.
	Example func() (inspection.Example, error)

	EmbedHosts []string // the sites that may show charts in frames, as https://news.example; none: no site may

	// BackupDays is for how many days the council keeps a backup, so that pages can say until when one holds what was erased;
	// 0: DefaultBackupDays.
	BackupDays int

	EvidenceFiles     bool // whether evidence may be a file; otherwise it is a link
	MostEvidenceBytes int  // of one file; 0: DefaultEvidenceBytes
	// Scan looks through a file of evidence before it is kept, and again before it is handed out. It fails where the file is
	// refused. Without it no file is taken.
	Scan func(ctx context.Context, name string, data []byte) error
}

// DefaultEvidenceBytes is the size that a file of evidence may have where no other is set.
const DefaultEvidenceBytes = 10 << 20

// DefaultHome is the place of the first page where neither the start nor the settings name another.
const DefaultHome = "northamptonshire"

// cacheBytes bounds the pages and pictures kept in memory.
const cacheBytes = 32 << 20

// Server answers requests. It is safe for concurrent use.
type Server struct {
	store     *store.Store
	engine    *chart.Engine
	painter   *chart.Painter
	assets    *assets
	missing   []string
	clock     func() time.Time
	london    *time.Location
	startHome string
	log       *slog.Logger
	version   string

	telemetry   *Telemetry
	logRequests bool
	lastBackup  func() time.Time
	readiness   readiness

	open           bool
	signInRequired bool
	issuer         *auth.Issuer
	passwords      *auth.Passwords
	mail           func(ctx context.Context, to auth.Account, purpose auth.Purpose, address string) error
	codes          desk[heldCodes]
	keptForms      desk[keptForm]
	underway       sync.WaitGroup             // what answers do not wait for
	needs          map[string]auth.Permission // of each route, by method and path
	doors          doors
	notes          *pace // of readers who say that something is wrong; nil: no limit
	embedHosts     []string
	example        func() (inspection.Example, error)
	readings       *readings

	evidenceFiles evidenceFiles
	trackers      desk[heldTracker]
	lists         desk[heldList]
	listsDone     desk[listDone]
	backupDays    int

	templates pageTemplates
	cache     *cache
	building  singleflight.Group
	making    atomic.Int32 // answers that are made now, for readers who wait

	ownDrawings turns
	dumps       turns

	data      dataVersion
	past      dataHistory
	shows     atomic.Int64 // the last change that a browser told of and this server shows
	known     reference
	guides    guides
	engineGin *gin.Engine
}

// New returns a Server. It reads every template and asset, so that a fault in one stops the program at its start.
func New(config Config) (*Server, error) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, fmt.Errorf("load the time zone: %w", err)
	}
	s := &Server{
		store: config.Store, engine: config.Engine, painter: config.Painter, embedHosts: config.EmbedHosts, missing: config.Missing, clock: config.Clock, london: london,
		startHome: config.Home, log: config.Log, version: config.Version, open: config.Open, signInRequired: config.SignInRequired,
		needs: map[string]auth.Permission{}, cache: newCache(cacheBytes),
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.telemetry, s.logRequests, s.lastBackup = config.Telemetry, config.LogRequests, config.LastBackup
	if s.telemetry == nil {
		s.telemetry = &Telemetry{metrics: newMetrics(config.Version)}
	}
	s.example = config.Example
	s.issuer, s.mail, s.passwords = config.Issuer, config.Mail, config.Passwords
	if s.passwords == nil {
		s.passwords = auth.NewPasswords(0)
	}
	s.data.read, s.data.wentBack, s.past.touched = config.Store.Version, config.Store.ForgetSearch, config.Store.TablesTouched
	s.backupDays = cmp.Or(config.BackupDays, DefaultBackupDays)
	s.readings = newReadings(config.Reader)
	s.codes, s.keptForms, s.trackers = newCodes(s.store), newKeptForms(s.store), newTrackers(s.store)
	s.lists, s.listsDone = newLists(s.store), newListsDone(s.store)
	s.evidenceFiles = evidenceFiles{config.EvidenceFiles, cmp.Or(config.MostEvidenceBytes, DefaultEvidenceBytes), config.Scan}
	if s.doors, err = newDoors(config); err != nil {
		return nil, err
	}
	if !config.Unlimited {
		s.notes = newNotePace()
	}
	if s.assets, err = loadAssets(config.Files); err != nil {
		return nil, err
	}
	if s.guides, err = loadGuides(config.Help, s.assets); err != nil {
		return nil, err
	}
	if s.templates, err = parseTemplates(s.assets, s.missing, s.frame); err != nil {
		return nil, err
	}
	if err := s.telemetry.metrics.registry.Register(newStanding(s)); err != nil {
		return nil, fmt.Errorf("prepare the figures: %w", err)
	}
	s.routes()
	return s, nil
}

// CheckHome reports by its error whether the place of the first page is on the record.
func (s *Server) CheckHome(ctx context.Context) error {
	home := s.home(ctx)
	body, err := s.store.Body(ctx, home)
	if err == nil && !body.HasPage() {
		err = fmt.Errorf("it is a %s: %w", body.Kind, inspection.ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("look up the home place %q: %w", home, err)
	}
	return nil
}

// Handler returns the whole service.
func (s *Server) Handler() http.Handler {
	return s.observed(s.doors.belowPrefix(s.keptFirst(s.engineGin)))
}

func (s *Server) routes() {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.HandleMethodNotAllowed = true
	g.RedirectTrailingSlash = false // it would take anybody's word for the prefix of our addresses; notFound does it
	g.Use(routed, s.recovered, securityHeaders, s.guarded, s.readable)
	g.NoRoute(s.handle(s.notFound))
	g.NoMethod(s.handle(func(*gin.Context) error { return errMethod }))
	_ = g.SetTrustedProxies(nil) // fails only for addresses that cannot be read, and there are none

	r := router{s, g}
	r.get("/healthz", auth.Anything, s.healthy)
	r.get("/readyz", auth.Anything, s.ready)
	r.get("/static/:file", auth.Anything, s.asset)

	g.Use(s.ownWrites) // what follows reads the record
	r.get("/", auth.ReadPublic, s.page(s.showHome, reads{chosen: []string{asAt}}))
	r.get("/authorities", auth.ReadPublic, s.page(s.listAuthorities, reads{chosen: []string{"region", "type", asAt}, free: []string{"q"}}))
	r.get("/authorities/:slug", auth.ReadPublic, s.page(s.showAuthority, reads{chosen: []string{asAt}}))
	r.get("/inspections", auth.ReadPublic, s.page(s.listInspections, reads{chosen: []string{"authority", "kind", "framework", "year", "sort", "order", "page", asAt}}))
	r.get("/inspections/:id", auth.ReadPublic, s.page(s.showInspection, reads{chosen: []string{asAt}}))
	r.get("/recommendations", auth.ReadPublic, s.page(s.listRecommendations, reads{
		chosen: []string{"authority", "inspection", "theme", "stage", "show", asAt, "page"},
	}))
	r.get("/recommendations/:reference", auth.ReadPublic, s.page(s.showRecommendation, reads{chosen: []string{asAt}}))
	r.get("/milestones", auth.ReadPublic, s.page(s.listMilestones, reads{chosen: []string{"authority", "category", asAt}}))
	r.get("/sources", auth.ReadPublic, s.page(s.listSources, reads{}))
	r.get("/glossary", auth.ReadPublic, s.page(s.listGlossary, reads{}))
	r.get("/about", auth.ReadPublic, s.page(s.showAbout, reads{}))
	r.get("/privacy", auth.Anything, s.page(s.showPrivacy, reads{}))
	r.get("/charts/:name/:file", auth.ReadPublic, s.page(s.showChart, reads{
		chosen: append([]string{"size", "scheme", "sheet", asAt}, chartsChosen...), free: chartsFree, same: true,
	}))

	r.get("/letters", auth.LogLetters, s.private(s.listLetters))
	r.get("/letters/new", auth.LogLetters, s.private(s.newLetter))
	r.post("/letters/new", auth.LogLetters, s.private(s.addLetters))
	r.get("/letters/:id", auth.LogLetters, s.private(s.showLetter))
	r.post("/letters/:id", auth.LogLetters, s.private(s.saveLetter))
	r.post("/letters/:id/text", auth.LogLetters, s.private(s.readTextIntoLetter))
	r.post("/letters/:id/state", auth.LogLetters, s.private(s.moveLetter))
	r.get("/letters/:id/publish", auth.LogLetters, s.private(s.confirmLetter))
	r.post("/letters/:id/publish", auth.LogLetters, s.private(s.publishLetter))
	r.post("/letters/:id/unpublish", auth.LogLetters, s.private(s.unpublishLetter))
	r.get("/letters/:id/original", auth.LogLetters, s.private(s.showOriginal))
	r.get("/letters/:id/history", auth.LogLetters, s.private(s.showLetterHistory))
	r.get("/acting", auth.Anything, s.demonstration(s.askWhoActs))
	r.post("/acting", auth.Anything, s.demonstration(s.actAs))
	s.letterOfficerRoutes(r)
	s.accountRoutes(r)
	s.itemRoutes(r)
	s.trackerRoutes(r)
	s.scrutinyRoutes(r)
	s.laterViewRoutes(r)
	s.clockRoutes(r)
	s.forecastRoutes(r)
	s.changeRoutes(r)
	s.erasureRoutes(r)
	s.messageRoutes(r)
	s.compareRoutes(r)
	s.englandRoutes(r)
	s.mapRoutes(r)
	s.journeyRoutes(r)
	s.askedRoutes(r)
	s.reorganisationRoutes(r)
	s.englandImportRoutes(r)
	s.searchRoutes(r)
	s.briefingRoutes(r)
	s.tableRoutes(r)
	s.embedRoutes(r)
	s.feedRoutes(r)
	s.apiRoutes(r)
	s.apiWriteRoutes(r)
	s.tokenRoutes(r)
	s.settingsRoutes(r)
	s.remarkRoutes(r)
	s.setupRoutes(r)
	s.helpRoutes(r)
	s.designRoutes(r)
	s.accessibilityRoutes(r)
	s.engineGin = g
}

// today is the day in London, which decides what a page says.
func (s *Server) today() inspection.Date { return inspection.DayOf(s.clock().In(s.london)) }

// errMethod says that an address exists and cannot be asked for in this way.
var errMethod = errors.New("method not allowed")
