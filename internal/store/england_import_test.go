package store_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/seed"
)

const listColumns = "authority,kind,fieldwork_start,fieldwork_end,published,published_basis,report_address,lead_inspector," +
	"overall,leaders,help_protection,in_care,care_leavers\n"

// englandLoad is a list with its rows below listColumns, from an official listing.
func englandLoad(t *testing.T, rows string) inspection.EnglandLoad {
	t.Helper()
	return loadOf(t, []byte(listColumns+rows))
}

func loadOf(t *testing.T, data []byte) inspection.EnglandLoad {
	t.Helper()
	list, err := exchange.ReadEngland("england.csv", data)
	if err != nil {
		t.Fatal(err)
	}
	return inspection.EnglandLoad{
		List: list, Confidence: inspection.ByListing, Source: inspection.Source{Title: "List of autumn", Publisher: "Ofsted"},
	}
}

func seedFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(seed.Files(), name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// publicShape writes the seed's inspections as public lists have them: with the number at Ofsted, the name, and other headings.
func publicShape(t *testing.T) []byte {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(seedFile(t, "inspections.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]inspection.Body{}
	for _, b := range storetest.Seed(t).Bodies {
		bodies[b.ID] = b
	}
	headings := strings.NewReplacer("kind", "framework", "fieldwork_", "inspection_", "report_address", "report_url")
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	out.WriteString("\uFEFF")
	for i, row := range rows {
		urn := "urn"
		if i == 0 {
			for j := range row {
				row[j] = headings.Replace(row[j])
			}
		} else {
			b := bodies[row[0]]
			urn, row[0] = b.URN, b.Name
			row[5] = strings.Replace(row[5], "printed", "printed in the report", 1)
		}
		if err := w.Write(append([]string{urn}, row...)); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return out.Bytes()
}

func bringIn(t *testing.T, s *store.Store, load inspection.EnglandLoad) inspection.EnglandPlan {
	t.Helper()
	plan, err := s.LoadEngland(t.Context(), storetest.Officer, load, "")
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func versionOf(t *testing.T, s *store.Store) int64 {
	t.Helper()
	version, err := s.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return version
}

// did says the effect of each row.
func did(plan inspection.EnglandPlan) string {
	var out []string
	for _, o := range plan.Outcomes {
		out = append(out, string(o.Effect))
	}
	return strings.Join(out, " ")
}

func TestTheSeedBroughtInOverItselfChangesNothing(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		before := versionOf(t, s)
		for name, data := range map[string][]byte{"as the seed has it": seedFile(t, "inspections.csv"), "as public lists have it": publicShape(t)} {
			for _, confidence := range inspection.Confidences() {
				load := loadOf(t, data)
				load.Confidence = confidence
				began := time.Now()
				plan := bringIn(t, s, load)
				if n := plan.Count(inspection.EnglandSame); n != 612 || len(plan.Outcomes) != 612 || plan.RefusedRows != 0 || !plan.Nothing() {
					t.Errorf("%s, %s: %d rows are the same, %d others, %v refused", name, confidence, n, len(plan.Outcomes)-n, plan.Refused)
				}
				if spent := time.Since(began); spent > time.Second && !testing.Short() {
					t.Errorf("%s: 612 rows took %v", name, spent)
				}
			}
		}
		if after := versionOf(t, s); after != before {
			t.Errorf("the record went from version %d to %d", before, after)
		}
	})
}

func TestAListFillsAnEmptyRecord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		whole := storetest.Seed(t)
		register := *whole
		register.Inspections, register.Milestones, register.Figures = nil, nil, nil
		register.LaterViews, register.Links = nil, nil
		if _, err := s.LoadSeed(t.Context(), &register); err != nil {
			t.Fatal(err)
		}
		load := loadOf(t, publicShape(t))
		load.Confidence, load.Complete = inspection.ByLetter, true
		load.Source.ReadOn = inspection.MustDate("2026-10-01")
		began := time.Now()
		plan := bringIn(t, s, load)
		if n := plan.Count(inspection.EnglandAdded); n != 612 || plan.RefusedRows != 0 {
			t.Fatalf("%d are added, %v refused", n, plan.Refused)
		}
		if spent := time.Since(began); spent > 3*time.Second {
			t.Errorf("612 rows took %v", spent)
		}
		england, err := s.England(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held := map[string]*inspection.Inspection{}
		for _, in := range whole.Inspections {
			held[in.ID] = in
		}
		for _, in := range england.Inspections {
			want := held[in.ID]
			if want == nil || want.Published.ISO() != in.Published.ISO() || len(want.Judgements) != len(in.Judgements) || want.Framework != in.Framework {
				t.Errorf("%s is not as the seed has it: %+v", in.ID, in)
			}
		}
		if len(england.Inspections) < 480 {
			t.Errorf("%d full inspections", len(england.Inspections))
		}
		version := versionOf(t, s)
		if again := bringIn(t, s, load); !again.Nothing() || again.Count(inspection.EnglandSame) != 612 || versionOf(t, s) != version {
			t.Errorf("the second time it does something: %s", did(again))
		}
		if _, err := s.Check(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

func TestAListIsBroughtInCellByCell(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		weak, gap, sure := someInspection(t, 0), someInspection(t, 1), someInspection(t, 2)
		change(t, dsn,
			"UPDATE judgements SET confidence = 'news' WHERE inspection_id = '"+weak.ID+"' AND strand = 'leaders'",
			"UPDATE inspections SET lead_inspector = '' WHERE id = '"+gap.ID+"'",
			"INSERT INTO gaps (id, record_kind, record_id, field, words, position) VALUES ('g', 'inspection', '"+gap.ID+"', 'lead_inspector', 'Not found.', 1)",
		)
		s := storetest.Open(t, dsn)
		rows := rowOf(weak, map[string]string{"leaders": otherGrade(weak, "leaders")}) +
			rowOf(gap, map[string]string{"lead_inspector": "Ada Example", "leaders": otherGrade(gap, "leaders")}) +
			rowOf(sure, map[string]string{"published": sure.Published.AddDays(3).String()}) +
			"Leeds,ilacs-standard,2026-09-07,2026-09-18,2026-10-30,listing,https://files.ofsted.gov.uk/v1/file/1,'=Bo Example,,good,good,good,good\n"
		load := englandLoad(t, rows)
		version := versionOf(t, s)
		shown, err := s.CheckEngland(t.Context(), load)
		if err != nil {
			t.Fatal(err)
		}
		if got := did(shown); got != "changed conflict conflict added" || shown.RefusedRows != 0 || versionOf(t, s) != version {
			t.Fatalf("the dry run says %q, refuses %v, or wrote something", got, shown.Refused)
		}
		mark, err := shown.Mark()
		if err != nil {
			t.Fatal(err)
		}
		plan, err := s.LoadEngland(t.Context(), storetest.Officer, load, mark)
		if err != nil || !plan.Stored || len(plan.Changes) != 4 {
			t.Fatalf("%d changes, %v", len(plan.Changes), err)
		}
		read := func(id string) *inspection.Inspection {
			t.Helper()
			in, _, err := s.InspectionRecord(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return in
		}
		t.Run("what is surer changes what is held, with its confidence and its source", func(t *testing.T) {
			in := read(weak.ID)
			j, _ := in.Judgement("leaders")
			if j.Grade != otherGrade(weak, "leaders") || j.Confidence != inspection.ByListing || !cites(in, plan.Source.ID) {
				t.Errorf("got %+v, cited %v", j, in.Citations)
			}
		})
		t.Run("one row fills a gap and leaves a surer grade alone, with both sides kept", func(t *testing.T) {
			in := read(gap.ID)
			held, _ := gap.Judgement("leaders")
			j, _ := in.Judgement("leaders")
			if in.LeadInspector != "Ada Example" || in.FieldConfidence("lead_inspector") != inspection.ByListing || len(in.Gaps) != 0 || j.Grade != held.Grade {
				t.Errorf("got %q, %v, gaps %v, grade %s", in.LeadInspector, in.Facts, in.Gaps, j.Grade)
			}
			if len(in.Disagreements) != 1 || in.Disagreements[0].Field != "grades" || len(in.Disagreements[0].Versions) != 2 {
				t.Errorf("got %+v", in.Disagreements)
			}
		})
		t.Run("of two equally sure days the held one stays, and an officer has to look", func(t *testing.T) {
			in := read(sure.ID)
			if in.Published != sure.Published || len(in.Disagreements) != 1 || !strings.Contains(in.Disagreements[0].Why, "An officer has to look") {
				t.Errorf("got %s, %+v", in.Published, in.Disagreements)
			}
		})
		t.Run("what is new is added as far as the list knows it", func(t *testing.T) {
			in := read("leeds-ilacs-standard-2026-09-07")
			if in.Framework != "ilacs-2026" || in.LeadInspector != "=Bo Example" || in.Confidence != inspection.ByListing || in.Document != inspection.DocumentPublished ||
				len(in.Judgements) != 4 || !cites(in, plan.Source.ID) {
				t.Errorf("got %+v", in)
			}
		})
		t.Run("each inspection makes its own entry, by whoever brought the list in", func(t *testing.T) {
			if n := versionOf(t, s) - version; n != 5 { // four inspections and the source
				t.Errorf("%d entries", n)
			}
			checked, err := s.Check(t.Context(), nil)
			if err != nil || checked.Last.Number != version+5 {
				t.Errorf("got %v, %v", checked, err)
			}
		})
		t.Run("the second time nothing changes", func(t *testing.T) {
			version := versionOf(t, s)
			again := bringIn(t, s, load)
			if got := did(again); got != "same conflict conflict same" || !again.Nothing() || versionOf(t, s) != version {
				t.Errorf("got %q, %d changes", got, len(again.Changes))
			}
		})
		t.Run("a plan that nobody has seen is not written", func(t *testing.T) {
			if _, err := s.LoadEngland(t.Context(), storetest.Officer, load, mark); !errors.Is(err, store.ErrPlanChanged) {
				t.Errorf("got %v", err)
			}
		})
	})
}

func cites(in *inspection.Inspection, source string) bool {
	return slices.ContainsFunc(in.Citations, func(c inspection.Citation) bool { return c.SourceID == source })
}

// someInspection returns a full inspection of the seed under the rules of 2018, of which only the list of England tells, whose day of
// publication is from a listing.
func someInspection(t *testing.T, n int) *inspection.Inspection {
	t.Helper()
	for _, in := range storetest.Seed(t).Inspections {
		if in.Framework == "ilacs-2023" && in.PublishedBasis == "listing" && len(in.Citations) == 1 {
			if n == 0 {
				return in
			}
			n--
		}
	}
	t.Fatal("the seed has no such inspection")
	return nil
}

func otherGrade(in *inspection.Inspection, judgement string) string {
	if j, _ := in.Judgement(judgement); j.Grade == "good" {
		return "outstanding"
	}
	return "good"
}

// rowOf writes an inspection as a row, with some cells of another content.
func rowOf(in *inspection.Inspection, other map[string]string) string {
	cells := map[string]string{
		"authority": in.Bodies[0].BodyID, "kind": in.Kind, "fieldwork_start": in.FieldworkStart.String(), "fieldwork_end": in.FieldworkEnd.String(),
		"published": in.Published.String(), "published_basis": in.PublishedBasis, "report_address": in.ReportAddress, "lead_inspector": in.LeadInspector,
	}
	for _, j := range in.Judgements {
		cells[j.Strand] = j.Grade
	}
	for column, text := range other {
		cells[column] = text
	}
	var row []string
	for column := range strings.SplitSeq(strings.TrimSpace(listColumns), ",") {
		row = append(row, cells[column])
	}
	return strings.Join(row, ",") + "\n"
}

func TestAWholeListMovesHowFarTheRecordIsComplete(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		load := loadOf(t, seedFile(t, "inspections.csv"))
		load.Source.ReadOn, load.Complete = inspection.MustDate("2026-11-20"), true
		lines := func() map[string]inspection.Completeness {
			t.Helper()
			list, err := s.Completeness(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]inspection.Completeness{}
			for _, line := range list {
				out[line.BodyID+" "+line.Record] = line
			}
			return out
		}
		before := lines()
		load.Complete = false
		if plan := bringIn(t, s, load); len(plan.Completeness) != 0 || lines()["* ilacs_graded"] != before["* ilacs_graded"] {
			t.Errorf("a list that may not be whole moved %v", plan.Completeness)
		}
		load.Complete = true
		wrong := load
		wrong.List.Rows = append(slices.Clone(load.List.Rows), inspection.EnglandRow{Line: 999, Authority: "Atlantis", Kind: "sif"})
		if plan := bringIn(t, s, wrong); len(plan.Completeness) != 0 || plan.RefusedRows != 1 {
			t.Errorf("a list with a row that is refused moved %v", plan.Completeness)
		}
		plan := bringIn(t, s, load)
		after := lines()
		for _, moved := range []string{"* ilacs_graded", "* sif_graded", "north-northamptonshire ilacs_graded", "west-northamptonshire ilacs_graded"} {
			if after[moved].To.String() != "2026-11-20" || after[moved].SourceID != plan.Source.ID {
				t.Errorf("%s is complete to %s by %s", moved, after[moved].To, after[moved].SourceID)
			}
		}
		for name, line := range before {
			if !strings.HasSuffix(name, "_graded") || strings.Contains(name, "county-council") {
				if after[name] != line {
					t.Errorf("%s went from %+v to %+v", name, line, after[name])
				}
			}
		}
		version := versionOf(t, s)
		if again := bringIn(t, s, load); !again.Nothing() || versionOf(t, s) != version {
			t.Errorf("the second time it moves %v", again.Completeness)
		}
		load.Source.ReadOn = inspection.MustDate("2026-10-01")
		if plan := bringIn(t, s, load); !plan.Nothing() {
			t.Errorf("an older reading moved %v back", plan.Completeness)
		}
		record, err := s.Record(t.Context(), "leeds")
		if err != nil {
			t.Fatal(err)
		}
		if source, ok := record.Source(plan.Source.ID); !ok || source.ReadOn.String() != "2026-11-20" {
			t.Errorf("the source says it was read on %s", source.ReadOn)
		}
	})
}

func TestInspectionsOfAnAreaGoToItsPartnership(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		rows := ""
		for _, council := range []string{"leeds", "Barnet"} { // the register has no partnership of Barnet yet
			rows += council + ",area-send,2026-09-07,2026-09-11,2026-10-30,listing,,,,,,,\n" + council + ",jtai,2026-10-05,2026-10-09,2026-11-06,listing,,,,,,,\n"
		}
		load := englandLoad(t, rows)
		plan := bringIn(t, s, load)
		if did(plan) != "added added added added" || len(plan.Bodies) != 1 {
			t.Fatalf("got %q, %v refused, new bodies %v", did(plan), plan.Refused, plan.Bodies)
		}
		for _, council := range []string{"leeds", "barnet"} {
			for _, id := range []string{council + "-area-send-2026-09-07", council + "-jtai-2026-10-05"} {
				in, _, err := s.InspectionRecord(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				if body, err := s.Body(t.Context(), in.Bodies[0].BodyID); err != nil || body.Kind != inspection.Partnership || body.ListedOn != council {
					t.Errorf("%s is of %+v, %v", id, body, err)
				}
			}
		}
	})
}
