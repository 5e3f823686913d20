package inspection

import (
	"slices"
)

// RecordBegins is the first day that the record covers.
var RecordBegins = Day(2013, 1, 1)

// Lanes is the drawing of one body's judgements over time, and of the events around them, as it stood on a day. It
// holds to rules 4 to 7 of the first screen: a block says what inspectors last found, not what happened in between, and
// runs on only where the record is known to be complete.
type Lanes struct {
	Body   Body
	From   Date // first day drawn
	Until  Date // last day drawn: the day it stood on, or the body's last
	Main   []Lane
	More   []Lane // behind a disclosure: other kinds of inspection, and structural events
	Breaks []Break
	Solid  Date // the day to which full inspections are known to be complete; unknown where they are not
}

// Lane is one row: a judgement, a kind of visit, or events.
type Lane struct {
	Code   string
	Name   string
	Blocks []Block
	Marks  []Mark
	Latest Latest
	Later  string // what is said after the last mark where later ones were not found
}

// Block is the latest published grade, or the reason why there is none, over the days for which it was the latest.
type Block struct {
	From        Date
	Until       Date // the last day it covers
	SolidUntil  Date // after this day the record is not known to be complete, and the block is drawn open
	Soft        bool // From is not known to the day
	Unpublished bool // From is the end of fieldwork, since publication was not found
	Grade       Grade
	Absence     Absence
	Inspection  *Inspection // nil where no inspection stands behind the block
	Strand      Strand
	Spans       []string // the lanes that share this one grade, this lane among them; empty where it is this lane's alone
}

// Graded reports whether the block shows a grade.
func (b Block) Graded() bool { return b.Absence == "" }

// Words says what the block shows.
func (b Block) Words() string {
	if b.Graded() {
		return b.Grade.Name
	}
	return b.Absence.Words()
}

// Mark is one dated event in a lane.
type Mark struct {
	On         Date
	When       string // the date as pages say it
	Words      string // what happened: a topic, a grade
	Visit      bool   // gives no grade
	Confirmed  bool   // whether the event is confirmed to be of this body
	Grade      Grade
	Absence    Absence     // why it shows no grade; empty where it shows one
	Inspection *Inspection // nil for a structural event
	Milestone  *Milestone
}

// Break is a day across which nothing is compared: another framework, or another council.
type Break struct {
	On        Date
	Authority bool // the authority changed, not the framework alone
	Words     string
}

// Latest is the entry of a lane in the column of words beside the drawing.
type Latest struct {
	Grade      Grade
	Absence    Absence
	When       string // month and year of publication
	Note       string
	Words      string // all of it as one phrase: "Outstanding, July 2026"
	Inspection *Inspection
}

// Lanes computes the lanes of an authority as they stood on a day.
func (r *Record) Lanes(authority Body, asOf Date) Lanes {
	out := Lanes{Body: authority, From: RecordBegins, Until: asOf}
	if authority.Created.Known() && authority.Created.After(out.From) {
		out.From = authority.Created.First()
	}
	if authority.EndedBy(asOf) {
		out.Until = authority.Ended.First()
	}
	full := r.fullInspections(authority.ID, asOf)
	out.Solid = r.fullCompleteTo(authority, out.Until)
	for i, in := range full {
		if i > 0 && in.Framework != full[i-1].Framework {
			day, _ := in.OutDay()
			f, _ := r.Catalogue.Framework(in.Framework)
			out.Breaks = append(out.Breaks, Break{On: day.First(), Words: "from here under " + f.PlainName})
		}
	}
	out.Main = append(out.Main, r.subjectLanes(authority.ID, asOf, false)...)
	if len(full) > 0 || out.Solid.Known() { // where no report is held, nothing is known of any judgement
		base := r.baseFramework(authority, full, out.Until)
		for _, strand := range laneStrands(base, full, r) {
			out.Main = append(out.Main, r.judgementLane(authority, strand, full, out))
		}
	}
	joinSpans(out.Main)
	visits := r.eventLane(visitsLane, "Visits, no grade", authority.ID, asOf)
	visits.Later = r.laterWords(authority, "visits", asOf)
	out.Main = append(out.Main, visits)
	out.More = append(out.More, r.subStrandLanes(out.Main, full)...)
	out.More = append(out.More, r.subjectLanes(authority.ID, asOf, true)...)
	return out
}

// fullInspections returns an authority's full inspections by a day, oldest first, whatever their framework.
func (r *Record) fullInspections(authority string, asOf Date) []*Inspection {
	if e := r.ordered(); e != nil {
		if h, ok := e.History(authority); ok {
			return slices.DeleteFunc(slices.Clone(h.Full), func(in *Inspection) bool { return !in.OutBy(asOf) })
		}
	}
	var out []*Inspection
	for _, in := range r.InspectionsOf(authority, asOf) {
		if k, ok := r.Catalogue.Kind(in.Kind); ok && k.Full {
			out = append(out, in)
		}
	}
	return out
}

// fullCompleteTo returns the day to which every kind of full inspection that could have happened by a day is known to
// be complete for an authority.
func (r *Record) fullCompleteTo(authority Body, until Date) Date {
	var least Date
	for _, f := range r.Catalogue.Frameworks() {
		for _, k := range f.Kinds {
			if !k.Full || f.From.After(until) {
				continue
			}
			to := r.CompleteTo(authority, k.Record)
			if !to.Known() {
				return Date{}
			}
			if !least.Known() || to.Before(least) {
				least = to
			}
		}
	}
	return least
}

// baseFramework is the framework whose judgements head the lanes: the one in force on the last day drawn or, for an
// ended council, the last it was inspected under.
func (r *Record) baseFramework(authority Body, full []*Inspection, until Date) Framework {
	if authority.EndedBy(until.AddDays(1)) && len(full) > 0 {
		f, _ := r.Catalogue.Framework(full[len(full)-1].Framework)
		return f
	}
	var base Framework
	for _, f := range r.Catalogue.Frameworks() {
		if !f.From.After(until) && slices.ContainsFunc(f.Kinds, func(k Kind) bool { return k.Full }) {
			base = f
		}
	}
	return base
}

// laneStrands lists the judgements that get a lane: those of the base framework, and overall effectiveness for as long
// as any inspection shown gave one.
func laneStrands(base Framework, full []*Inspection, r *Record) []Strand {
	var out []Strand
	var overall Strand
	for _, s := range base.Strands {
		if s.Code == OverallStrand {
			overall = s
		} else if s.Main && s.Within == "" {
			out = append(out, s)
		}
	}
	for _, in := range full {
		f, _ := r.Catalogue.Framework(in.Framework)
		if s, ok := f.Strand(OverallStrand); ok && overall.Code == "" {
			overall = s
		}
	}
	if overall.Code != "" {
		out = append(out, overall)
	}
	return out
}

// judgementLane computes the blocks of one judgement.
func (r *Record) judgementLane(authority Body, lane Strand, full []*Inspection, in Lanes) Lane {
	out := Lane{Code: lane.Code, Name: lane.Short}
	first := in.Until
	if len(full) > 0 {
		day, _ := full[0].OutDay()
		first = day.First().AddDays(-1)
	}
	if !first.Before(in.From) {
		before := Block{From: in.From, Until: first, SolidUntil: first, Absence: AbsentBeforeRecord}
		if authority.Created.Known() && !authority.Created.Before(RecordBegins) {
			before.Absence = AbsentNotYet
		}
		if len(full) == 0 && in.Solid.Known() && in.Solid.Before(first) {
			before.SolidUntil = laterDay(in.Solid, in.From) // a list may be older than the council
		}
		out.Blocks = append(out.Blocks, before)
	}
	for i, one := range full {
		block := r.judgementBlock(lane.Code, one)
		block.Until = in.Until
		if i+1 < len(full) {
			next, _ := full[i+1].OutDay()
			block.Until = next.First().AddDays(-1)
		}
		if !in.Solid.Known() {
			out.Marks = append(out.Marks, markOf(block))
			continue
		}
		block.SolidUntil = block.Until
		if in.Solid.Before(block.Until) {
			block.SolidUntil = in.Solid
		}
		out.Blocks = append(out.Blocks, block)
	}
	if !in.Solid.Known() && len(full) > 0 {
		out.Later = laterNotFound
	}
	out.Latest = r.latest(authority, lane, full)
	return out
}

const laterNotFound = "later inspections not found"

// judgementBlock is what one inspection said in a lane.
func (r *Record) judgementBlock(lane string, in *Inspection) Block {
	day, published := in.OutDay()
	b := Block{From: day.First(), Soft: !day.Exact() || !published, Unpublished: !published, Inspection: in}
	f, _ := r.Catalogue.Framework(in.Framework)
	strand, has := f.Covering(lane)
	if !has {
		b.Absence = AbsentNoSuchJudgement
		return b
	}
	b.Strand = strand
	j, _ := in.Judgement(strand.Code)
	switch {
	case in.Document == DocumentNotPublished && j.Grade == "":
		b.Absence = AbsentNotPublished
	case j.Grade == NotJudged:
		b.Absence = AbsentNotJudged
	case j.Grade == "":
		b.Absence = AbsentNotFound
	default:
		b.Grade, _ = r.Catalogue.Grade(in.Framework, strand.Code, j.Grade)
	}
	return b
}

// markOf turns a block into a dated mark, for lanes that may not run on.
func markOf(b Block) Mark {
	day, published := b.Inspection.OutDay()
	when := day.Words()
	if !published {
		when = b.Inspection.VisitedWords() + ", publication date not found"
	}
	return Mark{On: day, When: when, Words: b.Words(), Confirmed: true, Grade: b.Grade, Absence: b.Absence, Inspection: b.Inspection}
}

// joinSpans notes which neighbouring lanes show one and the same judgement, so that it is drawn, and read out, once.
func joinSpans(lanes []Lane) {
	for i := range lanes {
		for j := range lanes[i].Blocks {
			b := &lanes[i].Blocks[j]
			if b.Inspection == nil || !b.Graded() && b.Absence != AbsentNotFound || len(b.Spans) > 0 || b.Strand.Code == lanes[i].Code {
				continue
			}
			spans := []string{lanes[i].Code}
			shared := []*Block{b}
			for k := i + 1; k < len(lanes); k++ {
				n := slices.IndexFunc(lanes[k].Blocks, func(o Block) bool {
					return o.Inspection == b.Inspection && o.Strand.Code == b.Strand.Code
				})
				if n < 0 {
					break
				}
				spans = append(spans, lanes[k].Code)
				shared = append(shared, &lanes[k].Blocks[n])
			}
			if len(spans) > 1 {
				for _, s := range shared {
					s.Spans = spans
				}
			}
		}
	}
}

// latest is the lane's entry in the column of words.
func (r *Record) latest(authority Body, lane Strand, full []*Inspection) Latest {
	if len(full) == 0 {
		out := Latest{Absence: AbsentNotYet}
		if !authority.Created.Known() || authority.Created.Before(RecordBegins) {
			out.Absence = AbsentBeforeRecord
		}
		out.Words = sentenceCase(out.Absence.Words())
		return out
	}
	last := full[len(full)-1]
	b := r.judgementBlock(lane.Code, last)
	day, _ := last.OutDay()
	out := Latest{Grade: b.Grade, Absence: b.Absence, When: day.MonthWords(), Inspection: last}
	if b.Absence == AbsentNoSuchJudgement {
		out.Words = "None given"
		for i := len(full) - 2; i >= 0; i-- {
			earlier := r.judgementBlock(lane.Code, full[i])
			if earlier.Graded() {
				gave, _ := full[i].OutDay()
				out.Note = "last: " + earlier.Grade.Name + ", " + gave.ShortMonthWords()
				out.Words += "; " + out.Note
				break
			}
		}
		return out
	}
	out.Words = sentenceCase(b.Words()) + ", " + out.When
	if b.Graded() && lane.Starts && b.Strand.Code == lane.Code && !judgedBefore(lane.Code, full[:len(full)-1]) {
		out.Note = "first of its own"
		out.Words += " (" + out.Note + ")"
	}
	if b.Strand.Code != lane.Code && len(b.Strand.Covers) > 1 {
		out.Note = "one grade for " + b.Strand.Phrase
		out.Words += " (" + out.Note + ")"
	}
	return out
}

func judgedBefore(strand string, earlier []*Inspection) bool {
	return slices.ContainsFunc(earlier, func(in *Inspection) bool {
		j, ok := in.Judgement(strand)
		return ok && j.Grade != NotJudged
	})
}
