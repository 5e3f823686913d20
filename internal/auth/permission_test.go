package auth

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// writes are the permissions with which something is written into the record of inspections.
var writes = []Permission{
	AnswerQuestions, LogLetters, RecordProgress, MoveItems, KeepBodies, KeepRegister, KeepDates, ImportTracker, RestoreValues,
}

// constantsOf reads the constants of a type from its source, so that none can be forgotten in a test.
func constantsOf(t *testing.T, file, kind string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, is := node.(*ast.ValueSpec)
		if !is {
			return true
		}
		if named, is := spec.Type.(*ast.Ident); !is || named.Name != kind {
			return true
		}
		for _, value := range spec.Values {
			text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, text)
		}
		return true
	})
	if len(values) < 3 {
		t.Fatalf("%s has the constants %v", file, values)
	}
	return values
}

func TestEveryPermissionIsInTheTable(t *testing.T) {
	constants := constantsOf(t, "permission.go", "Permission")
	for _, name := range constants {
		p := Permission(name)
		if got := len(p.Roles()) > 0; got != p.NeedsAccount() {
			t.Errorf("%s is in the table: %v", p, got)
		}
		if got := slices.Contains(Permissions(), p); got != p.NeedsAccount() {
			t.Errorf("%s is listed: %v", p, got)
		}
	}
	for _, p := range Permissions() {
		if !slices.Contains(constants, string(p)) {
			t.Errorf("%s is in the table only", p)
		}
		seen := map[Role]bool{}
		for _, role := range p.Roles() {
			if !role.Known() || seen[role] {
				t.Errorf("%s names %q wrongly, or twice", p, role)
			}
			seen[role] = true
		}
	}
}

func TestEveryRoleIsListedOnce(t *testing.T) {
	constants := constantsOf(t, "permission.go", "Role")
	if len(Roles()) != len(constants) {
		t.Errorf("%v is not %v", Roles(), constants)
	}
	for _, name := range constants {
		if !Role(name).Known() {
			t.Errorf("%s is not listed", name)
		}
	}
	for _, unknown := range []Role{"", "root", "Officer", "system"} {
		if unknown.Known() {
			t.Errorf("%q is a role", unknown)
		}
	}
}

func TestWhoMayWhat(t *testing.T) {
	for role, allowed := range map[Role][]Permission{
		Member: {UseAccount, AskQuestions},
		Officer: {
			UseAccount, AskQuestions, AnswerQuestions, LogLetters, RecordProgress, MoveItems, KeepBodies, KeepRegister, KeepDates,
			ImportTracker, RestoreValues, AnswerRemarks,
		},
		Reviewer:      {UseAccount, MoveItems},
		Clerk:         {UseAccount, AskQuestions, MoveItems, KeepBodies, AnswerRemarks},
		Administrator: {UseAccount, ManagePeople, EraseTexts, ChangeSettings, AnswerRemarks},
		"":            {},
		"root":        {},
	} {
		for _, p := range Permissions() {
			if got := role.Allows(p); got != slices.Contains(allowed, p) {
				t.Errorf("%q may %s: %v", role, p, got)
			}
		}
		if !role.Allows(Anything) || !role.Allows(ReadPublic) {
			t.Errorf("%q may not read what is public", role)
		}
		if role.Allows("fly") || role.Allows("") {
			t.Errorf("%q may do what is in no table", role)
		}
	}
}

func TestAdministratorsAndMembersWriteNothingIntoTheRecord(t *testing.T) {
	for _, role := range []Role{Administrator, Member, ""} {
		for _, p := range writes {
			if role.Allows(p) {
				t.Errorf("%q may %s", role, p)
			}
		}
	}
}

func TestOnlyAdministratorsLookAfterPeople(t *testing.T) {
	for _, p := range []Permission{ManagePeople, EraseTexts} {
		if !slices.Equal(p.Roles(), []Role{Administrator}) {
			t.Errorf("%s: %v", p, p.Roles())
		}
	}
}

func TestInWhichRoleSomebodyActs(t *testing.T) {
	for _, one := range []struct {
		name      string
		p         Permission
		preferred Role
		held      []Role
		want      Role
	}{
		{"the preferred role", MoveItems, Clerk, []Role{Officer, Clerk}, Clerk},
		{"another where the preferred may not", LogLetters, Clerk, []Role{Clerk, Officer}, Officer},
		{"another where the preferred is not theirs", MoveItems, Officer, []Role{Clerk}, Clerk},
		{"the first of those that may, in the order of roles", MoveItems, "", []Role{Clerk, Reviewer, Member}, Reviewer},
		{"none where none may", ManagePeople, Officer, []Role{Officer, Member}, ""},
		{"none for who holds none", MoveItems, Officer, nil, ""},
		{"none for a role that there is not", UseAccount, "root", []Role{"root"}, ""},
		{"any of theirs for what everybody may", ReadPublic, Member, []Role{Officer, Member}, Member},
		{"the first of theirs for what everybody may", ReadPublic, "", []Role{Member, Clerk}, Clerk},
	} {
		got, may := RoleFor(one.p, one.preferred, one.held)
		if got != one.want || may != (one.want != "") {
			t.Errorf("%s: %q, %v", one.name, got, may)
		}
	}
}
