package web

import (
	"cmp"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// How many notes one network address sends: a few at once, and then one each so often. Pages are not counted.
const (
	notesAtOnce = 5
	noteEach    = 12 * time.Minute
	// mostReached bounds the address of a page that stands in the link to the form, in bytes.
	mostReached = 1000
)

// tellUsPath is where readers say that something is wrong; below it stand their notes, by reference.
const tellUsPath = "/tell-us"

// trapField is a box that no reader sees. Programs that fill in every form they find fill it in too.
const trapField = "website"

// readsKey is the key under which a request carries the query parameters that its page reads.
const readsKey = "reads"

// remarkRoutes registers the pages on which readers say that something is wrong, and those on which they are answered.
func (s *Server) remarkRoutes(r router) {
	r.get(tellUsPath, auth.ReadPublic, s.unlisted(s.askWhatIsWrong))
	r.post(tellUsPath, auth.ReadPublic, s.unlisted(s.addRemark))
	r.get(tellUsPath+"/:reference", auth.ReadPublic, s.unlisted(s.showOwnRemark))
	r.get("/remarks", auth.AnswerRemarks, s.private(s.listRemarks))
	r.get("/remarks/:id", auth.AnswerRemarks, s.private(s.showRemark))
	r.post("/remarks/:id/answers", auth.AnswerRemarks, s.private(s.answerRemark))
	r.post("/remarks/:id/close", auth.AnswerRemarks, s.private(s.closeRemark))
}

// unlisted answers a page that is nobody's but the reader's own: no copy of it is kept, and no search engine lists it.
func (s *Server) unlisted(handler func(*gin.Context) error) gin.HandlerFunc {
	answer := s.private(handler)
	return func(c *gin.Context) {
		c.Header("X-Robots-Tag", "noindex")
		answer(c)
	}
}

// TellUs is the address at which a reader says that something is wrong with the page.
func (p Page) TellUs() string {
	if p.Reached == "" {
		return tellUsPath
	}
	return tellUsPath + "?" + url.Values{"page": {p.Reached}}.Encode()
}

// reachedAt returns the path of the page that is asked for, and what it reads of the query, so that it is the same for all who
// are given one copy. It is empty for pages whose address nobody else is to have.
func reachedAt(c *gin.Context) string {
	asked := c.Request.URL
	if loggedPath(asked) != asked.Path || asked.Path == tellUsPath {
		return ""
	}
	known, _ := c.Get(readsKey)
	parameters, _ := known.(reads)
	at, query := url.URL{Path: asked.Path}, url.Values{}
	if asked.RawQuery != "" {
		given := asked.Query()
		for _, name := range slices.Concat(parameters.chosen, parameters.free) {
			if value := given.Get(name); value != "" {
				query.Set(name, value)
			}
		}
	}
	at.RawQuery = query.Encode()
	if text := at.String(); len(text) <= mostReached {
		return text
	}
	return ""
}

// remarkFormPage is the form on which a reader says that something is wrong.
type remarkFormPage struct {
	Page
	Full  bool   // whether no other note is taken now
	Wrote string // then: what was sent in vain; empty where nothing was
	Boxes []letterBox
	Email *credentialBox // nil where this service sends no mail
	Trap  letterBox
	Own   letterBox // for the reference of a note that was sent before
}

func (s *Server) askWhatIsWrong(c *gin.Context) error {
	if reference := inspection.ReadRemarkReference(clean(c.Query("reference"))); reference != "" {
		return &detour{ownRemarkAddress(reference)}
	}
	page := s.pageNamed(c, c.Query("page"))
	if !inspection.OwnAddress(page) || len(page) > mostReached {
		page = ""
	}
	return s.showRemarkForm(c, http.StatusOK, url.Values{"page": {page}}, nil)
}

// pageNamed returns the path and query of a page here of which somebody gave the whole address; anything else as it is.
func (s *Server) pageNamed(c *gin.Context, text string) string {
	text = strings.TrimSpace(clean(text))
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || s.doors.host == "" && u.Host != c.Request.Host || s.doors.host != "" && !s.doors.ours(u.Host) {
		return text
	}
	path, below := cutPrefix(cmp.Or(u.EscapedPath(), "/"), s.doors.prefix)
	if !below {
		return text
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return path
}

func (s *Server) showRemarkForm(c *gin.Context, status int, values url.Values, problems inspection.Problems) error {
	waiting, err := s.store.OpenRemarks(c.Request.Context())
	if err != nil {
		return err
	}
	page := remarkFormPage{Page: s.officerBase(c, "Something wrong? Tell us"), Full: waiting >= inspection.MostOpenRemarks, Wrote: strings.TrimSpace(values.Get("words"))}
	page.wrong(problems)
	box := func(name, kind, label, hint string) letterBox {
		return letterBox{Name: name, ID: name, Label: label, Hint: hint, Type: kind, Value: values.Get(name), Problem: page.Problem(name)}
	}
	words := box("words", "area", "What is wrong?", "At most 2,000 characters. Do not write about a child, a family or a case.")
	words.Rows = 6
	page.Boxes = []letterBox{
		box("page", "text", "Which page is it about? (optional)", "The part of its address that begins with /"),
		words,
		box("elsewhere", "url", "Where does it say something else? (optional)", "The address of a letter or an official page, beginning with https://"),
	}
	if s.store.Messages().Mail {
		email := page.credential("email", "email", "Your email address (optional)", "Only to tell you of the answer. It is kept apart, is not shown with your note, and is removed 30 days after the answer.", "email")
		email.Value = values.Get("email")
		page.Email = &email
	}
	page.Trap = box(trapField, "text", "Leave this box empty", "It is here to catch programs that fill in every form.")
	page.Trap.Value = ""
	page.Own = letterBox{Name: "reference", ID: "reference", Label: "Reference of your note", Hint: "Like T-7KQ2M9XW4A", Type: "text", Short: true}
	return s.render(c, status, "remark_form", page)
}

func (s *Server) addRemark(c *gin.Context) error {
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	m := inspection.Remark{
		Page: s.pageNamed(c, values.Get("page")), Words: strings.ReplaceAll(values.Get("words"), "\r\n", "\n"), Elsewhere: values.Get("elsewhere"),
	}
	email := ""
	if s.store.Messages().Mail {
		email = values.Get("email")
	}
	problems := store.CheckRemark(&m, &email)
	if values.Get(trapField) != "" {
		problems = append(problems, inspection.Problem{Field: trapField, Words: "Leave the box with this message empty. Then send the form again"})
	}
	if len(problems) > 0 {
		return s.showRemarkForm(c, http.StatusUnprocessableEntity, values, problems)
	}
	if err := s.textsNameNoChild(c, values, []string{m.Words}); err != nil {
		return err
	}
	if err := s.mayTell(c); err != nil {
		return err
	}
	m, err = s.store.AddRemark(c.Request.Context(), m, email)
	if errors.Is(err, store.ErrRemarksFull) {
		return s.showRemarkForm(c, http.StatusTooManyRequests, values, nil)
	}
	if err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, ownRemarkAddress(m.Reference))
}

var toldEnough = &refusal{http.StatusTooManyRequests, "Several notes came from your network just now", []string{
	"A network, such as that of one council, can send five notes at once, and then one every twelve minutes.",
	"Wait a while, then go back and send the form again: what you typed is still in it.",
	"This note has not been sent.",
}}

// mayTell fails where a network address has sent as many notes as it may for now.
func (s *Server) mayTell(c *gin.Context) error {
	key := networkKey(s.doors.client(c.Request))
	if s.notes == nil || key == "" {
		return nil
	}
	wait, tell := s.notes.wait(key, s.clock())
	if tell {
		s.log.WarnContext(c.Request.Context(), "held back: too many notes of readers", "who", key)
	}
	if wait > 0 {
		return &turnedAway{toldEnough, toFirstPage, int(math.Ceil(wait.Seconds()))}
	}
	return nil
}

// newNotePace holds back whoever sends too many notes.
func newNotePace() *pace { return newPace(rate.Every(noteEach), notesAtOnce) }

func ownRemarkAddress(reference string) string { return tellUsPath + "/" + url.PathEscape(reference) }

// remarkAnswerView is one answer to a note.
type remarkAnswerView struct {
	Outcome string
	When    string
	By      string
	Words   string
}

func remarkAnswers(m inspection.Remark) []remarkAnswerView {
	var out []remarkAnswerView
	for _, a := range m.Answers {
		out = append(out, remarkAnswerView{Outcome: a.Outcome.Words(), When: a.On.Words(), By: a.ByPost, Words: a.Words})
	}
	return out
}

// remarkOwnPage is what whoever has the reference of a note sees: how far it is, and never its words.
type remarkOwnPage struct {
	Page
	Reference string
	Received  string
	State     remarkStateView
	About     string // the page; empty where none was named
	Waits     bool
	Told      bool // whether a message is sent when it is answered
	Answers   []remarkAnswerView
}

// remarkStateView is the state of a note as a tag shows it.
type remarkStateView struct{ Words, Look string }

var remarkLooks = map[inspection.RemarkState]string{
	inspection.RemarkReceived: "blue", inspection.RemarkAnswered: "green", inspection.RemarkClosed: "grey",
}

func remarkState(m inspection.Remark) remarkStateView {
	return remarkStateView{m.State.Words(), remarkLooks[m.State]}
}

var noSuchNote = &referral{&refusal{http.StatusNotFound, "There is no note with this reference", []string{
	"Check the reference: it is T, a hyphen and ten letters and digits. It never has the letters I, L, O or U, nor the digits 0 and 1.",
	"If you have lost it, tell us once more what is wrong.",
}}, Link{Name: "Something wrong? Tell us", Address: tellUsPath}}

func (s *Server) showOwnRemark(c *gin.Context) error {
	m, held, err := s.store.RemarkOf(c.Request.Context(), inspection.ReadRemarkReference(clean(c.Param("reference"))))
	if errors.Is(err, inspection.ErrNotFound) {
		return noSuchNote
	}
	if err != nil {
		return err
	}
	page := remarkOwnPage{
		Page: s.officerBase(c, "Your note "+m.Reference), Reference: m.Reference, Received: m.Received.Words(), State: remarkState(m), About: m.Page,
		Waits: m.Open(), Told: held && s.store.Messages().Mail, Answers: remarkAnswers(m),
	}
	return s.render(c, http.StatusOK, "remark_own", page)
}
