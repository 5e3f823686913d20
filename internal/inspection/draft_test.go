package inspection

import (
	"slices"
	"strings"
	"testing"
)

// eastLetter is a whole draft of a letter on East Shire, which the record does not hold yet.
func eastLetter() Draft {
	return Draft{
		Kind: "ilacs-standard", Bodies: []string{"east-shire"}, FieldworkStart: MustDate("2026-05-11"), FieldworkEnd: MustDate("2026-05-22"),
		LeadInspector: "A Reader", Final: true, Received: MustDate("2026-06-29"), Published: MustDate("2026-07-07"),
		Address:    "https://files.ofsted.gov.uk/v1/file/7",
		Judgements: []DraftJudgement{{"leaders", "outstanding"}, {"help_protection", "good"}, {"in_care", "good"}, {"care_leavers", "good"}},
		Items: []DraftItem{
			{Key: "1", Kind: Improvement, Words: "Plans for children in need.", Wording: Verbatim, Themes: []string{"plans"}},
			{Key: "2", Kind: Improvement, Words: "The local offer (outcome 4).", Wording: Verbatim, Themes: []string{"offer"}},
		},
		WholeListHeld: true,
		Evidence:      []Evidence{{Field: "item.1", Page: 2, Quote: "Plans"}, {Field: "item.2.words", Page: 3, Quote: "offer"}, {Field: "topic", Page: 1}},
	}
}

func draftRecord(t *testing.T) *Record {
	t.Helper()
	r := newRecord(t)
	r.Themes = []Theme{
		{Code: "plans", Name: "Plans", Position: 1, Words: []string{"plan", "plans", "children in need"}},
		{Code: "offer", Name: "Offer", Position: 2, Words: []string{"local offer", "care-experienced"}},
		{Code: "health", Name: "Health", Position: 3, Words: []string{"health"}},
	}
	return r
}

func TestDraftChecks(t *testing.T) {
	today := MustDate("2026-11-21")
	t.Run("a whole draft has nothing against it", func(t *testing.T) {
		if got := eastLetter().Checks(draftRecord(t), today); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
	})
	for name, c := range map[string]struct {
		change func(*Draft)
		field  string
		words  string
		stops  bool
	}{
		"no kind":                               {func(d *Draft) { d.Kind = "" }, "kind", "Choose what kind", true},
		"a kind that no rules had then":         {func(d *Draft) { d.Kind = "sif" }, "kind", "No inspection rules", true},
		"one week for a standard inspection":    {func(d *Draft) { d.FieldworkEnd = MustDate("2026-05-15") }, "kind", "short inspection", false},
		"no council":                            {func(d *Draft) { d.Bodies = nil }, "bodies", "Choose the council", true},
		"a council that does not exist":         {func(d *Draft) { d.Bodies = []string{"atlantis"} }, "bodies", "atlantis", true},
		"a council that had ended":              {func(d *Draft) { d.Bodies = []string{"shire-county-council"} }, "bodies", "ended on 31 March 2021", true},
		"a place":                               {func(d *Draft) { d.Bodies = []string{"shire"} }, "bodies", "not a council", true},
		"an end before the start":               {func(d *Draft) { d.FieldworkEnd = MustDate("2026-05-01") }, "fieldwork_end", "before the first", true},
		"a start on a Sunday":                   {func(d *Draft) { d.FieldworkStart = MustDate("2026-05-10") }, "fieldwork_start", "Sunday", false},
		"publication before the end":            {func(d *Draft) { d.Published = MustDate("2026-05-20") }, "published", "before the last day", true},
		"publication to come":                   {func(d *Draft) { d.Published = MustDate("2026-11-22") }, "published", "future", true},
		"publication known to the month":        {func(d *Draft) { d.Published = MustDate("2026-07") }, "published", "whole date", true},
		"an hour that is none":                  {func(d *Draft) { d.PublishedHour = "half ten" }, "published_hour", "09:30", true},
		"an address that is none":               {func(d *Draft) { d.Address = "ofsted" }, "address", "https://", true},
		"an address elsewhere":                  {func(d *Draft) { d.Address = "https://gov.uk.example/1" }, "address", "not a site of the government", false},
		"nothing published, and yet an address": {func(d *Draft) { d.NoDocument = true }, "no_document", "Take out one", true},
		"receipt before the end":                {func(d *Draft) { d.Received = MustDate("2026-05-01") }, "received", "before the last day", true},
		"receipt unknown":                       {func(d *Draft) { d.Received = Date{} }, "received", "latest possible", false},
		"a version that is not final":           {func(d *Draft) { d.Final = false }, "final", "must never be published", true},
		"a missing judgement":                   {func(d *Draft) { d.Judgements = d.Judgements[1:] }, "judgement.leaders", "Choose the grade", true},
		"a judgement the rules do not have":     {func(d *Draft) { d.Judgements = append(d.Judgements, DraftJudgement{"overall", "good"}) }, "judgement.overall", "no such judgement", true},
		"a grade of another scale":              {func(d *Draft) { d.Judgements[0].Grade = "adequate" }, "judgement.leaders", "from the list", true},
		"a grade of a visit":                    {func(d *Draft) { d.Kind = "ilacs-focused-visit" }, "judgement.leaders", "gives no grades", true},
		"an item without words":                 {func(d *Draft) { d.Items[1].Words = " " }, "item.2", "Enter the words", true},
		"a theme that does not exist":           {func(d *Draft) { d.Items[1].Themes = []string{"luck"} }, "item.2", "from the list", true},
		"an item without a theme":               {func(d *Draft) { d.Items[1].Themes = nil }, "items", "without a theme", false},
		"an item in our words":                  {func(d *Draft) { d.Items[0].Wording = Paraphrase }, "item.1", "in our words", false},
		"the same item twice":                   {func(d *Draft) { d.Items[1].Words = "plans for children in need" }, "item.2", "same words", false},
		"an item that joins what is not held":   {func(d *Draft) { d.Items[0].Joins = "ES-ILACS-2026-P1" }, "item.1", "does not hold", true},
		"a reply without an address":            {func(d *Draft) { d.Responses = []DraftResponse{{BodyID: "east-shire", Role: "Leader", Gist: "Glad"}} }, "responses", "web address", true},
		"a finding without words":               {func(d *Draft) { d.Findings = []DraftFinding{{Kind: Strength}} }, "findings", "finding 1", true},
		"a twin that is none":                   {func(d *Draft) { d.TwinOf = "elsewhere" }, "twin_of", "not one of the same visit", true},
	} {
		t.Run(name, func(t *testing.T) {
			d := eastLetter()
			c.change(&d)
			got := d.Checks(draftRecord(t), today)
			if !slices.ContainsFunc(got, func(k DraftCheck) bool {
				return k.Field == c.field && strings.Contains(k.Words, c.words) && k.Stops == c.stops
			}) {
				t.Errorf("got %+v; want %s with %q", got, c.field, c.words)
			}
		})
	}
}

func TestDraftLimitingRule(t *testing.T) {
	letter := func(overall string) Draft {
		d := eastLetter()
		d.Kind, d.Bodies, d.Items = "sif", []string{"old-town"}, nil
		d.FieldworkStart, d.FieldworkEnd = MustDate("2016-02-01"), MustDate("2016-02-25")
		d.Published, d.Received = MustDate("2016-04-27"), MustDate("2016-04-20")
		d.Judgements = []DraftJudgement{{"leaders", "inadequate"}, {"help_protection", "good"}, {"care_and_care_leavers", "good"},
			{"adoption", "good"}, {"care_leavers", "good"}, {"overall", overall}}
		return d
	}
	for overall, want := range map[string]bool{"inadequate": false, "good": true} {
		got := letter(overall).Checks(draftRecord(t), MustDate("2026-11-21"))
		if has := slices.ContainsFunc(got, func(c DraftCheck) bool { return c.Field == "judgement.overall" && !c.Stops }); has != want {
			t.Errorf("overall %s: got %+v", overall, got)
		}
		for _, c := range got {
			if c.Stops {
				t.Errorf("it stops: %+v", c)
			}
		}
	}
}

func TestDraftHeldAndTwins(t *testing.T) {
	r := draftRecord(t)
	held := r.inspect("east-shire", "ilacs-short", "2026-05", "", "")
	twin := r.inspect("west-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "leaders good")
	r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "leaders good")
	r.inspect("east-shire", "ilacs-focused-visit", "2026-05-12", "", "")
	d := eastLetter()
	if got := d.Held(r); got != held {
		t.Errorf("held is %+v; want the one known to the month, of the other length", got)
	}
	if got := d.Twins(r); !slices.Equal(got, []*Inspection{twin}) {
		t.Errorf("the twins are %+v", got)
	}
	d.FieldworkStart, d.FieldworkEnd = MustDate("2025-01-13"), MustDate("2025-01-24")
	if got := d.Held(r); got != nil {
		t.Errorf("another time is held as %s", got.ID)
	}
	r.inspect("east-partnership", "area-send", "2026-09-07", "2026-11-01", "")
	d.Kind, d.FieldworkStart, d.FieldworkEnd = "area-send", MustDate("2026-09-07"), MustDate("2026-09-11")
	if got := d.Held(r); got == nil || !got.Of("east-partnership") {
		t.Errorf("an inspection of the area is held as %+v", got)
	}
}

func TestDraftInspectionOverWeakerSources(t *testing.T) {
	r := draftRecord(t)
	held := r.inspect("east-shire", "ilacs-standard", "2026-05", "2026-07", "leaders good, help_protection ?")
	held.Confidence, held.DeliveredBy, held.Note = ByNews, "a-trust", "Kept."
	held.Gaps = []Gap{{Field: "dates"}, {Field: "later"}}
	held.Facts = []Fact{{Field: "fieldwork_start", Confidence: BySingleWeak}}
	held.Disagreements = []Disagreement{{ID: "d", Field: "published", Used: "June", Versions: []Version{{DisagreementID: "d", SourceID: "a", Says: "June", Position: 1}}}}
	held.Recommendations = []Recommendation{
		{Reference: "ES-ILACS-2026-P1", Number: "P1", Words: "Offer.", Wording: Paraphrase, SharedKey: "k", Themes: []string{"offer"}, FrameworkTag: "outcome 4"},
	}
	d := eastLetter()
	d.Items[1].Themes, d.Items[1].Joins = nil, "ES-ILACS-2026-P1"
	p, err := d.Publication(r, held, "unused", MustDate("2026-11-21"))
	if err != nil {
		t.Fatal(err)
	}
	in := p.Inspection
	p.GiveReferences("ES-ILACS-2026", nil, func(reference string) bool { return reference == "ES-ILACS-2026-1" })
	if got := []string{in.Recommendations[0].Reference, in.Recommendations[1].Reference}; got[0] != "ES-ILACS-2026-3" || got[1] != "ES-ILACS-2026-2" {
		t.Errorf("the references are %v", got)
	}
	if !slices.Equal(p.Aliases, []ReferenceAlias{{"ES-ILACS-2026-P1", "ES-ILACS-2026-2"}}) {
		t.Errorf("the aliases are %v", p.Aliases)
	}
	if rec := in.Recommendations[1]; rec.SharedKey != "k" || !slices.Equal(rec.Themes, []string{"offer"}) || rec.FrameworkTag != "outcome 4" || rec.Wording != Verbatim {
		t.Errorf("the item that took the place is %+v", rec)
	}
	if in.ID != held.ID || in.FieldworkStart.String() != "2026-05-11" || in.Note != "Kept." || in.DeliveredBy != "a-trust" {
		t.Errorf("got %+v", in)
	}
	for field, want := range map[string]Confidence{"fieldwork_start": ByLetter, "published": ByOfficialPage, "delivered_by": ByNews, "lead_inspector": ByLetter} {
		if got := in.FieldConfidence(field); got != want {
			t.Errorf("%s is known by %s; want %s", field, got, want)
		}
	}
	if len(in.Gaps) != 1 || in.Gaps[0].Field != "later" {
		t.Errorf("the gaps are %+v", in.Gaps)
	}
	if dis := in.Disagreements[0]; dis.Used != "7 July 2026" || len(dis.Versions) != 2 || held.Disagreements[0].Used != "June" {
		t.Errorf("the disagreement is %+v; it was %+v", dis, held.Disagreements[0])
	}
	if got := []string{in.Evidence[0].Field, in.Evidence[1].Field}; got[0] != "item.ES-ILACS-2026-3" || got[1] != "item.ES-ILACS-2026-2.words" {
		t.Errorf("the evidence is of %v", got)
	}
	differences := d.Differences(r)
	for field, want := range map[string]string{"judgement.leaders": "Good to Outstanding", "judgement.help_protection": "Grade not found to Good",
		"fieldwork_start": "May 2026 to 11 May 2026", "item.2": "Offer. to The local offer (outcome 4)."} {
		if !slices.ContainsFunc(differences, func(x DraftDifference) bool { return x.Field == field && x.Was+" to "+x.Says == want }) {
			t.Errorf("%s: got %+v; want %s", field, differences, want)
		}
	}
}

func TestAParaphraseNeverTakesThePlaceOfTheLettersWords(t *testing.T) {
	r := draftRecord(t)
	held := r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "")
	held.Recommendations = []Recommendation{{Reference: "ES-ILACS-2026-1", Number: "1", Words: "Theirs.", Wording: Verbatim}}
	d := eastLetter()
	d.Items = []DraftItem{{Key: "1", Kind: Improvement, Words: "Ours.", Wording: Paraphrase}}
	in, err := d.Inspection(r, held)
	if err != nil || in.Recommendations[0].Words != "Theirs." || in.Recommendations[0].Wording != Verbatim {
		t.Errorf("got %+v, %v", in.Recommendations, err)
	}
	d.Items = nil
	if left := d.Unjoined(held); len(left) != 1 {
		t.Errorf("a whole list without items passes over %v", left)
	}
}

func TestDraftItems(t *testing.T) {
	words := func(d Draft) string {
		var out []string
		for _, it := range d.Items {
			out = append(out, it.Key+" "+it.Words)
		}
		return strings.Join(out, " | ")
	}
	fields := func(d Draft) string {
		var out []string
		for _, e := range d.Evidence {
			out = append(out, e.Field)
		}
		return strings.Join(out, " ")
	}
	start := Draft{
		Items:    []DraftItem{{Key: "1", Words: "a", Kind: Improvement}, {Key: "2", Words: "b", Kind: PriorityAction}, {Key: "3", Words: "c", Kind: Improvement}},
		Evidence: []Evidence{{Field: "item.1"}, {Field: "item.2"}, {Field: "item.10"}},
	}
	for name, c := range map[string]struct {
		change        func(*Draft)
		words, fields string
	}{
		"merging joins an item to the one above, with its evidence": {func(d *Draft) { d.MergeItem("2") }, "1 a b | 3 c", "item.1 item.1 item.10"},
		"the first has none above":                                  {func(d *Draft) { d.MergeItem("1") }, "1 a | 2 b | 3 c", "item.1 item.2 item.10"},
		"splitting gives each part but the first a key of its own":  {func(d *Draft) { d.SplitItem("2", []string{"x ", "", "y", "z"}) }, "1 a | 2 x | 11 y | 12 z | 3 c", "item.1 item.2 item.10 item.11 item.12"},
		"one part splits nothing":                                   {func(d *Draft) { d.SplitItem("2", []string{"x"}) }, "1 a | 2 b | 3 c", "item.1 item.2 item.10"},
		"moving down":                                               {func(d *Draft) { d.MoveItem("1", 1) }, "2 b | 1 a | 3 c", "item.1 item.2 item.10"},
		"moving up as far as there are places":                      {func(d *Draft) { d.MoveItem("3", -9) }, "3 c | 1 a | 2 b", "item.1 item.2 item.10"},
		"adding takes a key that none had":                          {func(d *Draft) { d.AddItem(PriorityAction) }, "1 a | 2 b | 3 c | 11 ", "item.1 item.2 item.10"},
		"removing takes the evidence along":                         {func(d *Draft) { d.RemoveItem("1") }, "2 b | 3 c", "item.2 item.10"},
		"a key that is not there changes nothing":                   {func(d *Draft) { d.MoveItem("9", 1); d.MergeItem("9"); d.RemoveItem("9") }, "1 a | 2 b | 3 c", "item.1 item.2 item.10"},
	} {
		t.Run(name, func(t *testing.T) {
			d := start
			c.change(&d)
			if words(d) != c.words || fields(d) != c.fields {
				t.Errorf("got %q with %q", words(d), fields(d))
			}
			if words(start) != "1 a | 2 b | 3 c" || fields(start) != "item.1 item.2 item.10" {
				t.Errorf("the draft it came from was changed: %q, %q", words(start), fields(start))
			}
		})
	}
}

func TestSuggestThemes(t *testing.T) {
	themes := draftRecord(t).Themes
	for words, want := range map[string]string{
		"The quality of plans, and plan reviews, for children in need, and their health.": "plans health",
		"What care‑experienced people know of the Local Offer.":                           "offer",
		"Explanations and planets.": "",
	} {
		if got := strings.Join(SuggestThemes(themes, words), " "); got != want {
			t.Errorf("%q: got %q; want %q", words, got, want)
		}
	}
}

func TestRebaseDraft(t *testing.T) {
	base := eastLetter()
	theirs, mine := eastLetter(), eastLetter()
	theirs.LeadInspector, theirs.Topic, theirs.Judgements[1].Grade = "Theirs", "the front door", "inadequate"
	mine.LeadInspector, mine.Note = "Mine", "kept"
	theirs.Items[0].Gloss, theirs.Items[1].Words = "plainly", "Their offer."
	mine.Items[1].Words = "My offer."
	theirs.Items = append(theirs.Items, DraftItem{Key: "3", Kind: Improvement, Words: "Their third."})
	mine.Items = append(mine.Items, DraftItem{Key: "3", Kind: Improvement, Words: "My third."})
	theirs.Findings, mine.Findings = []DraftFinding{{Words: "theirs"}}, []DraftFinding{{Words: "mine"}}
	merged, changed := RebaseDraft(base, theirs, mine)
	if merged.LeadInspector != "Mine" || merged.Topic != "the front door" || merged.Note != "kept" || merged.Judgements[1].Grade != "inadequate" {
		t.Errorf("got %+v", merged)
	}
	if len(merged.Items) != 4 || merged.Items[0].Gloss != "plainly" || merged.Items[1].Words != "My offer." || len(merged.Findings) != 2 {
		t.Errorf("the items are %+v, the findings %+v", merged.Items, merged.Findings)
	}
	keys := map[string]bool{}
	for _, it := range merged.Items {
		keys[it.Key] = true
	}
	if len(keys) != 4 {
		t.Errorf("a key stands twice: %+v", merged.Items)
	}
	for field, want := range map[string]DraftDifference{
		"lead_inspector": {Was: "A Reader", Says: "Theirs", Mine: "Mine", Clash: true}, "topic": {Says: "the front door"},
		"item.2.words": {Was: "The local offer (outcome 4).", Says: "Their offer.", Mine: "My offer.", Clash: true}, "findings": {Says: "theirs"},
	} {
		i := slices.IndexFunc(changed, func(d DraftDifference) bool { return d.Field == field })
		if i < 0 {
			t.Errorf("%s is not listed in %+v", field, changed)
			continue
		}
		got := changed[i]
		got.Field, got.Title = "", ""
		if got != want {
			t.Errorf("%s: got %+v; want %+v", field, got, want)
		}
	}
	t.Run("what they removed goes, unless I changed it", func(t *testing.T) {
		theirs, mine := eastLetter(), eastLetter()
		theirs.Items = nil
		mine.Items[1].Words = "My offer."
		merged, changed := RebaseDraft(base, theirs, mine)
		if len(merged.Items) != 1 || merged.Items[0].Words != "My offer." || len(changed) != 2 || !changed[1].Clash {
			t.Errorf("got %+v, %+v", merged.Items, changed)
		}
	})
	t.Run("an order that only they changed is taken over", func(t *testing.T) {
		theirs, mine := eastLetter(), eastLetter()
		theirs.MoveItem("1", 1)
		mine.Items[0].Gloss = "mine"
		merged, changed := RebaseDraft(base, theirs, mine)
		if merged.Items[0].Key != "2" || merged.Items[1].Gloss != "mine" || len(changed) != 1 || changed[0].Says != "2, 1" {
			t.Errorf("got %+v, %+v", merged.Items, changed)
		}
	})
	t.Run("what only I changed is not listed", func(t *testing.T) {
		if merged, changed := RebaseDraft(base, base, mine); len(changed) != 0 || merged.LeadInspector != "Mine" || len(merged.Items) != 3 {
			t.Errorf("got %+v, %+v", merged, changed)
		}
	})
}
