package inspection

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

var (
	oneAdministrator     = Actor{ID: "a1", PostID: "north/head-of-governance", Post: "Head of governance", Role: RoleAdministrator}
	anotherAdministrator = Actor{ID: "a2", PostID: "north/data-protection-officer", Post: "Data protection officer", Role: RoleAdministrator}
	erasureDay           = MustDate("2026-11-21")
)

// askedFor returns an erasure that one administrator has asked for.
func askedFor(t *testing.T) Erasure {
	t.Helper()
	e := Erasure{ID: "e", RecordKind: OfUpdate, RecordID: "u", Reason: NamesChild}
	if err := e.Ask(oneAdministrator, erasureDay, time.Time{}); err != nil {
		t.Fatal(err)
	}
	return e
}

// wantProblem fails unless an error is one problem with a field.
func wantProblem(t *testing.T, err error, field string) {
	t.Helper()
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Field != field {
		t.Errorf("got %v, want one problem at %s", err, field)
	}
}

func TestAskingForAnErasure(t *testing.T) {
	t.Run("an administrator asks, and officers alone know of it until it is done", func(t *testing.T) {
		e := askedFor(t)
		if e.AskedBy != "Head of governance" || e.Asked != erasureDay || !e.Open() || e.Audience != ForOfficers {
			t.Errorf("got %+v", e)
		}
	})
	for name, c := range map[string]struct {
		kind   RecordKind
		reason ErasureReason
		by     Actor
		field  string
	}{
		"nobody else asks":                      {OfUpdate, NamesChild, Actor{ID: "o", Role: RoleOfficer}, "role"},
		"a reason in words of their own is not": {OfUpdate, "Jane is named", oneAdministrator, "reason"},
		"no reason is given":                    {OfUpdate, "", oneAdministrator, "reason"},
		"an inspection stays":                   {OfInspection, NamesChild, oneAdministrator, "record"},
		"an area to improve stays":              {OfRecommendation, NamesChild, oneAdministrator, "record"},
		"an erasure stays":                      {OfErasure, NamesChild, oneAdministrator, "record"},
	} {
		t.Run(name, func(t *testing.T) {
			e := Erasure{RecordKind: c.kind, RecordID: "x", Reason: c.reason}
			wantProblem(t, e.Ask(c.by, erasureDay, time.Time{}), c.field)
			if e.AskedBy != "" {
				t.Errorf("it is asked for all the same: %+v", e)
			}
		})
	}
}

func TestAnotherAdministratorAgreesToAnErasure(t *testing.T) {
	samePost := anotherAdministrator
	samePost.PostID = oneAdministrator.PostID
	for name, by := range map[string]Actor{
		"not whoever asked": oneAdministrator, "nor another account in the same post": samePost, "nor an account without an ID": {Role: RoleAdministrator},
		"nor an officer": {ID: "o", Role: RoleOfficer},
	} {
		t.Run(name, func(t *testing.T) {
			e := askedFor(t)
			if by.ID == "" {
				e.AskedByID = ""
			}
			wantProblem(t, e.Agree(by, erasureDay), "role")
			if !e.Open() {
				t.Errorf("it is agreed to all the same: %+v", e)
			}
		})
	}
	t.Run("whoever agreed cannot take that back, and the last backup with it expires after some days", func(t *testing.T) {
		e := askedFor(t)
		if err := e.Agree(anotherAdministrator, erasureDay); err != nil {
			t.Fatal(err)
		}
		if e.Open() || e.AgreedBy != "Data protection officer" || e.LastBackup(36).String() != "2026-12-27" {
			t.Errorf("got %+v, last backup %s", e, e.LastBackup(36))
		}
		wantProblem(t, e.Withdraw(oneAdministrator, erasureDay), "state")
		wantProblem(t, e.Agree(anotherAdministrator, erasureDay), "state")
	})
	t.Run("either withdraws it before that, and then nobody agrees", func(t *testing.T) {
		for _, by := range []Actor{oneAdministrator, anotherAdministrator} {
			e := askedFor(t)
			wantProblem(t, e.Withdraw(Actor{ID: "o", Role: RoleOfficer}, erasureDay), "role")
			if err := e.Withdraw(by, erasureDay); err != nil {
				t.Fatal(err)
			}
			wantProblem(t, e.Agree(anotherAdministrator, erasureDay), "state")
		}
	})
}

func TestEveryErasableKindSaysWhatGoes(t *testing.T) {
	for _, kind := range ErasableKinds() {
		if len(Destroyed(kind)) == 0 || strings.Contains(kind.Words(), "_") {
			t.Errorf("%s (%s) says %v", kind, kind.Words(), Destroyed(kind))
		}
	}
	for _, reason := range ErasureReasons() {
		if reason.Words() == "" {
			t.Errorf("%s has no words", reason)
		}
	}
}

func TestAnErasureInTheRecordOfChanges(t *testing.T) {
	e := askedFor(t)
	asked := entry(t, OfErasure, e.ID, nil, e)
	before := e
	if err := e.Agree(anotherAdministrator, erasureDay); err != nil {
		t.Fatal(err)
	}
	e.Audience, e.Entries, e.Covers = ForPublic, 2, []int64{3, 4}
	agreed := entry(t, OfErasure, e.ID, before, e)
	if asked.SeenBy(ForPublic, nil) || !asked.SeenBy(ForOfficers, nil) {
		t.Error("everybody is shown where to look while the words still stand")
	}
	if !agreed.SeenBy(ForPublic, nil) || agreed.For(ForPublic).Before != "" {
		t.Error("the public is not told that public words were erased, or is told what stood before")
	}
	names := &ChangeNames{}
	if words := names.Words(asked); words != "Erasure: update: asked for" {
		t.Errorf("it says %q", words)
	}
	if words := names.Words(agreed); words != "Erasure: update: agreed to and carried out" {
		t.Errorf("it says %q", words)
	}
	got := map[string]string{}
	for _, field := range names.Differences(agreed) {
		got[field.Name] = field.Says
	}
	for name, want := range map[string]string{
		"Agreed to by": "Data protection officer", "Agreed to on": "21 November 2026", "Entries of this record that lost their words": "2",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q in %v", name, got[name], want, got)
		}
	}
	for _, field := range names.Differences(asked) {
		if field.Field == "reason" && field.Says != "A child or a family is named" {
			t.Errorf("the reason is %q", field.Says)
		}
	}
}

func TestErasureProof(t *testing.T) {
	e := askedFor(t)
	agreed := e
	if err := agreed.Agree(anotherAdministrator, erasureDay); err != nil {
		t.Fatal(err)
	}
	agreed.Covers = []int64{1}
	by := func(c Change, id string, role Role) Change {
		c.ActorID, c.ActorRole = id, role
		return c
	}
	ask := by(entry(t, OfErasure, "e", nil, e), "a1", RoleAdministrator)
	agree := by(entry(t, OfErasure, "e", e, agreed), "a2", RoleAdministrator)
	lost := entry(t, OfUpdate, "u", nil, Update{})
	lostLetter := entry(t, OfLetter, "l", nil, Letter{})
	refused := entry(t, OfLetter, "l", Letter{State: LetterReady}, Letter{State: LetterUnreadable})
	for name, c := range map[string]struct {
		entries []Change // the first is without its texts
		wants   string   // of the error; empty: none
	}{
		"an erasure accounts for an entry without texts":              {[]Change{lost, ask, agree}, ""},
		"a refused letter accounts for its own":                       {[]Change{lostLetter, refused}, ""},
		"nothing accounts for it":                                     {[]Change{lost}, "entry 1 has lost its texts"},
		"an erasure that nobody agreed to does not":                   {[]Change{lost, ask}, "entry 1 has lost its texts"},
		"one that nobody asked for is none":                           {[]Change{lost, agree}, "not asked for by one administrator"},
		"one to which whoever asked agreed is none":                   {[]Change{lost, ask, by(agree, "a1", RoleAdministrator)}, "not asked for by one administrator"},
		"one to which an officer agreed is none":                      {[]Change{lost, ask, by(agree, "a2", RoleOfficer)}, "not asked for by one administrator"},
		"one of another entry does not":                               {[]Change{lost, lost, ask, agree}, "entry 2 has lost its texts"},
		"another letter’s refusal does not":                           {[]Change{lostLetter, entry(t, OfLetter, "m", Letter{State: LetterReady}, Letter{State: LetterUnreadable})}, "entry 1 has lost its texts"},
		"a letter that could not be read from the start refuses none": {[]Change{lostLetter, entry(t, OfLetter, "l", Letter{State: LetterReading}, Letter{State: LetterUnreadable})}, "entry 1 has lost its texts"},
		"an erasure that cannot be read is none":                      {[]Change{lost, {RecordKind: OfErasure, RecordID: "e", Action: Created, After: "{"}}, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			var proof ErasureProof
			var err error
			for i, one := range c.entries {
				one.Number = int64(i + 1)
				isLost := one.RecordKind == OfUpdate || i == 0
				if isLost {
					one = one.WithoutTexts()
				}
				if err = proof.See(&one, !isLost); err != nil {
					break
				}
			}
			if err == nil {
				err = proof.Close()
			}
			switch {
			case c.wants == "" && (err != nil || proof.Erasures != 1):
				t.Errorf("got %v and %d erasures", err, proof.Erasures)
			case c.wants != "" && (!errors.Is(err, ErrChainBroken) || !strings.Contains(fmt.Sprint(err), c.wants)):
				t.Errorf("got %v, want %q", err, c.wants)
			}
		})
	}
}
