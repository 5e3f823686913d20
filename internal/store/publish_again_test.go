package store_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// unpublish takes a letter off the public record.
func unpublish(t *testing.T, s *store.Store, letter inspection.Letter) {
	t.Helper()
	if _, err := s.UnpublishLetter(context.Background(), officer, letter.ID, "test"); err != nil {
		t.Fatal(err)
	}
}

// publishChanged saves another draft of a letter and publishes it.
func publishChanged(t *testing.T, s *store.Store, letter inspection.Letter, change func(*inspection.Draft)) inspection.Letter {
	t.Helper()
	held, err := s.Letter(context.Background(), officer, letter.ID)
	if err != nil {
		t.Fatal(err)
	}
	draft := held.Draft
	change(&draft)
	if held, err = s.SaveDraft(context.Background(), officer, held.ID, held.Revision, draft); err != nil {
		t.Fatal(err)
	}
	if held, err = s.PublishLetter(context.Background(), officer, held.ID, held.Revision); err != nil {
		t.Fatal(err)
	}
	return held
}

// leadsTo checks which item a reference leads to.
func leadsTo(t *testing.T, s *store.Store, reference, want string) {
	t.Helper()
	if item, _, err := s.Recommendation(context.Background(), reference); err != nil || item.Reference != want {
		t.Errorf("%s leads to %q, %v; want %s", reference, item.Reference, err, want)
	}
}

func TestReferencesOfALetterPublishedAgain(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		draft := newLetter("2026-09-07", "2026-09-18", "2026-10-30")
		draft.Items = append(draft.Items, inspection.DraftItem{Key: "3", Kind: inspection.Improvement, Words: "The third matter.", Wording: inspection.Verbatim})
		draft.Evidence = nil
		letter := publish(t, s, draft)
		t.Run("an item that is new is not given the reference of one that was removed", func(t *testing.T) {
			unpublish(t, s, letter)
			held, err := s.Letter(t.Context(), officer, letter.ID)
			if err != nil {
				t.Fatal(err)
			}
			without := held.Draft
			without.RemoveItem("3")
			if held, err = s.SaveDraft(t.Context(), officer, letter.ID, held.Revision, without); err != nil {
				t.Fatal(err)
			}
			letter = publishChanged(t, s, held, func(d *inspection.Draft) {
				d.AddItem(inspection.Improvement)
				d.Items[2].Words = "Quite another matter."
			})
			in, _ := published(t, s, letter)
			if got := in.Recommendations[2].Reference; got == "380-ILACS-2026b-3" {
				t.Errorf("%q has the reference of the third matter", in.Recommendations[2].Words)
			}
		})
		t.Run("the reference of an item that was joined leads to the item it was joined to", func(t *testing.T) {
			unpublish(t, s, letter)
			letter = publishChanged(t, s, letter, func(d *inspection.Draft) { d.MergeItem("2") })
			leadsTo(t, s, "380-ILACS-2026b-2", "380-ILACS-2026b-1")
		})
		t.Run("where a corrected day gives the letter another series, the old references lead on", func(t *testing.T) {
			unpublish(t, s, letter)
			letter = publishChanged(t, s, letter, func(d *inspection.Draft) {
				d.FieldworkStart, d.FieldworkEnd = inspection.MustDate("2025-09-08"), inspection.MustDate("2025-09-19")
				d.Published, d.Kind = inspection.MustDate("2025-10-30"), "ilacs-focused-visit"
				d.Judgements = nil
			})
			in, _ := published(t, s, letter)
			now := references(in)
			if now[0] == "380-ILACS-2026b-1" {
				t.Fatalf("a visit of 2025 has %v", now)
			}
			leadsTo(t, s, "380-ILACS-2026b-1", now[0])
			leadsTo(t, s, "380-ILACS-2026b-2", now[0])
		})
	})
}

// twinVisit is a visit to a council, whose letter asks for one thing.
func twinVisit(council, address, twin string) inspection.Draft {
	return inspection.Draft{
		Kind: "ilacs-focused-visit", Bodies: []string{council}, Final: true, Topic: "front door", TwinOf: twin,
		FieldworkStart: inspection.MustDate("2026-10-06"), FieldworkEnd: inspection.MustDate("2026-10-07"),
		Published: inspection.MustDate("2026-11-10"), Address: address, WholeListHeld: true,
		Items: []inspection.DraftItem{{Key: "1", Kind: inspection.Improvement, Words: "How fast answers come."}},
	}
}

func TestTwinsUnpublishedInAnyOrder(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		tables := publicTables(t, s)
		key := func(letter inspection.Letter) string {
			in, _ := published(t, s, letter)
			return in.Recommendations[0].SharedKey
		}
		north := publish(t, s, twinVisit("north-northamptonshire", "https://files.ofsted.gov.uk/v1/file/1", ""))
		west := publish(t, s, twinVisit("west-northamptonshire", "https://files.ofsted.gov.uk/v1/file/2", north.InspectionID))
		unpublish(t, s, north)
		if key(west) != "" {
			t.Errorf("one item alone has the shared key %q", key(west))
		}
		north = publishChanged(t, s, north, func(*inspection.Draft) {})
		if key(north) == "" || key(north) != key(west) {
			t.Errorf("published again, the twins have the keys %q and %q", key(north), key(west))
		}
		unpublish(t, s, west)
		if key(north) != "" {
			t.Errorf("one item alone has the shared key %q", key(north))
		}
		unpublish(t, s, north)
		compareTables(t, tables, publicTables(t, s))
		if _, err := s.Check(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

func TestASourceOfTwoLettersGoesWithTheLast(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		tables := publicTables(t, s)
		const page = "https://files.ofsted.gov.uk/v1/file/1"
		north := publish(t, s, twinVisit("north-northamptonshire", page, ""))
		west := publish(t, s, twinVisit("west-northamptonshire", page, north.InspectionID))
		unpublish(t, s, north)
		if in, record := published(t, s, west); len(in.Citations) != 1 {
			t.Errorf("it rests on %+v", in.Citations)
		} else if _, ok := record.Source(in.Citations[0].SourceID); !ok {
			t.Error("its source is gone")
		}
		unpublish(t, s, west)
		compareTables(t, tables, publicTables(t, s))
	})
}

func TestALetterHeldUnderAnotherAddressIsOneSource(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		draft := northLetter()
		draft.Address = "https://reports.ofsted.gov.uk/provider/44/2637547"
		in, record := published(t, s, publish(t, s, draft))
		letters := slices.DeleteFunc(slices.Clone(in.Citations), func(c inspection.Citation) bool {
			source, _ := record.Source(c.SourceID)
			return source.Kind != "letter"
		})
		if len(letters) != 1 || in.ReportAddress != draft.Address {
			t.Errorf("the letter is cited as %+v, and stands at %s", letters, in.ReportAddress)
		}
	})
}

func TestPublishALetterThatIsAPicture(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		tables := publicTables(t, s)
		original := []byte("%PDF of pictures")
		letter, err := s.AddLetter(t.Context(), officer, "scan.pdf", store.ReadLetter{
			State: inspection.LetterReady, Original: original, MediaType: "application/pdf", Draft: inspection.Draft{Warnings: []string{"A picture."}},
		})
		if err != nil {
			t.Fatal(err)
		}
		letter = publishChanged(t, s, letter, func(d *inspection.Draft) {
			*d = newLetter("2026-09-07", "2026-09-18", "2026-10-30")
			d.Evidence = nil
		})
		in, _ := published(t, s, letter)
		if len(in.Evidence) != 0 || len(in.Recommendations) != 2 || in.Confidence != inspection.ByLetter {
			t.Errorf("got %+v", in)
		}
		unpublish(t, s, letter)
		compareTables(t, tables, publicTables(t, s))
		if _, data, err := s.Document(t.Context(), letter.DocumentHash); err != nil || !bytes.Equal(data, original) {
			t.Errorf("the original is %q, %v", data, err)
		}
	})
}
