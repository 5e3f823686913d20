package inspection

import (
	"cmp"
	"fmt"
	"slices"
)

// ReminderSchedule says on which days owners are reminded of what they own.
type ReminderSchedule struct {
	Ahead int // how many days before its day somebody is first reminded of something
	Every int // days from one reminder to the next
}

// UsualReminders is the schedule where no other is set.
var UsualReminders = ReminderSchedule{Ahead: 45, Every: 7}

// Check returns what is wrong with a schedule.
func (s ReminderSchedule) Check() Problems {
	var out Problems
	if s.Ahead < 1 || s.Ahead > 366 {
		out = append(out, Problem{Field: "ahead", Words: fmt.Sprintf("Give a number of days from 1 to 366: this is %d", s.Ahead)})
	}
	if s.Every < 1 || s.Every > 31 {
		out = append(out, Problem{Field: "every", Words: fmt.Sprintf("Give a number of days from 1 to 31: this is %d", s.Every)})
	}
	return out
}

// Latest returns the latest day, by a given one, on which there is a reminder of something with a due day; false where
// there has been none yet. The first comes Ahead days before the due day, the others follow; the day after the due day
// begins a new row, so that nobody learns late that something is past its date.
func (s ReminderSchedule) Latest(due, by Date) (Date, bool) {
	if !due.Known() {
		return Date{}, false
	}
	last := due.Last()
	first := last.AddDays(-s.Ahead)
	if by.After(last) {
		first = last.AddDays(1)
	}
	since := first.DaysUntil(by)
	if since < 0 {
		return Date{}, false
	}
	return by.AddDays(-(since % s.Every)), true
}

// Reminder is something that an owner has still to do by a day.
type Reminder struct {
	OwnerID   string   // a post
	Audience  Audience // who may read it
	Reference string   // of the area to improve; empty for an action
	ActionID  string   // empty for an area to improve
	Words     string
	Wording   Wording // of an area to improve
	Due       Date
	AskedDue  Date // a later day that waits for the decision of the body that agrees days
}

// RemindOfItem returns what the owner of an area to improve is reminded of; false where there is nothing: it has no owner or
// no day, the council says that it is done, or it is closed.
func RemindOfItem(item Recommendation, p Position) (Reminder, bool) {
	switch p.State.stage() {
	case NotStarted, UnderWay, CameBack:
	default:
		return Reminder{}, false
	}
	if p.OwnerID == "" || !p.Due.Known() {
		return Reminder{}, false
	}
	return Reminder{
		OwnerID: p.OwnerID, Audience: ForPublic, Reference: item.Reference, Words: item.Words, Wording: item.Wording, Due: p.Due,
		AskedDue: p.AskedDue,
	}, true
}

// RemindOfAction returns what the owner of an action is reminded of; false where it is done or stopped, or has no owner or day.
func RemindOfAction(a Action) (Reminder, bool) {
	if a.State != ActionPlanned && a.State != ActionUnderWay || a.OwnerID == "" || !a.Due.Known() {
		return Reminder{}, false
	}
	return Reminder{OwnerID: a.OwnerID, Audience: a.Audience, ActionID: a.ID, Words: a.Words, Due: a.Due}, true
}

// Digest is everything that one person is reminded of in one message.
type Digest struct {
	Post string
	Past []Reminder // past their date, the oldest first
	Next []Reminder // the next first
}

// Empty reports whether there is nothing to remind of.
func (d Digest) Empty() bool { return len(d.Past)+len(d.Next) == 0 }

// Digest returns what somebody is reminded of on a day: of all that is to be done, what they own and may read, and what of
// that has had its reminder after another day.
func (s ReminderSchedule) Digest(all []Reminder, who Actor, reader Audience, after, day Date) Digest {
	d := Digest{Post: who.Post}
	for _, r := range all {
		latest, ok := s.Latest(r.Due, day)
		if !ok || !latest.After(after) || !who.Holds(r.OwnerID) || !reader.Reads(r.Audience) {
			continue
		}
		if r.Due.Last().Before(day) {
			d.Past = append(d.Past, r)
		} else {
			d.Next = append(d.Next, r)
		}
	}
	for _, list := range [][]Reminder{d.Past, d.Next} {
		slices.SortFunc(list, func(a, b Reminder) int {
			return cmp.Or(a.Due.Last().Compare(b.Due.Last()), cmp.Compare(a.ActionID, b.ActionID), cmp.Compare(a.Reference, b.Reference))
		})
	}
	return d
}

// NewsHolds is for how many days after its publication a letter is news. What an officer adds of older ones is told to nobody.
const NewsHolds = 30

// IsNews reports whether a letter that is put on the record on a day is news.
func (in *Inspection) IsNews(day Date) bool {
	return in.Published.Exact() && !in.Published.After(day) && in.Published.DaysUntil(day) <= NewsHolds
}

// News is what members are told of a letter that was published: what is on the public record, and nothing else.
type News struct {
	InspectionID string
	Bodies       []string // whom it is of, by name
	Kind         string   // of inspection, by name
	Topic        string
	Published    Date
	Judgements   []string         // "Leaders: good"; none for a visit
	Areas        []Recommendation // in the letter's order
}

// News returns what there is to tell of an inspection on the record.
func (r *Record) News(in *Inspection) News {
	n := News{InspectionID: in.ID, Kind: in.Kind, Topic: in.Topic, Published: in.Published, Areas: in.Recommendations}
	for _, of := range in.Bodies {
		if of.Confirmed {
			n.Bodies = append(n.Bodies, r.Name(of.BodyID))
		}
	}
	if kind, ok := r.Catalogue.Kind(in.Kind); ok {
		n.Kind = kind.Name
	}
	framework, _ := r.Catalogue.Framework(in.Framework)
	for _, j := range in.Judgements {
		strand, known := framework.Strand(j.Strand)
		grade, graded := r.Catalogue.Grade(in.Framework, j.Strand, j.Grade)
		if known && graded {
			n.Judgements = append(n.Judgements, strand.Name+": "+lowerFirst(grade.Name))
		}
	}
	return n
}

// Concerns reports whether an inspection is of a body or stands in the list of it, as for those who work there; every one is
// for somebody who is of no body.
func (r *Record) Concerns(in *Inspection, body string) bool {
	if body == "" {
		return true
	}
	return slices.ContainsFunc(r.ListedUnder(body), func(b Body) bool { return in.Of(b.ID) })
}
