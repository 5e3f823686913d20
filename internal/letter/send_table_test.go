package letter

import (
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// sendPage draws a page: words at x and y, and rulings from x1 to x2 at y.
type sendPage struct {
	Page
}

func (p *sendPage) say(y float64, words ...any) {
	l := Line{Y: y, Size: 12}
	for i := 0; i+1 < len(words); i += 2 {
		s := words[i+1].(string)
		l.Texts = append(l.Texts, Text{X: float64(words[i].(int)), Width: 6 * float64(len(s)), Size: 12, S: s})
	}
	p.Lines = append(p.Lines, l)
}

func (p *sendPage) rule(y, x1, x2 float64) { p.Rulings = append(p.Rulings, Ruling{x1, y, x2, y}) }

// items reads the items of a report with these pages.
func itemsOfSEND(pages ...*sendPage) []Item {
	var all []Page
	for i, p := range pages {
		p.Number = i + 1
		all = append(all, p.Page)
	}
	var r Reading
	r.readSENDItems(newDocument(all, Register{}))
	return r.Items
}

func wordsOf(items []Item) []string {
	var out []string
	for _, it := range items {
		out = append(out, it.Value)
	}
	return out
}

func TestRulingsPartRowsThatCarryNoBullets(t *testing.T) {
	p := &sendPage{}
	p.say(100, 57, "Areas for improvement")
	p.say(130, 62, "Areas for improvement")
	p.rule(133, 57, 529)
	p.say(150, 62, "Leaders should write plans. They")
	p.say(165, 62, "should read them.")
	p.rule(173, 57, 529)
	p.say(190, 62, "Leaders should count moves.")
	p.rule(177, 62, 400) // shading of the words, not a border
	p.rule(192, 62, 200)
	p.say(205, 62, "Partners should help:")
	p.say(220, 80, "• at home")
	p.say(235, 80, "• at school.")
	p.rule(243, 57, 529)
	p.say(260, 62, "◼")
	p.say(300, 57, "Local area partnership details")
	p.say(320, 57, "A council")
	items := itemsOfSEND(p)
	want := []string{
		"Leaders should write plans. They should read them.",
		"Leaders should count moves. Partners should help: – at home – at school.",
	}
	if !slices.Equal(wordsOf(items), want) {
		t.Errorf("read %q", wordsOf(items))
	}
	for _, it := range items {
		if it.Certainty != inspection.Certain || it.Kind != inspection.Improvement || it.Body != bodyAuthority {
			t.Errorf("item is %+v", it)
		}
	}
}

func TestABodyBesideSeveralRowsIsThatOfEachOfThem(t *testing.T) {
	p := &sendPage{}
	p.say(100, 57, "Areas for priority action")
	p.say(130, 62, "Responsible body", 224, "Areas for priority action")
	p.rule(133, 57, 218)
	p.rule(133, 218, 529)
	p.say(150, 62, "A council and", 224, "Leaders must act.")
	p.rule(158, 218, 529)
	p.say(175, 62, "a care board", 224, "Leaders must listen.")
	p.rule(183, 57, 218)
	p.rule(183, 218, 529)
	p.say(200, 62, "A care board", 224, "Health leaders must")
	p.say(215, 224, "answer.")
	p.rule(223, 57, 218)
	p.rule(223, 218, 529)
	items := itemsOfSEND(p)
	if want := []string{"Leaders must act.", "Leaders must listen.", "Health leaders must answer."}; !slices.Equal(wordsOf(items), want) {
		t.Fatalf("read %q", wordsOf(items))
	}
	for i, want := range []string{"A council and a care board", "A council and a care board", "A care board"} {
		if items[i].Body != want || items[i].Kind != inspection.PriorityAction {
			t.Errorf("item %d is for %q", i+1, items[i].Body)
		}
	}
}

// A table of two rows, the second of which begins or ends at the foot of the first page.
func crossing(lastOnPage string, space float64, firstOnNext string) []Item {
	p, q := &sendPage{}, &sendPage{}
	p.say(100, 57, "Areas for improvement")
	p.rule(133, 57, 529)
	p.say(150, 62, "Leaders should write plans that every family in the area can read.")
	p.rule(158, 57, 529)
	p.say(175, 62, lastOnPage)
	p.rule(175+space, 57, 529)
	q.rule(90, 57, 529)
	q.say(105, 62, firstOnNext)
	q.rule(113, 57, 529)
	return itemsOfSEND(p, q)
}

func TestARowThatCrossesAPageStaysWhole(t *testing.T) {
	for _, c := range []struct {
		name, last string
		space      float64
		next       string
		rows       int
		certainty  inspection.Certainty
	}{
		{"the sentence goes on", "Partners should find out which children", 8, "move most often.", 2, inspection.Certain},
		{"the space of a whole row is below", "Partners should count the moves.", 8, "Leaders should listen to children.", 3, inspection.Certain},
		{"the space below is cut off", "Partners should count the moves.", 3, "Schools can help with that.", 2, inspection.Certain},
		{"what follows points back", "Partners should count the moves.", 8, "They should publish the numbers.", 3, inspection.Check},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := crossing(c.last, c.space, c.next)
			if len(items) != c.rows || items[0].Certainty != c.certainty {
				t.Errorf("read %q, %s", wordsOf(items), items[0].Certainty)
			}
		})
	}
}

func TestAnOutcomeIsCertainOnlyWithWhatFollowsFromIt(t *testing.T) {
	const front = "Area SEND inspection of Kent Local Area Partnership\nInspection dates: 4 to 8 March 2024\n\nInspection outcome\n\n"
	for _, c := range []struct {
		box, outcome string
		certainty    inspection.Certainty
	}{
		{"Arrangements typically lead to positive experiences.\nThe next full area SEND inspection will be within approximately five years.", "1", inspection.Certain},
		{"Arrangements lead to inconsistent experiences and outcomes.\nThe next full inspection will be within approximately 3 years.", "2", inspection.Certain},
		{"There are widespread and/or systemic failings.\nA monitoring inspection will be carried out within approximately 18 months.", "3", inspection.Certain},
		{"Arrangements typically lead to positive experiences.\nThe next full area SEND inspection will be within approximately three years.", "1", inspection.Check},
		{"Arrangements lead to inconsistent experiences.\nThere are widespread and/or systemic failings.", "", ""},
		{"The partnership has been inspected.", "", ""},
	} {
		r := Interpret(ParseText(front+c.box+"\n\nInformation about the local area partnership\n"), testRegister(t))
		switch {
		case r.Status != Read || r.Framework.Value != "area-send":
			t.Fatalf("read %+v", r)
		case c.outcome == "" && len(r.Judgements) > 0:
			t.Errorf("%q: read %+v", c.box, r.Judgements)
		case c.outcome != "" && (len(r.Judgements) != 1 || r.Judgements[0].Value != c.outcome || r.Judgements[0].Certainty != c.certainty):
			t.Errorf("%q: read %+v", c.box, r.Judgements)
		}
	}
}
