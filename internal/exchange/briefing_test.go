package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/seed"
)

// seededPaper is the paper about West Northamptonshire, of which some of the areas to improve have an owner and a day.
func seededPaper(t *testing.T) inspection.Briefing {
	t.Helper()
	record, err := ReadSeed(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	day := inspection.MustDate("2026-11-21")
	west, _ := record.Body("west-northamptonshire")
	facts := inspection.BriefingFacts{
		Record: record.AsOf(day), Body: west, Authorities: []inspection.Body{west}, Heading: "Children’s services in West Northamptonshire",
		Since: inspection.MustDate("2026-06-01"), SinceWhy: "a day that was chosen.", AsOf: day, Reader: inspection.ForPublic,
		Posts: []inspection.Post{{ID: "head", BodyID: west.ID, Name: "Head of <assessment> & plans\x0b"}},
	}
	for _, in := range facts.Record.Inspections {
		if !in.Of(west.ID) {
			continue
		}
		for i, item := range in.Recommendations {
			p := inspection.Unmoved(item.Reference)
			if i == 0 {
				p.State, p.OwnerID, p.OriginalDue, p.Due = inspection.InProgress, "head", inspection.MustDate("2026-10-31"), inspection.MustDate("2026-10-31")
			}
			facts.Items = append(facts.Items, inspection.ScrutinyItem{Recommendation: item, Inspection: in, Position: p})
		}
	}
	return inspection.NewBriefing(facts)
}

// leadTo gives each place an address that holds what XML would take for its own.
func leadTo(to inspection.BriefingLead) string {
	return "https://timeline.example/council/" + string(to.To) + "?id=" + to.ID + "&show=open"
}

func writtenBriefing(t *testing.T, paper inspection.Briefing) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteBriefing(&out, paper, leadTo); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// xmlNode is any element, with its name as it is known and not as it is abbreviated.
type xmlNode struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Nodes   []xmlNode  `xml:",any"`
	Text    string     `xml:",chardata"`
}

func (n xmlNode) attr(local string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// all returns the elements of a name below this one, in the order in which they are read.
func (n xmlNode) all(local string) []xmlNode {
	var out []xmlNode
	for _, one := range n.Nodes {
		if one.XMLName.Local == local {
			out = append(out, one)
		}
		out = append(out, one.all(local)...)
	}
	return out
}

// words are those of the element, as they are read.
func (n xmlNode) words() string {
	var out strings.Builder
	for _, t := range n.all("t") {
		out.WriteString(t.Text)
	}
	return out.String()
}

// parts reads every part of a document, each of which has to be well-formed XML.
func parts(t *testing.T, document []byte) map[string]xmlNode {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(document), int64(len(document)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]xmlNode{}
	for _, file := range archive.File {
		content, err := archive.Open(file.Name)
		if err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(content)
		var node xmlNode
		if err := decoder.Decode(&node); err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if space, ok := token.(xml.CharData); err != nil || !ok || len(bytes.TrimSpace(space)) > 0 {
				t.Fatalf("%s goes on after its end: %v %v", file.Name, token, err)
			}
		}
		out[file.Name] = node
	}
	return out
}

func TestABriefingsDocumentIsReadInOrder(t *testing.T) {
	paper := seededPaper(t)
	document := parts(t, writtenBriefing(t, paper))["word/document.xml"]
	var headings, want []string
	bullets := 0
	for _, p := range document.all("p") {
		style := ""
		if styles := p.all("pStyle"); len(styles) > 0 {
			style = styles[0].attr("val")
		}
		switch style {
		case "Heading1", "Heading2":
			headings = append(headings, style+" "+p.words())
		case "ListBullet":
			bullets++
		}
	}
	want = append(want, "Heading1 "+paper.Title)
	points := 0
	for _, s := range paper.Sections {
		want = append(want, "Heading2 "+s.Title)
		points += len(s.List)
	}
	if !slices.Equal(headings, want) {
		t.Errorf("headings are\n%s\nwant\n%s", strings.Join(headings, "\n"), strings.Join(want, "\n"))
	}
	if bullets == 0 || bullets != points {
		t.Errorf("%d points of lists, want %d", bullets, points)
	}
	if !strings.Contains(document.words(), "Head of <assessment> & plans\ufffd, West Northamptonshire") {
		t.Error("words that look like XML do not stand as they are")
	}
}

func TestABriefingsTablesCanBeHeard(t *testing.T) {
	paper := seededPaper(t)
	tables := parts(t, writtenBriefing(t, paper))["word/document.xml"].all("tbl")
	var want []*inspection.BriefingTable
	for _, s := range paper.Sections {
		if s.Table != nil {
			want = append(want, s.Table)
		}
	}
	if len(tables) != len(want) || len(want) != 2 {
		t.Fatalf("%d tables, want %d", len(tables), len(want))
	}
	for i, table := range tables {
		if caption, words := table.all("tblCaption"), table.all("tblDescription"); len(caption) != 1 || len(words) != 1 ||
			caption[0].attr("val") != want[i].Caption || words[0].attr("val") == "" {
			t.Errorf("table %d says nothing of itself: %v %v", i+1, caption, words)
		}
		if look := table.all("tblLook"); len(look) != 1 || look[0].attr("firstRow") != "1" || look[0].attr("firstColumn") != "1" {
			t.Errorf("table %d does not say that its first row and column are heads", i+1)
		}
		rows := table.all("tr")
		if len(rows) != len(want[i].Rows)+1 {
			t.Errorf("table %d has %d rows, want %d", i+1, len(rows), len(want[i].Rows)+1)
		}
		for n, row := range rows {
			if head := len(row.all("tblHeader")) == 1; head != (n == 0) {
				t.Errorf("row %d of table %d: head %t", n+1, i+1, head)
			}
			if cells := row.all("tc"); len(cells) != len(table.all("gridCol")) || len(cells) != len(want[i].Heads) {
				t.Errorf("row %d of table %d has %d cells", n+1, i+1, len(cells))
			}
			for _, cell := range row.all("tc") {
				if cell.words() == "" {
					t.Errorf("row %d of table %d has a cell without words", n+1, i+1)
				}
			}
		}
	}
}

func TestABriefingsLinksAreWhole(t *testing.T) {
	all := parts(t, writtenBriefing(t, seededPaper(t)))
	targets := map[string]string{}
	for _, r := range all["word/_rels/document.xml.rels"].all("Relationship") {
		if targets[r.attr("Id")] != "" {
			t.Errorf("two things go by the name %s", r.attr("Id"))
		}
		targets[r.attr("Id")] = r.attr("Target")
		if outside := r.attr("TargetMode") == "External"; outside != strings.HasPrefix(r.attr("Target"), "https://timeline.example/council/") {
			t.Errorf("%s leads to %s", r.attr("Id"), r.attr("Target"))
		}
	}
	links := all["word/document.xml"].all("hyperlink")
	for _, link := range links {
		if targets[link.attr("id")] == "" || link.words() == "" {
			t.Errorf("a link with the words %q leads to %q", link.words(), targets[link.attr("id")])
		}
	}
	if len(links) < 10 {
		t.Errorf("only %d links", len(links))
	}
}

func TestABriefingSaysItsLanguageTitleAndDay(t *testing.T) {
	paper := seededPaper(t)
	all := parts(t, writtenBriefing(t, paper))
	core := all["docProps/core.xml"]
	for name, want := range map[string]string{
		"title": paper.Title, "creator": "Inspection Timeline", "language": "en-GB", "created": "2026-11-21T00:00:00Z", "modified": "2026-11-21T00:00:00Z",
	} {
		if found := core.all(name); len(found) != 1 || found[0].Text != want {
			t.Errorf("%s is %v, want %q", name, found, want)
		}
	}
	if languages := all["word/styles.xml"].all("lang"); len(languages) != 1 || languages[0].attr("val") != "en-GB" {
		t.Errorf("its text is in %v", languages)
	}
	size, margins := all["word/document.xml"].all("pgSz"), all["word/document.xml"].all("pgMar")
	if len(size) != 1 || size[0].attr("w") != "11906" || size[0].attr("h") != "16838" || margins[0].attr("left") != "1134" {
		t.Errorf("its sheet is %v with margins %v", size, margins)
	}
	footer := all["word/footer1.xml"]
	var fields []string
	for _, field := range footer.all("fldSimple") {
		fields = append(fields, strings.TrimSpace(field.attr("instr")))
	}
	if !slices.Equal(fields, []string{"PAGE", "NUMPAGES"}) || !strings.HasPrefix(footer.words(), paper.Title) {
		t.Errorf("its footer says %q with %v", footer.words(), fields)
	}
	styles := map[string]bool{}
	for _, style := range all["word/styles.xml"].all("style") {
		styles[style.attr("styleId")] = true
	}
	for _, kind := range []string{"pStyle", "rStyle", "tblStyle"} {
		for _, used := range all["word/document.xml"].all(kind) {
			if !styles[used.attr("val")] {
				t.Errorf("there is no style %s", used.attr("val"))
			}
		}
	}
	named := map[string]bool{}
	for _, part := range all["[Content_Types].xml"].all("Override") {
		named[strings.TrimPrefix(part.attr("PartName"), "/")] = true
	}
	for name := range all {
		if !named[name] && !strings.HasSuffix(name, ".rels") && name != "[Content_Types].xml" {
			t.Errorf("%s is not named among the parts", name)
		}
	}
}

func TestTheSamePaperGivesTheSameBytes(t *testing.T) {
	first, again := writtenBriefing(t, seededPaper(t)), writtenBriefing(t, seededPaper(t))
	if !bytes.Equal(first, again) {
		t.Errorf("%d and %d bytes that differ", len(first), len(again))
	}
}

// failing refuses everything that is written to it.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestADocumentThatCannotBeWrittenFails(t *testing.T) {
	err := WriteBriefing(failing{}, seededPaper(t), leadTo)
	if err == nil || !strings.Contains(fmt.Sprint(err), "write a Word document") {
		t.Errorf("got %v", err)
	}
}
