package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// anOfficer adds the account of an officer and returns how they act.
func anOfficer(t *testing.T, s *store.Store) inspection.Actor {
	t.Helper()
	account := storetest.Account(t, s, auth.Officer)
	return inspection.Actor{ID: account.ID, Post: account.Post, Role: inspection.RoleOfficer}
}

// secretLetter adds a letter with a file and pages, on which only one officer is listed.
func secretLetter(t *testing.T, s *store.Store, by inspection.Actor) inspection.Letter {
	t.Helper()
	letter, err := s.AddLetter(context.Background(), by, "secret.pdf", store.ReadLetter{
		State: inspection.LetterReady, Original: []byte("%PDF secret"), MediaType: "application/pdf", Pages: []string{"a secret"},
		Draft: northLetter(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

func TestALetterIsThereForItsOfficersOnly(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		listed, other := anOfficer(t, s), anOfficer(t, s)
		both := inspection.Actor{ID: listed.ID, Post: listed.Post, Role: inspection.RoleAdministrator}
		letter := secretLetter(t, s, listed)
		if !slices.Equal(letter.Officers, []string{listed.ID}) {
			t.Fatalf("listed are %q", letter.Officers)
		}
		attempts := map[string]func(by inspection.Actor, id string) error{
			"read": func(by inspection.Actor, id string) error {
				_, err := s.Letter(ctx, by, id)
				return err
			},
			"its file": func(by inspection.Actor, id string) error {
				_, _, _, err := s.LetterOriginal(ctx, by, id)
				return err
			},
			"its history": func(by inspection.Actor, id string) error {
				_, err := s.LetterHistory(ctx, by, id)
				return err
			},
			"save": func(by inspection.Actor, id string) error {
				_, err := s.SaveDraft(ctx, by, id, 1, inspection.Draft{Topic: "mine"})
				return err
			},
			"save over another revision": func(by inspection.Actor, id string) error {
				_, err := s.SaveDraft(ctx, by, id, 0, inspection.Draft{Topic: "mine"})
				return err
			},
			"wait": func(by inspection.Actor, id string) error {
				_, err := s.SetLetterState(ctx, by, id, inspection.LetterEmbargoed, "", june)
				return err
			},
			"text": func(by inspection.Actor, id string) error {
				_, err := s.AddLetterText(ctx, by, id, 1, []string{"one"}, inspection.Draft{})
				return err
			},
			"refuse": func(by inspection.Actor, id string) error {
				_, err := s.RefuseLetter(ctx, by, id, "a draft")
				return err
			},
			"publish": func(by inspection.Actor, id string) error {
				_, err := s.PublishLetter(ctx, by, id, 1)
				return err
			},
			"unpublish": func(by inspection.Actor, id string) error {
				_, err := s.UnpublishLetter(ctx, by, id, "why not")
				return err
			},
			"list themselves": func(by inspection.Actor, id string) error { return s.ListOfficer(ctx, by, id, other.ID) },
			"take the other off": func(by inspection.Actor, id string) error {
				return s.UnlistOfficer(ctx, by, id, listed.ID)
			},
		}
		held := func() map[string][]string {
			rows, held := store.Dump(t, s), map[string][]string{}
			for _, table := range []string{"letters", "letter_pages", "documents", "inspections", "publications", "changes", "change_keys"} {
				held[table] = slices.Sorted(slices.Values(rows[table]))
			}
			return held
		}
		before := held()
		for name, attempt := range attempts {
			for _, by := range []inspection.Actor{other, both, {}} {
				if name == "list themselves" && by == both {
					continue // as an administrator
				}
				there, none := attempt(by, letter.ID), attempt(by, "none")
				if !errors.Is(there, inspection.ErrNotFound) || !errors.Is(none, inspection.ErrNotFound) ||
					strings.ReplaceAll(there.Error(), letter.ID, "none") != none.Error() {
					t.Errorf("%s by %+v: %v, of one that is not there: %v", name, by, there, none)
				}
			}
		}
		if letters, err := s.Letters(ctx, other); err != nil || len(letters) > 0 {
			t.Errorf("another officer sees %d letters: %v", len(letters), err)
		}
		if held, ok, err := s.LetterByHash(ctx, other, letter.DocumentHash); err != nil || !ok || !reflect.DeepEqual(held, inspection.Letter{}) {
			t.Errorf("by its file another officer finds %+v, %t: %v", held, ok, err)
		}
		_, err := s.AddLetter(ctx, other, "the same.pdf", store.ReadLetter{State: inspection.LetterReady, Original: []byte("%PDF secret")})
		if !errors.Is(err, inspection.ErrHeldByOthers) {
			t.Errorf("adding the same file: %v", err)
		}
		after := held()
		for table, rows := range before {
			if !slices.Equal(after[table], rows) {
				t.Errorf("an officer who is not listed changed %s", table)
			}
		}

		waiting, err := s.StartLetter(ctx, other, "mine.pdf", store.HeldFile{})
		if err != nil {
			t.Fatal(err)
		}
		aside, err := s.FinishLetter(ctx, other, waiting.ID, store.ReadLetter{State: inspection.LetterReady, Original: []byte("%PDF secret")})
		if err != nil || aside.State != inspection.LetterSetAside || aside.Problem != inspection.HeldByOthersWords {
			t.Errorf("the same file is %s: %q, %v", aside.State, aside.Problem, err)
		}
		if letters, err := s.Letters(ctx, other); err != nil || len(letters) != 1 || letters[0].ID != waiting.ID {
			t.Errorf("another officer sees %d letters: %v", len(letters), err)
		}
	})
}

func TestOnceALetterIsPublishedEveryOfficerSeesIt(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		listed, other := anOfficer(t, s), anOfficer(t, s)
		letter := secretLetter(t, s, listed)
		pages, err := s.PublishedPages(ctx, "north-northamptonshire-ilacs-standard-2026-05-11")
		if err != nil || len(pages) > 0 {
			t.Errorf("before it is published %d of its pages are shown: %v", len(pages), err)
		}
		published, err := s.PublishLetter(ctx, listed, letter.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		if pages, err = s.PublishedPages(ctx, published.InspectionID); err != nil || len(pages) != 1 || pages[0].Words != "a secret" {
			t.Errorf("its pages are %+v: %v", pages, err)
		}
		if got, err := s.Letter(ctx, other, letter.ID); err != nil || len(got.Pages) != 1 {
			t.Errorf("another officer reads %+v: %v", got, err)
		}
		if _, _, data, err := s.LetterOriginal(ctx, other, letter.ID); err != nil || string(data) != "%PDF secret" {
			t.Errorf("another officer gets the file %q: %v", data, err)
		}
		if history, err := s.LetterHistory(ctx, other, letter.ID); err != nil || len(history) != 2 {
			t.Errorf("another officer reads %d entries: %v", len(history), err)
		}
		if listings, err := s.LetterListings(ctx); err != nil || len(listings) > 0 {
			t.Errorf("of a published letter it is told who sees it: %+v, %v", listings, err)
		}
		if _, err := s.UnpublishLetter(ctx, other, letter.ID, "the wrong file"); err != nil {
			t.Fatal(err)
		}
		third := anOfficer(t, s)
		for _, c := range []struct {
			by   inspection.Actor
			sees bool
		}{{listed, true}, {other, true}, {third, false}} {
			if _, err := s.Letter(ctx, c.by, letter.ID); (err == nil) != c.sees {
				t.Errorf("once it is unpublished, %s: %v", c.by.Post, err)
			}
		}
	})
}

func TestWhoListsWhomOnALetter(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		first, second, third := anOfficer(t, s), anOfficer(t, s), anOfficer(t, s)
		letter := secretLetter(t, s, first)
		officers := func() []string {
			t.Helper()
			listings, err := s.LetterListings(ctx)
			if err != nil || len(listings) != 1 || listings[0].ID != letter.ID || listings[0].State != inspection.LetterReady {
				t.Fatalf("the listings are %+v: %v", listings, err)
			}
			return listings[0].Officers
		}
		refused := func(err error) {
			t.Helper()
			var problems inspection.Problems
			if !errors.As(err, &problems) || problems[0].Field != "officer" {
				t.Errorf("got %v", err)
			}
		}
		t.Run("an officer who sees it lists another, and the record says so", func(t *testing.T) {
			if err := s.ListOfficer(ctx, first, letter.ID, second.ID); err != nil {
				t.Fatal(err)
			}
			entry := s.LastChange(t, inspection.OfLetter, letter.ID)
			var before, after map[string]any
			if err := errors.Join(json.Unmarshal([]byte(entry.Before), &before), json.Unmarshal([]byte(entry.After), &after)); err != nil {
				t.Fatal(err)
			}
			if entry.ActorID != first.ID || !reflect.DeepEqual(before["officers"], []any{first.ID}) ||
				!reflect.DeepEqual(after["officers"], []any{first.ID, second.ID}) || after["draft"] != nil {
				t.Errorf("by %s, from %s to %s", entry.ActorID, entry.Before, entry.After)
			}
			if got, err := s.Letter(ctx, second, letter.ID); err != nil || got.Revision != 1 || got.UpdatedBy != first.Post {
				t.Errorf("the other officer reads %+v: %v", got, err)
			}
		})
		t.Run("listing somebody twice records nothing", func(t *testing.T) {
			before := s.LastChange(t, inspection.OfLetter, letter.ID).Number
			if err := s.ListOfficer(ctx, first, letter.ID, second.ID); err != nil || s.LastChange(t, inspection.OfLetter, letter.ID).Number != before {
				t.Errorf("got %v", err)
			}
		})
		t.Run("only somebody with an account that logs letters is listed", func(t *testing.T) {
			disabled := storetest.Account(t, s, auth.Officer)
			if _, err := s.ChangeAccount(ctx, storetest.Administrator, disabled.ID, func(a *auth.Account) error {
				a.State = auth.Disabled
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			for _, id := range []string{"", "none", "/improvement-officer", disabled.ID, storetest.Account(t, s, auth.Reviewer, auth.Administrator).ID} {
				refused(s.ListOfficer(ctx, first, letter.ID, id))
				refused(s.ListOfficer(ctx, storetest.Administrator, letter.ID, id))
			}
		})
		t.Run("an administrator lists others, and never themselves", func(t *testing.T) {
			if err := s.ListOfficer(ctx, storetest.Administrator, letter.ID, third.ID); err != nil {
				t.Fatal(err)
			}
			both := storetest.Account(t, s, auth.Administrator, auth.Officer)
			refused(s.ListOfficer(ctx, inspection.Actor{ID: both.ID, Post: both.Post, Role: inspection.RoleAdministrator}, letter.ID, both.ID))
			if err := s.UnlistOfficer(ctx, storetest.Administrator, letter.ID, first.ID); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("an administrator takes somebody off: %v", err)
			}
			if err := s.ListOfficer(ctx, storetest.Administrator, "none", third.ID); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("a letter that is not there: %v", err)
			}
		})
		t.Run("officers are taken off, save the last who can see it", func(t *testing.T) {
			if err := s.UnlistOfficer(ctx, first, letter.ID, "none"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("somebody who is not listed: %v", err)
			}
			if err := s.UnlistOfficer(ctx, third, letter.ID, first.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Letter(ctx, first, letter.ID); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("once taken off: %v", err)
			}
			if err := s.CloseAccount(ctx, storetest.Administrator, second.ID); err != nil {
				t.Fatal(err)
			}
			refused(s.UnlistOfficer(ctx, third, letter.ID, third.ID))
			if err := s.UnlistOfficer(ctx, third, letter.ID, second.ID); err != nil {
				t.Fatal(err)
			}
			refused(s.UnlistOfficer(ctx, third, letter.ID, third.ID))
			if got := officers(); !slices.Equal(got, []string{third.ID}) {
				t.Errorf("listed are %q", got)
			}
		})
	})
}

func TestALetterThatNobodySeesIsTakenOn(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		first, second := anOfficer(t, s), anOfficer(t, s)
		nobodys := func() []string {
			t.Helper()
			listings, err := s.LettersOfNobody(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, l := range listings {
				ids = append(ids, l.ID)
			}
			return ids
		}
		imported, err := s.AddLetter(ctx, officer, "imported.pdf", store.ReadLetter{State: inspection.LetterReady, Draft: northLetter(), Officers: []string{}})
		if err != nil || len(imported.Officers) > 0 {
			t.Fatalf("listed are %q: %v", imported.Officers, err)
		}
		own := secretLetter(t, s, first)
		if got := nobodys(); !slices.Equal(got, []string{imported.ID}) {
			t.Errorf("nobody sees %q", got)
		}
		if err := s.ListOfficer(ctx, first, imported.ID, second.ID); !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("an officer lists another on a letter that nobody sees: %v", err)
		}
		member := storetest.Account(t, s, auth.Member)
		asMember := inspection.Actor{ID: member.ID, Post: member.Post, Role: inspection.RoleMember}
		if err := s.ListOfficer(ctx, asMember, imported.ID, member.ID); !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("a member takes it on: %v", err)
		}
		if err := s.ListOfficer(ctx, first, imported.ID, first.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Letter(ctx, first, imported.ID); err != nil {
			t.Errorf("whoever took it on: %v", err)
		}
		if err := s.ListOfficer(ctx, second, imported.ID, second.ID); !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("a second officer takes it on: %v", err)
		}
		if got := nobodys(); len(got) > 0 {
			t.Errorf("nobody sees %q", got)
		}

		if _, err := s.ChangeAccount(ctx, storetest.Administrator, first.ID, func(a *auth.Account) error {
			a.State = auth.Disabled
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got := nobodys(); len(got) != 2 {
			t.Errorf("once its only officer is disabled, nobody sees %q", got)
		}
		if err := s.ListOfficer(ctx, second, own.ID, second.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Letter(ctx, second, own.ID); err != nil || !slices.Equal(got.Officers, []string{first.ID, second.ID}) {
			t.Errorf("listed are %q: %v", got.Officers, err)
		}
		waiting, err := s.StartLetter(ctx, second, "waits.pdf", store.HeldFile{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.CloseAccount(ctx, storetest.Administrator, second.ID); err != nil {
			t.Fatal(err)
		}
		done, err := s.FinishLetter(ctx, second, waiting.ID, store.ReadLetter{State: inspection.LetterReady})
		if err != nil || done.State != inspection.LetterReady {
			t.Errorf("a file that was being read when its officer left is %s: %v", done.State, err)
		}
		if got := nobodys(); len(got) != 3 {
			t.Errorf("once both are gone, nobody sees %q", got)
		}
	})
}
