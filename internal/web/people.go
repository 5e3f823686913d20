package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// peopleListPage is where administrators see who can sign in, and invite others.
type peopleListPage struct {
	Page
	Saved        string
	Link         *madeLink // that was just made
	People       []personRow
	Closed       []personRow
	Organisation bool // whether people also come in through their organisation, without being invited
	Mails        bool
	Address      credentialBox
	Post         postForm
	Roles        roleTicks
}

// personRow is one account of the list.
type personRow struct {
	Link   Link
	In     string
	Roles  string
	State  stateView
	With   string // what they sign in with
	SeenAt string
	You    bool
}

// stateView is the state of an account in a word, with its look.
type stateView struct{ Name, Look string }

// roleTicks asks for roles.
type roleTicks struct {
	Choices []roleChoice
	Problem string
}

// madeLink is a link that was just made. Its address is shown this once: only the hash of its token is kept.
type madeLink struct {
	For     string // whom
	Address string
	Sent    string // to which mailbox it was sent too; empty where it was not
	Until   string
}

var stateViews = map[auth.AccountState]stateView{
	auth.Invited: {"Invited", "yellow"}, auth.Active: {"Can sign in", "green"}, auth.Disabled: {"Disabled", "red"}, auth.Closed: {"Closed", "grey"},
}

// lastSignInsWithin is how far back the list looks for sign-ins.
const lastSignInsWithin = 90 * 24 * time.Hour

func (s *Server) listPeople(c *gin.Context) error {
	return s.showPeople(c, http.StatusOK, url.Values{}, nil, nil)
}

// showPeople shows the list; after an invitation with its link, after one that could not be taken with its words.
func (s *Server) showPeople(c *gin.Context, status int, values url.Values, link *madeLink, problems inspection.Problems) error {
	p, _, err := s.own(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	accounts, err := s.store.Accounts(ctx)
	if err != nil {
		return err
	}
	seen, err := s.lastSignIns(c, store.AccessFilter{})
	if err != nil {
		return err
	}
	names, err := s.naming(c)
	if err != nil {
		return err
	}
	page := peopleListPage{
		Page: s.officerBase(c, "People"), Saved: peopleSaved[c.Query("saved")], Link: link, Organisation: s.issuer != nil, Mails: s.mails(),
	}
	page.wrong(problems)
	for _, account := range accounts {
		row := s.personRow(account, names, seen[account.ID])
		row.You = account.ID == p.account.ID
		if account.State == auth.Closed {
			page.Closed = append(page.Closed, row)
		} else {
			page.People = append(page.People, row)
		}
	}
	page.Address = page.credential("address", "email", "Email address", "They sign in with it, and messages go to it.", "off")
	page.Address.Value = values.Get("address")
	page.Post = page.postForm(names, values.Get("post"), values.Get("body"))
	page.Roles = page.roleTicks(sentRoles(values))
	return s.render(c, status, "people_list", page)
}

func (s *Server) personRow(account auth.Account, names accountNaming, seen time.Time) personRow {
	row := personRow{
		Link: Link{Name: cmp.Or(account.Post, "No post yet"), Address: personAddress(account.ID)}, In: bodyWords(names, account.BodyID),
		Roles: strings.Join(roleNames(account.Roles), ", "), State: stateViews[account.State], With: "Password",
	}
	switch {
	case account.State == auth.Closed:
		row.With = ""
	case account.Issuer != "":
		row.With = "The organisation"
	case account.Emergency:
		row.With = "Password, for emergencies"
	case account.CodesOn():
		row.With = "Password and one-time code"
	}
	switch {
	case !seen.IsZero() && inspection.DayOf(seen.In(s.london)) == s.today():
		row.SeenAt = "Today at " + s.moment(seen)
	case !seen.IsZero():
		row.SeenAt = "At " + s.moment(seen)
	case account.PasswordHash == "" && account.Issuer == "":
		row.SeenAt = "Not yet"
	default:
		row.SeenAt = "Not in the last 90 days"
	}
	return row
}

func bodyWords(names accountNaming, bodyID string) string {
	if bodyID == "" {
		return ""
	}
	return names.body(bodyID)
}

func personAddress(id string) string { return "/people/" + url.PathEscape(id) }

// lastSignIns returns when accounts last signed in, as far back as the list looks.
func (s *Server) lastSignIns(c *gin.Context, filter store.AccessFilter) (map[string]time.Time, error) {
	filter.What, filter.From = []inspection.AccessKind{inspection.SignedIn}, s.clock().Add(-lastSignInsWithin)
	last := map[string]time.Time{}
	for {
		accesses, err := s.store.Accesses(c.Request.Context(), filter)
		if err != nil {
			return nil, err
		}
		for _, access := range accesses { // the latest first
			if _, known := last[access.AccountID]; !known {
				last[access.AccountID] = access.At
			}
		}
		if len(accesses) < store.MostAccesses {
			return last, nil
		}
		filter.Skip += len(accesses)
	}
}

// roleTicks offers the roles that there are here, and those that somebody has already.
func (p Page) roleTicks(chosen []auth.Role) roleTicks {
	offered := slices.DeleteFunc(slices.Clone(auth.Roles()), func(role auth.Role) bool {
		return role == auth.Member && !p.Council.Members && !slices.Contains(chosen, role)
	})
	return roleTicks{roleChoices(offered, chosen), p.Problem("roles")}
}

// sentRoles reads the roles that were ticked. What is no role stays in, for the account's own check to refuse.
func sentRoles(values url.Values) []auth.Role {
	var out []auth.Role
	for _, one := range (&draftForm{values: values}).chosen("roles") {
		out = append(out, auth.Role(one))
	}
	slices.SortStableFunc(out, func(a, b auth.Role) int {
		return slices.Index(auth.Roles(), a) - slices.Index(auth.Roles(), b)
	})
	return out
}

// invite adds an account and shows the link with which its holder sets their password.
func (s *Server) invite(c *gin.Context) error {
	by, values, err := s.managing(c)
	if err != nil {
		return err
	}
	post, bodyID, problems := readPost(values)
	account := auth.Account{State: auth.Invited, Address: strings.TrimSpace(values.Get("address")), Post: post, BodyID: bodyID, Roles: sentRoles(values)}
	problems = accountProblems(account, problems)
	again := func(problems inspection.Problems) error {
		return s.showPeople(c, http.StatusUnprocessableEntity, values, nil, problems)
	}
	if len(problems) > 0 {
		return again(problems)
	}
	added, err := s.store.AddAccount(c.Request.Context(), by, account)
	if problems := problemsIn(err); len(problems) > 0 {
		return again(problems)
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(c.Request.Context(), "account added", "account", added.ID, "by", by.ID)
	link, err := s.linkFor(c, by, added, auth.Invitation)
	if err != nil {
		return err
	}
	return s.showPeople(c, http.StatusOK, url.Values{}, link, nil)
}

// accountFields are the boxes of an account's form, in order.
var accountFields = []string{"address", "post", "body", "roles"}

// accountProblems lists what is wrong with an account, beside what is already known, before it is asked of the store: all of a
// form is said at once.
func accountProblems(account auth.Account, known inspection.Problems) inspection.Problems {
	account.Address = auth.FoldAddress(account.Address)
	out := slices.Clone(known)
	for _, problem := range account.Check() {
		out = append(out, inspection.Problem(problem))
	}
	slices.SortStableFunc(out, func(a, b inspection.Problem) int {
		return slices.Index(accountFields, a.Field) - slices.Index(accountFields, b.Field)
	})
	return out
}

// linkFor makes a link for somebody and, where mail is set up, sends it to them.
func (s *Server) linkFor(c *gin.Context, by inspection.Actor, account auth.Account, purpose auth.Purpose) (*madeLink, error) {
	ctx := c.Request.Context()
	address, err := s.newLink(ctx, by, account, purpose, s.origin(c.Request))
	if err != nil {
		return nil, err
	}
	made := &madeLink{For: cmp.Or(account.Post, account.Address), Address: address, Until: s.moment(s.clock().Add(purpose.Holds()))}
	if s.mails() {
		if err := s.sendLink(ctx, account, purpose, address); err != nil {
			return nil, err
		}
		made.Sent = account.Address
	}
	return made, nil
}
