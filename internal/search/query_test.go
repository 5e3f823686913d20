package search_test

import (
	"cmp"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/search"
)

func parse(t *testing.T, text string) search.Query {
	t.Helper()
	q, err := search.Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return q
}

func TestAQueryIsReadAsWordsPhrasesAndExclusions(t *testing.T) {
	for text, want := range map[string]struct {
		again           string
		words, excluded []string
	}{
		"plans":                {`plans`, []string{"plans"}, nil},
		"  plans   for\tcare ": {`plans for care`, []string{"plans", "for", "care"}, nil},
		`“care leavers” plan`:  {`"care leavers" plan`, []string{"care leavers", "plan"}, nil},
		`plan -adoption`:       {`plan -adoption`, []string{"plan"}, []string{"adoption"}},
		`plan −"foster carer"`: {`plan -"foster carer"`, []string{"plan"}, []string{"foster carer"}},
		`plan NOT adoption`:    {`plan -adoption`, []string{"plan"}, []string{"adoption"}},
		`plan AND visit`:       {`plan visit`, []string{"plan", "visit"}, nil},
		`and or not`:           {`and or not`, []string{"and", "or", "not"}, nil},
		`"AND"`:                {`"AND"`, []string{"AND"}, nil},
		`"never closed`:        {`"never closed"`, []string{"never closed"}, nil},
		`one" two`:             {`one "two"`, []string{"one", "two"}, nil},
		`plans Plan planning`:  {`plans`, []string{"plans"}, nil},
		`re-inspection`:        {`re-inspection`, []string{"re-inspection"}, nil},
		`plan - visit`:         {`plan visit`, []string{"plan", "visit"}, nil},
		`'; DROP TABLE x; --`:  {`DROP TABLE x`, []string{"DROP", "TABLE", "x"}, nil},
		`Σοφός 儿童`:             {`Σοφός 儿童`, []string{"Σοφός", "儿童"}, nil},
	} {
		q := parse(t, text)
		if q.String() != want.again || !slices.Equal(q.Words(), want.words) || !slices.Equal(q.Excluded(), want.excluded) {
			t.Errorf("%q is read as %q: %q without %q", text, q, q.Words(), q.Excluded())
		}
		if again := parse(t, q.String()); again.String() != q.String() {
			t.Errorf("%q is read again as %q", q, again)
		}
	}
}

func TestAQueryIsQuotedOnce(t *testing.T) {
	for query, want := range map[string]string{
		"plans": "“plans”", "care leavers": "“care leavers”", `"care leavers"`: "“care leavers”", `"care leavers" -health "social work"`: "“care leavers” -health “social work”",
	} {
		if got := search.Quoted(query); got != want {
			t.Errorf("%s is quoted as %s, want %s", query, got, want)
		}
	}
}

func TestAQueryThatCannotBeAskedSaysWhatToDo(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "Enter a word or a phrase",
		" \n\t ":                      "Enter a word or a phrase",
		`- "" -`:                      "Enter at least one word to look for",
		`AND NOT`:                     "Enter at least one word to look for",
		`"`:                           "Enter at least one word to look for",
		`-adoption -"foster carers"`:  "only leave pages out",
		`NOT adoption`:                "only leave pages out",
		`plans OR visits`:             "cannot look for one OR another",
		`🙂🙂`:                          "no letter or number",
		strings.Repeat("a", 501):      "at most 500 characters fit, and it has 501",
		strings.Repeat("plans ", 2e3): "at most 500 characters fit, and it has 12000",
		"a b c d e f g h j k l m n o p q r s t u v": "at most 20 words and phrases fit, and there are 21",
	} {
		_, err := search.Parse(text)
		var problem search.Problem
		if !errors.As(err, &problem) || !strings.Contains(problem.Error(), want) {
			t.Errorf("%.40q: %v; want %q", text, err, want)
		}
	}
	if !(search.Query{}).Empty() || parse(t, "plan").Empty() {
		t.Error("only the zero query is empty")
	}
}

func TestAPhraseOfAQueryCanBeSaidInOtherWords(t *testing.T) {
	for _, one := range []struct{ query, phrase, other, want string }{
		{"care leavers", "Care leaver", "care experienced", `"care experienced"`},
		{"plans for Care Leavers -health", "care leavers", "care experienced", `plans for "care experienced" -health`},
		{`"care leavers" housing`, "care leavers", "care experienced", `"care experienced" housing`},
		{`"care" leavers`, "care leavers", "care experienced", `"care experienced"`},
		{"EHCP", "EHCP", "EHC plan", `"EHC plan"`},
		{"EHC plans", "EHC plan", "EHCP", "EHCP"},
		{"care-experienced adults", "Care experienced", "care leavers", `"care leavers" adults`},
		{`experienced "looked after" in care`, "in care", "looked after", `experienced "looked after"`},
		{"leavers care", "care leavers", "care experienced", ""},
		{"-care leavers", "care leavers", "care experienced", ""},
		{"care -leavers", "care leavers", "care experienced", ""},
		{"care", "care leavers", "care experienced", ""},
		{`"for care leavers"`, "care leavers", "care experienced", ""},
		{"care leavers", "", "care experienced", ""},
		{`care leavers housing "care leavers"`, "care leavers", "care experienced", `"care experienced" housing`},
		{"EHCP -health", "EHCP", "–", ""},
		{"EHCP", "EHCP", `the "plan"`, ""},
		{"EHCP -" + strings.Repeat("x", 490), "EHCP", "education, health and care plan", ""}, // longer than can be asked
	} {
		q := parse(t, one.query)
		got, ok := q.Rephrased(one.phrase, one.other)
		if want := cmp.Or(one.want, one.query); got.String() != want || ok != (one.want != "") {
			t.Errorf("%s with %q for %q is %s, %v; want %s", one.query, one.other, one.phrase, got, ok, want)
		}
		if again := parse(t, got.String()); !reflect.DeepEqual(again, got) {
			t.Errorf("%s is read as another query: %+v and %+v", got, again, got)
		}
		if q.String() != parse(t, one.query).String() {
			t.Errorf("the query itself became %s", q)
		}
	}
}

func TestATextIncludesAPhraseInAnyForm(t *testing.T) {
	for _, one := range []struct {
		text, phrase string
		want         bool
	}{
		{"Care-experienced young adults", "care experienced", true}, {"Child protection plans", "protection plan", true}, {"In care", "in care", true},
		{"care", "in care", false}, {"care in", "in care", false}, {"", "care", false},
	} {
		if got := search.Includes(one.text, one.phrase); got != one.want {
			t.Errorf("%q in %q: %v; want %v", one.phrase, one.text, got, one.want)
		}
	}
}

func TestAWordOfAQueryCanBeReplaced(t *testing.T) {
	q := parse(t, `"unregistred homes" Unregistred -unregistred`)
	better := q.With("unregistred", "unregistered")
	if want := `"unregistered homes" unregistered -unregistred`; better.String() != want {
		t.Errorf("got %s; want %s", better, want)
	}
	if q.String() != `"unregistred homes" Unregistred -unregistred` {
		t.Errorf("the query itself became %s", q)
	}
	if marks := better.Marks("Two unregistered homes"); len(marks) != 1 {
		t.Errorf("got %v", marks)
	}
}

func TestMarksAreWholeWordsAndPhrases(t *testing.T) {
	for _, c := range []struct{ query, text, want string }{
		{"plan", "Plans, planning and planets; a re-plan.", "[Plans], [planning] and planets; a re-[plan]."},
		{"care", "The café cares about careful care.", "The café [cares] about [careful] [care]."},
		{`"children in care"`, "Children in care, and children in the care of others.", "[Children in care], and children in the care of others."},
		{`"care leavers" care`, "Care leavers’ care", "[Care leavers]’ [care]"},
		{"council", "the council’s", "the [council’s]"},
		{"re-inspection", "A re-inspection; re inspections; reinspection.", "A [re-inspection]; [re inspections]; reinspection."},
		{"plan -care", "a plan for care", "a [plan] for care"},
		{"服务", "儿童服务好", "儿童[服务]好"},
		{"cafe", "Le CAFÉ", "Le [CAFÉ]"},
		{"plan", "", ""},
	} {
		var got strings.Builder
		for _, piece := range search.Cut(c.text, parse(t, c.query).Marks(c.text)) {
			if piece.Marked {
				got.WriteString("[" + piece.Text + "]")
			} else {
				got.WriteString(piece.Text)
			}
		}
		if got.String() != c.want {
			t.Errorf("%s marks %s; want %s", c.query, got.String(), c.want)
		}
	}
}

func TestFindCountsTheWordsThatStandThere(t *testing.T) {
	q := parse(t, `plans visits "care leavers" -adoption`)
	for text, want := range map[string]int{
		"Plans and plans.": 1, "A plan for a visit to care leavers": 3, "care for leavers": 0, "Adoption": 0, "": 0,
	} {
		if _, terms := q.Find(text); terms != want {
			t.Errorf("%q: %d; want %d", text, terms, want)
		}
	}
}

func TestAnExcerptIsCutBetweenWordsAroundItsMarks(t *testing.T) {
	long := strings.Repeat("some other words here ", 30) + "then visits and plans for visits " + strings.Repeat("and more words after ", 30)
	q := parse(t, "visits plans")
	text, marks := search.Excerpt(long, q.Marks(long), 120)
	if !strings.HasPrefix(text, "…") || !strings.HasSuffix(text, "…") || len([]rune(text)) > 122 {
		t.Errorf("got %q", text)
	}
	if len(marks) != 3 || text[marks[0].Start:marks[0].End] != "visits" || text[marks[1].Start:marks[1].End] != "plans" {
		t.Errorf("it marks %v of %q", marks, text)
	}
	for _, word := range strings.Fields(strings.Trim(text, "…")) {
		if !strings.Contains(long, " "+word+" ") && !strings.HasPrefix(long, word) {
			t.Errorf("%q is no whole word", word)
		}
	}
	if text, marks := search.Excerpt("short plans", q.Marks("short plans"), 120); text != "short plans" || len(marks) != 1 {
		t.Errorf("a short text became %q with %v", text, marks)
	}
	unbroken := strings.Repeat("儿", 300)
	if text, _ := search.Excerpt(unbroken, nil, 100); len([]rune(text)) != 101 {
		t.Errorf("a text without spaces became %d characters", len([]rune(text)))
	}
}
