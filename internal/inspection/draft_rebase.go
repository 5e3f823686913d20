package inspection

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// draftField is one field of a draft's form: how it reads, and how it is taken over from another draft.
type draftField struct {
	name, title string
	value       func(*Draft) string
	take        func(to, from *Draft)
}

// fieldOf makes a field of the draft's part that at finds and words writes out.
func fieldOf[T any](name, title string, at func(*Draft) *T, words func(T) string) draftField {
	return draftField{
		name: name, title: title,
		value: func(d *Draft) string { return words(*at(d)) },
		take:  func(to, from *Draft) { *at(to) = *at(from) },
	}
}

func asIs(s string) string { return s }

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func numberOrNone(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func lines(list []string) string { return strings.Join(list, "\n") }

// draftFields lists the fields that stand once in a draft, in the order of the form.
var draftFields = []draftField{
	fieldOf("kind", "Kind of inspection or visit", func(d *Draft) *string { return &d.Kind }, asIs),
	fieldOf("bodies", "Council", func(d *Draft) *[]string { return &d.Bodies }, lines),
	fieldOf("printed_name", "Council as printed", func(d *Draft) *string { return &d.PrintedName }, asIs),
	fieldOf("topic", "Subject", func(d *Draft) *string { return &d.Topic }, asIs),
	fieldOf("visit_number", "Number of the visit", func(d *Draft) *int { return &d.VisitNumber }, numberOrNone),
	fieldOf("fieldwork_start", "First day of fieldwork", func(d *Draft) *Date { return &d.FieldworkStart }, Date.String),
	fieldOf("fieldwork_end", "Last day of fieldwork", func(d *Draft) *Date { return &d.FieldworkEnd }, Date.String),
	fieldOf("lead_inspector", "Lead inspector", func(d *Draft) *string { return &d.LeadInspector }, asIs),
	fieldOf("whole_list_held", "Whether every area to improve is entered", func(d *Draft) *bool { return &d.WholeListHeld }, yesNo),
	fieldOf("areas_covered", "Areas that the visit covered", func(d *Draft) *[]string { return &d.AreasCovered }, lines),
	fieldOf("note", "Note", func(d *Draft) *string { return &d.Note }, asIs),
	fieldOf("received", "Day the council received the final letter", func(d *Draft) *Date { return &d.Received }, Date.String),
	fieldOf("statement_due", "Day by which a statement is due", func(d *Draft) *Date { return &d.StatementDue }, Date.String),
	fieldOf("published", "Day it was published", func(d *Draft) *Date { return &d.Published }, Date.String),
	fieldOf("published_hour", "Hour it was published", func(d *Draft) *string { return &d.PublishedHour }, asIs),
	fieldOf("address", "Address of Ofsted’s page", func(d *Draft) *string { return &d.Address }, asIs),
	fieldOf("no_document", "Whether nothing was published", func(d *Draft) *bool { return &d.NoDocument }, yesNo),
	fieldOf("final", "Whether this is the final version", func(d *Draft) *bool { return &d.Final }, yesNo),
	fieldOf("twin_of", "Letter that this one repeats", func(d *Draft) *string { return &d.TwinOf }, asIs),
	fieldOf("warnings", "Warnings of the reader", func(d *Draft) *[]string { return &d.Warnings }, lines),
}

// itemField is one field of an area to improve.
type itemField struct {
	name, title string
	value       func(*DraftItem) string
	take        func(to, from *DraftItem)
}

func itemFieldOf[T any](name, title string, at func(*DraftItem) *T, words func(T) string) itemField {
	return itemField{
		name: name, title: title,
		value: func(it *DraftItem) string { return words(*at(it)) },
		take:  func(to, from *DraftItem) { *at(to) = *at(from) },
	}
}

var itemFields = []itemField{
	itemFieldOf("words", "words", func(it *DraftItem) *string { return &it.Words }, asIs),
	itemFieldOf("kind", "kind", func(it *DraftItem) *RecommendationKind { return &it.Kind }, func(k RecommendationKind) string { return string(k) }),
	itemFieldOf("wording", "whose words they are", func(it *DraftItem) *Wording { return &it.Wording }, func(w Wording) string { return string(w) }),
	itemFieldOf("gloss", "plain English", func(it *DraftItem) *string { return &it.Gloss }, asIs),
	itemFieldOf("themes", "themes", func(it *DraftItem) *[]string { return &it.Themes }, lines),
	itemFieldOf("framework_tag", "tag of the national framework", func(it *DraftItem) *string { return &it.FrameworkTag }, asIs),
	itemFieldOf("responsible", "body addressed", func(it *DraftItem) *string { return &it.Responsible }, asIs),
	itemFieldOf("own_priority", "the council’s own priority", func(it *DraftItem) *bool { return &it.OwnPriority }, yesNo),
	itemFieldOf("page", "page", func(it *DraftItem) *int { return &it.Page }, numberOrNone),
	itemFieldOf("joins", "place on the record", func(it *DraftItem) *string { return &it.Joins }, asIs),
}

// RebaseDraft brings two officers' drafts together that both began from base. What only they changed is taken over; where
// both changed a field, mine stays in the box. All that they changed is listed, in the values that drafts hold, so that
// the second officer sees it and nothing is lost.
func RebaseDraft(base, theirs, mine Draft) (merged Draft, changed []DraftDifference) {
	merged = mine
	merged.Items = slices.Clone(mine.Items)
	merged.KeepKeys(base)
	merged.KeepKeys(theirs)
	if len(theirs.Joined) > 0 {
		merged.Joined = maps.Clone(theirs.Joined)
		maps.Copy(merged.Joined, mine.Joined)
	}
	for _, f := range draftFields {
		was, says, own := f.value(&base), f.value(&theirs), f.value(&mine)
		if says == was || says == own {
			continue
		}
		change := DraftDifference{Field: f.name, Title: f.title, Was: was, Says: says}
		if own == was {
			f.take(&merged, &theirs)
		} else {
			change.Mine, change.Clash = own, true
		}
		changed = append(changed, change)
	}
	changed = append(changed, rebaseJudgements(base, theirs, &merged)...)
	changed = append(changed, rebaseItems(base, theirs, &merged)...)
	changed = append(changed, rebaseList("findings", "Finding", base.Findings, theirs.Findings, &merged.Findings,
		func(f DraftFinding) string { return f.Words })...)
	changed = append(changed, rebaseList("responses", "Reply", base.Responses, theirs.Responses, &merged.Responses,
		func(r DraftResponse) string { return r.Gist })...)
	if slices.Equal(mine.Evidence, base.Evidence) {
		merged.Evidence = theirs.Evidence
	}
	return merged, changed
}

func gradesOf(d Draft) (strands []string, grades map[string]string) {
	grades = map[string]string{}
	for _, j := range d.Judgements {
		strands = append(strands, j.Strand)
		grades[j.Strand] = j.Grade
	}
	return strands, grades
}

func rebaseJudgements(base, theirs Draft, merged *Draft) []DraftDifference {
	var changed []DraftDifference
	strands, were := gradesOf(base)
	later, say := gradesOf(theirs)
	_, own := gradesOf(*merged)
	for _, strand := range later {
		if !slices.Contains(strands, strand) {
			strands = append(strands, strand)
		}
	}
	merged.Judgements = slices.Clone(merged.Judgements)
	for _, strand := range strands {
		was, says, mine := were[strand], say[strand], own[strand]
		if says == was || says == mine {
			continue
		}
		change := DraftDifference{Field: "judgement." + strand, Title: "Judgement", Was: was, Says: says}
		if mine == was {
			merged.setGrade(strand, says)
		} else {
			change.Mine, change.Clash = mine, true
		}
		changed = append(changed, change)
	}
	return changed
}

// setGrade gives a strand a grade; the empty one takes its judgement away.
func (d *Draft) setGrade(strand, grade string) {
	i := slices.IndexFunc(d.Judgements, func(j DraftJudgement) bool { return j.Strand == strand })
	switch {
	case grade == "" && i >= 0:
		d.Judgements = slices.Delete(d.Judgements, i, i+1)
	case grade == "":
	case i >= 0:
		d.Judgements[i].Grade = grade
	default:
		d.Judgements = append(d.Judgements, DraftJudgement{Strand: strand, Grade: grade})
	}
}

func (d *Draft) item(key string) *DraftItem {
	if i := d.itemIndex(key); i >= 0 {
		return &d.Items[i]
	}
	return nil
}

func rebaseItems(base, theirs Draft, merged *Draft) []DraftDifference {
	var changed []DraftDifference
	reordered := sameOrder(base.Items, merged.Items) && !sameOrder(base.Items, theirs.Items)
	for i := range theirs.Items {
		their := &theirs.Items[i]
		was, own := base.item(their.Key), merged.item(their.Key)
		title := fmt.Sprintf("Area to improve %d", i+1)
		switch {
		case was == nil && own != nil && reflect.DeepEqual(*own, *their):
		case was == nil:
			added := *their
			if own != nil { // both added one, and the same key was free
				added.Key = merged.newItemKey()
			}
			merged.Items = slices.Insert(merged.Items, placeAfter(theirs.Items, i, merged.Items), added)
			changed = append(changed, DraftDifference{Field: "item." + added.Key, Title: title, Says: added.Words})
		case own == nil: // removed by the second officer; what the first one did to it is shown
			if !reflect.DeepEqual(*was, *their) {
				changed = append(changed, DraftDifference{Field: "item." + their.Key, Title: title, Was: was.Words, Says: their.Words, Clash: true})
			}
		default:
			changed = append(changed, rebaseItem(title, was, their, own)...)
		}
	}
	for i := range base.Items {
		was := &base.Items[i]
		own := merged.item(was.Key)
		if theirs.item(was.Key) != nil || own == nil {
			continue
		}
		change := DraftDifference{Field: "item." + was.Key, Title: fmt.Sprintf("Area to improve %d", i+1), Was: was.Words}
		if reflect.DeepEqual(*own, *was) {
			merged.Items = slices.DeleteFunc(merged.Items, func(it DraftItem) bool { return it.Key == was.Key })
		} else {
			change.Mine, change.Clash = own.Words, true
		}
		changed = append(changed, change)
	}
	if reordered {
		place := func(it DraftItem) int {
			if i := theirs.itemIndex(it.Key); i >= 0 {
				return i
			}
			return len(theirs.Items) // mine alone: after all that has an order
		}
		slices.SortStableFunc(merged.Items, func(a, b DraftItem) int { return place(a) - place(b) })
		changed = append(changed, DraftDifference{Field: "items", Title: "Order of the areas to improve",
			Was: itemNumbers(base, base), Says: itemNumbers(base, theirs)})
	}
	return changed
}

func rebaseItem(title string, was, their, own *DraftItem) []DraftDifference {
	var changed []DraftDifference
	before := *own
	for _, f := range itemFields {
		old, says, mine := f.value(was), f.value(their), f.value(&before)
		if says == old || says == mine {
			continue
		}
		change := DraftDifference{Field: "item." + their.Key + "." + f.name, Title: title + ", " + f.title, Was: old, Says: says}
		if mine == old {
			f.take(own, their)
		} else {
			change.Mine, change.Clash = mine, true
		}
		changed = append(changed, change)
	}
	return changed
}

// placeAfter returns where in items the i-th of theirs belongs: after the nearest one before it that items has too.
func placeAfter(theirs []DraftItem, i int, items []DraftItem) int {
	for i--; i >= 0; i-- {
		at := slices.IndexFunc(items, func(it DraftItem) bool { return it.Key == theirs[i].Key })
		if at >= 0 {
			return at + 1
		}
	}
	return 0
}

// sameOrder reports whether the items that two lists share stand in one order.
func sameOrder(a, b []DraftItem) bool {
	shared := func(list, other []DraftItem) []string {
		var keys []string
		for _, it := range list {
			if slices.ContainsFunc(other, func(o DraftItem) bool { return o.Key == it.Key }) {
				keys = append(keys, it.Key)
			}
		}
		return keys
	}
	return slices.Equal(shared(a, b), shared(b, a))
}

// itemNumbers says in which order a draft has the items of another, by their numbers there.
func itemNumbers(base, d Draft) string {
	var numbers []string
	for _, it := range d.Items {
		if i := base.itemIndex(it.Key); i >= 0 {
			numbers = append(numbers, strconv.Itoa(i+1))
		}
	}
	return strings.Join(numbers, ", ")
}

// rebaseList merges lists whose entries have no keys: what they added is added, what they took away is taken away unless
// the second officer changed it.
func rebaseList[T comparable](field, title string, base, theirs []T, merged *[]T, words func(T) string) []DraftDifference {
	var changed []DraftDifference
	for _, one := range base {
		if !slices.Contains(theirs, one) && slices.Contains(*merged, one) {
			*merged = slices.DeleteFunc(slices.Clone(*merged), func(own T) bool { return own == one })
			changed = append(changed, DraftDifference{Field: field, Title: title, Was: words(one)})
		}
	}
	for _, one := range theirs {
		if !slices.Contains(base, one) && !slices.Contains(*merged, one) {
			*merged = append(slices.Clip(*merged), one)
			changed = append(changed, DraftDifference{Field: field, Title: title, Says: words(one)})
		}
	}
	return changed
}
