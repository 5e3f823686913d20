package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// councilView says on every page whose service this is. Its zero value claims nothing.
type councilView struct {
	Name          string // of the council, trust or partnership that runs the service; empty where none is set
	Logo          *logoView
	Contact       contactView
	Stylesheet    string // address of the styles of its colour; empty where it has none of its own
	PrivacyNotice string // address of its own privacy notice; empty where none is set
	CookieNotice  string // words of its own about cookies
	Officer       officerView
	Members       bool // whether committee members have accounts here
}

// logoView is the logo as pages show it.
type logoView struct {
	Address string
	Words   string // for those who do not see it
	Width   int    // pixels
	Height  int    // pixels
}

// contactView is to whom readers turn. Each is empty where none is set.
type contactView struct {
	Email     string
	Page      string // address of a web page
	Telephone string
	Dial      string // the number as it is dialled: digits, perhaps behind a plus
}

// Any reports whether there is any way to turn to the council.
func (v contactView) Any() bool { return v.Email != "" || v.Page != "" || v.Telephone != "" }

// officerView is the council's data protection officer, by name or post.
type officerView struct {
	Name  string
	Email string
}

// Any reports whether an officer is known at all.
func (v officerView) Any() bool { return v.Name != "" || v.Email != "" }

// settingsData is whose service it is, as nearly every page needs it.
type settingsData struct {
	inspection.Settings
	view  councilView
	files map[string]*response // the logo and the styles of the colour, by file name
}

// councilFiles is the folder of what carries the council's own look. The name of a file in it is a hash of what it holds.
const councilFiles = "/council/"

// settingsHeld keeps the settings with the state of the data of which they were read.
type settingsHeld struct {
	mu     sync.Mutex // held by the one that reads
	state  dataState
	made   *settingsData
	tables store.TableSet // of which it was made
	missed atomic.Int64   // how often they, or the glossary, could not be read
}

// settingsNow returns the settings. They are one row, and read anew after whatever change there was: words of theirs can be
// erased too. Pages do without them for a moment, and no page that may have done so is kept.
func (s *Server) settingsNow(ctx context.Context) (_ *settingsData, err error) {
	defer func() {
		if err != nil {
			s.known.settings.missed.Add(1)
		}
	}()
	state, err := s.data.state(ctx)
	if err != nil {
		return nil, err
	}
	held := &s.known.settings
	held.mu.Lock()
	defer held.mu.Unlock()
	if held.made == nil || held.state != state {
		noting, reads := store.Noting(ctx)
		now, err := s.store.Settings(noting)
		if err != nil {
			return nil, err
		}
		if held.made == nil || held.made.Settings != now {
			if held.made, err = s.newSettingsData(noting, now); err != nil {
				return nil, err
			}
		}
		held.state, held.tables = state, held.tables.With(reads.Tables())
	}
	store.NoteReads(ctx, held.tables)
	return held.made, nil
}

func (s *Server) newSettingsData(ctx context.Context, now inspection.Settings) (*settingsData, error) {
	out := &settingsData{Settings: now, view: councilViewOf(now), files: map[string]*response{}}
	if now.Logo != "" {
		png, err := s.store.Logo(ctx, now.Logo)
		if err != nil {
			return nil, err
		}
		out.view.Logo.Address = out.add(newPackedResponse(http.StatusOK, "image/png", png), png, ".png")
	}
	if now.Colour != "" {
		sheet := colourSheet(now.Colour.Accent())
		out.view.Stylesheet = out.add(newResponse(http.StatusOK, "text/css; charset=utf-8", sheet, assetLevel), sheet, ".css")
	}
	return out, nil
}

// add keeps a file under a name of its own, and returns its address.
func (d *settingsData) add(r *response, body []byte, extension string) string {
	sum := sha256.Sum256(body)
	name := hex.EncodeToString(sum[:8]) + extension
	r.stays = true
	d.files[name] = r
	return councilFiles + name
}

func councilViewOf(now inspection.Settings) councilView {
	view := councilView{
		Name: now.Council, PrivacyNotice: now.PrivacyNotice, CookieNotice: now.CookieNotice, Members: !now.WithoutMembers,
		Contact: contactView{Email: now.Email, Page: now.Page, Telephone: now.Telephone, Dial: inspection.Dialed(now.Telephone)},
		Officer: officerView{now.Officer, now.OfficerEmail},
	}
	if now.Logo != "" {
		view.Logo = &logoView{Words: now.LogoWords, Width: now.LogoWidth, Height: now.LogoHeight}
	}
	return view
}

// colourSheet gives the pages another colour, on screens only: on paper they stay black.
func colourSheet(accent inspection.Accent) []byte {
	return fmt.Appendf(nil, `@media screen { :root { --accent: %s; --accent-tint: %s; } }
@media screen and (prefers-color-scheme: dark) { :root { --accent: %s; --accent-tint: %s; } }
`, accent.Light, accent.LightTint, accent.Dark, accent.DarkTint)
}

// council returns whose service this is. Where that cannot be looked up a page claims nothing; what is wrong shows where the
// page's own data is read.
func (s *Server) council(c *gin.Context) councilView {
	now, err := s.settingsNow(c.Request.Context())
	if err != nil {
		return councilView{Members: true}
	}
	return now.view
}

// audiences lists those for whom something new can be marked, widest first.
func (s *Server) audiences(c *gin.Context) []inspection.Audience {
	now, err := s.settingsNow(c.Request.Context())
	if err != nil {
		return inspection.Audiences()
	}
	return now.Audiences()
}

// audienceProblem refuses what is to be marked for members where those have no accounts here. What is marked so may stay so.
func (s *Server) audienceProblem(c *gin.Context, marked, held inspection.Audience) inspection.Problems {
	if marked != inspection.ForMembers || held == marked || slices.Contains(s.audiences(c), marked) {
		return nil
	}
	return inspection.Problems{{Field: "audience", Words: "Choose public or officers: committee members have no accounts here"}}
}

// home returns the slug of the place that the first page is about.
func (s *Server) home(ctx context.Context) string {
	if s.startHome != "" {
		return s.startHome
	}
	if now, err := s.settingsNow(ctx); err == nil {
		return s.homeOf(now.Settings)
	}
	return DefaultHome
}

// homeOf is the place with which the service was started, else that of some settings.
func (s *Server) homeOf(settings inspection.Settings) string {
	return cmp.Or(s.startHome, settings.Home, DefaultHome)
}

// showCouncilFile answers with the logo or the styles of the colour. An address whose hash is not theirs is not known: a
// browser would keep another content for ever.
func (s *Server) showCouncilFile(c *gin.Context) {
	now, err := s.settingsNow(c.Request.Context())
	if err == nil {
		if file, ok := now.files[c.Param("file")]; ok {
			file.send(c.Writer, c.Request)
			return
		}
		err = inspection.ErrNotFound
	}
	s.fail(c, err).send(c.Writer, c.Request)
}
