package inspection

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// FieldChange is one field of a record before and after an entry, in words; a line for each part of a list that came, went or
// was changed. Either side is empty where there is nothing.
type FieldChange struct {
	Field string // its name in the record's JSON
	Name  string
	Was   string
	Says  string
}

// hiddenFields are of no use to a reader: what the program tells records apart by, and what the title says already.
var hiddenFields = []string{
	"id", "by", "revision", "position", "shared", "evidence", "certainty", "question", "warnings", "last_key", "joined", "key", "restores",
}

// hiddenOf are fields that one kind of record alone hides.
var hiddenOf = map[RecordKind][]string{
	OfRecommendation: {"reference", "inspection"}, OfMove: {"reference", "number", "kind"}, OfUpdate: {"reference"},
	OfEvidenceItem: {"reference", "document"}, OfLetter: {"document", "officers"}, OfTrackerImport: {"document"}, OfFulfilment: {"inspection"},
	OfErasure: {"record_id", "covers"}, OfToken: {"account"},
}

// fieldWords names fields as readers know them, over all kinds of record; fieldWordsOf has what one kind calls otherwise.
var fieldWords = map[string]string{
	"about": "About", "action": "Action", "actions": "Actions added", "address": "Address", "aliases": "Other names",
	"also": "Also called", "answer": "Answer", "answer_by": "Answer promised by", "answers": "Answers",
	"areas_count": "Areas to improve that the document lists", "areas_covered": "What the visit looked at",
	"areas_to_improve": "Areas to improve", "asked": "Asked on", "asked_by": "Asked by", "audience": "Who may read it",
	"authority": "Authority", "bodies": "Of whom", "body": "Council, trust or place", "by_post": "Recorded by", "by_role": "In the role of",
	"category": "Kind", "changes": "Actions changed", "code": "Code", "colour": "Colour of links and buttons", "columns": "Columns", "come_back_by": "To come back by",
	"committee": "Body", "cookie_notice": "Words about cookies", "council": "Run by", "complete_to": "Complete to", "confidence": "How well it is known", "confidences": "How well parts of it are known",
	"confirmed": "Confirmed", "counts_from": "Counted from", "created_by": "Added by", "created_on": "First day",
	"date": "Day", "date_words": "When, in words", "decides": "Decides on areas to improve", "delivered_by": "Services run by",
	"detail": "What happened", "disagreements": "Where sources disagree", "document": "The document", "draft": "Draft", "due": "Day",
	"email": "Email address", "emergency": "For emergencies", "ends": "Works until", "empty_means_above": "An empty reference means the one above", "ended_on": "Last day",
	"expires_on": "Expires after", "fieldwork_end": "Last day of fieldwork", "fieldwork_start": "First day of fieldwork",
	"field": "About", "file_name": "File", "final": "The final version", "findings": "What inspectors found",
	"framework": "Inspection rules", "framework_tag": "National framework", "from": "First day", "gaps": "What was not found",
	"gist": "What was said, in our words", "gloss": "In our words", "grade": "Grade", "heading": "Heading", "heading_row": "Row of headings",
	"holds": "Holds", "home": "First page about", "inspection": "Inspection or visit", "issuer": "Signs in through", "items": "Areas to improve", "joins": "Takes the place of",
	"judgement": "Judgement", "judgements": "Judgements", "kind": "Kind", "la_code": "Local authority code",
	"lead_body": "Led by", "lead_inspector": "Lead inspector", "left_out": "Rows left out", "listed_on": "Stands on the page of",
	"logo": "Logo", "logo_words": "What the logo says", "mapping": "Columns as saved under", "matched": "How it was found", "means": "Means", "meaning": "Meaning", "meeting": "Meeting",
	"minute_address": "Address of the minute", "minute_reference": "Minute", "month_means_last_day": "A month means its last day",
	"moves": "Steps of areas to improve", "moves_date": "Replaces an earlier day", "name": "Name", "no_document": "Nothing was published",
	"note": "Note", "officer": "Data protection officer", "officer_email": "Email address of that officer", "number": "Number in the letter", "on": "Day", "ons_code": "Statistics code", "original_due": "Original day",
	"outcome": "What came of it", "other": "The other area to improve", "own_priority": "The council’s own priority", "owner": "Owner", "page": "Page of the letter",
	"paragraph": "Paragraph", "place": "Place", "planned_for": "Expected on", "population_0_25": "People aged 0 to 25", "post": "Post",
	"printed_name": "Name as printed", "privacy_notice": "Address of the privacy notice", "problem": "Problem", "provider": "Provider", "published": "Published",
	"published_basis": "How the day of publication is known", "published_hour": "Hour of publication", "publisher": "Publisher", "purpose": "What it is for", "quote": "Quote",
	"read_on": "Read on", "reason": "Reason", "received": "Final letter received", "recorded": "Recorded on", "recorded_by": "Recorded by",
	"recorded_on": "Recorded on", "record": "List", "reference": "Area to improve", "region": "Region",
	"repeated_as": "Asked for again as", "replaces": "Replaces", "report_address": "Address of the report",
	"responses": "What was said in reply", "responsible": "Responsible, as printed", "restored_why": "Why it was put back", "revoked": "Revoked on", "role": "Role", "roles": "Roles", "rows": "Rows",
	"rule": "Rule", "says": "Says", "scrutinises": "Scrutinises", "serves": "Areas to improve that it serves", "sheet": "Sheet",
	"short": "In short", "short_name": "Short name", "source": "Source", "sources": "Sources", "state": "How far it is",
	"statement_due": "Statement or plan due by", "statistical_neighbours": "Statistical neighbours", "statuses": "Words of the column of status",
	"step": "Step", "structural": "A change of councils", "success_measure": "How one will see that it worked", "supports": "Supports",
	"telephone": "Telephone number", "term": "Word", "themes": "Themes", "through": "How it came", "title": "Title", "to": "State after", "topic": "Subject", "twin_of": "The same visit as", "type": "Type",
	"unit": "Unit", "until": "Last day", "updated_by": "Last saved by", "updates": "Updates", "urn": "Ofsted’s number", "used": "The record uses",
	"valid_from": "Holds from", "valid_until": "Holds until", "value": "Value", "version": "Version", "versions": "What each says", "view": "View",
	"visit_number": "Number of the visit", "whole_list_held": "Whole list held", "why": "Why", "without_members": "Committee members have no accounts", "withdrawn": "Taken back on",
	"withdrawn_why": "Why it was taken back", "wording": "Wording", "words": "Words", "strand": "Judgement", "officers": "Officers listed on it",
}

var fieldWordsOf = map[RecordKind]map[string]string{
	OfMove:       {"from": "State before", "on": "Done or decided on", "audience": "Who may read the words", "due": "Day asked for or agreed"},
	OfUpdate:     {"on": "As of"},
	OfLink:       {"from": "Later area to improve", "to": "Earlier area to improve"},
	OfSuccession: {"from": "Earlier council", "to": "Council after it"},
	OfRule:       {"words": "The rule"},
	OfLetter:     {"state": "State"},
	OfAccount:    {"state": "State", "body": "Works for"},
	OfAction:     {"words": "What is to be done", "due": "Due"},
	OfRemark: {
		"reference": "Reference of the note", "page": "Page", "elsewhere": "Where it says something else", "state": "State", "received": "Received on",
		"number": "Number of the answer",
	},
	OfSettings: {"page": "Web page for questions"},
	OfErasure: {
		"record_kind": "What is erased", "asked": "Asked for on", "agreed_by": "Agreed to by", "agreed": "Agreed to on",
		"withdrawn_by": "Withdrawn by", "withdrawn": "Withdrawn on", "entries": "Entries of this record that lost their words",
		"audience": "Who could read it",
	},
	OfOfficialFigure: {
		"published_by": "Reports out by", "fieldwork_by": "Fieldwork ended by", "family": "Only under rules of", "measure": "What it counts",
		"values": "Numbers", "differs": "Why this record gives something else",
	},
}

// FieldName names a field of a record as readers know it.
func FieldName(kind RecordKind, field string) string {
	return cmp.Or(fieldWordsOf[kind][field], fieldWords[field], sentenceCase(plainCode(field)))
}

// Differences says field by field what an entry changed. Of a record that was added or taken out it says each field that
// holds anything.
func (n *ChangeNames) Differences(c Change) []FieldChange {
	return n.between(c.RecordKind, c.Before, c.After)
}

// Clash says field by field what an entry had changed and was changed again since: what it was before the entry, and what it
// is now.
func (n *ChangeNames) Clash(e *RestoreClash) []FieldChange {
	return slices.DeleteFunc(n.between(e.Entry.RecordKind, e.Entry.Before, e.Now), func(one FieldChange) bool {
		return !slices.Contains(e.Fields, one.Field)
	})
}

func (n *ChangeNames) between(kind RecordKind, before, after string) []FieldChange {
	was, _ := readFields(before)
	says, _ := readFields(after)
	return n.fieldsBetween(kind, was, says)
}

func (n *ChangeNames) fieldsBetween(kind RecordKind, was, says fields) []FieldChange {
	var out []FieldChange
	for _, name := range namesOf(says, was) {
		if slices.Contains(hiddenFields, name) || slices.Contains(hiddenOf[kind], name) {
			continue
		}
		old, now := was.get(name), says.get(name)
		oldInner, inside := old.(fields)
		nowInner, alsoInside := now.(fields)
		if inside || alsoInside {
			out = append(out, n.fieldsBetween(kind, oldInner, nowInner)...)
			continue
		}
		if old == nil && saysNothing(now) || now == nil && saysNothing(old) {
			continue
		}
		before, after := n.lines(kind, name, old, was), n.lines(kind, name, now, says)
		if isList(old) && isList(now) {
			before, after = apart(before, after), apart(after, before)
		}
		one := FieldChange{Field: name, Name: FieldName(kind, name), Was: strings.Join(before, "\n"), Says: strings.Join(after, "\n")}
		if one.Was != one.Says {
			out = append(out, one)
		}
	}
	return out
}

func isList(value any) bool { _, ok := value.([]any); return ok || value == nil }

// saysNothing reports whether a value that stands alone is no more than that of a field nobody filled in.
func saysNothing(value any) bool { return value == false || value == json.Number("0") }

// apart returns the lines of one list that another does not have.
func apart(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(others, line) })
}

// lines says a value: one line, or one for each part of a list. Of is the record, or the part of one, that the field is in.
func (n *ChangeNames) lines(kind RecordKind, name string, value any, of fields) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var out []string
	for _, one := range list {
		words := ""
		if part, ok := one.(fields); ok {
			words = n.part(kind, name, part, of)
		} else {
			words = n.value(kind, name, one, of)
		}
		if words != "" {
			out = append(out, words)
		}
	}
	return out
}

// part says one part of a list in a line.
func (n *ChangeNames) part(kind RecordKind, list string, part, of fields) string {
	say := func(name string) string { return n.value(kind, name, part.get(name), part) }
	switch list {
	case "judgements":
		return n.judgement(cmp.Or(part.text("judgement"), part.text("strand")), part.text("grade"), of.text("framework"))
	case "bodies":
		if part.get("confirmed") == false {
			return say("body") + " (not confirmed)"
		}
		return say("body")
	case "sources":
		return strings.TrimSuffix(say("source")+": "+say("supports"), ": ")
	case "confidences":
		return FieldName(kind, part.text("field")) + ": " + say("confidence")
	case "gaps":
		return FieldName(kind, part.text("about")) + ": " + say("words")
	}
	var out []string
	for _, one := range part {
		if slices.Contains(hiddenFields, one.name) || one.name == "inspection" || one.name == "question" || saysNothing(one.value) {
			continue
		}
		words := strings.Join(n.lines(kind, one.name, one.value, part), ", ")
		switch {
		case words == "":
		case one.name == "words" || one.name == "gist":
			out = append(out, words)
		case list == "findings" && one.name == "kind":
			out = append(out, findingWords[FindingKind(part.text("kind"))])
		case (list == "disagreements" || list == "versions") && one.name == "about":
			out = append(out, FieldName(kind, part.text("about")))
		default:
			out = append(out, lowerFirst(FieldName(kind, one.name))+": "+words)
		}
	}
	return strings.Join(out, "; ")
}

var findingWords = map[FindingKind]string{Strength: "Strength", Concern: "Concern", EarlierAreas: "On the areas to improve of the letter before"}

// judgement says a grade by its name, of the rules that are given or else of the first that know it.
func (n *ChangeNames) judgement(strand, grade, framework string) string {
	name := plainCode(strand)
	if n.Catalogue != nil {
		for _, f := range n.Catalogue.Frameworks() {
			known, ok := f.Strand(strand)
			if !ok || framework != "" && f.Code != framework {
				continue
			}
			name = known.Name
			if grade, ok := n.Catalogue.Grade(f.Code, strand, grade); ok {
				return name + ": " + grade.Name
			}
		}
	}
	switch grade {
	case "":
		return name + ": " + AbsentNotFound.Words()
	case NotJudged:
		return name + ": " + AbsentNotJudged.Words()
	}
	return name + ": " + plainCode(grade)
}
