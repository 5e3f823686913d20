package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

func (s *Server) letterOfficerRoutes(r router) {
	r.post("/letters/:id/officers", auth.LogLetters, s.private(s.changeLetterOfficers))
	r.get("/people/letters", auth.ManagePeople, s.private(s.showLetterListings))
	r.post("/people/letters", auth.ManagePeople, s.private(s.listOnLetter))
}

// letterOfficersView says who sees a letter, with the forms that change that.
type letterOfficersView struct {
	Heading string
	Words   string
	Listed  []listedOfficer
	List    *letterBox // from which another officer is chosen; nil where there is none to choose
	None    string     // why
}

// listedOfficer is an officer who is listed on a letter.
type listedOfficer struct {
	ID, Name string
	Note     string
	Stays    bool // whether they cannot be taken off, because nobody else is listed
}

// letterOfNobody is a letter that nobody sees, in the words that may be said of it.
type letterOfNobody struct {
	ID     string
	Number int
	Words  string
}

// letterRead returns the letter that an address names, with who asks for it to read it. That they did is noted.
func (s *Server) letterRead(c *gin.Context) (inspection.Actor, inspection.Letter, error) {
	by, err := s.acting(c)
	if err != nil {
		return by, inspection.Letter{}, err
	}
	letter, err := s.store.Letter(c.Request.Context(), by, c.Param("id"))
	if err == nil {
		err = s.noteRead(c, "letter:"+letter.ID)
	}
	return by, letter, err
}

// letterOfficers says who sees a letter.
func (s *Server) letterOfficers(c *gin.Context, letter inspection.Letter) (letterOfficersView, error) {
	view := letterOfficersView{Heading: "Who sees this draft", Words: "Only the officers listed here see this letter, its file and its history."}
	if letter.State == inspection.LetterPublished {
		view.Heading, view.Words = "Who sees this letter", "It is published, so every officer sees it. If it is unpublished, only the officers listed here do."
	}
	if s.open {
		view.Words = "This is a demonstration without accounts: whoever acts as an officer at this machine sees every letter."
		return view, nil
	}
	if letter.State != inspection.LetterPublished {
		view.Words += " Administrators do not see it, and know it as " + letter.ID + "."
	}
	accounts, err := s.store.Accounts(c.Request.Context())
	if err != nil {
		return view, err
	}
	names := officerNames(accounts)
	seeing := 0
	for _, id := range letter.Officers {
		listed := listedOfficer{ID: id, Name: cmp.Or(names[id], capital(noAccountHere)), Note: "does not see it"}
		if i := slices.IndexFunc(accounts, func(a auth.Account) bool { return a.ID == id }); i >= 0 {
			listed.Note, listed.Stays = sightOf(accounts[i])
		}
		if listed.Stays {
			seeing++
		}
		view.Listed = append(view.Listed, listed)
	}
	if seeing > 1 {
		for i := range view.Listed {
			view.Listed[i].Stays = false
		}
	}
	view.List = officerChoice(accounts, names, letter.Officers)
	if view.List == nil {
		view.None = "There is no other officer with an account to list."
	}
	return view, nil
}

// noAccountHere names who is listed without an account of this service, as those of a demonstration are.
const noAccountHere = "somebody who has no account here"

// sightOf reports whether somebody who is listed on a letter sees it, or will once they have signed in, with a note on why not.
func sightOf(a auth.Account) (note string, sees bool) {
	switch {
	case a.State == auth.Closed:
		return "does not see it: the account is closed", false
	case a.State == auth.Disabled:
		return "does not see it: the account is disabled", false
	case !a.Allows(auth.LogLetters):
		return "does not see it: is not an officer now", false
	case a.State == auth.Invited:
		return "is invited, and has not signed in yet", true
	}
	return "", true
}

// officerNames names accounts by their posts and, where several hold a post of that name, by what tells them apart.
func officerNames(accounts []auth.Account) map[string]string {
	holders := map[string]int{}
	for _, a := range accounts {
		holders[a.Post]++
	}
	names := map[string]string{}
	for _, a := range accounts {
		name := cmp.Or(a.Post, "A post not named")
		if holders[a.Post] > 1 && a.Address != "" {
			name += " (" + a.Address + ")"
		}
		names[a.ID] = name
	}
	return names
}

// officerChoice is the box in which an officer is chosen to be listed; nil where all who could be are listed already.
func officerChoice(accounts []auth.Account, names map[string]string, listed []string) *letterBox {
	group := optionGroup{Options: []selectOption{{Name: "Choose"}}}
	for _, a := range accounts {
		if a.State == auth.Active && a.Allows(auth.LogLetters) && !slices.Contains(listed, a.ID) {
			group.Options = append(group.Options, selectOption{Value: a.ID, Name: names[a.ID]})
		}
	}
	if len(group.Options) == 1 {
		return nil
	}
	return &letterBox{Name: "officer", ID: "officer", Label: "Officer", Type: "select", Field: "officer", Groups: []optionGroup{group}}
}

// postsOfAccounts returns by what name each account stands on pages.
func (s *Server) postsOfAccounts(ctx context.Context) (map[string]string, error) {
	accounts, err := s.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	return officerNames(accounts), nil
}

// listedWords says who was listed and taken off between two states of a letter.
func listedWords(names map[string]string, before, after []string) []string {
	var words []string
	say := func(what string, ids, others []string) {
		for _, id := range ids {
			if !slices.Contains(others, id) {
				words = append(words, what+": "+cmp.Or(names[id], noAccountHere)+".")
			}
		}
	}
	say("Listed", after, before)
	say("Taken off the list", before, after)
	return words
}

// changeLetterOfficers lists an officer on a letter or takes one off; an officer takes on a letter that nobody sees by listing
// themselves.
func (s *Server) changeLetterOfficers(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	ctx, id, officer := c.Request.Context(), c.Param("id"), values.Get("officer")
	switch values.Get("do") {
	case "take":
		err = s.store.ListOfficer(ctx, by, id, by.ID)
	case "unlist":
		err = s.store.UnlistOfficer(ctx, by, id, officer)
	default:
		err = s.store.ListOfficer(ctx, by, id, officer)
	}
	var problems inspection.Problems
	switch {
	case errors.As(err, &problems):
		return s.officersRefused(c, by, officer, problems)
	case err != nil:
		return err
	case values.Get("do") == "unlist" && officer == by.ID:
		return s.redirect(c, http.StatusSeeOther, "/letters")
	}
	return s.redirect(c, http.StatusSeeOther, letterAddress(id)+"#officers")
}

// officersRefused shows a letter again with what is wrong in who should see it.
func (s *Server) officersRefused(c *gin.Context, by inspection.Actor, officer string, problems inspection.Problems) error {
	page, err := s.letterAsSaved(c, by, problems)
	if err != nil {
		return err
	}
	if box := page.Officers.List; box != nil {
		box.Problem = page.Page.Problem("officer")
		choose(box.Groups, officer)
	}
	return s.render(c, http.StatusUnprocessableEntity, "letter_show", page)
}

// choose marks the option that was chosen.
func choose(groups []optionGroup, value string) {
	for _, group := range groups {
		for i := range group.Options {
			group.Options[i].Chosen = value != "" && group.Options[i].Value == value
		}
	}
}

// lettersOfNobody lists the letters that nobody sees, for an officer who may take them on. In the demonstration there are none.
func (s *Server) lettersOfNobody(c *gin.Context, by inspection.Actor) ([]letterOfNobody, error) {
	if by.Demonstrates() {
		return nil, nil
	}
	found, err := s.store.LettersOfNobody(c.Request.Context())
	if err != nil {
		return nil, err
	}
	var out []letterOfNobody
	for i, l := range found {
		out = append(out, letterOfNobody{l.ID, i + 1, "A letter that nobody is listed on, added " + s.dayOf(l.CreatedAt)})
	}
	return out, nil
}

// dayOf is the day of a time in London, as pages say it.
func (s *Server) dayOf(t time.Time) string { return inspection.DayOf(t.In(s.london)).Words() }

// heldByOthers says of so many files that they are held as letters that the officer does not see.
func heldByOthers(count string) string {
	switch n, err := strconv.Atoi(count); {
	case err != nil || n < 1 || n > mostFiles:
		return ""
	case n == 1:
		return inspection.HeldByOthersWords
	default:
		return fmt.Sprintf("%d of these letters are already being logged by somebody else. Ask an administrator to list you on them.", n)
	}
}

// letterListingsPage is where administrators, who see no draft, say who does.
type letterListingsPage struct {
	Page
	Saved   string
	Letters []letterListingView
	Boxes   []letterBox
}

// letterListingView is a letter as somebody sees it who may know nothing of it.
type letterListingView struct {
	ID, State, Look, Added string
	Listed                 []string
	Nobody                 bool
}

func (s *Server) showLetterListings(c *gin.Context) error {
	page, err := s.letterListings(c, "", "", nil)
	if err != nil {
		return err
	}
	if c.Query("saved") != "" {
		page.Saved = "The officer is listed. That stands in the letter’s history."
	}
	return s.render(c, http.StatusOK, "letter_officers", page)
}

// letterListings shapes the page around what was chosen.
func (s *Server) letterListings(c *gin.Context, letter, officer string, problems inspection.Problems) (*letterListingsPage, error) {
	ctx := c.Request.Context()
	listings, err := s.store.LetterListings(ctx)
	if err != nil {
		return nil, err
	}
	accounts, err := s.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	page := &letterListingsPage{Page: s.officerBase(c, "Who sees which letter")}
	page.wrong(problems)
	names := officerNames(accounts)
	letters := optionGroup{Options: []selectOption{{Name: "Choose"}}}
	for _, l := range listings {
		state := letterStates[l.State]
		view := letterListingView{ID: l.ID, State: state.Name, Look: state.Look, Added: s.dayOf(l.CreatedAt), Nobody: l.Nobody}
		for _, id := range l.Officers {
			view.Listed = append(view.Listed, cmp.Or(names[id], noAccountHere))
		}
		page.Letters = append(page.Letters, view)
		letters.Options = append(letters.Options, selectOption{Value: l.ID, Name: l.ID + ", added " + view.Added})
	}
	officers := officerChoice(accounts, names, nil)
	if officers == nil || len(listings) == 0 {
		return page, nil
	}
	chosen := letterBox{Name: "letter", ID: "letter", Label: "Letter", Type: "select", Field: "letter", Groups: []optionGroup{letters}}
	page.Boxes = []letterBox{chosen, *officers}
	for i, value := range []string{letter, officer} {
		choose(page.Boxes[i].Groups, value)
		page.Boxes[i].Problem = page.Problem(page.Boxes[i].Name)
	}
	return page, nil
}

// listOnLetter lists an officer on a letter that whoever does so does not see.
func (s *Server) listOnLetter(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	letter, officer := strings.TrimSpace(values.Get("letter")), values.Get("officer")
	err = s.store.ListOfficer(c.Request.Context(), by, letter, officer)
	var problems inspection.Problems
	if errors.Is(err, inspection.ErrNotFound) {
		problems = inspection.Problems{{Field: "letter", Words: "Choose a letter of the list"}}
	} else if !errors.As(err, &problems) && err != nil {
		return err
	}
	if len(problems) == 0 {
		return s.redirect(c, http.StatusSeeOther, "/people/letters?saved=yes#saved")
	}
	page, err := s.letterListings(c, letter, officer, problems)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusUnprocessableEntity, "letter_officers", page)
}
