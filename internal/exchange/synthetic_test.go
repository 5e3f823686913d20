package exchange_test

import (
	"encoding/csv"
	"reflect"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/seed"
)

func TestSyntheticCopy(t *testing.T) {
	record, err := exchange.ReadSeed(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	second, err := exchange.SyntheticCopy(record, 2)
	if err != nil {
		t.Fatal(err)
	}
	third, err := exchange.SyntheticCopy(record, 3)
	if err != nil {
		t.Fatal(err)
	}
	body := func(r *inspection.Record, id string) inspection.Body {
		t.Helper()
		b, ok := r.Body(id)
		if !ok {
			t.Fatalf("there is no %s", id)
		}
		return b
	}
	t.Run("it has as many authorities and inspections as the tables of the seed", func(t *testing.T) {
		authorities := 0
		for _, b := range second.Bodies {
			if b.Kind == inspection.Authority {
				authorities++
			}
		}
		if want := rowsOf(t, "authorities.csv"); authorities != want {
			t.Errorf("%d authorities, want %d", authorities, want)
		}
		if want := rowsOf(t, "inspections.csv"); len(second.Inspections) != want {
			t.Errorf("%d inspections, want %d", len(second.Inspections), want)
		}
		if want := rowsOf(t, "successions.csv"); len(second.Successions) != want {
			t.Errorf("%d successions, want %d", len(second.Successions), want)
		}
	})
	t.Run("it says that it is made up", func(t *testing.T) {
		b := body(second, "barnet-copy-2")
		if b.Name != "Barnet (copy 2)" || b.Region != "London (copy 2)" || b.Type != "London Borough" || !strings.Contains(b.Note, "No such body exists") {
			t.Errorf("got %+v", b)
		}
		for _, in := range second.Inspections {
			if in.LeadInspector != "" || in.ReportAddress != "" || len(in.Citations) != 1 || in.Citations[0].SourceID != "made-up-copies" {
				t.Errorf("got %+v", in)
			}
		}
	})
	t.Run("its neighbours are of the same copy", func(t *testing.T) {
		for _, code := range body(second, "barnet-copy-2").NeighbourCodes() {
			known := slices.ContainsFunc(second.Bodies, func(b inspection.Body) bool { return b.LACode == code })
			if !known || !strings.HasSuffix(code, "X2") {
				t.Errorf("%s is no code of the copy", code)
			}
		}
	})
	t.Run("the earlier council and its successors are of the same copy", func(t *testing.T) {
		for _, s := range second.Successions {
			if !body(second, s.FromID).Ended.Known() || body(second, s.ToID).Kind != inspection.Authority {
				t.Errorf("got %+v", s)
			}
		}
	})
	t.Run("its inspections have the grades of those that they copy", func(t *testing.T) {
		for _, in := range second.Inspections {
			i := slices.IndexFunc(record.Inspections, func(real *inspection.Inspection) bool { return real.ID+"-copy-2" == in.ID })
			if i < 0 || len(in.Bodies) == 0 || len(in.Judgements) != len(record.Inspections[i].Judgements) {
				t.Fatalf("got %+v", in)
			}
			for j, judgement := range in.Judgements {
				if judgement.InspectionID != in.ID || judgement.Grade != record.Inspections[i].Judgements[j].Grade {
					t.Errorf("%s: got %+v", in.ID, judgement)
				}
			}
			if len(in.Recommendations)+len(in.Findings)+len(in.Responses)+len(in.Disagreements) > 0 {
				t.Errorf("%s tells a story", in.ID)
			}
		}
	})
	t.Run("no two copies have a slug, name, code or inspection in common, and none has one of the seed", func(t *testing.T) {
		seen := map[string]bool{}
		for _, r := range []*inspection.Record{record, second, third} {
			for _, b := range r.Bodies {
				for _, key := range []string{"slug " + b.ID, "code " + b.Code, "name " + b.Name, "la " + b.LACode, "urn " + b.URN, "ons " + b.ONSCode} {
					if !strings.HasSuffix(key, " ") && seen[key] {
						t.Errorf("%s is there twice", key)
					}
					seen[key] = true
				}
			}
			for _, in := range r.Inspections {
				if seen[in.ID] {
					t.Errorf("%s is there twice", in.ID)
				}
				seen[in.ID] = true
			}
		}
	})
	t.Run("the same number gives the same copy", func(t *testing.T) {
		again, err := exchange.SyntheticCopy(record, 2)
		if err != nil || !reflect.DeepEqual(second, again) {
			t.Errorf("it differs, %v", err)
		}
	})
	t.Run("the first copy is the seed itself", func(t *testing.T) {
		if _, err := exchange.SyntheticCopy(record, 1); err == nil {
			t.Error("it is made")
		}
	})
	t.Run("a seed in which the name of a copy is taken is refused", func(t *testing.T) {
		taken := *record
		taken.Bodies = append(slices.Clone(record.Bodies), inspection.Body{ID: "barnet-copy-2"})
		if _, err := exchange.SyntheticCopy(&taken, 2); err == nil || !strings.Contains(err.Error(), "barnet-copy-2 is taken") {
			t.Errorf("got %v", err)
		}
	})
}

// rowsOf counts the rows of a table of the seed.
func rowsOf(t *testing.T, name string) int {
	t.Helper()
	file, err := seed.Files().Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return len(rows) - 1
}
