package help_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"inspectiontimeline/docs"
	"inspectiontimeline/internal/help"
)

// small are guides of a few lines, as a place for whatever a test is about.
func small(t *testing.T, members string) fstest.MapFS {
	t.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	other := []byte("# Other\n\nFor others.\n\n## First steps\n\nWords.\n")
	return fstest.MapFS{
		"members.md": {Data: []byte(members)}, "officers.md": {Data: other}, "administrators.md": {Data: other},
		"pictures/one.png": {Data: picture.Bytes()}, "pictures/broken.png": {Data: []byte("no picture")},
	}
}

const smallest = "# Members\n\nFor members.\n\n## One\n\n"

func TestAGuideIsReadIntoPieces(t *testing.T) {
	guides, err := help.Read(small(t, `# Guide for *members*

For councillors' eyes.

Before the first section.

## What's "new"?

Open **Search** (`+"`/search`"+`), see [what comes
first](officers.md#first-steps), [below](#two) and [elsewhere](operations.md).

- one
- *two*

1. first
2. then

| A | B |
|---|---|
| a | b |

![What it shows](pictures/one.png)

*Made up.*

> Mind this.

    timeline serve --db "x"

## Two

End.
`))
	if err != nil {
		t.Fatal(err)
	}
	guide, found := guides.Guide("members")
	if !found {
		t.Fatal("there is no guide for members")
	}
	words := func(text string) []help.Run { return []help.Run{{Text: text}} }
	want := help.Guide{
		Name: "members", Title: "Guide for members", Summary: "For councillors’ eyes.",
		Lead: []help.Block{{Paragraph: words("Before the first section.")}},
		Sections: []help.Section{
			{ID: "whats-new", Title: "What’s “new”?", Blocks: []help.Block{
				{Paragraph: []help.Run{
					{Text: "Open "}, {Text: "Search", Strong: true}, {Text: " ("}, {Text: "/search", Code: true, Address: "/search"}, {Text: "), see "},
					{Text: "what comes first", Address: "/help/officers#first-steps"}, {Text: ", "}, {Text: "below", Address: "/help/members#two"},
					{Text: " and elsewhere."},
				}},
				{List: &help.List{Items: [][]help.Run{words("one"), {{Text: "two", Emphasis: true}}}}},
				{List: &help.List{Ordered: true, Items: [][]help.Run{words("first"), words("then")}}},
				{Table: &help.Table{Head: [][]help.Run{words("A"), words("B")}, Rows: [][][]help.Run{{words("a"), words("b")}}}},
				{Picture: &help.Picture{File: "pictures/one.png", Words: "What it shows", Width: 3, Height: 2, Caption: words("Made up.")}},
				{Note: words("Mind this.")},
				{Code: `timeline serve --db "x"`},
			}},
			{ID: "two", Title: "Two", Blocks: []help.Block{{Paragraph: words("End.")}}},
		},
	}
	if !reflect.DeepEqual(guide, want) {
		t.Errorf("the guide is read as\n%+v\nand not as\n%+v", guide, want)
	}
	if files := guides.Pictures(); !slices.Equal(files, []string{"pictures/one.png"}) {
		t.Errorf("the guides show %q", files)
	}
}

func TestAFaultInAGuideIsRefused(t *testing.T) {
	for _, test := range []struct{ name, members, says string }{
		{"raw HTML as a block", smallest + "<div>bold</div>", "HTMLBlock"},
		{"raw HTML in a line", smallest + "Some <b>bold</b> words.", "RawHTML"},
		{"a comment", smallest + "Words.\n\n<!-- hidden -->", "HTMLBlock"},
		{"a link to no guide", smallest + "[x](nothing.pdf)", "nothing.pdf"},
		{"a link to no section of a guide", smallest + "[x](officers.md#last-steps)", "no such section"},
		{"a link to no section of its own", smallest + "[x](#nowhere)", "no such section"},
		{"a link that is a script", smallest + "[x](javascript:alert(1))", "only https"},
		{"a link without encryption", smallest + "[x](http://council.example)", "only https"},
		{"a page of the service that is no code", smallest + "[x](/search)", "in code"},
		{"a picture that is not there", smallest + "![x](pictures/two.png)", "two.png"},
		{"a picture that is none", smallest + "![x](pictures/broken.png)", "broken.png"},
		{"a picture outside the guides", smallest + "![x](../README.png)", "README.png"},
		{"a picture without words", smallest + "![](pictures/one.png)", "lacks the words"},
		{"a heading of the third level", smallest + "Words.\n\n### Three", "second level"},
		{"two titles", smallest + "Words.\n\n# Again", "second level"},
		{"two sections of one name", smallest + "Words.\n\n## One\n\nWords.", "two sections"},
		{"a section without words", smallest, "empty"},
		{"no section", "# Members\n\nFor members.", "has a title"},
		{"no summary", "# Members\n\n## One\n\nWords.", "has a title"},
		{"a list in a list", smallest + "- one\n  - two", "one paragraph"},
		{"steps that go on after a picture", smallest + "1. one\n\n![x](pictures/one.png)\n\n2. two", "begin with 1"},
		{"a line across", smallest + "Words.\n\n---", "ThematicBreak"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := help.Read(small(t, test.members))
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is %v, and should say %q", err, test.says)
			}
		})
	}
	files := small(t, smallest+"Words.")
	delete(files, "officers.md")
	if _, err := help.Read(files); err == nil || !strings.Contains(err.Error(), "officers.md") {
		t.Errorf("without a guide the error is %v", err)
	}
}

// ours reads the guides of the program.
func ours(t *testing.T) *help.Guides {
	t.Helper()
	guides, err := help.Read(docs.Guides())
	if err != nil {
		t.Fatal(err)
	}
	return guides
}

// mostWords is how long each guide may be: a guide that nobody reads through explains nothing.
var mostWords = map[string]int{"members": 1300, "officers": 2000, "administrators": 1300}

func TestTheGuidesStayShort(t *testing.T) {
	for _, guide := range ours(t).All() {
		source, err := os.ReadFile(filepath.Join("..", "..", "docs", guide.Name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		words := slices.DeleteFunc(strings.Fields(string(source)), func(field string) bool {
			return !strings.ContainsFunc(field, unicode.IsLetter) // a sign of Markdown
		})
		if n := len(words); n > mostWords[guide.Name] {
			t.Errorf("the guide for %s has %d words, and may have %d", guide.Name, n, mostWords[guide.Name])
		}
	}
}

func TestTheProgramCarriesThePicturesOfItsGuidesAndNoOthers(t *testing.T) {
	shown := ours(t).Pictures()
	if len(shown) < 10 {
		t.Fatalf("the guides show %d pictures", len(shown))
	}
	carried, err := filepath.Glob(filepath.Join("..", "..", "docs", "pictures", "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range carried {
		file = "pictures/" + filepath.Base(file)
		embedded, err := docs.Guides().Open(file)
		if err == nil {
			embedded.Close()
		}
		if (err == nil) != slices.Contains(shown, file) {
			t.Errorf("%s: in the program is %t, in a guide is %t", file, err == nil, slices.Contains(shown, file))
		}
	}
}
