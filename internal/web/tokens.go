package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// tokenRoutes registers the page on which somebody keeps their tokens, and how an administrator takes one from them.
func (s *Server) tokenRoutes(r router) {
	r.get("/account/tokens", auth.UseAccount, s.ofAccounts(s.listTokens))
	r.post("/account/tokens", auth.UseAccount, s.ofAccounts(s.makeToken))
	r.post("/account/tokens/revoke", auth.UseAccount, s.ofAccounts(s.revokeOwnToken))
	r.post("/people/:id/tokens", auth.ManagePeople, s.ofAccounts(s.revokePersonToken))
}

// tokenListPage is where somebody makes and revokes tokens.
type tokenListPage struct {
	Page
	Saved    string
	Made     *madeToken // that was just made
	Working  []tokenView
	Past     []tokenView
	Full     string // says that no more can be made; empty where more can
	Name     credentialBox
	Purposes purposeTicks
	Ends     letterBox
	Password *credentialBox // nil where the organisation looks after it
	Stays    string         // how long one that works no longer is listed
	Vouched  string         // how long one works without the organisation; empty where there is none
}

// madeToken is a token that was just made. Its text is shown this once: only its hash is kept.
type madeToken struct{ Name, Text, Until string }

// tokenView is a token as pages show it.
type tokenView struct {
	ID      string
	Name    string
	Purpose string
	When    string // until when it works, or since when it does not
	Seen    string
	Doubt   string // why it does not work though it neither ended nor was revoked
}

// purposeTicks asks what a token is for.
type purposeTicks struct {
	Choices []purposeChoice
	Problem string
}

type purposeChoice struct {
	Purpose auth.TokenPurpose
	Name    string
	Does    string
	Chosen  bool
}

// tokenPurposes say what a token with a purpose is for.
var tokenPurposes = map[auth.TokenPurpose]struct{ Name, Does string }{
	auth.TokenReads:   {"Read only", "Reads what you may read. It changes nothing."},
	auth.TokenLogs:    {"Log letters", "Also adds letters, and sees how far yours are. A letter stays a draft until a person publishes it."},
	auth.TokenUpdates: {"Update actions", "Also adds updates to actions and changes actions, as you can on their pages."},
}

// tokenDays are for how many days a token can be made.
var tokenDays = []int{7, 30, 90, 180, auth.TokenLongest}

// usualTokenDays is what is offered first.
const usualTokenDays = 90

// tokenDoubts say why a token that neither ended nor was revoked does not work.
var tokenDoubts = map[auth.TokenFault]string{
	auth.TokenOfNobody:    "Does not work while the account cannot be used.",
	auth.TokenNotVouched:  "Does not work until the organisation has signed its holder in again.",
	auth.TokenWithoutRole: "Does not work: the account no longer has the role that it needs.",
}

func (s *Server) tokenView(token auth.Token, of *auth.Account) tokenView {
	view := tokenView{ID: token.ID, Name: token.Name, Purpose: tokenPurposes[token.Purpose].Name, Seen: "Not used yet"}
	if token.SeenAt != nil {
		view.Seen = "Last used on " + s.dayOf(*token.SeenAt)
	}
	last := s.dayOf(token.EndsAt.Add(-time.Second))
	switch {
	case token.RevokedAt != nil:
		view.When = "Revoked on " + s.dayOf(*token.RevokedAt)
	case !token.Works(s.clock()):
		view.When = "Ended on " + last
	default:
		view.When, view.Doubt = "Works until the end of "+last, tokenDoubts[token.Fault(of, s.clock())]
	}
	return view
}

// tokenViews lists the tokens of an account, those that neither ended nor were revoked first and apart.
func (s *Server) tokenViews(c *gin.Context, of *auth.Account) (working, past []tokenView, err error) {
	tokens, err := s.store.Tokens(c.Request.Context(), of.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, token := range tokens {
		if token.Works(s.clock()) {
			working = append(working, s.tokenView(token, of))
		} else {
			past = append(past, s.tokenView(token, of))
		}
	}
	return working, past, nil
}

func (s *Server) listTokens(c *gin.Context) error {
	p, _, err := s.own(c)
	if err != nil {
		return err
	}
	return s.showTokens(c, http.StatusOK, p, url.Values{}, nil, nil)
}

// showTokens shows somebody their tokens; after one was made with its text, after a form that could not be taken with its words.
func (s *Server) showTokens(c *gin.Context, status int, p *person, values url.Values, made *madeToken, problems inspection.Problems) error {
	page := tokenListPage{Page: s.officerBase(c, "Tokens for programs"), Made: made, Stays: spanWords(store.TokensStay)}
	if c.Query("saved") == "revoked" {
		page.Saved = "The token is revoked. It works no longer."
	}
	page.wrong(problems)
	var err error
	if page.Working, page.Past, err = s.tokenViews(c, &p.account); err != nil {
		return err
	}
	if len(page.Working) >= auth.MostTokens {
		page.Full = fmt.Sprintf("You have %d tokens, and no account has more. Revoke one that you no longer need.", auth.MostTokens)
	}
	page.Name = page.credential("name", "text", "Name", "By which you will know it, such as Nightly import of letters. No names of people: officers see it in the record of changes.", "off")
	page.Name.Value = values.Get("name")
	page.Purposes = purposeTicks{Problem: page.Problem("purpose")}
	chosen := auth.TokenPurpose(values.Get("purpose"))
	for _, purpose := range auth.TokenPurposesFor(&p.account) {
		said := tokenPurposes[purpose]
		page.Purposes.Choices = append(page.Purposes.Choices, purposeChoice{purpose, said.Name, said.Does, purpose == chosen})
	}
	page.Ends = s.tokenEnds(page.Page, values.Get("ends"))
	if p.account.Issuer == "" {
		box := page.credential("password", "password", "Your password", "", "current-password")
		page.Password = &box
	} else {
		page.Vouched = spanWords(auth.TokenVouchedFor)
	}
	return s.render(c, status, "tokens_list", page)
}

// tokenEnds is the box in which the end of a token is chosen.
func (s *Server) tokenEnds(p Page, chosen string) letterBox {
	box := letterBox{Name: "ends", ID: "ends", Label: "Works until", Type: "select", Field: "ends", Problem: p.Problem("ends")}
	var group optionGroup
	for _, days := range tokenDays {
		name := inspection.CountWords(days, "day", "days")
		if days == auth.TokenLongest {
			name = "a year"
		}
		option := selectOption{Value: strconv.Itoa(days), Name: fmt.Sprintf("%s (in %s)", s.today().AddDays(days).Words(), name)}
		option.Chosen = chosen == option.Value || chosen == "" && days == usualTokenDays
		group.Options = append(group.Options, option)
	}
	box.Groups = []optionGroup{group}
	return box
}

// makeToken makes a token and shows its text in this answer alone. Whoever has a password of ours enters it: the browser may be
// one that they left open.
func (s *Server) makeToken(c *gin.Context) error {
	p, values, err := s.own(c)
	if err != nil {
		return err
	}
	f := &draftForm{values: values}
	name, purpose := f.line("name"), auth.TokenPurpose(values.Get("purpose"))
	days, err := strconv.Atoi(values.Get("ends"))
	if err != nil {
		days = 0
	}
	again := func(status int, problems inspection.Problems) error {
		return s.showTokens(c, status, p, values, nil, problems)
	}
	problems := f.problems
	for _, problem := range auth.CheckToken(&p.account, name, purpose, days) {
		problems = append(problems, inspection.Problem(problem))
	}
	local := p.account.Issuer == ""
	if local {
		problems = append(problems, missing(values, "password", "Enter your password")...)
	}
	if len(problems) > 0 {
		return again(http.StatusUnprocessableEntity, problems)
	}
	if local {
		if ok, err := s.provedOn(c, p, values, "password", again); !ok {
			return err
		}
	}
	text := auth.NewTokenText()
	token := auth.Token{AccountID: p.account.ID, Hash: auth.HashToken(text), Name: name, Purpose: purpose}
	if !local {
		token.VouchedAt = &p.session.CheckedAt
	}
	ctx := c.Request.Context()
	token, err = s.store.AddToken(ctx, holder(p.account), token, days)
	if problems := problemsIn(err); len(problems) > 0 {
		return again(http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(ctx, "token made", "account", p.account.ID, "token", token.ID, "purpose", string(purpose), "network", s.network(c))
	made := &madeToken{Name: token.Name, Text: text, Until: s.dayOf(token.EndsAt.Add(-time.Second))}
	return s.showTokens(c, http.StatusOK, p, url.Values{}, made, nil)
}

// revokeOwnToken revokes a token of whoever asks.
func (s *Server) revokeOwnToken(c *gin.Context) error {
	p, values, err := s.own(c)
	if err != nil {
		return err
	}
	if err := s.revokeToken(c, holder(p.account), p.account.ID, values.Get("token")); err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, "/account/tokens?saved=revoked#saved")
}

// revokePersonToken revokes a token of somebody else.
func (s *Server) revokePersonToken(c *gin.Context) error {
	account, by, values, err := s.another(c)
	if err != nil {
		return err
	}
	return s.afterChange(c, account, nil, "token", s.revokeToken(c, by, account.ID, values.Get("token")))
}

func (s *Server) revokeToken(c *gin.Context, by inspection.Actor, accountID, id string) error {
	ctx := c.Request.Context()
	if err := s.store.RevokeToken(ctx, by, accountID, id); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "token revoked", "account", accountID, "token", id, "by", by.ID, "network", s.network(c))
	return nil
}
