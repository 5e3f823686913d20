package store_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// northLetter is a draft as an officer leaves it of a letter that confirms what the seed holds of North's inspection.
func northLetter() inspection.Draft {
	return inspection.Draft{
		Kind: "ilacs-standard", Bodies: []string{"north-northamptonshire"}, FieldworkStart: inspection.MustDate("2026-05-11"),
		FieldworkEnd: inspection.MustDate("2026-05-22"), LeadInspector: "David Cohen",
		Judgements: []inspection.DraftJudgement{{Strand: "leaders", Grade: "outstanding"}, {Strand: "help_protection", Grade: "good"},
			{Strand: "in_care", Grade: "good"}, {Strand: "care_leavers", Grade: "good"}},
		Items: []inspection.DraftItem{
			{Key: "1", Kind: inspection.Improvement, Words: "The first matter, in the inspectors’ own words. (outcome 1)", Wording: inspection.Verbatim, Gloss: "Simply put.", Page: 2},
			{Key: "2", Kind: inspection.Improvement, Words: "The second matter, in the inspectors’ own words.", Wording: inspection.Verbatim, Page: 2},
		},
		WholeListHeld: true, Received: inspection.MustDate("2026-06-29"), Published: inspection.MustDate("2026-07-07"),
		Address: "https://files.ofsted.gov.uk/v1/file/50306548", Final: true,
		Evidence: []inspection.Evidence{
			{Field: "judgement.leaders", Page: 1, Quote: "Outstanding", Rule: "table", Certainty: inspection.Certain},
			{Field: "item.2", Page: 2, Quote: "The second matter", Rule: "list", Certainty: inspection.Certain},
		},
	}
}

// publish adds a letter and publishes it.
func publish(t *testing.T, s *store.Store, draft inspection.Draft) inspection.Letter {
	t.Helper()
	letter, err := s.PublishLetter(context.Background(), officer, addLetter(t, s, draft).ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

func published(t *testing.T, s *store.Store, letter inspection.Letter) (*inspection.Inspection, *inspection.Record) {
	t.Helper()
	in, record, err := s.InspectionRecord(context.Background(), letter.InspectionID)
	if err != nil {
		t.Fatal(err)
	}
	return in, record
}

func references(in *inspection.Inspection) []string {
	var out []string
	for _, rec := range in.Recommendations {
		out = append(out, rec.Reference)
	}
	return out
}

// publicTables dumps what the public can see; what an officer works on and the record of changes move on.
func publicTables(t *testing.T, s *store.Store) map[string][]string {
	t.Helper()
	tables := store.Dump(t, s)
	maps.DeleteFunc(tables, func(table string, _ []string) bool {
		return slices.Contains([]string{"letters", "letter_pages", "documents", "document_chunks", "publications", "given_references",
			"reference_aliases", "changes", "change_keys", "sqlite_sequence"}, table)
	})
	return tables
}

func compareTables(t *testing.T, before, after map[string][]string) {
	t.Helper()
	for _, table := range slices.Sorted(maps.Keys(before)) {
		for _, row := range before[table] {
			if !slices.Contains(after[table], row) {
				t.Errorf("%s has lost %s", table, row)
			}
		}
		for _, row := range after[table] {
			if !slices.Contains(before[table], row) {
				t.Errorf("%s has gained %s", table, row)
			}
		}
	}
}

func TestPublishLetterThatConfirms(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		today := inspection.DayOf(storetest.Now())
		tables := publicTables(t, s)
		before, record, err := s.InspectionRecord(ctx, northLatest)
		if err != nil {
			t.Fatal(err)
		}
		north, _ := record.Body("north-northamptonshire")
		lanes := record.Lanes(north, today)
		headline := record.Headlines([]inspection.Body{north}, today)
		version, err := s.Version(ctx)
		if err != nil {
			t.Fatal(err)
		}
		letter := publish(t, s, northLetter())
		in, record := published(t, s, letter)
		t.Run("it is the inspection held, with the same grades and headline", func(t *testing.T) {
			if letter.InspectionID != northLatest || letter.State != inspection.LetterPublished {
				t.Fatalf("got %+v", letter)
			}
			for _, j := range before.Judgements {
				if now, _ := in.Judgement(j.Strand); now.Grade != j.Grade || now.Confidence != inspection.ByLetter {
					t.Errorf("%s was %s and is %+v", j.Strand, j.Grade, now)
				}
			}
			for i, lane := range record.Lanes(north, today).Main {
				for j, block := range lane.Blocks {
					if was := lanes.Main[i].Blocks[j]; block.From != was.From || block.Until != was.Until || block.Words() != was.Words() {
						t.Errorf("lane %s has %s from %s; it had %s from %s", lane.Code, block.Words(), block.From, was.Words(), was.From)
					}
				}
			}
			if now := record.Headlines([]inspection.Body{north}, today); now[0].Lead != headline[0].Lead || !slices.Equal(now[0].Detail, headline[0].Detail) {
				t.Errorf("the headline was %q and is %q", headline[0].Lead, now[0].Lead)
			}
			if now, err := s.Version(ctx); err != nil || now <= version {
				t.Errorf("the version went from %d to %d, %v", version, now, err)
			}
		})
		t.Run("its items are the letter's words under their old references, themes and keys", func(t *testing.T) {
			if got := references(in); !slices.Equal(got, []string{"NN-ILACS-2026-1", "NN-ILACS-2026-2"}) {
				t.Fatalf("got %v", got)
			}
			for i, rec := range in.Recommendations {
				was := before.Recommendations[i]
				if rec.Wording != inspection.Verbatim || rec.Words != northLetter().Items[i].Words || rec.SharedKey != was.SharedKey ||
					!slices.Equal(rec.Themes, was.Themes) || rec.FrameworkTag != was.FrameworkTag || rec.Page != 2 {
					t.Errorf("it was %+v and is %+v", was, rec)
				}
			}
			if in.Recommendations[0].Gloss != "Simply put." {
				t.Errorf("the gloss is %q", in.Recommendations[0].Gloss)
			}
		})
		t.Run("it rests on the letter: its source, evidence and days", func(t *testing.T) {
			if len(in.Citations) != len(before.Citations) || in.Confidence != inspection.ByLetter || in.Document != inspection.DocumentHeld {
				t.Errorf("got %+v", in)
			}
			if c := in.FieldConfidence("published"); c != inspection.ByOfficialPage || in.Received.String() != "2026-06-29" {
				t.Errorf("publication is known by %s, receipt was on %s", c, in.Received)
			}
			want := []string{"judgement.leaders", "item.NN-ILACS-2026-2"}
			if len(in.Evidence) != 2 || in.Evidence[0].Field != want[0] || in.Evidence[1].Field != want[1] {
				t.Errorf("the evidence is %+v", in.Evidence)
			}
			if len(in.Findings) != len(before.Findings) || in.Note != before.Note || in.DeliveredBy != before.DeliveredBy {
				t.Error("what the letter does not print was lost")
			}
		})
		t.Run("each replaced value stays in the entries", func(t *testing.T) {
			entry := s.LastChange(t, inspection.OfRecommendation, "NN-ILACS-2026-2")
			if entry.Action != inspection.Updated || !strings.Contains(entry.Before, before.Recommendations[1].Words) {
				t.Errorf("got %+v", entry)
			}
		})
		t.Run("while it is published its draft is closed", func(t *testing.T) {
			var problems inspection.Problems
			if _, err := s.SaveDraft(ctx, officer, letter.ID, 1, northLetter()); !errors.As(err, &problems) {
				t.Errorf("got %v", err)
			}
			if _, err := s.UnpublishLetter(ctx, officer, letter.ID, " "); !errors.As(err, &problems) || problems[0].Field != "reason" {
				t.Errorf("unpublished without a reason: %v", err)
			}
		})
		t.Run("unpublished, the public record is what it was; published again, the references are the same", func(t *testing.T) {
			got, err := s.UnpublishLetter(ctx, officer, letter.ID, "the wrong file")
			if err != nil || got.State != inspection.LetterReady {
				t.Fatalf("got %+v, %v", got, err)
			}
			compareTables(t, tables, publicTables(t, s))
			history, err := s.LetterHistory(ctx, officer, letter.ID)
			if err != nil || !strings.Contains(history[len(history)-1].After, "the wrong file") {
				t.Errorf("the history does not say why: %v", err)
			}
			again, err := s.PublishLetter(ctx, officer, letter.ID, 1)
			if err != nil {
				t.Fatal(err)
			}
			if in, _ := published(t, s, again); !slices.Equal(references(in), []string{"NN-ILACS-2026-1", "NN-ILACS-2026-2"}) {
				t.Errorf("got %v", references(in))
			}
			if _, err := s.Check(ctx, nil); err != nil {
				t.Error(err)
			}
		})
	})
}

// newLetter is a draft of a letter that the seed knows nothing of.
func newLetter(start, end, out string) inspection.Draft {
	d := northLetter()
	d.Bodies, d.Address = []string{"bradford"}, "https://files.ofsted.gov.uk/v1/file/99999999"
	d.FieldworkStart, d.FieldworkEnd = inspection.MustDate(start), inspection.MustDate(end)
	d.Published, d.Received = inspection.MustDate(out), inspection.Date{}
	return d
}

func TestPublishNewLetter(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		tables := publicTables(t, s)
		draft := newLetter("2026-09-07", "2026-09-18", "2026-10-30")
		draft.Findings = []inspection.DraftFinding{{Kind: inspection.Strength, Words: "Homes were found early."}}
		draft.Responses = []inspection.DraftResponse{{BodyID: "bradford", Role: "Leader", Gist: "Glad.", Source: "https://www.bradford.gov.uk/news/1"}}
		letter := publish(t, s, draft)
		in, record := published(t, s, letter)
		t.Run("it is a new inspection with all that the draft says", func(t *testing.T) {
			if in.ID != "bradford-ilacs-standard-2026-09-07" || in.Framework != "ilacs-2026" || !in.Of("bradford") || len(in.Judgements) != 4 {
				t.Errorf("got %+v", in)
			}
			if len(in.Findings) != 1 || len(in.Responses) != 1 || in.AreasCount == nil || *in.AreasCount != 2 || !in.WholeListHeld {
				t.Errorf("got %+v", in)
			}
			source, ok := record.Source(in.Citations[0].SourceID)
			if !ok || source.ID != "ofsted-99999999" || source.Publisher != "Ofsted" || source.ReadOn.String() != "2026-11-21" {
				t.Errorf("its source is %+v", source)
			}
		})
		// The seed has another full inspection of Bradford that came out in 2026, so this is the second of its series.
		first := references(in)
		t.Run("its references are the next of the series, and stay its own when it is unpublished", func(t *testing.T) {
			if !slices.Equal(first, []string{"380-ILACS-2026b-1", "380-ILACS-2026b-2"}) {
				t.Fatalf("got %v", first)
			}
			if _, err := s.UnpublishLetter(ctx, officer, letter.ID, "by mistake"); err != nil {
				t.Fatal(err)
			}
			compareTables(t, tables, publicTables(t, s))
			if _, _, err := s.InspectionRecord(ctx, in.ID); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("it is still there: %v", err)
			}
			if entry := s.LastChange(t, inspection.OfInspection, in.ID); entry.Action != inspection.Removed || entry.Before == "" {
				t.Errorf("the last entry is %+v", entry)
			}
			other := publish(t, s, newLetter("2026-10-19", "2026-10-30", "2026-11-20"))
			if second, _ := published(t, s, other); second.Recommendations[0].Reference != "380-ILACS-2026c-1" {
				t.Errorf("another letter was given %s", second.Recommendations[0].Reference)
			}
			again, err := s.PublishLetter(ctx, officer, letter.ID, 1)
			if err != nil {
				t.Fatal(err)
			}
			if in, _ := published(t, s, again); !slices.Equal(references(in), first) {
				t.Errorf("published again it has %v", references(in))
			}
		})
	})
}

func TestPublishLetterOverParaphrases(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		const id = "northamptonshire-county-council-ilacs-standard-2019-06-17"
		before, _, err := s.InspectionRecord(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		draft := inspection.Draft{
			Kind: "ilacs-standard", Bodies: []string{"northamptonshire-county-council"}, Final: true, WholeListHeld: true,
			FieldworkStart: inspection.MustDate("2019-06-17"), FieldworkEnd: inspection.MustDate("2019-06-28"), LeadInspector: "An Inspector",
			Published: inspection.MustDate("2019-07-30"), Address: "https://files.ofsted.gov.uk/v1/file/11111111",
		}
		for _, j := range before.Judgements {
			draft.Judgements = append(draft.Judgements, inspection.DraftJudgement{Strand: j.Strand, Grade: j.Grade})
		}
		for range 16 {
			key := draft.AddItem(inspection.Improvement)
			draft.Items[len(draft.Items)-1].Words = "Matter " + key + " of sixteen."
		}
		letter := addLetter(t, s, draft)
		var problems inspection.Problems
		if _, err := s.PublishLetter(ctx, officer, letter.ID, 1); !errors.As(err, &problems) || !strings.Contains(problems.Error(), before.Recommendations[0].Reference) {
			t.Fatalf("the items held were passed over: %v", err)
		}
		for i, rec := range before.Recommendations {
			draft.Items[2*i].Joins = rec.Reference
		}
		if letter, err = s.SaveDraft(ctx, officer, letter.ID, 1, draft); err != nil {
			t.Fatal(err)
		}
		if letter, err = s.PublishLetter(ctx, officer, letter.ID, 2); err != nil {
			t.Fatal(err)
		}
		in, _ := published(t, s, letter)
		if len(in.Recommendations) != 16 || *in.AreasCount != 16 || in.Recommendations[15].Number != "16" {
			t.Errorf("it has %v", references(in))
		}
		for i, rec := range before.Recommendations {
			item, _, err := s.Recommendation(ctx, rec.Reference)
			if err != nil || item.Reference != in.Recommendations[2*i].Reference || !slices.Equal(item.Themes, rec.Themes) {
				t.Errorf("%s leads to %+v, %v", rec.Reference, item, err)
			}
		}
		for _, gap := range in.Gaps {
			if gap.Field == "areas" || gap.Field == "dates" || gap.Field == "lead_inspector" || gap.Field == "published" {
				t.Errorf("the gap is still there: %s", gap.Words)
			}
		}
		if _, err := s.UnpublishLetter(ctx, officer, letter.ID, "another look"); err != nil {
			t.Fatal(err)
		}
		if item, _, err := s.Recommendation(ctx, before.Recommendations[0].Reference); err != nil || item.Reference != before.Recommendations[0].Reference {
			t.Errorf("the paraphrase is not back: %+v, %v", item, err)
		}
	})
}

func TestPublishTwinsAndEventsWithoutDocument(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		t.Run("a twin shares keys with items of the same words, and gives them back", func(t *testing.T) {
			tables := publicTables(t, s)
			visit := inspection.Draft{
				Kind: "ilacs-focused-visit", Bodies: []string{"north-northamptonshire"}, Final: true, Topic: "front door",
				FieldworkStart: inspection.MustDate("2026-10-06"), FieldworkEnd: inspection.MustDate("2026-10-07"),
				Published: inspection.MustDate("2026-11-10"), Address: "https://files.ofsted.gov.uk/v1/file/1",
				WholeListHeld: true, Items: []inspection.DraftItem{
					{Key: "1", Kind: inspection.Improvement, Words: "How fast  answers come (Outcome 3)."}, {Key: "2", Kind: inspection.Improvement, Words: "Another matter."}},
			}
			north := publish(t, s, visit)
			visit.Bodies, visit.Address, visit.TwinOf = []string{"west-northamptonshire"}, "https://files.ofsted.gov.uk/v1/file/2", north.InspectionID
			visit.Items = []inspection.DraftItem{{Key: "1", Kind: inspection.Improvement, Words: "how fast answers come (national framework, outcome 3)"}}
			west := publish(t, s, visit)
			a, _ := published(t, s, north)
			b, _ := published(t, s, west)
			if key := b.Recommendations[0].SharedKey; key == "" || a.Recommendations[0].SharedKey != key || a.Recommendations[1].SharedKey != "" {
				t.Errorf("the keys are %q and %q, %q", key, a.Recommendations[0].SharedKey, a.Recommendations[1].SharedKey)
			}
			if a.ID == b.ID || !b.Of("west-northamptonshire") || b.Of("north-northamptonshire") {
				t.Error("they were merged")
			}
			for _, letter := range []inspection.Letter{west, north} {
				if _, err := s.UnpublishLetter(ctx, officer, letter.ID, "test"); err != nil {
					t.Fatal(err)
				}
			}
			compareTables(t, tables, publicTables(t, s))
		})
		t.Run("a visit of which nothing came out has neither address nor day of publication", func(t *testing.T) {
			letter := publish(t, s, inspection.Draft{
				Kind: "ilacs-monitoring-visit", Bodies: []string{"bradford"}, Final: true, VisitNumber: 1, NoDocument: true,
				FieldworkStart: inspection.MustDate("2026-10-06"), FieldworkEnd: inspection.MustDate("2026-10-07"), AreasCovered: []string{"the front door"},
			})
			in, record := published(t, s, letter)
			source, _ := record.Source(in.Citations[0].SourceID)
			if in.Document != inspection.DocumentNotPublished || in.Published.Known() || in.ReportAddress != "" || source.Address != "" ||
				in.VisitNumber != 1 || !slices.Equal(in.AreasCovered, []string{"the front door"}) {
				t.Errorf("got %+v resting on %+v", in, source)
			}
		})
		t.Run("an inspection of an area is its partnership's, which is made where there is none", func(t *testing.T) {
			tables := publicTables(t, s)
			register, err := s.Bodies(ctx)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(register, func(b inspection.Body) bool {
				return b.Kind == inspection.Authority && !b.Ended.Known() &&
					!slices.ContainsFunc(register, func(p inspection.Body) bool { return p.ListedOn == b.ID })
			})
			letter := publish(t, s, inspection.Draft{
				Kind: "area-send", Bodies: []string{register[i].ID}, Final: true, FieldworkStart: inspection.MustDate("2026-09-07"),
				FieldworkEnd: inspection.MustDate("2026-09-11"), Published: inspection.MustDate("2026-11-02"), Address: "https://files.ofsted.gov.uk/v1/file/3",
				Judgements: []inspection.DraftJudgement{{Strand: "send_outcome", Grade: "2"}}, WholeListHeld: true,
				Items: []inspection.DraftItem{{Key: "1", Kind: inspection.Improvement, Words: "Shorter waits."}},
			})
			in, _ := published(t, s, letter)
			if !in.Of(register[i].ID+"-local-area-partnership") || in.Recommendations[0].Reference != register[i].Code+"-SEND-2026-1" {
				t.Errorf("got %+v", in)
			}
			if _, err := s.UnpublishLetter(ctx, officer, letter.ID, "test"); err != nil {
				t.Fatal(err)
			}
			compareTables(t, tables, publicTables(t, s))
		})
	})
}

func TestWhatStopsPublishing(t *testing.T) {
	ctx := context.Background()
	s := storetest.Seeded(t) // the rules are the domain's; here only that they are asked
	for name, c := range map[string]struct {
		change func(*inspection.Draft)
		field  string
	}{
		"a version that is not final":            {func(d *inspection.Draft) { d.Final = false }, "final"},
		"a day to come":                          {func(d *inspection.Draft) { d.Published = inspection.MustDate("2026-11-22") }, "published"},
		"an hour to come":                        {func(d *inspection.Draft) { d.Published, d.PublishedHour = inspection.MustDate("2026-11-21"), "12:01" }, "published_hour"},
		"a day without its hour, if it is today": {func(d *inspection.Draft) { d.Published, d.PublishedHour = inspection.MustDate("2026-11-21"), "" }, "published_hour"},
		"no address":                             {func(d *inspection.Draft) { d.Address = "" }, "address"},
		"a grade the framework does not have": {func(d *inspection.Draft) {
			d.Judgements = append(d.Judgements, inspection.DraftJudgement{Strand: "overall", Grade: "good"})
		}, "judgement.overall"},
	} {
		t.Run(name, func(t *testing.T) {
			draft := northLetter()
			c.change(&draft)
			version, err := s.Version(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var problems inspection.Problems
			_, err = s.PublishLetter(ctx, officer, addLetter(t, s, draft).ID, 1)
			if !errors.As(err, &problems) || !slices.ContainsFunc(problems, func(p inspection.Problem) bool { return p.Field == c.field }) {
				t.Errorf("got %v; want a problem of %s", err, c.field)
			}
			if now, err := s.Version(ctx); err != nil || now != version {
				t.Errorf("the public record moved: %v", err)
			}
		})
	}
}
