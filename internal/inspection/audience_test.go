package inspection

import (
	"slices"
	"testing"
)

func TestWhoReadsWhat(t *testing.T) {
	for reader, reads := range map[Audience][]Audience{
		ForPublic: {ForPublic}, ForMembers: {ForPublic, ForMembers}, ForOfficers: {ForPublic, ForMembers, ForOfficers},
		"": {ForPublic}, "root": {ForPublic}, // what is not known reads no more than everybody
	} {
		for _, of := range Audiences() {
			if got, want := reader.Reads(of), slices.Contains(reads, of); got != want {
				t.Errorf("%q reads what is for %q: %v", reader, of, got)
			}
		}
		if !slices.Equal(reader.Readable(), reads) {
			t.Errorf("%q reads %v", reader, reader.Readable())
		}
		if reader.Rank() != len(reads)-1 {
			t.Errorf("%q has rank %d", reader, reader.Rank())
		}
	}
	for _, unknown := range []Audience{"", "friends"} {
		if ForOfficers.Reads(unknown) || unknown.Known() || unknown.Words() != "" {
			t.Errorf("%q counts as an audience", unknown)
		}
	}
}

func TestReadableIsNotSharedMemory(t *testing.T) {
	_ = append(ForPublic.Readable(), "root")
	if !slices.Equal(Audiences(), []Audience{ForPublic, ForMembers, ForOfficers}) {
		t.Errorf("the audiences became %v", Audiences())
	}
}

func TestRolesReadAsTheirAudience(t *testing.T) {
	for role, want := range map[Role]Audience{
		RoleOfficer: ForOfficers, RoleReviewer: ForOfficers, RoleClerk: ForOfficers, RoleSystem: ForOfficers, RoleMember: ForMembers,
		"": ForPublic, "root": ForPublic,
	} {
		if got := role.Audience(); got != want {
			t.Errorf("%q reads as %q, want %q", role, got, want)
		}
	}
	for _, role := range PeopleRoles() {
		if role.Words() == "" {
			t.Errorf("%s has no words", role)
		}
	}
}

func TestTheSamePostHasTheSameID(t *testing.T) {
	for _, words := range []string{"Head of Children’s Help", " head of  childrens help ", "Head-of-Children's help",
		"HEAD OF CHILDRENʼS HELP", "Head\u00a0of Children‘s\u200b help", "Head of Child\u00adren`s Help."} {
		if got := PostID("east-shire", words); got != "east-shire/head-of-childrens-help" {
			t.Errorf("%q is %s", words, got)
		}
	}
	if a, b := PostID("", "Quality & audit lead"), PostID("", "Quality and audit lead"); a != b {
		t.Errorf("one post is %s and %s", a, b)
	}
	if a, b := PostID("east-shire", "Head of help"), PostID("west-shire", "Head of help"); a == b {
		t.Errorf("two bodies share the post %s", a)
	}
}

func TestWhoHoldsAPost(t *testing.T) {
	for name, c := range map[string]struct {
		actor, post string
		holds       bool
	}{
		"the same ID":                         {"east/head", "east/head", true},
		"what was recorded under a bare name": {"east/head", "/head", true},
		"the beginning of no name":            {"east/deputy-head", "/head", false},
		"a bare name, whatever the body":      {"/head", "east/head", true},
		"a bare name and a bare name":         {"/head", "/head", true},
		"another body's post":                 {"west/head", "east/head", false},
		"the end of another name":             {"/head", "east/deputy-head", false},
		"nobody holds no post":                {"", "", false},
		"a name without letters":              {"/", "east/", false},
		"somebody holds no post":              {"/head", "", false},
		"an account that is known by number":  {"user-7", "user-7", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (Actor{ID: c.actor}).Holds(c.post); got != c.holds {
				t.Errorf("got %v", got)
			}
		})
	}
}
