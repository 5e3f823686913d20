package inspection

import (
	"slices"
	"strings"
	"testing"
)

// asks gives an inspection an area to improve.
func (in *Inspection) asks(reference, words string, themes ...string) {
	in.Recommendations = append(in.Recommendations, Recommendation{
		Reference: reference, InspectionID: in.ID, Words: words, Wording: Paraphrase, Themes: themes, Position: len(in.Recommendations) + 1,
	})
}

// twoLetters returns a record in which East Shire's letter of 2026 follows on that of 2022, and one view that is right.
func twoLetters(t *testing.T) (LaterViewContext, LaterView) {
	t.Helper()
	r := newRecord(t)
	earlier := r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "")
	earlier.asks("ES-ILACS-2022-1", "Supervise better.", "oversight")
	later := r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "")
	later.asks("ES-ILACS-2026-1", "Supervise better still.", "oversight")
	c := LaterViewContext{
		Today: MustDate("2026-11-21"), Item: earlier.Recommendations[0], Earlier: earlier, Later: later, Record: r,
		Pages: []LetterPage{
			{Number: 1, Words: "Inspection of East Shire\n1. Supervision is regular but\nstill looks at tasks\nInspection of East Shire"},
			{Number: 2, Words: "Inspection of East Shire\nmore than at the child.\n2. Plans are clear."},
			{Number: 3, Words: "Inspection of East Shire\n3. Leaders listen."},
		},
	}
	return c, LaterView{Reference: "ES-ILACS-2022-1", InspectionID: later.ID, View: StillWeak, Paragraph: "1", Gloss: "Supervision still counts tasks."}
}

// named returns the fields that problems are about, in order.
func named(problems Problems) string {
	var fields []string
	for _, p := range problems {
		fields = append(fields, p.Field)
	}
	return strings.Join(fields, " ")
}

func TestAViewOfALaterLetterIsChecked(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*LaterViewContext, *LaterView)
		wrong  string // the fields; none where it is right
	}{
		{"a paragraph with our words is enough", func(*LaterViewContext, *LaterView) {}, ""},
		{"the page alone serves where the letter numbers nothing", func(_ *LaterViewContext, v *LaterView) { v.Paragraph, v.Page = "", 2 }, ""},
		{"a full stop after the number is no part of it", func(_ *LaterViewContext, v *LaterView) { v.Paragraph = " 1. " }, ""},
		{"a view has to be one of the five", func(_ *LaterViewContext, v *LaterView) { v.View = "fine" }, "view"},
		{"what the letter says needs its place", func(_ *LaterViewContext, v *LaterView) { v.Paragraph = "" }, "paragraph"},
		{"several paragraphs are several views", func(_ *LaterViewContext, v *LaterView) { v.Paragraph = "1 and 2" }, "paragraph"},
		{"a page that the letter does not have", func(_ *LaterViewContext, v *LaterView) { v.Page = 4 }, "page"},
		{"a page before the first", func(_ *LaterViewContext, v *LaterView) { v.Page = -1 }, "page"},
		{"something has to be said of it", func(_ *LaterViewContext, v *LaterView) { v.Gloss = " " }, "gloss"},
		{"a text that is too long", func(_ *LaterViewContext, v *LaterView) { v.Gloss = strings.Repeat("a", mostWords+1) }, "gloss"},
		{"words of the letter may stand for ours", func(_ *LaterViewContext, v *LaterView) { v.Gloss, v.Quote = "", "Plans are clear." }, ""},
		{"a quotation may cross lines and a page", func(_ *LaterViewContext, v *LaterView) { v.Quote = "still looks at tasks more than at the child." }, ""},
		{"a quotation that the letter does not have", func(_ *LaterViewContext, v *LaterView) { v.Quote = "Supervision is weak." }, "quote"},
		{"a quotation that stands on another page", func(_ *LaterViewContext, v *LaterView) { v.Quote, v.Page = "Plans are clear.", 3 }, "quote"},
		{"no quotation without the letter’s text", func(c *LaterViewContext, v *LaterView) { v.Quote, c.Pages = "Plans are clear.", nil }, "quote"},
		{"a letter that is silent", func(_ *LaterViewContext, v *LaterView) { v.View, v.Paragraph, v.Gloss = NotMentioned, "", "" }, ""},
		{"a silent letter has no paragraph", func(_ *LaterViewContext, v *LaterView) { v.View, v.Gloss = NotMentioned, "" }, "paragraph"},
		{"a silent letter cannot be quoted", func(_ *LaterViewContext, v *LaterView) {
			v.View, v.Paragraph, v.Quote = NotMentioned, "", "Plans are clear."
		}, "quote"},
		{"a letter is not silent that says something", func(c *LaterViewContext, v *LaterView) {
			c.Views = []LaterView{{ID: "other", InspectionID: v.InspectionID, View: Improving, Paragraph: "2"}}
			v.View, v.Paragraph = NotMentioned, ""
		}, "view"},
		{"a letter does not say anything that is silent", func(c *LaterViewContext, v *LaterView) {
			c.Views = []LaterView{{ID: "other", InspectionID: v.InspectionID, View: NotMentioned}}
		}, "view"},
		{"what was taken back does not count", func(c *LaterViewContext, v *LaterView) {
			c.Views = []LaterView{{ID: "other", InspectionID: v.InspectionID, View: NotMentioned, Withdrawn: c.Today}}
		}, ""},
		{"what another letter says does not count", func(c *LaterViewContext, v *LaterView) {
			c.Views = []LaterView{{ID: "other", InspectionID: "another", View: NotMentioned}}
		}, ""},
		{"several paragraphs stand side by side", func(c *LaterViewContext, v *LaterView) {
			c.Views = []LaterView{{ID: "other", InspectionID: v.InspectionID, View: Addressed, Paragraph: "2"}}
		}, ""},
		{"the same view of a paragraph stands once", func(c *LaterViewContext, v *LaterView) {
			c.Views = []LaterView{{ID: "other", InspectionID: v.InspectionID, View: StillWeak, Paragraph: "1"}}
		}, "view"},
		{"what is asked for again names the later item", func(_ *LaterViewContext, v *LaterView) { v.View, v.Repeats = Repeated, "ES-ILACS-2026-1" }, ""},
		{"what is asked for again under no item", func(_ *LaterViewContext, v *LaterView) { v.View = Repeated }, "repeats"},
		{"what is asked for again under an item of another letter", func(_ *LaterViewContext, v *LaterView) { v.View, v.Repeats = Repeated, "ES-ILACS-2022-1" }, "repeats"},
		{"only what is repeated has a later item", func(_ *LaterViewContext, v *LaterView) { v.Repeats = "ES-ILACS-2026-1" }, "repeats"},
		{"a letter that is not out yet", func(c *LaterViewContext, _ *LaterView) { c.Today = MustDate("2026-07-06") }, "inspection"},
		{"the letter that asked", func(c *LaterViewContext, _ *LaterView) { c.Later = c.Earlier }, "inspection"},
		{"a letter that came out before", func(c *LaterViewContext, _ *LaterView) { c.Later, c.Earlier = c.Earlier, c.Later }, "inspection"},
		{"no letter", func(c *LaterViewContext, _ *LaterView) { c.Later = nil }, "inspection"},
		{"a letter to another council", func(c *LaterViewContext, _ *LaterView) {
			c.Later = c.Record.inspect("west-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "")
		}, "inspection"},
		{"a letter that may be to another council", func(c *LaterViewContext, _ *LaterView) { c.Later.Bodies[0].Confirmed = false }, "inspection"},
		{"a letter to the council that took over", func(c *LaterViewContext, _ *LaterView) {
			c.Earlier = c.Record.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29", "")
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			context, view := twoLetters(t)
			c.change(&context, &view)
			if got := named(view.Check(context)); got != c.wrong {
				t.Errorf("wrong: %q; want %q", got, c.wrong)
			}
		})
	}
	t.Run("the page of a quotation is noted", func(t *testing.T) {
		c, v := twoLetters(t)
		v.Quote = "Supervision is regular but still looks at tasks more than at the child."
		if problems := v.Check(c); len(problems) > 0 || v.Page != 1 {
			t.Errorf("page %d, %v", v.Page, problems)
		}
	})
}

func TestALinkJoinsALaterItemToAnEarlierOne(t *testing.T) {
	c, _ := twoLetters(t)
	link := RecommendationLink{FromReference: "ES-ILACS-2026-1", ToReference: " ES-ILACS-2022-1 ", Kind: LinkRepeats}
	for _, one := range []struct {
		name           string
		link           RecommendationLink
		later, earlier *Inspection
		wrong          string
	}{
		{"a later item repeats an earlier one", link, c.Later, c.Earlier, ""},
		{"the other way round", link, c.Earlier, c.Later, "earlier"},
		{"two of one letter", link, c.Later, c.Later, "earlier"},
		{"an item and itself", RecommendationLink{FromReference: "A", ToReference: "A", Kind: LinkRepeats}, c.Later, c.Later, "earlier"},
		{"a later item that is not there", link, nil, c.Earlier, "later"},
		{"an earlier item that is not there", link, c.Later, nil, "earlier"},
		{"a kind that nobody knows", RecommendationLink{FromReference: "A", ToReference: "B", Kind: "resembles"}, c.Later, c.Earlier, "kind"},
	} {
		t.Run(one.name, func(t *testing.T) {
			if got := named(one.link.Check(one.later, one.earlier)); got != one.wrong {
				t.Errorf("wrong: %q; want %q", got, one.wrong)
			}
		})
	}
}

func TestViewsCountFromTheDayOnWhichTheirLetterCameOut(t *testing.T) {
	c, view := twoLetters(t)
	first, taken := view, view
	first.ID, first.Paragraph = "first", "2"
	view.ID, view.Paragraph = "second", "10"
	taken.ID, taken.Withdrawn = "taken back", MustDate("2026-08-01")
	c.Record.LaterViews = []LaterView{view, taken, first}
	ids := func(views []LaterView) string {
		var out []string
		for _, v := range views {
			out = append(out, v.ID)
		}
		return strings.Join(out, ", ")
	}
	if got := ids(c.Record.ViewsOf("ES-ILACS-2022-1", MustDate("2026-07-07"))); got != "first, second" {
		t.Errorf("on the day it came out there are %q, want those in force in the order of their paragraphs", got)
	}
	if got := ids(c.Record.ViewsBy(c.Later.ID, MustDate("2026-07-06"))); got != "" {
		t.Errorf("on the day before there are %q", got)
	}
	if got := ids(c.Record.ViewsOf("ES-ILACS-2026-1", c.Today)); got != "" {
		t.Errorf("of another item there are %q", got)
	}
}

func TestEarlierItemsAreThoseOfTheSameBodyAndOfTheCouncilBeforeIt(t *testing.T) {
	c, _ := twoLetters(t)
	county := c.Record.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29", "")
	county.asks("SCC-ILACS-2019-1", "Decide better.")
	west := c.Record.inspect("west-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "")
	west.asks("WS-ILACS-2022-1", "Something else.")
	var got []string
	for _, item := range c.Record.EarlierItems(c.Later) {
		word := item.Reference
		if item.TookOver {
			word += " of the earlier council"
		}
		got = append(got, word)
	}
	if want := []string{"ES-ILACS-2022-1", "SCC-ILACS-2019-1 of the earlier council"}; !slices.Equal(got, want) {
		t.Errorf("got %q; want %q", got, want)
	}
	var later []string
	for _, in := range c.Record.LaterLetters(county, c.Today) {
		later = append(later, in.ID)
	}
	if want := []string{c.Earlier.ID, west.ID, c.Later.ID}; !slices.Equal(later, want) {
		t.Errorf("letters after the county council’s: %q; want %q", later, want)
	}
	if got := c.Record.LaterLetters(c.Earlier, MustDate("2026-07-06")); len(got) > 0 {
		t.Errorf("%d letters are later on the day before one came out", len(got))
	}
}

func TestAskedAgain(t *testing.T) {
	got := AskedAgain([]LaterView{
		{Reference: "E-1", View: Repeated, Repeats: "E-9"}, {Reference: "E-1", View: Improving}, {Reference: "E-2", View: StillWeak},
	}, []RecommendationLink{
		{FromReference: "E-9", ToReference: "E-1", Kind: LinkRepeats}, {FromReference: "E-8", ToReference: "E-1", Kind: LinkRepeats},
		{FromReference: "E-9", ToReference: "E-3", Kind: LinkSupersedes}, {FromReference: "W-9", ToReference: "W-1", Kind: LinkRepeats},
	})
	if len(got) != 2 || !slices.Equal(got["E-1"], []string{"E-8", "E-9"}) || !slices.Equal(got["W-1"], []string{"W-9"}) {
		t.Errorf("got %v", got)
	}
}
