package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// erasureRoutes registers the pages on which what must not be held is erased. None of them shows a word of it.
func (s *Server) erasureRoutes(r router) {
	r.get("/erasures", auth.EraseTexts, s.private(s.listErasures))
	r.post("/erasures", auth.EraseTexts, s.private(s.askErasure))
	r.get("/erasures/new", auth.EraseTexts, s.private(s.newErasure))
	r.get("/erasures/:id", auth.EraseTexts, s.private(s.showErasure))
	r.post("/erasures/:id/agree", auth.EraseTexts, s.private(s.agreeErasure))
	r.post("/erasures/:id/withdraw", auth.EraseTexts, s.private(s.withdrawErasure))
}

// DefaultBackupDays is for how many days backups are taken to be kept where no other number is set.
const DefaultBackupDays = 35

// erasureListPage lists what administrators have asked to be erased, and what became of that.
type erasureListPage struct {
	Page
	Saved     string
	Alone     bool // whether no other administrator can agree
	Entry     letterBox
	Waiting   []erasureRow
	Done      []erasureRow
	Withdrawn []erasureRow
}

// erasureRow is one erasure of the list.
type erasureRow struct {
	Link    Link
	Reason  string
	Asked   string
	Settled string
	Backups string
}

// erasureSaved are the words after something was done.
var erasureSaved = map[string]string{
	"asked":     "The erasure is asked for. Nothing is erased before another administrator agrees.",
	"agreed":    "It is erased.",
	"log":       "It is erased. The database’s own log still holds the words, since somebody was reading at that moment: it is emptied with the next erasure, or when the program is started again.",
	"withdrawn": "The erasure is withdrawn. Nothing was erased.",
}

func (s *Server) listErasures(c *gin.Context) error {
	return s.erasureList(c, http.StatusOK, "", nil)
}

// erasureList shows the list; after a number that is no entry's, with that in its box.
func (s *Server) erasureList(c *gin.Context, status int, entry string, problems inspection.Problems) error {
	list, err := s.store.Erasures(c.Request.Context())
	if err != nil {
		return err
	}
	page := erasureListPage{Page: s.officerBase(c, "Erasures"), Saved: erasureSaved[c.Query("saved")]}
	page.wrong(problems)
	if page.Alone, err = s.oneAdministrator(c); err != nil {
		return err
	}
	page.Entry = letterBox{
		Name: "entry", ID: "entry", Label: "Number of the entry", Type: "text", Short: true, Value: entry, Problem: page.Problem("entry"),
		Hint: "It stands on the page of the entry in the record of changes. Whoever found the words can tell you.",
	}
	for _, e := range list {
		row := erasureRow{
			Link: Link{Name: e.RecordKind.Words(), Address: erasureAddress(e.ID)}, Reason: e.Reason.Words(), Asked: dayAndPost(e.Asked, e.AskedBy),
		}
		switch {
		case e.Open():
			page.Waiting = append(page.Waiting, row)
		case e.Withdrawn.Known():
			row.Settled = dayAndPost(e.Withdrawn, e.WithdrawnBy)
			page.Withdrawn = append(page.Withdrawn, row)
		default:
			row.Settled, row.Backups = dayAndPost(e.Agreed, e.AgreedBy), s.backupWords(e)
			page.Done = append(page.Done, row)
		}
	}
	return s.render(c, status, "erasure_list", page)
}

func erasureAddress(id string) string { return "/erasures/" + url.PathEscape(id) }

func dayAndPost(day inspection.Date, post string) string { return day.Words() + ", " + post }

// oneAdministrator reports whether fewer than two administrators can sign in. In the demonstration anybody can be another.
func (s *Server) oneAdministrator(c *gin.Context) (bool, error) {
	if s.open {
		return false, nil
	}
	accounts, err := s.store.Accounts(c.Request.Context())
	able := slices.DeleteFunc(accounts, func(a auth.Account) bool { return !a.MaySignIn() || !a.Allows(auth.EraseTexts) })
	return len(able) < 2, err
}

// backupWords says until when backups hold what an erasure destroyed, or would if somebody agreed to it today.
func (s *Server) backupWords(e inspection.Erasure) string {
	if !e.Agreed.Known() {
		e.Agreed = s.today()
	}
	last := e.LastBackup(s.backupDays)
	if last.Before(s.today()) {
		return "The last backup that held it expired on " + last.Words() + "."
	}
	before := "before " + e.Agreed.Words()
	if e.Agreed == s.today() {
		before = "before today"
	}
	return fmt.Sprintf("Backups made %s still hold it; the last of them expires on %s.", before, last.Words())
}

// erasureView says what an erasure is about and what it destroys, without a word of that.
type erasureView struct {
	Kind      string
	Entry     Link // the latest entry about the record
	When      string
	Who       string
	Destroyed []string
	Refused   string // why it cannot be erased as it stands
	Backups   string
}

// erasureNewPage asks for an erasure.
type erasureNewPage struct {
	Page
	erasureView
	Number string
	Alone  bool
	Reason letterBox
}

func (s *Server) newErasure(c *gin.Context) error {
	return s.erasureForm(c, http.StatusOK, c.Query("entry"), "", nil)
}

// erasureForm shows what would be erased of the record that an entry is about, and asks why.
func (s *Server) erasureForm(c *gin.Context, status int, number, reason string, problems inspection.Problems) error {
	entry, err := s.entryNamed(c, number)
	var wrong inspection.Problems
	if errors.As(err, &wrong) {
		return s.erasureList(c, http.StatusUnprocessableEntity, number, wrong)
	}
	if err != nil {
		return err
	}
	page := erasureNewPage{Page: s.officerBase(c, "This must not be held"), Number: fmt.Sprint(entry.Number)}
	if page.Alone, err = s.oneAdministrator(c); err != nil {
		return err
	}
	if page.erasureView, err = s.erasureViewOf(c, entry); err != nil {
		return err
	}
	page.Backups = s.backupWords(inspection.Erasure{})
	for i := range problems {
		if problems[i].Field != "reason" {
			page.Refused = cmp.Or(page.Refused, problems[i].Words+".")
			problems[i].Field = "refused"
		}
	}
	page.wrong(problems)
	options := []selectOption{{Name: "Choose a reason"}}
	for _, one := range inspection.ErasureReasons() {
		options = append(options, selectOption{Value: string(one), Name: one.Words(), Chosen: string(one) == reason})
	}
	page.Reason = letterBox{
		Name: "reason", ID: "reason", Label: "Why this must not be held", Type: "select", Problem: page.Problem("reason"),
		Hint:   "It stays in the record of changes, and so it names nobody.",
		Groups: []optionGroup{{Options: options}},
	}
	return s.render(c, status, "erasure_new", page)
}

// entryNamed returns an entry by its number, without its texts. It fails with inspection.Problems at entry.
func (s *Server) entryNamed(c *gin.Context, text string) (inspection.Change, error) {
	number, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || number < 1 {
		return inspection.Change{}, inspection.Problems{{Field: "entry", Words: "Enter the number of an entry, like 1204"}}
	}
	entry, err := s.store.EntryOutline(c.Request.Context(), number)
	if errors.Is(err, inspection.ErrNotFound) {
		return entry, inspection.Problems{{Field: "entry", Words: fmt.Sprintf("There is no entry %d. Look up its number in the record of changes", number)}}
	}
	return entry, err
}

func (s *Server) erasureViewOf(c *gin.Context, entry inspection.Change) (erasureView, error) {
	view := erasureView{
		Kind: entry.RecordKind.Words(), When: s.whenWords(entry.At), Who: entry.ActorPost,
		Entry: Link{Name: fmt.Sprintf("entry %d", entry.Number), Address: changeAddress(entry.Number)},
	}
	plan, err := s.store.PlanErasure(c.Request.Context(), store.RecordName{Kind: entry.RecordKind, ID: entry.RecordID})
	var problems inspection.Problems
	if errors.As(err, &problems) {
		view.Refused = problems[0].Words + "."
		return view, nil
	}
	view.Destroyed = destroyedWords(entry.RecordKind, plan)
	return view, err
}

// destroyedWords lists what an erasure would destroy.
func destroyedWords(kind inspection.RecordKind, plan store.ErasurePlan) []string {
	out := slices.Clone(inspection.Destroyed(kind))
	if plan.Copies > 0 {
		out = append(out, "the same words, and what the program copied of them, in "+inspection.CountWords(plan.Copies, "other record", "other records"))
	}
	if plan.Files > 0 {
		out = append(out, inspection.CountWords(plan.Files, "file", "files")+" in which they stand")
	}
	out = append(out, "what the record of changes says of all this, in "+inspection.CountWords(plan.Entries, "entry", "entries"))
	if plan.Kept > 0 {
		out = append(out, "but not "+inspection.CountWords(plan.Kept, "file that another record holds", "files that other records hold")+" too: ask for that record as well")
	}
	return out
}

// askErasure asks for the texts of a record to be erased.
func (s *Server) askErasure(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	number, reason := values.Get("entry"), values.Get("reason")
	entry, err := s.entryNamed(c, number)
	if err == nil {
		var asked inspection.Erasure
		asked, err = s.store.AskErasure(c.Request.Context(), by, store.RecordName{Kind: entry.RecordKind, ID: entry.RecordID}, inspection.ErasureReason(reason))
		if err == nil {
			s.log.InfoContext(c.Request.Context(), "erasure asked for", "erasure", asked.ID, "kind", string(asked.RecordKind), "by", by.ID)
		}
	}
	return s.afterSaving(c, "/erasures?saved=asked", err, nil, func(problems inspection.Problems) error {
		return s.erasureForm(c, http.StatusUnprocessableEntity, number, reason, problems)
	})
}

// erasureShowPage is one erasure.
type erasureShowPage struct {
	Page
	erasureView
	ID        string
	Reason    string
	Asked     string
	Agreed    string
	Withdrawn string
	Entries   string
	Open      bool
	Alone     bool
	Own       bool // whether the one who looks at it cannot agree to it
}

func (s *Server) showErasure(c *gin.Context) error {
	return s.erasure(c, http.StatusOK, nil)
}

func (s *Server) erasure(c *gin.Context, status int, problems inspection.Problems) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	e, err := s.store.Erasure(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	entry, err := s.store.LatestOutline(ctx, store.RecordName{Kind: e.RecordKind, ID: e.RecordID})
	if err != nil {
		return err
	}
	page := erasureShowPage{
		Page: s.officerBase(c, "Erasure: "+e.RecordKind.Words()), ID: e.ID, Reason: e.Reason.Words(), Asked: dayAndPost(e.Asked, e.AskedBy), Open: e.Open(),
	}
	page.wrong(problems)
	switch {
	case page.Open:
		if page.erasureView, err = s.erasureViewOf(c, entry); err != nil {
			return err
		}
		if page.Alone, err = s.oneAdministrator(c); err != nil {
			return err
		}
		tried := e
		page.Own = tried.Agree(by, s.today()) != nil
	default:
		page.Kind, page.When, page.Who = e.RecordKind.Words(), s.whenWords(entry.At), entry.ActorPost
		page.Entry = Link{Name: fmt.Sprintf("entry %d", entry.Number), Address: changeAddress(entry.Number)}
	}
	if !e.Withdrawn.Known() {
		page.Backups = s.backupWords(e)
	} else {
		page.Withdrawn = dayAndPost(e.Withdrawn, e.WithdrawnBy)
	}
	if e.Agreed.Known() {
		page.Agreed, page.Entries = dayAndPost(e.Agreed, e.AgreedBy), inspection.CountWords(e.Entries, "entry", "entries")
	}
	return s.render(c, status, "erasure_show", page)
}

// agreeErasure carries an erasure out. Every page that is kept for readers is made anew after it.
func (s *Server) agreeErasure(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	saved := "agreed"
	done, err := s.store.AgreeErasure(c.Request.Context(), by, c.Param("id"))
	if errors.Is(err, store.ErrLogHeld) {
		s.log.WarnContext(c.Request.Context(), "the database's log still holds what was erased", "erasure", done.ID, "error", err)
		saved, err = "log", nil
	}
	if err == nil {
		s.cache.empty()
		s.log.InfoContext(c.Request.Context(), "erased", "erasure", done.ID, "kind", string(done.RecordKind), "entries", done.Entries, "by", by.ID)
	}
	return s.settled(c, saved, err)
}

// withdrawErasure withdraws an erasure to which nobody has agreed.
func (s *Server) withdrawErasure(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	_, err = s.store.WithdrawErasure(c.Request.Context(), by, c.Param("id"))
	return s.settled(c, "withdrawn", err)
}

func (s *Server) settled(c *gin.Context, saved string, err error) error {
	return s.afterSaving(c, "/erasures?saved="+saved, err, nil, func(problems inspection.Problems) error {
		for i := range problems {
			problems[i].Field = "settle"
		}
		return s.erasure(c, http.StatusUnprocessableEntity, problems)
	})
}

// heldWrongly says, on the page of an entry, what to do where its words must not be held.
type heldWrongly struct {
	Number string
	Ask    string // the address for administrators; empty for others, who tell one
}

// heldWronglyOf returns nil where nothing of an entry can be erased, and for visitors.
func (s *Server) heldWronglyOf(c *gin.Context, line store.ChangeLine) *heldWrongly {
	p, err := s.person(c)
	if err != nil || p == nil || line.Erased || inspection.Destroyed(line.RecordKind) == nil {
		return nil
	}
	view := &heldWrongly{Number: fmt.Sprint(line.Number)}
	if p.may(auth.EraseTexts) {
		view.Ask = "/erasures/new?" + url.Values{"entry": {view.Number}}.Encode()
	}
	return view
}
