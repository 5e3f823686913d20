package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// settingsShowPage is where an administrator says whose service it is.
type settingsShowPage struct {
	Page
	Saved    string
	Revision int // of the settings that the form was filled from
	Whose    []letterBox
	HomeSet  string // the place of the first page where the start of the service names it; empty where the form asks for it
	Colour   letterBox
	Shown    []colourView
	Logo     logoForm
	Contact  []letterBox
	Privacy  []letterBox
	Members  letterBox
	Deciders string // who records which bodies decide
	MayKeep  bool   // whether whoever looks does
}

// logoForm asks for the logo. The one that is set stands beside it.
type logoForm struct {
	Now     *logoView
	Problem string
	Largest int // KB
	Width   int // pixels
	Height  int // pixels
	Words   letterBox
	Remove  letterBox
}

// Described lists the IDs of what says more about the file, for assistive technology.
func (f logoForm) Described() string {
	if f.Problem != "" {
		return "logo-hint logo-problem"
	}
	return "logo-hint"
}

// colourView is one picture of how a colour looks on the pages.
type colourView struct {
	Address string
	Words   string
}

// The marks by which a form asks to be shown again with its colour, and not to be saved.
const (
	settingsAddress = "/settings"
	seeColour       = "colour"
)

// mostSettingsBytes is what a request with settings may bring before it is cut off. It is far more than a logo may have, so
// that whoever chose too large a file is told so, with what they typed.
const mostSettingsBytes = 24 << 20

func (s *Server) settingsRoutes(r router) {
	r.get(settingsAddress, auth.ChangeSettings, s.private(s.showSettings))
	r.post(settingsAddress, auth.ChangeSettings, s.private(s.saveSettings))
	r.get(settingsAddress+"/colour.svg", auth.ChangeSettings, s.private(s.showColour))
	r.get(councilFiles+":file", auth.Anything, s.showCouncilFile)
}

func (s *Server) showSettings(c *gin.Context) error {
	now, err := s.store.Settings(c.Request.Context())
	if err != nil {
		return err
	}
	return s.settingsForm(c, http.StatusOK, now.Revision, settingsValues(now), nil)
}

// settingsForm shows the form with what its boxes hold.
func (s *Server) settingsForm(c *gin.Context, status, revision int, values url.Values, problems inspection.Problems) error {
	now, err := s.settingsNow(c.Request.Context())
	if err != nil {
		return err
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	page := settingsShowPage{Page: s.officerBase(c, "Settings of this service"), Revision: revision}
	if c.Query("saved") != "" && len(problems) == 0 {
		page.Saved = "The settings are saved. Every page goes by them now."
	}
	page.wrong(problems)
	box := func(name, kind, label, hint string) letterBox {
		return letterBox{Name: name, ID: name, Label: label, Hint: hint, Type: kind, Value: values.Get(name), Problem: page.Problem(name)}
	}
	page.Whose = []letterBox{box("council", "text", "Who runs this service", "The full name of the council, trust or partnership. Leave this empty and the pages name nobody.")}
	if s.startHome != "" {
		page.HomeSet = (&inspection.Record{Bodies: known.bodies}).Name(s.startHome)
	} else {
		home := box("home", "select", "What the first page is about", "Lists and forms begin with this council or place too.")
		home.setOptions((&inspection.Record{Bodies: known.bodies}).Name(DefaultHome)+", as the program comes",
			bodyOptions(inspection.Homes(known.bodies), s.today())...)
		page.Whose = append(page.Whose, home)
	}
	page.Colour = box("colour", "text", "Colour of links and buttons", "A sign and six digits, such as #2b3a9b. Leave this empty for the program’s own. For dark screens a lighter shade is worked out. Grades and charts keep their own colours, so that a grade looks the same everywhere.")
	page.Colour.Short = true
	page.Shown = shownColours(inspection.ReadColour(values.Get("colour")))
	page.Logo = logoForm{
		Now: now.view.Logo, Problem: page.Problem("logo"),
		Largest: inspection.MostLogoBytes >> 10, Width: inspection.MostLogoWidth, Height: inspection.MostLogoHeight,
		Words:  box("logo_words", "text", "What the logo says", "For people who do not see it, such as the name of the council. Needed with a logo."),
		Remove: box("remove_logo", "tick", "Take the logo away", ""),
	}
	page.Contact = []letterBox{
		box("email", "email", "Email address", "Notes of readers that something is wrong are sent here too."),
		box("telephone", "text", "Telephone number", "Such as 0300 126 1000."),
		box("page", "url", "Web page", "The whole address, beginning with https://."),
	}
	page.Privacy = []letterBox{
		box("privacy_notice", "url", "Address of your own privacy notice", "The whole address, beginning with https://."),
		box("officer", "text", "Data protection officer", "A post, or a name where your notice gives it."),
		box("officer_email", "email", "Email address of the data protection officer", ""),
		box("cookie_notice", "area", "Your own words about cookies", "Plain text, at most 1,000 characters. It stands on the page about privacy, above the list of cookies that this service sets."),
	}
	page.Privacy[3].Rows = 4
	page.Members = box("members", "tick", "Committee members have accounts here",
		"Without this, forms no longer offer to mark something for committee members. What is marked for them stays so.")
	who, err := s.person(c)
	if err != nil {
		return err
	}
	page.MayKeep = who != nil && who.may(auth.KeepBodies)
	var keepers []string
	for _, role := range auth.KeepBodies.Roles() {
		keepers = append(keepers, inspection.Role(role).Words())
	}
	page.Deciders = inspection.JoinWords(keepers, "or")
	return s.render(c, status, "settings_show", page)
}

// settingsValues are what the boxes hold for settings. parseSettings reads them back.
func settingsValues(now inspection.Settings) url.Values {
	values := url.Values{
		"council": {now.Council}, "home": {now.Home}, "colour": {string(now.Colour)}, "logo_words": {now.LogoWords},
		"email": {now.Email}, "telephone": {now.Telephone}, "page": {now.Page}, "privacy_notice": {now.PrivacyNotice},
		"officer": {now.Officer}, "officer_email": {now.OfficerEmail}, "cookie_notice": {now.CookieNotice},
	}
	if !now.WithoutMembers {
		values.Set("members", "yes")
	}
	return values
}

// parseSettings reads settings out of a form. What the form does not show is taken from those that are held.
func parseSettings(values url.Values, held inspection.Settings) inspection.Settings {
	out := inspection.Settings{
		Council: values.Get("council"), Home: held.Home, Colour: inspection.ReadColour(values.Get("colour")),
		Logo: held.Logo, LogoWords: values.Get("logo_words"), LogoWidth: held.LogoWidth, LogoHeight: held.LogoHeight,
		Email: values.Get("email"), Telephone: values.Get("telephone"), Page: values.Get("page"), PrivacyNotice: values.Get("privacy_notice"),
		Officer: values.Get("officer"), OfficerEmail: values.Get("officer_email"), CookieNotice: values.Get("cookie_notice"),
		WithoutMembers: values.Get("members") == "",
	}
	if values.Has("home") {
		out.Home = values.Get("home")
	}
	if values.Get("remove_logo") != "" {
		out.Logo = ""
	}
	out.Revision, _ = strconv.Atoi(values.Get("revision")) // what is no number was never a revision
	return out
}

func (s *Server) saveSettings(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	values, picture, err := sentSettings(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	held, err := s.store.Settings(ctx)
	if err != nil {
		return err
	}
	settings := parseSettings(values, held)
	again := func(status int, problems inspection.Problems) error {
		return s.settingsForm(c, status, settings.Revision, values, problems)
	}
	if values.Get("do") == seeColour {
		if problem := settings.Colour.Problem(); problem != "" {
			return again(http.StatusUnprocessableEntity, inspection.Problems{{Field: "colour", Words: problem}})
		}
		return again(http.StatusOK, nil)
	}
	logo, problems, err := s.checkSettings(c, settings, picture)
	switch {
	case err != nil:
		return err
	case len(problems) > 0:
		return again(http.StatusUnprocessableEntity, problems)
	case logo != nil:
		_, err = s.store.SaveSettingsAndLogo(ctx, by, settings, *logo)
	default:
		_, err = s.store.SaveSettings(ctx, by, settings)
	}
	if errors.Is(err, inspection.ErrSettingsChanged) {
		// Whoever sends the form again has been told, and then means it.
		settings.Revision = held.Revision
		return again(http.StatusConflict, inspection.Problems{{Field: "settings",
			Words: "Somebody else changed the settings meanwhile, and nothing of yours was saved. Look at them in another tab, then save again to put yours in their place"}})
	}
	return s.afterSaving(c, settingsAddress+"?saved=yes#saved", err, nil, func(problems inspection.Problems) error {
		return again(http.StatusUnprocessableEntity, problems)
	})
}

// checkSettings reads the picture that came with a form and lists everything that is wrong with the form at once.
func (s *Server) checkSettings(c *gin.Context, settings inspection.Settings, picture []byte) (logo *inspection.Logo, problems inspection.Problems, err error) {
	known, err := s.register(c)
	if err != nil {
		return nil, nil, err
	}
	if picture != nil {
		read, err := inspection.ReadLogo(picture)
		if err != nil && !errors.As(err, &problems) {
			return nil, nil, err
		}
		logo, settings.Logo = &read, "to be set"
	}
	own := settings.Check(inspection.Homes(known.bodies))
	return logo, inFormOrder(append(problems, own...)), nil
}

// settingsOrder is the order of the boxes on the page.
var settingsOrder = []string{
	"council", "home", "colour", "logo", "logo_words", "email", "telephone", "page", "privacy_notice", "officer", "officer_email", "cookie_notice",
}

func inFormOrder(problems inspection.Problems) inspection.Problems {
	boxes := make([]letterBox, len(settingsOrder))
	for i, name := range settingsOrder {
		boxes[i].ID = name
	}
	return inBoxOrder(problems, boxes...)
}

// sentSettings reads the form, and the picture if it brings one; nil where it brings none.
func sentSettings(c *gin.Context) (url.Values, []byte, error) {
	kind, _, _ := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if kind != "multipart/form-data" {
		values, err := sentForm(c)
		return values, nil, err
	}
	limitBody(c, mostSettingsBytes)
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, nil, formFault(err)
	}
	values := url.Values{}
	var picture []byte
	for read := 0; ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return values, picture, nil
		}
		if err != nil {
			return nil, nil, formFault(err)
		}
		most := mostSentBytes - read
		file := part.FormName() == "logo"
		if file {
			most = inspection.MostLogoBytes + 1 // one more tells that it is too large
		}
		data, err := cutPart(part, most)
		switch {
		case err != nil:
			return nil, nil, formFault(err)
		case !file:
			read += len(data)
			values.Add(part.FormName(), clean(string(data)))
		case part.FileName() != "":
			picture = data
		}
	}
}

// cutPart reads a part of a form up to a limit. The rest is thrown away, so that the answer gets through.
func cutPart(part *multipart.Part, most int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(part, int64(most)))
	if err == nil {
		_, err = io.Copy(io.Discard, part)
	}
	if data == nil {
		data = []byte{}
	}
	return data, err
}

// shownColours shows a colour that can be read on paper and on a dark screen.
func shownColours(colour inspection.Colour) []colourView {
	if colour == "" || colour.Problem() != "" {
		return nil
	}
	accent := colour.Accent()
	address := func(scheme string) string {
		return settingsAddress + "/colour.svg?" + url.Values{"colour": {string(colour)}, "scheme": {scheme}}.Encode()
	}
	return []colourView{
		{address("light"), fmt.Sprintf("On light pages: a link and a button in %s", accent.Light)},
		{address("dark"), fmt.Sprintf("On dark pages: a link and a button in %s", accent.Dark)},
	}
}

// showColour draws a link and a button in a colour. It is a drawing of its own, since pages hold no styles of their own.
func (s *Server) showColour(c *gin.Context) error {
	colour := inspection.ReadColour(c.Query("colour"))
	if colour == "" || colour.Problem() != "" {
		return inspection.ErrNotFound
	}
	accent := colour.Accent()
	page, shade, tint, ink := inspection.LightPage, accent.Light, accent.LightTint, inspection.LightInk
	if c.Query("scheme") == "dark" {
		page, shade, tint, ink = inspection.DarkPage, accent.Dark, accent.DarkTint, inspection.DarkInk
	}
	drawing := fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 72" font-family="Arial, sans-serif" font-size="17">
<path fill="%[1]s" d="M0 0h360v72H0z"/>
<path fill="%[3]s" d="M16 18h92v36H16z"/><text x="28" y="42" fill="%[4]s">Chosen</text>
<text x="128" y="42" fill="%[2]s" text-decoration="underline">A link</text>
<rect x="204" y="16" width="140" height="40" rx="3" fill="%[2]s"/><text x="274" y="42" fill="%[1]s" font-weight="700" text-anchor="middle">A button</text>
</svg>
`, page, shade, tint, ink)
	c.Set(answered, newResponse(http.StatusOK, "image/svg+xml", drawing, assetLevel))
	return nil
}
