package inspection

import (
	"cmp"
	"slices"
)

// EarlierItem is an area to improve of an earlier letter, of which a later one may speak.
type EarlierItem struct {
	Recommendation
	Inspection *Inspection // that asked for it
	TookOver   bool        // whether that was a letter to an earlier council
}

// EarlierItems returns what letters before a later one asked for, of the same body or of an earlier council: the body's
// own before the earlier council's, the latest letter first and each letter's items in its own order. The later letter
// need not be on the record.
func (r *Record) EarlierItems(later *Inspection) []EarlierItem {
	var out []EarlierItem
	for _, in := range r.Inspections {
		if in.ID == later.ID || !cameAfter(later, in) || !r.SpeaksOf(later, in) {
			continue
		}
		for _, item := range in.Recommendations {
			out = append(out, EarlierItem{Recommendation: item, Inspection: in, TookOver: r.TookOver(later, in)})
		}
	}
	slices.SortStableFunc(out, func(a, b EarlierItem) int {
		return cmp.Or(boolOrder(a.TookOver, b.TookOver), ByDay(b.Inspection, a.Inspection), cmp.Compare(a.Position, b.Position))
	})
	return out
}

// LaterLetters returns the inspections and visits out by a day that may speak of what an earlier letter asked for, in the
// order in which they came out.
func (r *Record) LaterLetters(earlier *Inspection, asOf Date) []*Inspection {
	var out []*Inspection
	for _, in := range r.Inspections {
		if in.OutBy(asOf) && cameAfter(in, earlier) && r.SpeaksOf(in, earlier) {
			out = append(out, in)
		}
	}
	slices.SortFunc(out, ByDay)
	return out
}

// ViewsOf returns the views in force on a day that letters give of an item, in the order in which the letters came out;
// those of one letter by paragraph.
func (r *Record) ViewsOf(reference string, asOf Date) []LaterView {
	return r.viewsInForce(asOf, func(v LaterView) bool { return v.Reference == reference })
}

// ViewsBy returns the views in force on a day that one letter gives of earlier items.
func (r *Record) ViewsBy(inspectionID string, asOf Date) []LaterView {
	return r.viewsInForce(asOf, func(v LaterView) bool { return v.InspectionID == inspectionID })
}

func (r *Record) viewsInForce(asOf Date, wanted func(LaterView) bool) []LaterView {
	letters := map[string]*Inspection{}
	for _, in := range r.Inspections {
		letters[in.ID] = in
	}
	var out []LaterView
	for _, v := range r.LaterViews {
		if wanted(v) && v.InForce(letters[v.InspectionID], asOf) {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b LaterView) int {
		return cmp.Or(ByDay(letters[a.InspectionID], letters[b.InspectionID]), cmp.Compare(a.Reference, b.Reference),
			compareParagraphs(a, b), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// compareParagraphs orders views by where in their letter they stand.
func compareParagraphs(a, b LaterView) int {
	return cmp.Or(cmp.Compare(len(a.Paragraph), len(b.Paragraph)), cmp.Compare(a.Paragraph, b.Paragraph), cmp.Compare(a.Page, b.Page))
}
