package auth

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestATokenIsKnownByItsShape(t *testing.T) {
	shape := regexp.MustCompile(`^itl_[0-9A-Za-z]{49}$`)
	seen := map[string]bool{}
	for range 500 {
		text := NewTokenText()
		if !shape.MatchString(text) || !IsTokenText(text) || seen[text] {
			t.Fatalf("%q is no token, or the same one twice", text)
		}
		seen[text] = true
	}
	text := NewTokenText()
	foreign := TokenPrefix + strings.Repeat("-", tokenRandom)
	wrong := map[string]string{
		"letters that no token has, with their check sum": foreign + tokenCheck(foreign),
		"nothing": "", "the prefix alone": TokenPrefix, "one character less": text[:len(text)-1], "one more": text + "0",
		"another prefix": "ghp_" + text[4:], "a token of a session": NewToken(), "a space before it": " " + text,
	}
	for place := len(TokenPrefix); place < len(text); place++ {
		other := byte('a')
		if text[place] == other {
			other = 'b'
		}
		wrong["another character at "+text[:place]] = text[:place] + string(other) + text[place+1:]
	}
	for what, one := range wrong {
		if IsTokenText(one) {
			t.Errorf("%s: taken for a token", what)
		}
	}
}

func TestWhatATokenMayBeUsedFor(t *testing.T) {
	writes := map[TokenPurpose]Permission{TokenLogs: LogLetters, TokenUpdates: RecordProgress}
	for _, purpose := range append(TokenPurposes(), "", "everything") {
		for _, permission := range append(Permissions(), Anything, ReadPublic) {
			want := !permission.NeedsAccount() || writes[purpose] == permission
			if got := purpose.Allows(permission); got != want {
				t.Errorf("%q allows %s: %v, want %v", purpose, permission, got, want)
			}
		}
	}
}

func TestWhoMayMakeWhichToken(t *testing.T) {
	for role, want := range map[Role][]TokenPurpose{
		Officer: TokenPurposes(), Reviewer: {TokenReads}, Clerk: {TokenReads}, Member: {TokenReads}, Administrator: {TokenReads},
	} {
		if got := TokenPurposesFor(&Account{Roles: []Role{role}}); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", role, got, want)
		}
	}
}

func TestWhenATokenLetsNobodyIn(t *testing.T) {
	now := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	at := func(ago time.Duration) *time.Time { then := now.Add(-ago); return &then }
	for name, one := range map[string]struct {
		want   TokenFault
		change func(*Token, *Account)
	}{
		"one that is in order lets its program in":                        {TokenSound, func(*Token, *Account) {}},
		"a disabled account's does not":                                   {TokenOfNobody, func(_ *Token, a *Account) { a.State = Disabled }},
		"nor a closed account's, whatever else is wrong":                  {TokenOfNobody, func(token *Token, a *Account) { a.State, token.RevokedAt = Closed, at(time.Hour) }},
		"nor one of somebody who was only invited":                        {TokenOfNobody, func(_ *Token, a *Account) { a.State = Invited }},
		"nor one of somebody without a role":                              {TokenOfNobody, func(_ *Token, a *Account) { a.Roles = nil }},
		"nor one that was revoked":                                        {TokenRevoked, func(token *Token, _ *Account) { token.RevokedAt = at(0) }},
		"nor one in the moment in which it ends":                          {TokenEnded, func(token *Token, _ *Account) { token.EndsAt = now }},
		"nor one whose role its holder lost":                              {TokenWithoutRole, func(_ *Token, a *Account) { a.Roles = []Role{Member} }},
		"a purpose to read needs no role of its own":                      {TokenSound, func(token *Token, a *Account) { token.Purpose, a.Roles = TokenReads, []Role{Member} }},
		"an organisation that vouched a week ago is asked for no more":    {TokenSound, func(token *Token, a *Account) { a.Issuer, token.VouchedAt = "https://id", at(TokenVouchedFor) }},
		"one that vouched before that has to do so again":                 {TokenNotVouched, func(token *Token, a *Account) { a.Issuer, token.VouchedAt = "https://id", at(TokenVouchedFor+1) }},
		"one that vouches no more stops every token":                      {TokenNotVouched, func(_ *Token, a *Account) { a.Issuer = "https://id" }},
		"an account with a password of ours needs nobody to vouch for it": {TokenSound, func(token *Token, _ *Account) { token.VouchedAt = nil }},
	} {
		account := Account{ID: "a", State: Active, Roles: []Role{Officer}}
		token := Token{Purpose: TokenUpdates, EndsAt: now.Add(time.Minute)}
		one.change(&token, &account)
		if got := token.Fault(&account, now); got != one.want {
			t.Errorf("%s: got %q, want %q", name, got, one.want)
		}
	}
}

func TestWhatIsWrongWithANewToken(t *testing.T) {
	officer := &Account{State: Active, Roles: []Role{Officer}}
	member := &Account{State: Active, Roles: []Role{Member}}
	for name, one := range map[string]struct {
		of      *Account
		called  string
		purpose TokenPurpose
		days    int
		fields  []string
	}{
		"nothing":                       {officer, "Nightly import", TokenLogs, 90, nil},
		"a name of the longest length":  {officer, strings.Repeat("ö", LongestTokenName), TokenReads, TokenLongest, nil},
		"no name":                       {officer, "  ", TokenLogs, 90, []string{"name"}},
		"a name that is too long":       {officer, strings.Repeat("x", LongestTokenName+1), TokenLogs, 90, []string{"name"}},
		"a name of two lines":           {officer, "one\ntwo", TokenLogs, 90, []string{"name"}},
		"a purpose that there is not":   {officer, "Import", "publish", 90, []string{"purpose"}},
		"a purpose that no role allows": {member, "Import", TokenUpdates, 90, []string{"purpose"}},
		"more than a year":              {officer, "Import", TokenReads, TokenLongest + 1, []string{"ends"}},
		"everything":                    {member, "", "", 0, []string{"name", "purpose", "ends"}},
	} {
		var fields []string
		for _, problem := range CheckToken(one.of, one.called, one.purpose, one.days) {
			fields = append(fields, problem.Field)
		}
		if !slices.Equal(fields, one.fields) {
			t.Errorf("%s: got problems with %v, want %v", name, fields, one.fields)
		}
	}
}

func TestWrongTokensAreCountedApartFromSignIns(t *testing.T) {
	tokens := TokenSlowKeys("203.0.113.7")
	for _, key := range SlowKeys("tokens", "203.0.113.7", "") {
		if slices.Contains(tokens, key) {
			t.Errorf("%v counts for both", key)
		}
	}
	if !slices.Equal(TokenSlowKeys("2001:db8::1"), TokenSlowKeys("2001:db8::2")) || slices.Equal(tokens, TokenSlowKeys("203.0.113.8")) {
		t.Error("tokens are not counted by the network that somebody has to themselves")
	}
}
