package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// letterBox is one box of the form: what it is called, what it holds, what is wrong with that, and what it was read from.
type letterBox struct {
	Name     string
	ID       string // the name, unless several boxes share it
	Label    string
	Hint     string
	Value    string
	Type     string // of an input: "text", "url"; "area", "select" or "tick" for others
	Short    bool
	Rows     int
	Groups   []optionGroup
	Field    string // under which evidence stands
	Problem  string
	Checks   []string
	Evidence []evidenceView
}

// Described lists the IDs of what a box's hint and problem stand in, for assistive technology.
func (b letterBox) Described() string {
	var ids []string
	if b.Hint != "" {
		ids = append(ids, b.ID+"-hint")
	}
	if b.Problem != "" {
		ids = append(ids, b.ID+"-problem")
	}
	if len(b.Evidence) > 0 || len(b.Checks) > 0 {
		ids = append(ids, b.ID+"-evidence")
	}
	return strings.Join(ids, " ")
}

// Ticked reports whether a tick box is ticked.
func (b letterBox) Ticked() bool { return b.Value != "" }

// letterFormView is the form of a draft.
type letterFormView struct {
	What       []letterBox // kind and councils
	When       []letterBox
	Visit      []letterBox
	VisitOpen  bool
	Framework  string // the rules whose judgements are asked for
	Judgements []letterBox
	Items      []letterItemView
	Whole      letterBox
	Findings   []letterRow
	Responses  []letterRow
	Beyond     []letterBox // what letters do not print
	Out        []letterBox
	Twins      []letterBox
	Note       letterBox
}

// letterRow is one finding or one reply, counted from 1.
type letterRow struct {
	Number int
	Boxes  []letterBox
}

// places returns where on the page a field of the draft is: at its box or, where the form has none for it now, at the
// part of the form that it belongs to.
func (v letterFormView) places() func(field string) string {
	known := map[string]bool{"judgements": true, "items": true, "findings": true, "responses": true, "held": true}
	add := func(boxes ...letterBox) {
		for _, b := range boxes {
			known[b.ID] = true
		}
	}
	for _, boxes := range [][]letterBox{v.What, v.When, v.Visit, v.Judgements, v.Beyond, v.Out, v.Twins, {v.Whole, v.Note}} {
		add(boxes...)
	}
	for _, item := range v.Items {
		known[item.ID], known[item.JoinsName] = true, len(item.Joins) > 0
		add(item.Words, item.Gloss)
		add(item.Ticks...)
		add(item.More...)
	}
	for _, row := range slices.Concat(v.Findings, v.Responses) {
		add(row.Boxes...)
	}
	return func(field string) string {
		if known[field] {
			return "#" + field
		}
		part, rest, _ := strings.Cut(field, ".")
		key, _, _ := strings.Cut(rest, ".")
		switch {
		case part == "item" && known["item."+key]:
			return "#item." + key
		case known[part+"s"]:
			return "#" + part + "s"
		}
		return "#what"
	}
}

// letterItemView is one area to improve.
type letterItemView struct {
	Key, ID     string
	Number      int
	First, Last bool
	Words       letterBox
	Gloss       letterBox
	Ticks       []letterBox
	Themes      []themeChoice
	ThemesSaid  string
	ThemesName  string
	Joins       []themeChoice
	JoinsName   string
	More        []letterBox
	Checks      []string
}

// themeChoice is a box to tick among several of one name.
type themeChoice struct {
	ID, Value, Name, Note string
	Chosen                bool
}

// formMaker makes the form's boxes out of what they hold, be it a saved draft or what an officer has just sent.
type formMaker struct {
	values   url.Values
	problems inspection.Problems
	checks   []inspection.DraftCheck
	text     *letterText
	record   *inspection.Record
	draft    inspection.Draft
	bodies   []inspection.Body
	themes   []inspection.Theme
	today    inspection.Date
}

// box makes a box of one line.
func (m *formMaker) box(name, label, hint string) letterBox {
	b := letterBox{Name: name, ID: name, Label: label, Hint: hint, Value: m.values.Get(name), Type: "text", Field: name}
	for _, p := range m.problems {
		if p.Field == name {
			b.Problem = p.Words
		}
	}
	for _, check := range m.checks {
		if check.Field == name {
			b.Checks = append(b.Checks, check.Words)
		}
	}
	b.Evidence = m.text.of(name, b.Value)
	return b
}

func (m *formMaker) day(name, label, hint string) letterBox {
	b := m.box(name, label, hint)
	b.Short = true
	return b
}

func (m *formMaker) area(name, label, hint string, rows int) letterBox {
	b := m.box(name, label, hint)
	b.Type, b.Rows = "area", rows
	return b
}

// rowsFor returns about as many rows as a text fills in a box, so that all of it can be seen.
func rowsFor(text string) int {
	const perRow, fewest, most = 60, 3, 14
	rows := 0
	for line := range strings.Lines(text) {
		rows += 1 + len([]rune(line))/perRow
	}
	return min(max(rows, fewest), most)
}

func (m *formMaker) tick(name, label, hint string) letterBox {
	b := m.box(name, label, hint)
	b.Type = "tick"
	return b
}

// choice makes a box to choose one of some options in. A value that is none of them is kept as one of its own, so that
// saving the form cannot change it unseen.
func (m *formMaker) choice(name, label, hint, none string, groups ...optionGroup) letterBox {
	b := m.box(name, label, hint)
	b.setOptions(none, groups...)
	return b
}

func (b *letterBox) setOptions(none string, groups ...optionGroup) {
	b.Type = "select"
	found := b.Value == ""
	b.Groups = []optionGroup{{Options: []selectOption{{Name: none, Chosen: b.Value == ""}}}}
	for _, group := range groups {
		own := optionGroup{Heading: group.Heading}
		for _, option := range group.Options {
			option.Chosen = option.Value == b.Value
			found = found || option.Chosen
			own.Options = append(own.Options, option)
		}
		if len(own.Options) > 0 {
			b.Groups = append(b.Groups, own)
		}
	}
	if !found {
		b.Groups[0].Options = append(b.Groups[0].Options, selectOption{Value: b.Value, Name: shortened(b.Value) + " (not known here)", Chosen: true})
	}
}

func (m *formMaker) form() letterFormView {
	kind := m.values.Get("kind")
	view := letterFormView{
		What: append([]letterBox{m.choice("kind", "Kind of inspection or visit", "", "Choose a kind", kindOptions(m.record.Catalogue))}, m.councils()...),
		When: []letterBox{
			m.day("fieldwork_start", "First day of fieldwork", "Like 11 May 2026. The rules that the inspection fell under follow from this day."),
			m.day("fieldwork_end", "Last day of fieldwork", ""),
			m.box("lead_inspector", "Lead inspector", ""),
			m.day("statement_due", "Day that the letter prints for a statement or plan", "Only where the letter itself prints one, as those of joint inspections do."),
		},
		Visit: []letterBox{
			m.box("topic", "What the visit looked at", ""),
			m.day("visit_number", "Which monitoring visit it was", "Counted since the judgement of inadequate, like 2."),
			m.area("areas_covered", "Areas that the visit covered", "One on each line. These are not areas to improve.", 3),
		},
		Judgements: m.judgements(),
		Items:      m.items(),
		Whole:      m.tick("whole_list_held", "Every area to improve that the letter lists is here", ""),
		Findings:   m.findings(),
		Responses:  m.responses(),
		Beyond: []letterBox{
			m.day("received", "Day the council received the final letter", "Like 30 June 2026. The council’s duties run from this day."),
			m.tick("final", "This is the final version, not a draft", "A letter that is still being checked for accuracy must not be published here."),
		},
		Out:   m.publication(),
		Twins: m.twins(),
		Note:  m.area("note", "Note for readers", "Anything that they must know beside the values, in our words.", 2),
	}
	if k, ok := m.record.Catalogue.Kind(kind); ok {
		view.VisitOpen = !k.Graded
	}
	for _, b := range view.Visit {
		view.VisitOpen = view.VisitOpen || b.Value != "" || b.Problem != ""
	}
	if f, ok := m.framework(); ok {
		view.Framework = f.Name
	}
	return view
}

// publication are the boxes about the day on which a letter came out.
func (m *formMaker) publication() []letterBox {
	hour := m.day("published_hour", "Hour it came out", "Where it is known, in London time, like 10:30.")
	address := m.box("address", "Address of its page on Ofsted’s site", "Beginning with https://. Readers are sent there, and it is the evidence that the letter is out.")
	address.Type = "url"
	return []letterBox{
		m.day("published", "Day it came out", "Like 7 July 2026."), hour, address,
		m.tick("no_document", "The inspectors published nothing", "As for some first monitoring visits. Then no address is needed."),
	}
}

// councils are boxes for the bodies that the letter is about, and an empty one to add another.
func (m *formMaker) councils() []letterBox {
	groups := anyBodyOptions(m.bodies, m.today)[1:] // a place is never inspected itself
	chosen := slices.DeleteFunc(slices.Clone(m.values["bodies"]), func(id string) bool { return id == "" })
	if len(chosen) > mostRows {
		chosen = chosen[:mostRows]
	}
	var out []letterBox
	for i := range len(chosen) + 1 {
		b := m.box("bodies", "Council or other body", "")
		b.Value = ""
		if i < len(chosen) {
			b.Value = chosen[i]
		}
		if i > 0 {
			b.ID, b.Problem, b.Checks, b.Evidence = fmt.Sprintf("bodies-%d", i+1), "", nil, nil
			b.Label = "Another body that the letter is to"
		} else if m.draft.PrintedName != "" {
			b.Hint = "Printed in the letter: " + m.draft.PrintedName
		}
		b.setOptions("None", groups...)
		out = append(out, b)
	}
	return out
}

// framework returns the rules that the boxes name by kind and day, whatever else is wrong in them.
func (m *formMaker) framework() (inspection.Framework, bool) {
	d := inspection.Draft{Kind: m.values.Get("kind")}
	d.FieldworkStart, _ = readDay(strings.TrimSpace(m.values.Get("fieldwork_start")))
	return d.Framework(m.record.Catalogue)
}

// judgements asks for one grade for each judgement of the framework, and shows those besides that the draft holds.
func (m *formMaker) judgements() []letterBox {
	f, _ := m.framework()
	var out []letterBox
	add := func(strand inspection.Strand, hint string) {
		b := m.box("judgement."+strand.Code, strand.Name, hint)
		var grades optionGroup
		scale, _ := m.record.Catalogue.Scale(strand.Scale)
		for _, g := range scale.Grades {
			grades.Options = append(grades.Options, selectOption{Value: g.Code, Name: g.Name})
		}
		if scale.Rank(inspection.NotJudged) < 0 {
			grades.Options = append(grades.Options, selectOption{Value: inspection.NotJudged, Name: "Not judged, as the letter says"})
		}
		b.setOptions("Not in the letter", grades)
		out = append(out, b)
	}
	kind, _ := f.Kind(m.values.Get("kind"))
	if kind.Graded {
		for _, strand := range f.Strands {
			add(strand, "")
		}
	}
	for _, code := range m.values["judgements"] {
		if slices.ContainsFunc(out, func(b letterBox) bool { return b.Name == "judgement."+code }) || len(out) >= mostRows {
			continue
		}
		strand := inspection.Strand{Code: code, Name: shortened(code)}
		for _, other := range m.record.Catalogue.Frameworks() {
			if found, ok := other.Strand(code); ok {
				strand = found
			}
		}
		add(strand, "The rules of this inspection have no such judgement.")
	}
	return out
}

// Strand is the code of the judgement that a box is for.
func (b letterBox) Strand() string { return strings.TrimPrefix(b.Name, "judgement.") }

func (m *formMaker) items() []letterItemView {
	keys := m.values["items"]
	keys = keys[:min(len(keys), mostItems)]
	var on []inspection.Recommendation
	if held := m.draft.Held(m.record); held != nil {
		on = held.Recommendations
	}
	var out []letterItemView
	for i, key := range keys {
		if !itemKey.MatchString(key) {
			continue
		}
		name := func(field string) string { return itemName(key, field) }
		words := m.area(name("words"), fmt.Sprintf("Area to improve %d, word for word", i+1), "", 4)
		words.Rows = rowsFor(words.Value)
		words.Field = "item." + key
		words.Evidence = m.text.of(words.Field, words.Value)
		view := letterItemView{
			Key: key, ID: words.Field, Number: i + 1, First: i == 0, Last: i == len(keys)-1, Words: words,
			Gloss: m.area(name("gloss"), "In plain English, in our words", "", 2),
			Ticks: []letterBox{
				m.tick(name("kind"), "Ofsted calls this an area for priority action", ""),
				m.tick(name("own_priority"), "The council’s own priority", ""),
				m.tick(name("wording"), "These are our words, not the letter’s", ""),
			},
			ThemesName: name("themes"), JoinsName: name("joins"),
			More: []letterBox{
				m.box(name("responsible"), "Body addressed, as printed", ""),
				m.box(name("framework_tag"), "National framework tag, as printed", "Like outcome 1."),
				m.day(name("page"), "Page of the letter", ""),
			},
		}
		for _, check := range m.checks {
			if check.Field == view.ID {
				view.Checks = append(view.Checks, check.Words)
			}
		}
		view.addThemes(m.themes, m.values[view.ThemesName], inspection.SuggestThemes(m.themes, words.Value))
		view.addJoins(on, m.values[view.JoinsName])
		out = append(out, view)
	}
	return out
}

// addThemes offers every theme, those first that the words suggest.
func (v *letterItemView) addThemes(themes []inspection.Theme, chosen, suggested []string) {
	var names []string
	offer := func(t inspection.Theme, note string) {
		v.Themes = append(v.Themes, themeChoice{
			ID: v.ThemesName + "." + t.Code, Value: t.Code, Name: t.Name, Note: note, Chosen: slices.Contains(chosen, t.Code),
		})
	}
	for _, code := range suggested {
		for _, t := range themes {
			if t.Code == code {
				offer(t, "suggested by the words")
			}
		}
	}
	for _, t := range themes {
		if !slices.Contains(suggested, t.Code) {
			offer(t, "")
		}
		if slices.Contains(chosen, t.Code) {
			names = append(names, t.Name)
		}
	}
	switch {
	case len(names) > 0:
		v.ThemesSaid = "Themes: " + strings.Join(names, ", ")
	case len(suggested) > 0:
		v.ThemesSaid = "Themes: none chosen, " + inspection.CountWords(len(suggested), "suggestion", "suggestions")
	default:
		v.ThemesSaid = "Themes: none chosen"
	}
}

// addJoins offers the items of the same inspection that the record holds already.
func (v *letterItemView) addJoins(on []inspection.Recommendation, chosen []string) {
	for _, item := range on {
		v.Joins = append(v.Joins, themeChoice{
			ID: v.JoinsName + "." + item.Reference, Value: item.Reference, Name: item.Reference, Note: item.Words,
			Chosen: slices.Contains(chosen, item.Reference),
		})
	}
	for _, reference := range chosen {
		if !slices.ContainsFunc(v.Joins, func(c themeChoice) bool { return c.Value == reference }) && len(v.Joins) < mostRows {
			v.Joins = append(v.Joins, themeChoice{ID: v.JoinsName + "." + strconv.Itoa(len(v.Joins)), Value: reference, Name: reference, Chosen: true})
		}
	}
}

var findingOptions = optionGroup{Options: []selectOption{
	{Value: string(inspection.Strength), Name: "Strength"}, {Value: string(inspection.Concern), Name: "Concern"},
	{Value: string(inspection.EarlierAreas), Name: "About the areas to improve of the letter before"},
}}

// findings are the rows that hold anything, and an empty one.
func (m *formMaker) findings() []letterRow {
	var out []letterRow
	rows := (&draftForm{values: m.values}).rows("finding", "words")
	for i := range rows + 1 {
		if i == rows && rows > 0 && m.values.Get(rowName("finding", i-1, "words")) == "" {
			break // the last row is empty already
		}
		out = append(out, letterRow{i + 1, []letterBox{
			m.choice(rowName("finding", i, "kind"), "What it is", "", "Choose", findingOptions),
			m.area(rowName("finding", i, "words"), "What inspectors found, in our words", "", 2),
			m.day(rowName("finding", i, "paragraph"), "Paragraph of the letter", ""),
		}})
	}
	return out
}

// responses are the rows that hold anything, and an empty one.
func (m *formMaker) responses() []letterRow {
	var councils optionGroup
	for _, b := range m.bodies {
		if b.Kind != inspection.Place {
			councils.Options = append(councils.Options, selectOption{Value: b.ID, Name: b.Name})
		}
	}
	var out []letterRow
	rows := (&draftForm{values: m.values}).rows("response", "gist")
	for i := range rows + 1 {
		name := func(field string) string { return rowName("response", i, field) }
		if i == rows && rows > 0 && m.values.Get(rowName("response", i-1, "gist")) == "" {
			break
		}
		out = append(out, letterRow{i + 1, []letterBox{
			m.choice(name("body"), "Whose reply it is", "", "Nobody named", councils),
			m.box(name("role"), "Role of who said it", "Like Cabinet member for children’s services."),
			m.box(name("name"), "Name", "Only of elected members and office-holders quoted in public."),
			m.area(name("gist"), "What was said, in our words", "", 2),
			m.day(name("date"), "Day it was said", ""),
			m.box(name("source"), "Address where it stands", ""),
		}})
	}
	return out
}

// twins offers the inspections of the same visit to other councils. They can be linked; they are never merged.
func (m *formMaker) twins() []letterBox {
	chosen := m.values.Get("twin_of")
	var out []letterBox
	add := func(id, label string) {
		b := letterBox{Name: "twin_of", ID: "twin_of", Label: label, Type: "tick"}
		if len(out) > 0 {
			b.ID = "twin_of-" + strconv.Itoa(len(out)+1)
		}
		if chosen == id {
			b.Value = id
		}
		b.Field = id
		out = append(out, b)
	}
	for _, in := range m.draft.Twins(m.record) {
		add(in.ID, "The same visit as "+m.record.TitleOf(in))
	}
	if chosen != "" && !slices.ContainsFunc(out, func(b letterBox) bool { return b.Field == chosen }) {
		add(chosen, "The same visit as the inspection "+chosen)
	}
	return out
}
