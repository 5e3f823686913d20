package search_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"inspectiontimeline/internal/search"
)

// FuzzMarks holds that whatever is looked for in whatever text, marks stand in order, whole and inside it, all its pieces are the
// text, and an excerpt is a part of it whose marks are marks of it.
func FuzzMarks(f *testing.F) {
	f.Add(`"children in care" -foster`, "The children in care team; foster children in caring homes", uint8(40))
	f.Add("council's café", "Council’s CAFÉ \xff e\u0301 ﬁ ß İ", uint8(3))
	f.Add("儿 AND \"a b\"", strings.Repeat("儿a b ", 30), uint8(20))
	f.Fuzz(func(t *testing.T, query, text string, most uint8) {
		q, err := search.Parse(query)
		if err != nil {
			var problem search.Problem
			if !errors.As(err, &problem) || problem == "" || !q.Empty() {
				t.Fatalf("%q is refused without words: %v", query, err)
			}
			return
		}
		if q.Empty() || len(q.Terms()) > search.MostTerms || len(q.Words()) == 0 {
			t.Fatalf("%q asks for nothing and is taken", query)
		}
		marks, terms := q.Find(text)
		inOrder(t, text, marks)
		if (terms > 0) != (len(marks) > 0) || terms > len(q.Terms()) {
			t.Fatalf("%d terms and %d marks", terms, len(marks))
		}
		var whole strings.Builder
		var marked []search.Span
		for _, piece := range search.Cut(text, marks) {
			if piece.Text == "" {
				t.Fatal("a piece is empty")
			}
			if piece.Marked {
				marked = append(marked, search.Span{Start: whole.Len(), End: whole.Len() + len(piece.Text)})
			}
			whole.WriteString(piece.Text)
		}
		if whole.String() != text || !slices.Equal(marked, marks) {
			t.Fatalf("%q is cut into %q", text, whole.String())
		}
		excerpt, inside := search.Excerpt(text, marks, int(most))
		inOrder(t, excerpt, inside)
		if part := strings.TrimSuffix(strings.TrimPrefix(excerpt, "…"), "…"); !strings.Contains(text, part) {
			t.Fatalf("%q is no part of %q", part, text)
		}
		if n := utf8.RuneCountInString(excerpt); n > int(most)+2 {
			t.Fatalf("%d characters where %d were wanted", n, most)
		}
		for _, m := range inside {
			if !slices.ContainsFunc(marks, func(of search.Span) bool { return text[of.Start:of.End] == excerpt[m.Start:m.End] }) {
				t.Fatalf("%q is marked in %q and not in the text", excerpt[m.Start:m.End], excerpt)
			}
		}
	})
}

func inOrder(t *testing.T, text string, marks []search.Span) {
	t.Helper()
	last := 0
	for _, m := range marks {
		if m.Start < last || m.End <= m.Start || m.End > len(text) {
			t.Fatalf("a mark stands at %v after %d in a text of %d", m, last, len(text))
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[m.Start:m.End]) {
			t.Fatalf("a mark cuts a letter: %q", text[m.Start:m.End])
		}
		last = m.End
	}
}

// FuzzQuery holds that a query with another word in the place of one still asks for as many things, and that what is said about it
// has its quotation marks in pairs.
func FuzzQuery(f *testing.F) {
	f.Add(`"plan of" plans -planned`, "visits")
	f.Add("re-inspection o'brien's", "ﬁ")
	f.Fuzz(func(t *testing.T, text, other string) {
		q, err := search.Parse(text)
		if err != nil {
			return
		}
		words := search.Words(other)
		if len(words) == 0 {
			return
		}
		for _, term := range q.Terms() {
			for _, folded := range term.Folded {
				changed := q.With(folded, words[0].Folded)
				if len(changed.Terms()) != len(q.Terms()) || len(changed.Words()) != len(q.Words()) {
					t.Fatalf("%q with %q for %q is %q", q, words[0].Folded, folded, changed)
				}
			}
		}
		if said := search.Quoted(q.String()); strings.Count(said, "“") < 1 || strings.Contains(said, `"`) {
			t.Fatalf("%q is said as %q", q, said)
		}
		for _, near := range search.Spellings(words[0].Folded, []search.Known{{Word: "visits", Documents: 3}, {Word: "plans", Documents: 1}}) {
			if near != "visits" && near != "plans" {
				t.Fatalf("%q is no word that is known", near)
			}
		}
	})
}
