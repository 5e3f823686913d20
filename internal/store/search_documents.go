package store

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
)

// searchDocument is a row of the index: what an answer is narrowed, counted and ranked by.
type searchDocument struct {
	Number         int `gorm:"primaryKey;autoIncrement:false"`
	Unit           string
	Kind           SearchKind
	RecordID       string
	Page           int
	Part           int             // of a page with more words than a document may have; 0 is the first
	Bodies         string          // IDs with spaces between; so are judgements and themes
	InspectionKind string          // empty for what is about no inspection
	On             inspection.Date `gorm:"column:on_day"`
	From           inspection.Date `gorm:"column:from_day"` // the first day on which it may be shown
	Judgements     string
	Themes         string
	Audience       inspection.Audience
	Length         int    // in words
	Words          []byte // see countWords

	stems [][]string // of each piece; not stored here
}

// found is something of the record that can be found, as it is now.
type found struct {
	unit string
	from inspection.Date
	hit  SearchHit // without score; the passages are all that there are, without marks
}

// never is the first day of what is of no day yet: nobody can tell whether it is out.
var never = inspection.MustDate("9999-12-31")

// searched reads everything that can be found in some units. It is what the index is made of, and what an answer is checked
// against and shown from, so that the two cannot disagree on what may be seen.
func (r *reader) searched(units []string) ([]found, error) {
	var out []found
	ids := byUnitKind(units)
	for _, one := range []struct {
		kind string
		read func(ids []string) ([]found, error)
	}{
		{unitLetter, r.searchedLetters}, {unitInspection, r.searchedInspections}, {unitView, r.searchedViews},
		{unitMilestone, r.searchedMilestones}, {unitAction, r.searchedActions}, {unitUpdate, r.searchedUpdates},
		{unitQuestion, r.searchedQuestions},
	} {
		if len(ids[one.kind]) == 0 {
			continue
		}
		some, err := one.read(ids[one.kind])
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	for i := range out {
		out[i].hit.Passages = slices.DeleteFunc(out[i].hit.Passages, func(p SearchPassage) bool {
			return strings.TrimSpace(p.Words) == "" || p.Words == inspection.ErasedWords
		})
	}
	return slices.DeleteFunc(out, func(f found) bool { return len(f.hit.Passages) == 0 || !f.hit.Audience.Known() }), nil
}

// inspectionsByID returns inspections with their bodies.
func (r *reader) inspectionsByID(ids map[string]bool) (map[string]*inspection.Inspection, error) {
	list, err := within[*inspection.Inspection](r, "id", sortedKeys(ids))
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*inspection.Inspection, len(list))
	for _, in := range list {
		byID[in.ID] = in
	}
	return byID, r.addBodies(list)
}

// foundIn returns what is found in an inspection, so far as the inspection says it.
func foundIn(in *inspection.Inspection, kind SearchKind, id string) found {
	f := found{from: never, hit: SearchHit{Kind: kind, ID: id, Inspection: in, Audience: inspection.ForPublic}}
	f.hit.On, f.hit.Published = in.OutDay()
	if f.hit.On.Known() {
		f.from = f.hit.On.Last()
	}
	for _, b := range in.Bodies {
		f.hit.Bodies = append(f.hit.Bodies, b.BodyID)
	}
	return f
}

// searchedLetters reads the letters that are published: of an inspection's letters the one that was published last.
func (r *reader) searchedLetters(ids []string) ([]found, error) {
	letters, err := within[inspection.Letter](r.columns("id", "inspection_id").where("state = ?", inspection.LetterPublished), "id", ids)
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	for _, l := range letters {
		named[l.InspectionID] = true
	}
	inspections, err := r.inspectionsByID(named)
	if err != nil {
		return nil, err
	}
	last, err := r.lastPublished(sortedKeys(named))
	if err != nil {
		return nil, err
	}
	pages := map[string][]inspection.LetterPage{}
	all, err := within[inspection.LetterPage](r, "letter_id", ids)
	if err != nil {
		return nil, err
	}
	for _, page := range all {
		pages[page.LetterID] = append(pages[page.LetterID], page)
	}
	var out []found
	for _, letter := range letters {
		in := inspections[letter.InspectionID]
		if in == nil || last[letter.InspectionID] != letter.ID {
			continue
		}
		slices.SortFunc(pages[letter.ID], func(a, b inspection.LetterPage) int { return cmp.Compare(a.Number, b.Number) })
		for _, page := range cutLetter(pages[letter.ID], r.strandsOf(in)) {
			f := foundIn(in, SearchLetter, letter.ID)
			f.unit = unitOf(unitLetter, letter.ID)
			f.hit.Page, f.hit.Passages, f.hit.Judgements = page.number, page.passages, page.judgements
			out = append(out, f)
		}
	}
	return out, nil
}

// lastPublished returns what publishedLetter does, of several inspections.
func (r *reader) lastPublished(inspections []string) (map[string]string, error) {
	letters, err := within[inspection.Letter](
		r.columns("id", "inspection_id", "updated_at").where("state = ?", inspection.LetterPublished), "inspection_id", inspections)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(letters, func(a, b inspection.Letter) int {
		return cmp.Or(a.UpdatedAt.Compare(b.UpdatedAt), cmp.Compare(b.ID, a.ID))
	})
	last := map[string]string{}
	for _, letter := range letters {
		last[letter.InspectionID] = letter.ID
	}
	return last, nil
}

// strandsOf returns the judgements that an inspection of a kind gives; a visit gives none.
func (r *reader) strandsOf(in *inspection.Inspection) []inspection.Strand {
	if r.catalogue == nil {
		return nil
	}
	framework, _ := r.catalogue.Framework(in.Framework)
	if kind, _ := r.catalogue.Kind(in.Kind); !kind.Graded {
		return nil
	}
	return framework.Strands
}

// searchedInspections reads the areas to improve of inspections, what inspectors found and what was said in reply.
func (r *reader) searchedInspections(ids []string) ([]found, error) {
	list, err := within[*inspection.Inspection](r, "id", ids)
	if err != nil {
		return nil, err
	}
	if err := r.addBodies(list); err != nil {
		return nil, err
	}
	if err := r.addRecommendations(list); err != nil {
		return nil, err
	}
	findings, err := within[inspection.Finding](r, "inspection_id", ids)
	if err != nil {
		return nil, err
	}
	responses, err := within[inspection.Response](r, "inspection_id", ids)
	if err != nil {
		return nil, err
	}
	themes, err := r.themeNames()
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*inspection.Inspection, len(list))
	var out []found
	for _, in := range list {
		byID[in.ID] = in
		for _, item := range in.Recommendations {
			f := foundIn(in, SearchArea, item.Reference)
			f.hit.Reference, f.hit.Page, f.hit.Themes = item.Reference, item.Page, item.Themes
			f.hit.Passages = []SearchPassage{
				{Words: item.Words, Own: item.Wording != inspection.Verbatim}, {Words: item.Gloss, Label: "In plain English", Own: true},
			}
			for _, code := range item.Themes { // each by itself, so that no phrase runs from one to the next
				f.hit.Passages = append(f.hit.Passages, SearchPassage{Words: themes[code], Label: themeLabel, Own: true})
			}
			out = append(out, f)
		}
	}
	for _, one := range findings {
		f := foundIn(byID[one.InspectionID], SearchFinding, one.ID)
		f.hit.Passages = []SearchPassage{{Words: one.Words, Number: one.Paragraph, Own: true}}
		out = append(out, f)
	}
	for _, one := range responses {
		f := foundIn(byID[one.InspectionID], SearchResponse, one.ID)
		f.hit.By = one.Role
		if one.Name != "" {
			f.hit.By = one.Name + ", " + one.Role
		}
		if one.On.Known() {
			f.hit.On, f.hit.Published = one.On, false
			if one.On.Last().After(f.from) {
				f.from = one.On.Last()
			}
		}
		f.also(one.BodyID)
		f.hit.Passages = []SearchPassage{{Words: one.Gist, Own: true}}
		out = append(out, f)
	}
	for i := range out {
		out[i].unit = unitOf(unitInspection, out[i].hit.Inspection.ID)
	}
	return out, nil
}

// themeLabel stands beside the name of a theme. What is found by that alone shows its own words too.
const themeLabel = "Theme"

// themeNames returns the names of themes by their codes. A theme keeps its name: nothing writes another.
func (r *reader) themeNames() (map[string]string, error) {
	var themes []inspection.Theme
	if err := r.db.Find(&themes).Error; err != nil {
		return nil, fmt.Errorf("read the names of themes: %w", err)
	}
	names := make(map[string]string, len(themes))
	for _, theme := range themes {
		names[theme.Code] = theme.Name
	}
	return names, nil
}

// also adds bodies that something is of.
func (f *found) also(bodies ...string) {
	for _, id := range bodies {
		if id != "" && !slices.Contains(f.hit.Bodies, id) {
			f.hit.Bodies = append(f.hit.Bodies, id)
		}
	}
}

// searchedMilestones reads milestones, which are in our words.
func (r *reader) searchedMilestones(ids []string) ([]found, error) {
	list, err := within[inspection.Milestone](r, "id", ids)
	if err != nil {
		return nil, err
	}
	if err := r.addMilestoneParts(list); err != nil {
		return nil, err
	}
	var out []found
	for i := range list {
		m := &list[i]
		out = append(out, found{unit: unitOf(unitMilestone, m.ID), hit: SearchHit{
			Kind: SearchMilestone, ID: m.ID, Milestone: m, Bodies: m.Bodies, On: m.On, Audience: inspection.ForPublic,
			Passages: []SearchPassage{{Words: m.Title, Own: true}, {Words: m.Detail, Own: true}, {Words: m.Note, Label: "Note", Own: true}},
		}})
	}
	return out, nil
}

// parted makes the documents of what was found. A page with more words than an engine keeps apart becomes several.
func parted(all []found, number func(word string) int) []searchDocument {
	var out []searchDocument
	for _, f := range all {
		d := searchDocument{
			Unit: f.unit, Kind: f.hit.Kind, RecordID: f.hit.ID, Page: f.hit.Page, Bodies: strings.Join(f.hit.Bodies, " "),
			On: f.hit.On, From: f.from, Judgements: strings.Join(f.hit.Judgements, " "), Themes: strings.Join(f.hit.Themes, " "),
			Audience: f.hit.Audience,
		}
		if f.hit.Inspection != nil {
			d.InspectionKind = f.hit.Inspection.Kind
		}
		for part, pieces := range searchParts(f.hit.Passages) {
			d := d
			d.Part = part
			counts := map[int]int{}
			for _, words := range pieces {
				stems := make([]string, len(words))
				for i, w := range words {
					stems[i] = search.Stem(w.Folded)
					counts[number(w.Folded)]++
				}
				d.stems = append(d.stems, stems)
				d.Length += len(words)
			}
			d.Words = countWords(counts)
			out = append(out, d)
		}
	}
	return out
}

// searchParts parts passages, word by word, so that no part has more than an engine keeps the places of.
func searchParts(passages []SearchPassage) [][][]search.Word {
	var parts [][][]search.Word
	var part [][]search.Word
	times, places := map[string]int{}, 0
	for _, p := range passages {
		var piece []search.Word
		for _, w := range search.Words(p.Words) {
			stem := search.Stem(w.Folded)
			if times[stem] == mostPlacesOfWord || places == lastPlace {
				parts, part, piece = append(parts, append(part, piece)), nil, nil
				clear(times)
				places = 0
			}
			times[stem]++
			places++
			piece = append(piece, w)
		}
		places++
		part = append(part, piece)
	}
	return append(parts, part)
}

// countWords writes how often each word, by its number, stands in a document: in the order of the numbers, each as the
// difference to the one before.
func countWords(counts map[int]int) []byte {
	numbers := make([]int, 0, len(counts))
	for number := range counts {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	out := make([]byte, 0, 3*len(numbers))
	last := 0
	for _, number := range numbers {
		out = binary.AppendUvarint(out, uint64(number-last))
		out = binary.AppendUvarint(out, uint64(counts[number]))
		last = number
	}
	return out
}

// eachWord reads what countWords wrote, until take returns false.
func eachWord(words []byte, take func(number, times int) bool) {
	number := 0
	for len(words) > 0 {
		step, n := binary.Uvarint(words)
		times, m := binary.Uvarint(words[max(n, 0):])
		if n <= 0 || m <= 0 {
			return
		}
		words = words[n+m:]
		number += int(step)
		if !take(number, int(times)) {
			return
		}
	}
}
