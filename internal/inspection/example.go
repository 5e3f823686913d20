package inspection

import (
	"slices"
)

// Example is what a seed tells of one area beyond what it tells of every council: its visits, what its letters asked for, and
// what happened around them. For that area it is its record; for everybody else it is an example to look at, and can be taken
// away.
type Example struct {
	Whole      []*Inspection // that no list of all councils has
	Told       []ToldInspection
	Milestones []Milestone
	Figures    []Figure
	LaterViews []LaterView
	Links      []RecommendationLink
	Sources    []Source // on which nothing else of the seed rests
	Bodies     []string // IDs of the bodies that it is about, with their places
}

// ToldInspection is an inspection of which the example tells more than the list of all councils does.
type ToldInspection struct {
	Full   *Inspection
	Listed *Inspection // what is left of it without the example, under the same ID
}

// NewExample returns what a record holds beyond another that was read without the example. An inspection is the same in both
// where its council, its kind and its first day are.
func NewExample(full, plain *Record) Example {
	var x Example
	listed := map[string]*Inspection{}
	for _, in := range plain.Inspections {
		listed[plain.exampleKey(in)] = in
	}
	for _, in := range full.Inspections {
		bare, ok := listed[full.exampleKey(in)]
		switch {
		case !ok:
			x.Whole = append(x.Whole, in)
		case in.BeyondList():
			x.Told = append(x.Told, ToldInspection{Full: in, Listed: bare.under(in.ID)})
		default:
			continue
		}
		for _, b := range in.Bodies {
			x.Bodies = append(x.Bodies, b.BodyID)
		}
	}
	x.Milestones, x.Figures, x.LaterViews, x.Links = full.Milestones, full.Figures, full.LaterViews, full.Links
	rests, anyway := full.restsOn(), plain.restsOn()
	for _, source := range full.Sources {
		if rests[source.ID] && !anyway[source.ID] {
			x.Sources = append(x.Sources, source)
		}
	}
	x.Bodies = full.areaOf(x.Bodies)
	return x
}

// exampleKey is the same for one inspection in a record with the example and in one without it.
func (r *Record) exampleKey(in *Inspection) string {
	if len(in.Bodies) == 0 {
		return in.ID
	}
	body, _ := r.Body(in.Bodies[0].BodyID)
	council := body.ID
	if body.ListedOn != "" {
		council = body.ListedOn
	}
	return council + " " + in.Kind + " " + in.FieldworkStart.ISO()
}

// BeyondList reports whether more is held of an inspection than its dates, its grades and who led it.
func (in *Inspection) BeyondList() bool {
	return in.AreasCount != nil || len(in.Recommendations)+len(in.Findings)+len(in.Responses)+len(in.Gaps)+len(in.Disagreements)+
		len(in.Evidence) > 0
}

// under returns an inspection as a record of another ID.
func (in *Inspection) under(id string) *Inspection {
	out := *in
	out.ID = id
	out.Bodies, out.Judgements = slices.Clone(in.Bodies), slices.Clone(in.Judgements)
	out.Citations, out.Facts = slices.Clone(in.Citations), slices.Clone(in.Facts)
	for i := range out.Bodies {
		out.Bodies[i].InspectionID = id
	}
	for i := range out.Judgements {
		out.Judgements[i].InspectionID = id
	}
	for i := range out.Citations {
		out.Citations[i].RecordID = id
	}
	for i := range out.Facts {
		out.Facts[i].RecordID = id
	}
	return &out
}

// restsOn returns the sources on which anything of a record rests.
func (r *Record) restsOn() map[string]bool {
	used := map[string]bool{}
	cite := func(citations []Citation) {
		for _, c := range citations {
			used[c.SourceID] = true
		}
	}
	for _, in := range r.Inspections {
		cite(in.Citations)
		for _, response := range in.Responses {
			used[response.SourceID] = true
		}
		for _, d := range in.Disagreements {
			for _, v := range d.Versions {
				used[v.SourceID] = true
			}
		}
	}
	for _, m := range r.Milestones {
		cite(m.Citations)
	}
	for _, f := range r.Figures {
		used[f.SourceID] = true
	}
	for _, b := range r.Bodies {
		used[b.SourceID] = true
	}
	for _, s := range r.Successions {
		used[s.SourceID] = true
	}
	for _, s := range r.Services {
		used[s.SourceID] = true
	}
	for _, c := range r.Completeness {
		used[c.SourceID] = true
	}
	for _, rule := range r.Rules {
		used[rule.SourceID] = true
	}
	for _, f := range r.OfficialFigures {
		used[f.SourceID] = true
	}
	return used
}

// areaOf returns some bodies, each once, with the councils on whose pages they stand and with the places of these.
func (r *Record) areaOf(bodies []string) []string {
	out := slices.Clone(bodies)
	for _, id := range bodies {
		if b, ok := r.Body(id); ok && b.ListedOn != "" {
			out = append(out, b.ListedOn)
		}
	}
	for _, member := range r.PlaceMembers {
		if slices.Contains(out, member.AuthorityID) {
			out = append(out, member.PlaceID)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// About reports whether the example is about a body, so that it is that body's own record.
func (x Example) About(body string) bool { return slices.Contains(x.Bodies, body) }

// Left returns a record without the example, for a database from which that was taken away.
func (x Example) Left(r *Record) *Record {
	out := *r
	out.Inspections = nil
	for _, in := range r.Inspections {
		if slices.ContainsFunc(x.Whole, func(one *Inspection) bool { return one.ID == in.ID }) {
			continue
		}
		if i := slices.IndexFunc(x.Told, func(told ToldInspection) bool { return told.Full.ID == in.ID }); i >= 0 {
			in = x.Told[i].Listed
		}
		out.Inspections = append(out.Inspections, in)
	}
	out.Sources = slices.DeleteFunc(slices.Clone(r.Sources), func(source Source) bool {
		return slices.ContainsFunc(x.Sources, func(one Source) bool { return one.ID == source.ID })
	})
	out.Milestones, out.Figures, out.LaterViews, out.Links = nil, nil, nil, nil
	return &out
}
