package auth

import (
	"encoding/json"
	"strings"
	"testing"
)

func officer() Account {
	return Account{
		ID: "a1", Address: "ann@east-shire.example", Post: "Improvement officer", Roles: []Role{Officer}, State: Active,
	}
}

func TestWhatIsWrongWithAnAccount(t *testing.T) {
	vouched := func(a *Account) { a.Issuer, a.Subject = "https://issuer.example", "7" }
	for name, one := range map[string]struct {
		change func(*Account)
		fields string // of the problems, in order
	}{
		"an officer with a password of ours":    {func(*Account) {}, ""},
		"no post yet":                           {func(a *Account) { a.Post = "" }, ""},
		"several roles":                         {func(a *Account) { a.Roles = Roles() }, ""},
		"no address to sign in with":            {func(a *Account) { a.Address = "" }, "address"},
		"what is no address":                    {func(a *Account) { a.Address = "ann" }, "address"},
		"an address in capitals":                {func(a *Account) { a.Address = "Ann@east-shire.example" }, "address"},
		"a post as long as may be":              {func(a *Account) { a.Post = strings.Repeat("é", 120) }, ""},
		"a post that is too long":               {func(a *Account) { a.Post = strings.Repeat("é", 121) }, "post"},
		"a post on two lines":                   {func(a *Account) { a.Post = "Officer\r\nBcc: all@east-shire.example" }, "post"},
		"no role":                               {func(a *Account) { a.Roles = nil }, "roles"},
		"a role that there is not":              {func(a *Account) { a.Roles = []Role{Officer, "root"} }, "roles"},
		"a role twice":                          {func(a *Account) { a.Roles = []Role{Officer, Clerk, Officer} }, "roles"},
		"no state":                              {func(a *Account) { a.State = "" }, "state"},
		"a state that there is not":             {func(a *Account) { a.State = "asleep" }, "state"},
		"somebody whom an organisation vouches": {vouched, ""},
		"an organisation that gave no address":  {func(a *Account) { vouched(a); a.Address = "" }, ""},
		"an organisation that gave nonsense":    {func(a *Account) { vouched(a); a.Address = "a\nb@c" }, "address"},
		"an organisation that names nobody":     {func(a *Account) { a.Issuer = "https://issuer.example" }, "subject"},
		"a closed account":                      {func(a *Account) { a.State, a.Address = Closed, "" }, ""},
		"a closed account of an organisation's": {func(a *Account) { vouched(a); a.State, a.Address, a.Subject = Closed, "", "" }, ""},
		"an emergency administrator":            {func(a *Account) { a.Emergency, a.Roles = true, []Role{Administrator} }, ""},
		"an emergency officer":                  {func(a *Account) { a.Emergency = true }, "emergency"},
		"an emergency account that is vouched for": {func(a *Account) {
			vouched(a)
			a.Emergency, a.Roles = true, []Role{Administrator}
		}, "emergency"},
		"everything at once": {func(a *Account) {
			*a = Account{Post: "\n", Emergency: true, Issuer: "i"}
		}, "post roles state subject emergency"},
	} {
		t.Run(name, func(t *testing.T) {
			account := officer()
			one.change(&account)
			var fields []string
			for _, problem := range account.Check() {
				fields = append(fields, problem.Field)
				if problem.Words == "" || strings.HasSuffix(problem.Words, ".") {
					t.Errorf("%s: the words are %q", problem.Field, problem.Words)
				}
			}
			if got := strings.Join(fields, " "); got != one.fields {
				t.Errorf("problems at %q, want %q", got, one.fields)
			}
		})
	}
}

func TestWhatIsAnAddress(t *testing.T) {
	longest := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 61)+".", 3) + "cc" // 253 bytes
	for address, want := range map[string]bool{
		"ann@east-shire.example":                true,
		"ann.o'hara+letters@east-shire.example": true,
		"ann@localhost":                         true, // a council's own mail server may have a short name
		longest + "c":                           true,
		longest + "cc":                          false,
		"":                                      false,
		"ann":                                   false,
		"ann@":                                  false,
		"@east-shire.example":                   false,
		"ann@@east-shire.example":               false,
		" ann@east-shire.example":               false,
		"Ann@east-shire.example":                false,
		"ann@east-shire.example, bob@there.example":     false,
		"ann <ann@east-shire.example>":                  false,
		"<ann@east-shire.example>":                      false,
		"ann@east-shire.example (ann)":                  false,
		`"ann"@east-shire.example`:                      false,
		`"ann smith"@east-shire.example`:                false,
		"ann@[127.0.0.1]":                               false,
		"ann@east-shire.example\r\nbcc: b@here.example": false,
		"ann\x00@east-shire.example":                    false,
		"ann\u2028@east-shire.example":                  false,
		"ann\xff@east-shire.example":                    false,
	} {
		if got := IsAddress(address); got != want {
			t.Errorf("%q is an address: %v", address, got)
		}
	}
	if got := FoldAddress(" Ann@East-Shire.Example\n"); got != "ann@east-shire.example" {
		t.Errorf("folded: %q", got)
	}
}

func TestAnAccountInTheRecordNamesNobody(t *testing.T) {
	account := Account{
		ID: "a1", Address: "ann@east-shire.example", Post: "Improvement officer", Roles: []Role{Officer}, State: Active,
		Issuer: "https://issuer.example", Subject: "subject-7", PasswordHash: nobodys, CodeSecret: "JBSWY3DPEHPK3PXP",
		CodeUsed: 59444444, RecoveryCodes: []string{HashToken("one")},
	}
	written, err := json.Marshal(account)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"ann@", "subject-7", "argon2id", account.CodeSecret, "59444444", account.RecoveryCodes[0]} {
		if strings.Contains(string(written), secret) {
			t.Errorf("%s is in %s", secret, written)
		}
	}
	for _, told := range []string{`"a1"`, `"Improvement officer"`, `"officer"`, `"active"`, `"https://issuer.example"`} {
		if !strings.Contains(string(written), told) {
			t.Errorf("%s is not in %s", told, written)
		}
	}
}

func TestWhoMaySignIn(t *testing.T) {
	for state, want := range map[AccountState]bool{Invited: false, Active: true, Disabled: false, Closed: false, "": false} {
		account := Account{State: state, Roles: []Role{Member}}
		if account.MaySignIn() != want {
			t.Errorf("%q may sign in: %v", state, !want)
		}
		if gone := state == Disabled || state == Closed; account.Gone() != gone {
			t.Errorf("%q is gone: %v", state, !gone)
		}
	}
	if withoutRoles := (Account{State: Active}); withoutRoles.MaySignIn() {
		t.Error("an account without a role may sign in")
	}
	account := officer()
	if !account.Has(Officer) || account.Has(Administrator) {
		t.Errorf("an officer's roles are %v", account.Roles)
	}
	account.Roles = []Role{Member, Clerk}
	if !account.Allows(KeepBodies) || !account.Allows(ReadPublic) || account.Allows(LogLetters) {
		t.Errorf("what %v may do is not what each of them may", account.Roles)
	}
}
