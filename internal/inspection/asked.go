package inspection

import (
	"cmp"
	"slices"
	"strings"
)

// Asked is an area to improve as readers count it: the item of one letter, or the one that twin letters share.
type Asked []AskedBy

// AskedBy is one letter with an area to improve as it prints it.
type AskedBy struct {
	Item   Recommendation
	Letter *Inspection
}

// AskedOnce puts items that twin letters share together, each in the order of its letters, and all in the order of a list:
// those of the newest letter first, those of the same letters beside one another in the order in which they are printed.
func AskedOnce(items []AskedBy) []Asked {
	var out []Asked
	at := map[string]int{}
	for _, one := range items {
		key := one.Item.SharedKey
		if i, ok := at[key]; ok && key != "" {
			out[i] = append(out[i], one)
			continue
		}
		at[key] = len(out)
		out = append(out, Asked{one})
	}
	for _, asked := range out {
		slices.SortFunc(asked, func(a, b AskedBy) int { return ByDay(a.Letter, b.Letter) })
	}
	slices.SortFunc(out, func(a, b Asked) int {
		return cmp.Or(compareOutDays(b.newest(), a.newest()), cmp.Compare(a.LettersKey(), b.LettersKey()),
			cmp.Compare(a[0].Item.Position, b[0].Item.Position), cmp.Compare(a[0].Item.Reference, b[0].Item.Reference))
	})
	return out
}

// LettersKey is the same for items that the same letters ask for.
func (a Asked) LettersKey() string {
	ids := make([]string, len(a))
	for i, by := range a {
		ids[i] = by.Letter.ID
	}
	return strings.Join(ids, " ")
}

func (a Asked) newest() *Inspection { return a[len(a)-1].Letter }

func compareOutDays(a, b *Inspection) int {
	da, _ := a.OutDay()
	db, _ := b.OutDay()
	return da.Compare(db)
}

// CameNext is what is on the record of a council or partnership after a letter to it. Nothing of it is another council's,
// whoever took over the area.
type CameNext struct {
	Body        Body
	Ended       Date            // its last day, or its council's, where that had passed; unknown otherwise
	Successors  []Body          // who came after it then
	Next        *Inspection     // the next full inspection; of a partnership the next of its kind; nil where none was out
	Compared    []JudgementLine // those of its judgements that may be compared with the inspection before it
	NotCompared []JudgementLine // the others that it gave
}

// CameNext returns what came next, by a day, for a body to which a letter was. England holds the full inspections of
// authorities; of any other body, others are the inspections.
func (e *England) CameNext(letter *Inspection, body Body, others []*Inspection, asOf Date) CameNext {
	out := CameNext{Body: body}
	e.addEnd(&out, asOf)
	candidates := others
	if h, ok := e.History(body.ID); ok {
		candidates = h.Full
	}
	for _, in := range candidates {
		if (body.Kind == Authority || e.oneKind(in, letter)) && in.Of(body.ID) && in.OutBy(asOf) && cameAfter(in, letter) && (out.Next == nil || ByDay(in, out.Next) < 0) {
			out.Next = in
		}
	}
	if out.Next == nil {
		return out
	}
	for _, line := range e.around(out.Next, body, others).JudgementLines(out.Next) {
		switch {
		case line.Earlier.Comparison == Compared:
			out.Compared = append(out.Compared, line)
		case line.Absence == "":
			out.NotCompared = append(out.NotCompared, line)
		}
	}
	return out
}

// oneKind reports whether two inspections stand in one list, as those of an area's services for children with special
// needs do under the rules of each time.
func (e *England) oneKind(a, b *Inspection) bool {
	first, _ := e.Catalogue.Kind(a.Kind)
	second, _ := e.Catalogue.Kind(b.Kind)
	return first.Record == second.Record
}

// addEnd says whether a body had ended by a day; a partnership ends with its council.
func (e *England) addEnd(out *CameNext, asOf Date) {
	council := out.Body
	if h, ok := e.History(cmp.Or(out.Body.ListedOn, out.Body.ID)); ok {
		council = h.Body
	}
	if !council.EndedBy(asOf) {
		return
	}
	out.Ended = council.Ended
	for _, s := range e.Successions {
		if h, ok := e.History(s.ToID); ok && s.FromID == council.ID {
			out.Successors = append(out.Successors, h.Body)
		}
	}
}

// around returns the part of the record in which an inspection of a body is compared with the one before it.
func (e *England) around(in *Inspection, body Body, others []*Inspection) *Record {
	if body.Kind != Authority {
		return &Record{Catalogue: e.Catalogue, Calendar: e.Calendar, Completeness: e.Completeness, Bodies: []Body{body}, Inspections: others}
	}
	ids := make([]string, len(in.Bodies))
	for i, b := range in.Bodies {
		ids[i] = b.BodyID
	}
	return e.Part(ids...)
}

// FullOutBy counts the full inspections of an authority that had come out by a day.
func (h History) FullOutBy(asOf Date) int {
	by, n := dayNumber(asOf), 0
	for _, out := range h.outBy {
		if out != 0 && out <= by {
			n++
		}
	}
	return n
}

// FullOutBy counts those of every authority, the ended ones among them.
func (e *England) FullOutBy(asOf Date) int {
	n := 0
	for i := range e.histories {
		n += e.histories[i].FullOutBy(asOf)
	}
	return n
}
