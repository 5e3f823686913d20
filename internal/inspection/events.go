package inspection

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// subjectLanes returns the lanes of inspections of one subject each, named by subject: never in overall, leaders or any
// later judgement's lane (rule 6 of the first screen). Those whose grade was never published go behind the disclosure.
func (r *Record) subjectLanes(authority string, asOf Date, more bool) []Lane {
	var out []Lane
	for _, in := range r.InspectionsOf(authority, asOf) {
		f, _ := r.Catalogue.Framework(in.Framework)
		k, _ := f.Kind(in.Kind)
		_, graded := in.Judgement(OverallStrand)
		if !f.SingleTopic || !k.Graded || graded == more {
			continue
		}
		i := slices.IndexFunc(out, func(l Lane) bool { return l.Code == k.Code })
		if i < 0 {
			out = append(out, Lane{Code: k.Code, Name: k.Lane})
			i = len(out) - 1
		}
		mark := r.eventMark(in, authority)
		out[i].Marks = append(out[i].Marks, mark)
		out[i].Latest = latestOf(mark)
	}
	return out
}

// subStrandLanes returns a lane for each judgement below a main one, or of another body in the same report, that some
// inspection graded and no main lane shows.
func (r *Record) subStrandLanes(main []Lane, full []*Inspection) []Lane {
	var out []Lane
	shown := func(strand Strand) bool {
		return slices.ContainsFunc(main, func(l Lane) bool { return l.Code == strand.Code || slices.Contains(strand.Covers, l.Code) })
	}
	for _, in := range full {
		f, _ := r.Catalogue.Framework(in.Framework)
		for _, j := range in.Judgements {
			s, ok := f.Strand(j.Strand)
			if !ok || shown(s) || j.Grade == "" {
				continue
			}
			i := slices.IndexFunc(out, func(l Lane) bool { return l.Code == s.Code })
			if i < 0 {
				out = append(out, Lane{Code: s.Code, Name: s.Short})
				i = len(out) - 1
			}
			mark := markOf(r.judgementBlock(s.Code, in))
			out[i].Marks = append(out[i].Marks, mark)
			out[i].Latest = latestOf(mark)
		}
	}
	return out
}

// visitsLane is the lane that visits to an authority share.
const visitsLane = "Visits"

// OfVisits reports whether the lane holds visits, which give no grade, rather than a judgement.
func (l Lane) OfVisits() bool { return l.Code == strings.ToLower(visitsLane) }

// eventLane gathers a body's events of the kinds that share a lane.
func (r *Record) eventLane(lane, name, body string, asOf Date) Lane {
	out := Lane{Code: strings.ToLower(strings.ReplaceAll(lane, " ", "-")), Name: name}
	for _, in := range append(r.InspectionsOf(body, asOf), r.PerhapsOf(body, asOf)...) {
		f, _ := r.Catalogue.Framework(in.Framework)
		if k, ok := f.Kind(in.Kind); ok && k.Lane == lane && !f.SingleTopic { // those of one subject have lanes of their own
			out.Marks = append(out.Marks, r.eventMark(in, body))
		}
	}
	slices.SortStableFunc(out.Marks, func(a, b Mark) int { return a.On.Compare(b.On) })
	out.Latest = Latest{Words: "None known"}
	for _, m := range out.Marks {
		if !m.Visit || out.Latest.Grade.Code == "" { // a visit never takes the place of a grade
			out.Latest = latestOf(m)
		}
	}
	return out
}

// eventMark is one inspection or visit as a dated mark. A visit stands where inspectors came, a graded inspection where
// its grade came out.
func (r *Record) eventMark(in *Inspection, body string) Mark {
	k, _ := r.Catalogue.Kind(in.Kind)
	m := Mark{Inspection: in, Confirmed: in.Of(body), Visit: !k.Graded}
	if m.Visit {
		m.On, m.When, m.Words = in.Visited(), in.VisitedWords(), lowerFirst(in.Topic)
		if m.Words == "" || k.Lane != visitsLane {
			m.Words = lowerFirst(k.Name)
		}
		if c := in.FieldConfidence("topic"); in.Topic != "" && c.Weak() {
			m.Words += " (topic from press only)"
		}
		return m
	}
	day, published := in.OutDay()
	m.On, m.When = day, day.Words()
	if !published {
		m.On, m.When = in.Visited(), in.VisitedWords()+", publication date not found"
	}
	m.Absence = AbsentNotFound
	if in.Document == DocumentNotPublished {
		m.Absence = AbsentNotPublished
	}
	m.Words = m.Absence.Words()
	f, _ := r.Catalogue.Framework(in.Framework)
	for _, strand := range f.Strands {
		if j, ok := in.Judgement(strand.Code); ok && strand.Within == "" {
			if g, ok := r.Catalogue.Grade(in.Framework, strand.Code, j.Grade); ok {
				m.Grade, m.Absence, m.Words = g, "", g.Name
			}
			break
		}
	}
	return m
}

func latestOf(m Mark) Latest {
	when := m.On.MonthWords()
	if m.Visit {
		when = m.Inspection.VisitedWords()
	}
	out := Latest{Grade: m.Grade, When: when, Inspection: m.Inspection, Words: sentenceCase(m.Words) + ", " + when}
	if !m.Confirmed {
		out.Note = "probably this council; not confirmed"
		out.Words += " (" + out.Note + ")"
	}
	return out
}

// laterWords says that later events of a kind may exist, where the record does not reach the day it stands on.
func (r *Record) laterWords(body Body, record string, asOf Date) string {
	until := asOf
	if body.EndedBy(asOf) {
		until = body.Ended
	}
	if to := r.CompleteTo(body, record); to.Known() && !to.Before(until) {
		return ""
	} else if to.Known() {
		return "listed to " + to.Words()
	}
	return "no complete list held"
}

// MoreLanes returns the lanes behind the disclosure of a page about some authorities: SEND and joint area inspections
// of their partnerships, the inspections of the providers that serve them, each once, and structural events.
func (r *Record) MoreLanes(authorities []Body, place string, asOf Date) []Lane {
	var out []Lane
	add := func(body Body, suffix string) {
		for _, f := range r.Catalogue.Frameworks() {
			for _, k := range f.Kinds {
				if k.Lane == "" || k.Lane == visitsLane || f.SingleTopic {
					continue
				}
				code := body.ID + "-" + k.Lane
				if slices.ContainsFunc(out, func(l Lane) bool { return l.Code == code }) {
					continue
				}
				lane := r.eventLane(k.Lane, k.Lane+suffix, body.ID, asOf)
				lane.Code = code
				if len(lane.Marks) == 0 {
					continue
				}
				lane.Later = laterNotFound
				if to := r.CompleteTo(body, k.Record); to.Known() {
					lane.Later = "listed to " + to.Words()
				}
				out = append(out, lane)
			}
		}
	}
	for _, a := range authorities {
		suffix := ""
		if len(authorities) > 1 {
			suffix = ", " + a.NameWithin(place)
		}
		for _, p := range r.Partnerships(a.ID) {
			add(p, suffix)
		}
		add(a, suffix)
	}
	for _, p := range r.Providers(authorities...) {
		add(p, "")
	}
	return out
}

// StructuralEvents returns the milestones that are drawn: those marked structural that had happened by a day.
func (r *Record) StructuralEvents(asOf Date) []Milestone {
	var out []Milestone
	for _, m := range r.Milestones {
		if m.Structural && !m.On.First().After(asOf) {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Milestone) int { return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Entry is one line of the lanes as an ordered list, for reading in place of the drawing.
type Entry struct {
	On         Date
	When       string
	Title      string
	Lines      []string
	Inspection *Inspection
	Break      bool
}

// Entries returns the lanes as one list in order of time: each inspection and visit once with all that it said, each
// break, and the spans for which there was no grade.
func (l Lanes) Entries(r *Record) []Entry {
	var out []Entry
	at := map[*Inspection]int{}
	entry := func(in *Inspection, body string) int {
		if i, ok := at[in]; ok {
			return i
		}
		k, _ := r.Catalogue.Kind(in.Kind)
		day, published := in.OutDay()
		e := Entry{On: day, When: "published " + day.Words(), Title: k.Name, Inspection: in}
		if !k.Graded {
			e.On, e.When = in.Visited(), in.VisitedWords()
		} else if !published {
			e.When = in.VisitedWords() + ", publication date not found"
		}
		if in.Topic != "" {
			e.Title += ": " + in.Topic
		}
		if !in.Of(body) {
			e.Lines = append(e.Lines, "Probably of "+r.Name(body)+"; not confirmed, so counted for nobody.")
		}
		if !k.Graded {
			e.Lines = append(e.Lines, "A visit gives no grade.")
		}
		at[in] = len(out)
		out = append(out, e)
		return at[in]
	}
	for _, lane := range slices.Concat(l.Main, l.More) {
		for _, b := range lane.Blocks {
			if b.Inspection == nil {
				if i := slices.IndexFunc(out, func(e Entry) bool { return e.On == b.From && e.Title == sentenceCase(b.Words()) }); i < 0 {
					out = append(out, Entry{On: b.From, When: DateRangeWords(b.From, b.Until), Title: sentenceCase(b.Words())})
				}
				continue
			}
			if len(b.Spans) > 0 && b.Spans[0] != lane.Code {
				continue
			}
			name := lane.Name
			if len(b.Spans) > 0 {
				name = sentenceCase(b.Strand.Phrase) + " (one grade)"
			}
			i := entry(b.Inspection, l.Body.ID)
			out[i].Lines = append(out[i].Lines, name+": "+b.Words()+".")
		}
		for _, m := range lane.Marks {
			i := entry(m.Inspection, l.Body.ID)
			if !m.Visit {
				out[i].Lines = append(out[i].Lines, lane.Name+": "+m.Words+".")
			}
		}
	}
	for _, b := range l.Breaks {
		out = append(out, Entry{On: b.On, When: b.On.Words(), Title: sentenceCase(b.Words), Break: true})
	}
	slices.SortStableFunc(out, func(a, b Entry) int {
		return cmp.Or(a.On.Compare(b.On), boolOrder(b.Break, a.Break))
	})
	if l.Body.EndedBy(l.Until.AddDays(1)) {
		out = append(out, Entry{On: l.Body.Ended, When: l.Body.Ended.Words(), Title: fmt.Sprintf("%s ended", l.Body.Name), Break: true})
	}
	return out
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
