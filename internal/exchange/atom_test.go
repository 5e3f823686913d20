package exchange_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed/atom"

	"inspectiontimeline/internal/exchange"
)

// aFeed is a feed in which everything is set, with texts that mean something in XML and in HTML.
func aFeed() exchange.Feed {
	london := time.FixedZone("BST", 3600)
	day := time.Date(2026, time.July, 7, 0, 0, 0, 0, london)
	return exchange.Feed{
		ID: "urn:uuid:" + exchange.StableID("record", "feed"), Title: "Letters <published> & more", Subtitle: "By day", Author: "Inspection Timeline",
		Rights: "Open Government Licence", Self: "https://council.example/timeline/feeds/publications.atom?authority=a&page=2",
		Alternate: "https://council.example/timeline/inspections", First: "https://council.example/1", Previous: "https://council.example/1",
		Next: "https://council.example/3", Updated: day,
		Entries: []exchange.FeedEntry{
			{
				ID: "urn:uuid:" + exchange.StableID("record", "publication", "x"), Title: "Council’s letter </title><em>", Address: "https://council.example/timeline/inspections/x",
				Published: day, Updated: day.Add(time.Hour), Author: "Improvement officer", Summary: "Published on 7 July 2026.",
				Lines: []string{"Leaders: <script>alert(1)</script> & “Good”", "a\x00b"}, Categories: []exchange.FeedCategory{{"ilacs-standard", "Inspection"}},
			},
			{ID: "urn:uuid:" + exchange.StableID("record", "publication", "y"), Title: "Bare", Address: "https://council.example/y", Published: day, Updated: day},
		},
	}
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAFeedIsReadByAnotherLibrary(t *testing.T) {
	text := written(t, aFeed().Write)
	feed, err := (&atom.Parser{}).Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if feed.Title != "Letters <published> & more" || feed.Language != "en-GB" || feed.Updated != "2026-07-07T00:00:00+01:00" || len(feed.Authors) != 1 {
		t.Errorf("the head is %q, %q, %q", feed.Title, feed.Language, feed.Updated)
	}
	links := map[string]string{}
	for _, link := range feed.Links {
		links[link.Rel] = link.Href
	}
	if links["self"] != aFeed().Self || links["alternate"] != aFeed().Alternate || links["next"] != aFeed().Next || links["first"] == "" || links["previous"] == "" {
		t.Errorf("the links are %v", links)
	}
	if len(feed.Entries) != 2 {
		t.Fatalf("%d entries", len(feed.Entries))
	}
	entry := feed.Entries[0]
	if entry.Title != "Council’s letter </title><em>" || entry.Published != "2026-07-07T00:00:00+01:00" || entry.Updated != "2026-07-07T01:00:00+01:00" {
		t.Errorf("the entry is %q, %q, %q", entry.Title, entry.Published, entry.Updated)
	}
	if want := "<p>Published on 7 July 2026.</p><ul><li>Leaders: &lt;script&gt;alert(1)&lt;/script&gt; &amp; “Good”</li><li>a\uFFFDb</li></ul>"; entry.Content.Type != "html" || entry.Content.Value != want {
		t.Errorf("the content is %s %q", entry.Content.Type, entry.Content.Value)
	}
	if len(entry.Categories) != 1 || entry.Categories[0].Term != "ilacs-standard" || entry.Authors[0].Name != "Improvement officer" {
		t.Errorf("categories %v, authors %v", entry.Categories, entry.Authors)
	}
	if bare := feed.Entries[1]; bare.Content != nil || len(bare.Authors) != 0 || len(bare.Links) != 1 {
		t.Errorf("an entry with little to say holds more: %+v", bare)
	}
}

func TestAFeedHasOneDocumentInOneNamespaceAndIsWrittenAlike(t *testing.T) {
	text := written(t, aFeed().Write)
	if text != written(t, aFeed().Write) {
		t.Error("equal feeds are written differently")
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	elements := 0
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			elements++
			if start.Name.Space != "http://www.w3.org/2005/Atom" {
				t.Errorf("<%s> is in the namespace %q", start.Name.Local, start.Name.Space)
			}
		}
	}
	if elements < 25 {
		t.Errorf("%d elements", elements)
	}
}

func TestAStableIDNamesOneThingOfOneRecord(t *testing.T) {
	id := exchange.StableID("record", "publication", "x")
	if id != "3ab879e4-3372-5be8-87f0-ab3998560408" {
		t.Errorf("the ID is %s: subscribers would see everything anew", id)
	}
	for says, other := range map[string]string{
		"another record":             exchange.StableID("other", "publication", "x"),
		"another thing":              exchange.StableID("record", "publication", "y"),
		"the same letters otherwise": exchange.StableID("record", "publicationx"),
		"parts that run together":    exchange.StableID("record", "public", "ationx"),
	} {
		if other == id {
			t.Errorf("%s has the same ID", says)
		}
	}
}
