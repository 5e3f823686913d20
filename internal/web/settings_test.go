package web

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

var anAdministrator = inPost("Head of information technology", inspection.RoleAdministrator)

// aLogo returns a PNG file of a size.
func aLogo(t testing.TB, width, height int) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// sendsSettings sends the form as a browser does, with a file where there is one.
func sendsSettings(t testing.TB, s *Server, logo []byte, pairs ...string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	name := ""
	if logo != nil {
		name = "logo.png"
	}
	part, err := w.CreateFormFile("logo", name) // empty where none was chosen, as browsers send it
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(logo); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return asksAs(t, s, anAdministrator, http.MethodPost, settingsAddress, w.FormDataContentType(), &body)
}

func TestEveryPageSaysWhoseServiceItIs(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newOpenServer(t, db)
		before := get(t, s, "/about")
		says(t, before, http.StatusOK, "This is not an Ofsted service.")
		page := document(t, before)
		if page.Find(".council-name, .council-logo, .council-contact").Length()+page.Find(`link[href^="/council/"]`).Length() > 0 {
			t.Error("a council is named where none is set")
		}

		says(t, asks(t, s, anAdministrator, http.MethodGet, settingsAddress, nil), http.StatusOK, "Settings of this service", "Northamptonshire, as the program comes", "by an officer or a clerk")
		place := led(t, sendsSettings(t, s, aLogo(t, 120, 40), "revision", "0", "council", "Camden <em>Council</em>", "home", "camden", "colour", "1B5E20",
			"logo_words", `Camden "crest"`, "email", "children@camden.gov.uk", "telephone", "020 7974 4444", "page", "https://camden.gov.uk/a?b=1&c=2",
			"privacy_notice", "https://camden.gov.uk/privacy", "officer", "Head of information", "officer_email", "dpo@camden.gov.uk",
			"cookie_notice", "We set <em>none</em>.\nAsk us.", "members", "yes", "do", "save"))
		says(t, asks(t, s, anAdministrator, http.MethodGet, place, nil), http.StatusOK, "The settings are saved.")

		page = document(t, get(t, s, "/about"))
		footer := page.Find("footer")
		if got := seen(footer.Text()); !strings.Contains(got, "Made by Camden <em>Council</em> from Ofsted’s published letters and reports. It is not an Ofsted service.") {
			t.Errorf("the footer says %s", got)
		}
		for _, href := range []string{"mailto:children@camden.gov.uk", "tel:02079744444", "https://camden.gov.uk/a?b=1&c=2"} {
			if footer.Find(`a[href="`+href+`"]`).Length() != 1 {
				t.Errorf("the footer does not lead to %s", href)
			}
		}
		logo := page.Find("header img.council-logo")
		if logo.AttrOr("alt", "") != `Camden "crest"` || logo.AttrOr("width", "") != "120" || logo.AttrOr("height", "") != "40" {
			t.Errorf("the logo is %s of %s by %s", logo.AttrOr("alt", ""), logo.AttrOr("width", ""), logo.AttrOr("height", ""))
		}
		for address, kind := range map[string]string{
			logo.AttrOr("src", ""): "image/png", page.Find(`link[rel="stylesheet"][href^="/council/"]`).AttrOr("href", ""): "text/css; charset=utf-8",
		} {
			file := get(t, s, address)
			if file.Code != http.StatusOK || file.Header().Get("Content-Type") != kind || !strings.Contains(file.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %d, %s, %s", address, file.Code, file.Header().Get("Content-Type"), file.Header().Get("Cache-Control"))
			}
			if kind != "image/png" && (!strings.Contains(file.Body.String(), "--accent: #1b5e20;") || !strings.Contains(file.Body.String(), "@media screen")) {
				t.Errorf("the styles are %s", file.Body)
			}
		}
		says(t, get(t, s, "/council/0000000000000000.png"), http.StatusNotFound)
		says(t, get(t, s, "/privacy"), http.StatusOK, "Camden <em>Council</em> is responsible for it.", "Whom to ask about data protection: Head of information", "We set <em>none</em>.")
		says(t, get(t, s, "/changes?kind=settings"), http.StatusOK, "Settings of this service")

		t.Run("an old address of the logo is not known any more, and its words go with it", func(t *testing.T) {
			led(t, sendsSettings(t, s, nil, "revision", "1", "council", "Camden Council", "home", "camden", "remove_logo", "yes", "logo_words", "Camden", "do", "save"))
			says(t, get(t, s, logo.AttrOr("src", "")), http.StatusNotFound)
			page := document(t, get(t, s, "/about"))
			if page.Find("header .council-logo").Length() != 0 || seen(page.Find("header .council-name").Text()) != "Camden Council" {
				t.Error("the name does not stand where the logo was")
			}
			if held, err := db.Settings(t.Context()); err != nil || held.LogoWords != "" || held.Email != "" || held.Home != "camden" || !held.WithoutMembers {
				t.Errorf("there are %+v, %v", held, err)
			}
		})
	})
}

func TestTheHomeOfTheSettings(t *testing.T) {
	db := storetest.Seeded(t)
	s := newServer(t, db)
	title := func(path string) string {
		t.Helper()
		return document(t, get(t, s, path)).Find("title").Text()
	}
	if got := title("/"); !strings.Contains(got, "Northamptonshire") {
		t.Fatalf("it begins with %s", got)
	}
	kept := get(t, s, "/calendar.ics").Body.String()
	if _, err := db.SaveSettings(t.Context(), storetest.Administrator, inspection.Settings{Home: "camden"}); err != nil {
		t.Fatal(err)
	}
	s.data.forget()
	for _, path := range []string{"/", "/scrutiny", "/recommendations/recurrence"} {
		answer := get(t, s, path)
		if answer.Code == http.StatusOK && !strings.Contains(document(t, answer).Find("main").Text(), "Camden") {
			t.Errorf("%s is not about the home", path)
		}
	}
	if got := title("/"); !strings.Contains(got, "Camden") {
		t.Errorf("the first page is %s", got)
	}
	if got := document(t, get(t, s, "/authorities/camden")).Find(`link[rel="canonical"]`).AttrOr("href", ""); got != "/" {
		t.Errorf("its own page leads to %s", got)
	}
	if get(t, s, "/calendar.ics").Body.String() == kept {
		t.Error("the calendar is still that of the earlier home")
	}
	if known, err := s.registerData(t.Context()); err != nil || len(known.home) == 0 || known.home[0].ID != "camden" {
		t.Errorf("lists begin with %+v, %v", known.home, err)
	}
	if err := s.CheckHome(t.Context()); err != nil {
		t.Error(err)
	}
	t.Run("the start of the service wins, and the page says so", func(t *testing.T) {
		s := newOpenServer(t, db)
		s.startHome = "cumberland"
		page := document(t, asks(t, s, anAdministrator, http.MethodGet, settingsAddress, nil))
		if page.Find("#home").Length() != 0 || !strings.Contains(page.Find("#settings").Text(), "The first page is about Cumberland.") {
			t.Error("the page asks for a home that would change nothing")
		}
		if got := s.home(t.Context()); got != "cumberland" {
			t.Errorf("the home is %s", got)
		}
		led(t, sendsSettings(t, s, nil, "revision", "1", "council", "Cumberland Council", "members", "yes"))
		if held, err := db.Settings(t.Context()); err != nil || held.Home != "camden" {
			t.Errorf("the home of the settings is %q, %v", held.Home, err)
		}
	})
}

func TestSettingsThatCannotBeTaken(t *testing.T) {
	db := storetest.Seeded(t)
	s := newOpenServer(t, db)
	noise := make([]byte, inspection.MostLogoBytes+5000)
	copy(noise, aLogo(t, 10, 10))
	kept := []string{"revision", "0", "council", "Camden <em>", "logo_words", "Camden", "members", "yes"}
	for name, c := range map[string]struct {
		logo  []byte
		pairs []string
		field string
		words string
	}{
		"a colour that is too light":  {nil, []string{"colour", "#ffcc00"}, "colour", "Choose a darker colour, such as #"},
		"a script for an address":     {nil, []string{"page", "javascript:alert(1)"}, "page", "beginning with https://"},
		"a place that is not there":   {nil, []string{"home", "narnia"}, "home", "from the list"},
		"a drawing for a logo":        {[]byte("<svg onload=alert(1)/>"), nil, "logo", "an SVG file can hold a program"},
		"a logo that is too wide":     {aLogo(t, 900, 10), nil, "logo", "900 by 10 pixels"},
		"a file that is too large":    {noise, nil, "logo", "at most 200 KB"},
		"an empty file":               {[]byte{}, nil, "logo", "this file is none"},
		"a logo that nobody can hear": {aLogo(t, 10, 10), []string{"logo_words", ""}, "logo_words", "what the logo says"},
	} {
		t.Run(name, func(t *testing.T) {
			pairs := append([]string{}, kept...)
			for i := 0; i+1 < len(c.pairs); i += 2 {
				at := -1
				for j := 0; j < len(pairs); j += 2 {
					if pairs[j] == c.pairs[i] {
						at = j
					}
				}
				if at < 0 {
					pairs = append(pairs, c.pairs[i], c.pairs[i+1])
				} else {
					pairs[at+1] = c.pairs[i+1]
				}
			}
			refused(t, sendsSettings(t, s, c.logo, pairs...), c.field, c.words, map[string]string{"council": "Camden <em>"})
			if held, err := db.Settings(t.Context()); err != nil || held.Revision != 0 {
				t.Errorf("there are %+v, %v", held, err)
			}
		})
	}
	t.Run("everything that is wrong is said at once", func(t *testing.T) {
		page := refused(t, sendsSettings(t, s, []byte("GIF89a"), "colour", "red", "email", "x", "officer_email", "y"), "logo", "this file is none", nil)
		if n := page.Find(".govuk-error-summary li").Length(); n != 5 {
			t.Errorf("%d problems are listed", n)
		}
	})
	t.Run("a request of any size is answered", func(t *testing.T) {
		says(t, sendsSettings(t, s, make([]byte, mostSettingsBytes+1)), http.StatusRequestEntityTooLarge, "Nothing has been saved.")
	})
	t.Run("a form without a file may come as any form does", func(t *testing.T) {
		led(t, asks(t, s, anAdministrator, http.MethodPost, settingsAddress, url.Values{"revision": {"0"}, "council": {"Camden Council"}, "members": {"yes"}}))
	})
	t.Run("who saves after another is told, and may save again", func(t *testing.T) {
		answer := sendsSettings(t, s, nil, "revision", "0", "council", "Barnet Council", "members", "yes", "do", "save")
		says(t, answer, http.StatusConflict, "Somebody else changed the settings meanwhile")
		page := document(t, answer)
		if page.Find("#council").AttrOr("value", "") != "Barnet Council" || page.Find(`.govuk-error-summary a[href="#settings"]`).Length() != 1 {
			t.Error("the words are lost")
		}
		led(t, sendsSettings(t, s, nil, "revision", page.Find(`input[name="revision"]`).AttrOr("value", ""), "council", "Barnet Council", "members", "yes"))
		if held, err := db.Settings(t.Context()); err != nil || held.Council != "Barnet Council" || held.Revision != 2 {
			t.Errorf("there are %+v, %v", held, err)
		}
	})
	t.Run("a colour is shown without being saved", func(t *testing.T) {
		answer := sendsSettings(t, s, nil, "revision", "2", "council", "Camden", "colour", "#1b5e20", "do", "colour")
		says(t, answer, http.StatusOK)
		page := document(t, answer)
		shown := page.Find(".colours img")
		if shown.Length() != 2 || page.Find("#council").AttrOr("value", "") != "Camden" {
			t.Fatalf("%d pictures", shown.Length())
		}
		drawing := asks(t, s, anAdministrator, http.MethodGet, shown.Eq(1).AttrOr("src", ""), nil)
		if drawing.Code != http.StatusOK || drawing.Header().Get("Content-Type") != "image/svg+xml" || strings.Contains(drawing.Body.String(), "style") {
			t.Errorf("%d, %s", drawing.Code, drawing.Body)
		}
		says(t, asks(t, s, anAdministrator, http.MethodGet, settingsAddress+"/colour.svg?colour="+url.QueryEscape(`"><script>`), nil), http.StatusNotFound)
		if held, err := db.Settings(t.Context()); err != nil || held.Colour != "" {
			t.Errorf("it was saved: %+v, %v", held, err)
		}
	})
	t.Run("nobody else may change them", func(t *testing.T) {
		for _, by := range []inspection.Actor{anOfficer, aClerk, aReviewer, aMember} {
			says(t, asks(t, s, by, http.MethodGet, settingsAddress, nil), http.StatusForbidden, "for an administrator")
			says(t, asks(t, s, by, http.MethodPost, settingsAddress, url.Values{"council": {"Mine"}}), http.StatusForbidden)
		}
	})
}

func TestFormsOfferTheAudiencesThatThereAre(t *testing.T) {
	db := storetest.Seeded(t)
	s := newOpenServer(t, db)
	offered := func(path string) string {
		t.Helper()
		options := document(t, asks(t, s, anOfficer, http.MethodGet, path, nil)).Find(`select[name="audience"] option`)
		return strings.Join(options.Map(func(_ int, option *goquery.Selection) string { return option.Text() }), ", ")
	}
	if got := offered("/actions/new"); got != "Officers only, Committee members and officers, Everyone" {
		t.Errorf("an action is for %s", got)
	}
	if _, err := db.SaveSettings(t.Context(), storetest.Administrator, inspection.Settings{WithoutMembers: true}); err != nil {
		t.Fatal(err)
	}
	s.data.forget()
	if got := offered("/actions/new"); got != "Officers only, Everyone" {
		t.Errorf("without members an action is for %s", got)
	}
	marked := audienceGroups((inspection.Settings{WithoutMembers: true}).Audiences(), inspection.ForOfficers, inspection.ForMembers)
	if len(marked[0].Options) != 3 || !marked[0].Options[1].Chosen {
		t.Errorf("what is marked for members does not stay so: %+v", marked)
	}
}

func TestWhereMembersHaveNoAccountsNothingNewIsForThem(t *testing.T) {
	s := newSignedServer(t)
	p := newProgram(t, s, auth.TokenUpdates, auth.Officer)
	path := "/api/v1" + recordedAction(t, s) + "/updates"
	keeper := storetest.Account(t, s.store, auth.Administrator)
	offered := func() bool {
		t.Helper()
		return document(t, get(t, s, "/people", sessionOf(t, s, keeper)...)).Find(`input[name="roles"][value="member"]`).Length() == 1
	}
	if !offered() {
		t.Error("the role of a member is not offered")
	}
	if _, err := s.store.SaveSettings(t.Context(), storetest.Administrator, inspection.Settings{WithoutMembers: true}); err != nil {
		t.Fatal(err)
	}
	s.data.forget()
	if offered() {
		t.Error("the role of a member is offered where members have no accounts")
	}
	refusedWith(t, p.sends(http.MethodPost, path, `{"words": "Nine are trained.", "audience": "members"}`), http.StatusUnprocessableEntity,
		"Choose public or officers: committee members have no accounts here", "audience")
	answeredWith[opendata.ActionDocument](t, p.sends(http.MethodPost, path, `{"words": "Nine are trained.", "audience": "officers"}`), http.StatusCreated)
}

// A page that was made while the settings could not be read names no council, or is about another place.
func TestAPageMadeWithoutTheSettingsIsNotKept(t *testing.T) {
	db := storetest.Seeded(t)
	s := newOpenServer(t, db)
	if _, err := db.SaveSettings(t.Context(), storetest.Administrator, inspection.Settings{Council: "Camden Council", WithoutMembers: true}); err != nil {
		t.Fatal(err)
	}
	s.data.forget()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	out := false
	show := s.page(func(c *gin.Context) error {
		if out {
			s.known.settings.made = nil
			c.Request = c.Request.WithContext(gone)
		}
		return s.render(c, http.StatusOK, "glossary_list", glossaryListPage{Page: s.base(c, "Glossary")})
	}, reads{})
	g := gin.New()
	g.GET("/kept", show)
	names := func() string {
		t.Helper()
		answer := httptest.NewRecorder()
		g.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/kept", nil))
		return seen(document(t, answer).Find("header .council-name").Text())
	}
	out = true
	if got := names(); got != "" {
		t.Fatalf("without the settings the page names %q", got)
	}
	out = false
	if got := names(); got != "Camden Council" {
		t.Errorf("afterwards the page names %q", got)
	}
}

// The colours that settings are checked against are those of the pages.
func TestGroundsAreThoseOfTheStyleSheet(t *testing.T) {
	sheet, err := static.Files().Open("app.css")
	if err != nil {
		t.Fatal(err)
	}
	defer sheet.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(sheet); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]inspection.Colour{
		"page": {inspection.LightPage, inspection.DarkPage}, "panel": {inspection.LightPanel, inspection.DarkPanel}, "ink": {inspection.LightInk, inspection.DarkInk},
	} {
		found := regexp.MustCompile(`--`+name+`: (#[0-9a-f]{6});`).FindAllStringSubmatch(text.String(), 2)
		if len(found) < 2 || found[0][1] != string(want[0]) || found[1][1] != string(want[1]) {
			t.Errorf("--%s is %v; the settings reckon with %v", name, found, want)
		}
	}
}
