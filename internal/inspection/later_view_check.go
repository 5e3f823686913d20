package inspection

import (
	"regexp"
	"slices"
	"strings"
)

// LaterViewContext is what a LaterView is checked against.
type LaterViewContext struct {
	Today   Date
	Item    Recommendation
	Earlier *Inspection  // that asked for the item
	Later   *Inspection  // whose letter says it, with its areas to improve
	Record  *Record      // who took over from whom
	Pages   []LetterPage // of the later letter; none where it is not held
	Views   []LaterView  // all that are recorded of the item
}

// paragraphOfLetter is how a letter numbers its paragraphs: 47, or 3.12 in older reports.
var paragraphOfLetter = regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{1,3})?$`)

// Check trims what was typed and says everything that is wrong with a view, by the names of its boxes.
func (v *LaterView) Check(c LaterViewContext) Problems {
	for _, text := range []*string{&v.Paragraph, &v.Quote, &v.Gloss, &v.Repeats} {
		*text = strings.TrimSpace(*text)
	}
	v.Paragraph = strings.TrimSuffix(v.Paragraph, ".")
	var problems Problems
	wrong := func(field, words string) { problems = append(problems, Problem{Field: field, Words: words}) }
	if words := c.letterProblem(); words != "" {
		wrong("inspection", words)
	}
	if !v.View.Known() {
		wrong("view", "Choose what the letter says of this area to improve")
		return problems
	}
	if v.View == NotMentioned {
		v.checkSilence(c, wrong)
	} else {
		v.checkPassage(c, wrong)
	}
	v.checkRepeated(c, wrong)
	if v.Gloss == "" && v.Quote == "" && v.View != NotMentioned {
		wrong("gloss", "Enter what the letter says, in your words, or quote it")
	}
	for _, box := range []struct{ field, text string }{{"gloss", v.Gloss}, {"quote", v.Quote}} {
		if len([]rune(box.text)) > mostWords {
			wrong(box.field, "Shorten the text: at most 5,000 characters fit")
		}
	}
	return problems
}

// letterProblem says why a letter cannot speak of an item, and "" where it can: it has to be out, to be later than the
// letter that asked, and to be about the same council, partnership or provider, or about one that took over from it.
func (c LaterViewContext) letterProblem() string {
	switch {
	case c.Earlier == nil || c.Later == nil:
		return "Choose a letter that is on the record"
	case !c.Later.OutBy(c.Today):
		return "Wait until the letter is out: nothing of it may be public before"
	case !cameAfter(c.Later, c.Earlier):
		return "Choose a later letter: this one did not come out after the one that asks for this"
	case !c.Record.SpeaksOf(c.Later, c.Earlier):
		return "Choose a letter about the same council, partnership or provider, or about a council that took over its area"
	}
	return ""
}

// cameAfter reports whether one letter came out after another.
func cameAfter(later, earlier *Inspection) bool {
	a, _ := later.OutDay()
	b, _ := earlier.OutDay()
	return a.Known() && b.Known() && a.After(b)
}

// checkSilence is for a letter that does not mention the item: then there is nothing to point to, and nothing beside it.
func (v *LaterView) checkSilence(c LaterViewContext, wrong func(field, words string)) {
	if v.Paragraph != "" || v.Page != 0 {
		wrong("paragraph", "Leave the paragraph empty, or choose another view: a letter that does not mention this has none")
	}
	if v.Quote != "" {
		wrong("quote", "Leave the quotation empty, or choose another view: a letter that does not mention this cannot be quoted")
	}
	switch besides := v.besides(c); {
	case len(besides) == 0:
	case besides[0].View == NotMentioned:
		wrong("view", "Leave it as it is: this letter is recorded already not to mention it")
	default:
		wrong("view", "Choose another view, or take back what is recorded: this letter is recorded to mention it")
	}
}

// besides returns the views in force that the same letter is recorded to give of the same item.
func (v *LaterView) besides(c LaterViewContext) []LaterView {
	var out []LaterView
	for _, other := range c.Views {
		if other.ID != v.ID && other.InspectionID == v.InspectionID && !other.Withdrawn.Known() {
			out = append(out, other)
		}
	}
	return out
}

// checkPassage is for a letter that says something: where it does, and whether it does in these words.
func (v *LaterView) checkPassage(c LaterViewContext, wrong func(field, words string)) {
	besides := v.besides(c)
	switch {
	case slices.ContainsFunc(besides, func(o LaterView) bool { return o.View == NotMentioned }):
		wrong("view", "Take back first the view that this letter does not mention it")
	case slices.ContainsFunc(besides, func(o LaterView) bool { return o.View == v.View && o.Paragraph == v.Paragraph && o.Page == v.Page }):
		wrong("view", "Choose another view or another paragraph: this view of the paragraph is recorded already")
	}
	switch {
	case v.Paragraph == "" && v.Page == 0:
		wrong("paragraph", "Enter the number of the paragraph, or the page where the letter numbers none")
	case v.Paragraph != "" && !paragraphOfLetter.MatchString(v.Paragraph):
		wrong("paragraph", "Enter the number of one paragraph as the letter prints it, like 47")
	}
	if v.Page < 0 || v.Page > mostPages || len(c.Pages) > 0 && v.Page > len(c.Pages) {
		wrong("page", "Enter a page that the letter has, like 5")
		return
	}
	v.checkQuote(c, wrong)
}

// mostPages bounds the number of a page of a letter.
const mostPages = 400

// checkQuote finds a quotation in the letter, over line breaks and page ends, and notes its page. Without the letter
// nothing can be quoted from it.
func (v *LaterView) checkQuote(c LaterViewContext, wrong func(field, words string)) {
	if v.Quote == "" {
		return
	}
	if len(c.Pages) == 0 {
		wrong("quote", "Leave the quotation empty: the letter’s text is not held here, so it cannot be checked")
		return
	}
	page, found := findQuote(c.Pages, v.Page, v.Quote)
	if !found {
		where := "the letter"
		if v.Page != 0 {
			where = "that page of the letter"
		}
		wrong("quote", "Quote word for word: "+where+" does not have these words")
		return
	}
	if v.Page == 0 {
		v.Page = page
	}
}

// findQuote returns the page on which a quotation begins, looked for on the given page or, where that is 0, on each.
func findQuote(pages []LetterPage, page int, quote string) (int, bool) {
	paragraphs := Paragraphs(pages)
	wanted := oneLine(quote)
	for _, p := range paragraphs { // a paragraph goes on over the foot of a page
		if (page == 0 || p.Page == page) && strings.Contains(p.Words, wanted) {
			return p.Page, true
		}
	}
	for _, p := range pages {
		if (page == 0 || p.Number == page) && strings.Contains(oneLine(p.Words), wanted) {
			return p.Number, true
		}
	}
	return 0, false
}

// oneLine writes a text on one line, with one space where the letter breaks a line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// checkRepeated ties a view that the letter asks again to the item in which it does.
func (v *LaterView) checkRepeated(c LaterViewContext, wrong func(field, words string)) {
	if v.View != Repeated {
		if v.Repeats != "" {
			wrong("repeats", "Leave this empty, or choose “Repeated”: only then does the letter ask for it again")
		}
		return
	}
	if c.Later == nil || !slices.ContainsFunc(c.Later.Recommendations, func(r Recommendation) bool { return r.Reference == v.Repeats }) {
		wrong("repeats", "Choose the area to improve in which this letter asks for it again")
	}
}

// Check says what is wrong with a link between the item of a later inspection and that of an earlier one. An inspection
// is nil where no item has that reference.
func (l *RecommendationLink) Check(later, earlier *Inspection) Problems {
	l.FromReference, l.ToReference, l.Note = strings.TrimSpace(l.FromReference), strings.TrimSpace(l.ToReference), strings.TrimSpace(l.Note)
	var problems Problems
	wrong := func(field, words string) { problems = append(problems, Problem{Field: field, Words: words}) }
	switch {
	case l.FromReference == l.ToReference:
		wrong("earlier", "Choose another area to improve: an item cannot be linked to itself")
	case later == nil:
		wrong("later", "Check the reference: no area to improve here has it")
	case earlier == nil:
		wrong("earlier", "Check the reference: no area to improve here has it")
	case !cameAfter(later, earlier):
		wrong("earlier", "Choose an area to improve of an earlier letter: this one did not come out before")
	}
	if !slices.Contains(LinkKinds(), l.Kind) {
		wrong("kind", "Choose how the two hang together")
	}
	if len([]rune(l.Note)) > mostWords {
		wrong("note", "Shorten the note: at most 5,000 characters fit")
	}
	return problems
}

// CheckTakingBack says what is wrong with the reason for taking a view back.
func (v LaterView) CheckTakingBack(why string) Problems {
	switch {
	case v.Withdrawn.Known():
		return Problems{{Field: "reason", Words: "This view was taken back already, on " + v.Withdrawn.Words()}}
	case why == "":
		return Problems{{Field: "reason", Words: "Enter why this view was wrong"}}
	case len([]rune(why)) > mostWords:
		return Problems{{Field: "reason", Words: "Shorten the text: at most 5,000 characters fit"}}
	}
	return nil
}

// InForce reports whether a view counts on a day: its letter is out by then, as now known, and it was not taken back.
func (v LaterView) InForce(letter *Inspection, asOf Date) bool {
	return letter != nil && letter.OutBy(asOf) && !v.Withdrawn.Known()
}

// SpeaksOf reports whether a later letter may speak of what an earlier one asked for: it is about the same council,
// partnership or provider, or about a council that took over the area of the earlier one.
func (r *Record) SpeaksOf(later, earlier *Inspection) bool {
	return r.sameBody(later, earlier) || r.TookOver(later, earlier)
}

func (r *Record) sameBody(later, earlier *Inspection) bool {
	return slices.ContainsFunc(earlier.Bodies, func(b InspectionBody) bool { return b.Confirmed && later.Of(b.BodyID) })
}

// TookOver reports whether the earlier letter was to another, earlier council, so that pages have to say so.
func (r *Record) TookOver(later, earlier *Inspection) bool {
	if r == nil || r.sameBody(later, earlier) {
		return false
	}
	return slices.ContainsFunc(r.Successions, func(s Succession) bool { return earlier.Of(s.FromID) && later.Of(s.ToID) })
}
