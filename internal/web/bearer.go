package web

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// A program shows who it acts for by a token in the header of each request. Nothing else counts as one: not a cookie, and not
// a parameter, since addresses are logged and passed on. It counts below interfacePath alone, so that no page is read or
// changed with it; and a request that has one is nobody else's, whatever cookies it has too.

// interfacePath begins the addresses of the interface for programs.
const interfacePath = "/api/"

// forPrograms reports whether a request is for the interface for programs.
func forPrograms(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, interfacePath) }

// bearer returns the token that a program sends, false where it sends none. A header of another scheme is for a proxy that
// stands before the program.
func bearer(r *http.Request) (string, bool) {
	scheme, text, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if !forPrograms(r) || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(text), true
}

// refusedTokenKey is the key under which a request carries why its token was refused: it is looked at once, and counts once.
const refusedTokenKey = "refused token"

// byToken returns for whom a program acts. It fails with a refusal where the token lets nobody in.
func (s *Server) byToken(c *gin.Context, text string) (*person, error) {
	if refused, known := c.Get(refusedTokenKey); known {
		return nil, refused.(error)
	}
	p, err := s.holderOf(c, text)
	if err != nil {
		c.Set(refusedTokenKey, err)
	}
	return p, err
}

func (s *Server) holderOf(c *gin.Context, text string) (*person, error) {
	if s.open {
		return nil, noTokensHere
	}
	ctx := c.Request.Context()
	var token auth.Token
	var account auth.Account
	err := inspection.ErrNotFound
	if auth.IsTokenText(text) {
		token, account, err = s.store.Token(ctx, auth.HashToken(text))
	}
	if errors.Is(err, inspection.ErrNotFound) {
		return nil, s.wrongToken(c)
	}
	if err != nil {
		return nil, err
	}
	now := s.clock()
	if fault := token.Fault(&account, now); fault != auth.TokenSound {
		return nil, s.refuseToken(c, &token, fault)
	}
	if token.SeenAt == nil || now.Sub(*token.SeenAt) >= auth.TokenSeenEvery {
		// The holder's page then says too little: no reason to keep a program from its answer.
		if err := s.store.SeeToken(ctx, token.ID, now); err != nil {
			s.log.WarnContext(ctx, "a token's last use was not written down", "error", err)
		}
	}
	return &person{
		account: account, token: &token, post: account.Post, roles: account.Roles,
		actor: inspection.Actor{
			ID: account.ID, PostID: postOf(account), Post: cmp.Or(account.Post, "a post not named"), Through: inspection.ThroughInterface,
		},
	}, nil
}

// wrongToken refuses a token that there is not. Whoever sends many has to wait, as those who guess passwords do.
func (s *Server) wrongToken(c *gin.Context) error {
	if err := s.unhurried(c); err != nil {
		return err
	}
	wait, err := s.store.BeginSignIn(c.Request.Context(), auth.TokenSlowKeys(s.network(c)))
	if err != nil {
		return err
	}
	if wait > 0 {
		slow := &slowed{wait}
		return &turnedAway{tooManyTokens, toFirstPage, slow.seconds()}
	}
	s.log.WarnContext(c.Request.Context(), "token refused", "why", "no such token", "network", s.network(c))
	invalidToken(c)
	return noSuchToken
}

// refuseToken refuses a token that is known. Its name is its holder's own and its text a secret, so the log has its ID.
func (s *Server) refuseToken(c *gin.Context, token *auth.Token, fault auth.TokenFault) error {
	if err := s.unhurried(c); err != nil {
		return err
	}
	s.log.WarnContext(c.Request.Context(), "token refused", "why", string(fault), "token", token.ID, "account", token.AccountID, "network", s.network(c))
	invalidToken(c)
	return tokenRefusals[fault]
}

// invalidToken says in the words of RFC 6750 that a token does not do.
func invalidToken(c *gin.Context) {
	c.Header("WWW-Authenticate", `Bearer realm="`+serviceName+`", error="invalid_token"`)
}

const makeAnother = "Make another token on the page of your account and give it to the program."

var noSuchToken = &refusal{http.StatusUnauthorized, "This token is not known", []string{
	"It may be mistyped or cut short, or it ended or was revoked long ago.", makeAnother, "Nothing has been changed.",
}}

var tooManyTokens = &refusal{http.StatusTooManyRequests, "Too many wrong tokens", []string{
	"Too many tokens that are not known came from this network address.", "Wait, then try again with the right one.", "Nothing has been changed.",
}}

var noTokensHere = &refusal{http.StatusUnauthorized, "The demonstration has no accounts, and so no tokens", []string{
	"What everybody may read is answered without a token. For a real record start the program without --open.", "Nothing has been changed.",
}}

// tokenRefusals say why a token lets nobody in.
var tokenRefusals = map[auth.TokenFault]*refusal{
	auth.TokenOfNobody: {http.StatusForbidden, "The account of this token cannot be used", []string{
		"An administrator has disabled or closed the account, so its tokens no longer work.", "Ask an administrator. Nothing has been changed.",
	}},
	auth.TokenRevoked: {http.StatusUnauthorized, "This token was revoked", []string{makeAnother, "Nothing has been changed."}},
	auth.TokenEnded:   {http.StatusUnauthorized, "This token has ended", []string{makeAnother, "Nothing has been changed."}},
	auth.TokenNotVouched: {http.StatusForbidden, "Your organisation has to sign you in again", []string{
		"The account of this token is signed in through an organisation, and that has not happened for " + spanWords(auth.TokenVouchedFor) + ".",
		"Sign in to this service once in a browser. The token then works again. Nothing has been changed.",
	}},
	auth.TokenWithoutRole: {http.StatusForbidden, "The account of this token no longer has the role that it needs", []string{
		"Ask an administrator for the role, or make a token that only reads. Nothing has been changed.",
	}},
}

// admitProgram lets a program in where its token and the roles of its account allow what it asks for. A session in a browser
// is not enough where an account is needed: what writes without a page is always asked for with a token.
func (s *Server) admitProgram(c *gin.Context, needs auth.Permission) error {
	p, err := s.person(c)
	switch {
	case err != nil:
		return err
	case !needs.NeedsAccount() && (p != nil || !s.signInRequired || needs == auth.Anything):
		return nil
	case p == nil || p.token == nil:
		c.Header("WWW-Authenticate", `Bearer realm="`+serviceName+`"`)
		return tokenFirst
	case !p.may(needs):
		c.Header("WWW-Authenticate", `Bearer realm="`+serviceName+`", error="insufficient_scope"`)
		return otherPurpose(p.token)
	case p.post == "":
		return namelessPost
	}
	return nil
}

var tokenFirst = &refusal{http.StatusUnauthorized, "Send a token", []string{
	"This is for programs that act for somebody who has an account. Send the token in the header: Authorization: Bearer itl_…",
	"A cookie or a parameter of the address does not do. Tokens are made on the page of one’s account.", "Nothing has been changed.",
}}

var namelessPost = &refusal{http.StatusForbidden, "Enter your post first", []string{
	"What is recorded here keeps the post of whoever recorded it, and that of this token’s account is not known yet.",
	"Enter it on the page of your account. Nothing has been changed.",
}}

// otherPurpose says what a token is for that was used for something else.
func otherPurpose(token *auth.Token) error {
	return &refusal{http.StatusForbidden, "This token is for something else", []string{
		"It is for this: " + lowerFirst(tokenPurposes[token.Purpose].Name) + ".",
		"For what you asked for, make a token with another purpose on the page of your account. Nothing has been changed.",
	}}
}
