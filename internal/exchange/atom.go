package exchange

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"strings"
	"time"
)

// AtomType is the media type of a Feed (RFC 4287, 8).
const AtomType = "application/atom+xml; charset=utf-8"

// Feed is what a program that follows a subject is told of it, the latest first. Addresses are whole.
type Feed struct {
	ID        string // of StableID; the same whatever the address of the service
	Title     string
	Subtitle  string
	Author    string
	Rights    string
	Self      string // where this page of the feed is
	Alternate string // the page that shows the same to people
	First     string // the first page of a feed of several (RFC 5005, 3); empty where there is one
	Previous  string // empty on the first
	Next      string // empty on the last
	Updated   time.Time
	Entries   []FeedEntry
}

// FeedEntry is one thing that happened. Its times are written in their own zones, to the second.
type FeedEntry struct {
	ID         string
	Title      string
	Address    string // of the page about it
	Author     string // where it is not the feed's
	Published  time.Time
	Updated    time.Time
	Summary    string         // in a sentence or two
	Lines      []string       // what else there is to say, as a list
	Categories []FeedCategory // of what it is
}

// FeedCategory is a code with its name for readers.
type FeedCategory struct{ Code, Name string }

// The elements of a feed, in the order in which they are written.
type (
	atomFeed struct {
		XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Language string      `xml:"xml:lang,attr"`
		ID       string      `xml:"id"`
		Title    string      `xml:"title"`
		Subtitle string      `xml:"subtitle,omitempty"`
		Updated  string      `xml:"updated"`
		Author   atomPerson  `xml:"author"`
		Rights   string      `xml:"rights,omitempty"`
		Links    []atomLink  `xml:"link"`
		Entries  []atomEntry `xml:"entry"`
	}
	atomEntry struct {
		ID         string         `xml:"id"`
		Title      string         `xml:"title"`
		Published  string         `xml:"published"`
		Updated    string         `xml:"updated"`
		Author     *atomPerson    `xml:"author"`
		Links      []atomLink     `xml:"link"`
		Categories []atomCategory `xml:"category"`
		Summary    string         `xml:"summary,omitempty"`
		Content    *atomText      `xml:"content"`
	}
	atomPerson struct {
		Name string `xml:"name"`
	}
	atomLink struct {
		Relation string `xml:"rel,attr"`
		Type     string `xml:"type,attr"`
		Address  string `xml:"href,attr"`
	}
	atomCategory struct {
		Code string `xml:"term,attr"`
		Name string `xml:"label,attr"`
	}
	atomText struct {
		Type  string `xml:"type,attr"`
		Words string `xml:",chardata"`
	}
)

// Write writes the feed as an Atom document (RFC 4287). Equal feeds give equal bytes.
func (f Feed) Write(w io.Writer) error {
	out := atomFeed{
		Language: "en-GB", ID: f.ID, Title: f.Title, Subtitle: f.Subtitle, Updated: atomTime(f.Updated),
		Author: atomPerson{f.Author}, Rights: f.Rights,
	}
	link := func(relation, kind, address string) {
		if address != "" {
			out.Links = append(out.Links, atomLink{relation, kind, address})
		}
	}
	link("self", "application/atom+xml", f.Self)
	link("alternate", "text/html", f.Alternate)
	link("first", "application/atom+xml", f.First)
	link("previous", "application/atom+xml", f.Previous)
	link("next", "application/atom+xml", f.Next)
	for _, e := range f.Entries {
		out.Entries = append(out.Entries, e.element())
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write a feed: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("write a feed: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write a feed: %w", err)
	}
	return nil
}

func (e FeedEntry) element() atomEntry {
	out := atomEntry{
		ID: e.ID, Title: e.Title, Published: atomTime(e.Published), Updated: atomTime(e.Updated), Summary: e.Summary,
		Links: []atomLink{{"alternate", "text/html", e.Address}},
	}
	if e.Author != "" {
		out.Author = &atomPerson{e.Author}
	}
	for _, c := range e.Categories {
		out.Categories = append(out.Categories, atomCategory(c))
	}
	if len(e.Lines) > 0 {
		out.Content = &atomText{"html", e.hypertext()}
	}
	return out
}

// hypertext is the summary and the lines for those who show more than one line. Readers of feeds take it as HTML, so every
// word is escaped here and the whole once more in the document.
func (e FeedEntry) hypertext() string {
	var out strings.Builder
	if e.Summary != "" {
		fmt.Fprintf(&out, "<p>%s</p>", html.EscapeString(e.Summary))
	}
	out.WriteString("<ul>")
	for _, line := range e.Lines {
		fmt.Fprintf(&out, "<li>%s</li>", html.EscapeString(line))
	}
	out.WriteString("</ul>")
	return out.String()
}

func atomTime(at time.Time) string { return at.Truncate(time.Second).Format(time.RFC3339) }

// timelineNamespace is the namespace of the program's names: a random UUID, minted once and never changed.
var timelineNamespace = [16]byte{0xa8, 0x17, 0x32, 0xb7, 0xc1, 0x7e, 0x46, 0x40, 0xba, 0x2d, 0x04, 0xac, 0xbf, 0x01, 0x1c, 0x5c}

// StableID returns the UUID of a name (RFC 9562, 5.5), made of the record that it stands in and what it names there. The same
// record names the same thing alike for ever, also when the service moves to another address, and no two records do.
func StableID(record string, parts ...string) string {
	h := sha1.New() // as the standard asks; nothing rests on its strength
	h.Write(timelineNamespace[:])
	for _, part := range append([]string{record}, parts...) {
		fmt.Fprintf(h, "%d:%s", len(part), part) // no two lists of parts make the same name
	}
	id := h.Sum(nil)[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id)
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}
