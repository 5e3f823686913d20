package exchange

import (
	"archive/zip"
	"bytes"
	"embed"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"time"

	"inspectiontimeline/internal/inspection"
)

// The parts of a Word document that are the same in each: its styles, its kind of list, and what the package holds.
//
//go:embed docx
var docxFiles embed.FS

// The names that the parts of a Word document go by.
const (
	wordSpace     = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	relatedSpace  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageSpace  = "http://schemas.openxmlformats.org/package/2006/relationships"
	coreSpace     = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
	elementsSpace = "http://purl.org/dc/elements/1.1/"
	termsSpace    = "http://purl.org/dc/terms/"
	schemaSpace   = "http://www.w3.org/2001/XMLSchema-instance"
)

// An A4 sheet with margins of 2 cm, in twentieths of a point.
const (
	sheetWidth  = 11906
	sheetHeight = 16838
	sheetMargin = 1134
	textWidth   = sheetWidth - 2*sheetMargin
)

// element is a piece of a part: a name with its attributes in turn, and what it holds.
type element struct {
	name       string
	attributes []string
	text       string
	within     []element
}

func el(name string, within ...element) element { return element{name: name, within: within} }

// valued is an element that says one thing, as most of this format's do.
func valued(name, value string) element {
	return element{name: name, attributes: []string{"w:val", value}}
}

func (e element) with(attributes ...string) element {
	e.attributes = attributes
	return e
}

func (e element) write(out *xml.Encoder) error {
	start := xml.StartElement{Name: xml.Name{Local: e.name}}
	for i := 0; i+1 < len(e.attributes); i += 2 {
		start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: e.attributes[i]}, Value: e.attributes[i+1]})
	}
	if err := out.EncodeToken(start); err != nil {
		return err
	}
	if e.text != "" {
		if err := out.EncodeToken(xml.CharData(e.text)); err != nil {
			return err
		}
	}
	for _, one := range e.within {
		if err := one.write(out); err != nil {
			return err
		}
	}
	return out.EncodeToken(start.End())
}

// part writes an element as a whole part of the package.
func (e element) part() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	encoder := xml.NewEncoder(&out)
	if err := e.write(encoder); err != nil {
		return nil, err
	}
	err := encoder.Flush()
	return out.Bytes(), err
}

// docxText is a paragraph's text: pieces that may lead to an address.
type docxText []docxRun

type docxRun struct{ words, address string }

// docx is a Word document being written: real headings, lists, tables and links, in the order in which they are read.
type docx struct {
	title  string
	on     inspection.Date
	body   []element
	leads  []string       // the addresses that links lead to
	leadAt map[string]int // their places in leads
}

func newDocx(title string, on inspection.Date) *docx {
	return &docx{title: title, on: on, leadAt: map[string]int{}}
}

// paragraph adds a paragraph of a style of styles.xml; without one it is plain text.
func (d *docx) paragraph(style string, text docxText) {
	d.body = append(d.body, d.written(style, text))
}

func (d *docx) written(style string, text docxText) element {
	p := el("w:p")
	if style != "" {
		p.within = append(p.within, el("w:pPr", valued("w:pStyle", style)))
	}
	for _, run := range text {
		words := element{name: "w:t", attributes: []string{"xml:space", "preserve"}, text: run.words}
		if run.address == "" {
			p.within = append(p.within, el("w:r", words))
			continue
		}
		link := el("w:hyperlink", el("w:r", el("w:rPr", valued("w:rStyle", "Hyperlink")), words))
		p.within = append(p.within, link.with("r:id", d.lead(run.address), "w:history", "1"))
	}
	return p
}

// lead returns the ID under which the document knows an address.
func (d *docx) lead(address string) string {
	at, known := d.leadAt[address]
	if !known {
		at = len(d.leads)
		d.leads, d.leadAt[address] = append(d.leads, address), at
	}
	return fmt.Sprintf("link%d", at+1)
}

// docxTable is a table with the words that say what it holds to those who cannot see it.
type docxTable struct {
	caption, summary string
	heads            []string
	widths           []int // of each column, in hundredths
	rows             [][]docxText
}

// table adds a table under its caption. Its first row is its head, on every page, and its first column heads the rows.
func (d *docx) table(t docxTable) {
	d.paragraph("Caption", docxText{{words: t.caption}})
	grid, heads := el("w:tblGrid"), make([]docxText, len(t.heads))
	for i, head := range t.heads {
		heads[i] = docxText{{words: head}}
		grid.within = append(grid.within, el("w:gridCol").with("w:w", fmt.Sprint(t.width(i))))
	}
	table := el("w:tbl",
		el("w:tblPr",
			valued("w:tblStyle", "TableGrid"), el("w:tblW").with("w:w", fmt.Sprint(textWidth), "w:type", "dxa"),
			el("w:tblLayout").with("w:type", "fixed"),
			el("w:tblLook").with("w:val", "06A0", "w:firstRow", "1", "w:lastRow", "0", "w:firstColumn", "1", "w:lastColumn", "0",
				"w:noHBand", "1", "w:noVBand", "1"),
			valued("w:tblCaption", t.caption), valued("w:tblDescription", t.summary)),
		grid, d.row(t, heads, el("w:tblHeader")))
	for _, row := range t.rows {
		table.within = append(table.within, d.row(t, row))
	}
	d.body = append(d.body, table)
}

func (t docxTable) width(column int) int { return textWidth * t.widths[column] / 100 }

// row writes a row that stays on one page.
func (d *docx) row(t docxTable, cells []docxText, properties ...element) element {
	row := el("w:tr", el("w:trPr", append([]element{el("w:cantSplit")}, properties...)...))
	for i, cell := range cells {
		width := el("w:tcW").with("w:w", fmt.Sprint(t.width(i)), "w:type", "dxa")
		row.within = append(row.within, el("w:tc", el("w:tcPr", width), d.written("TableText", cell)))
	}
	return row
}

// write writes the package. The same document gives the same bytes.
func (d *docx) write(w io.Writer) error {
	out := zip.NewWriter(w)
	add := func(name string, content []byte) error {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.on.Time()}
		part, err := out.CreateHeader(header)
		if err == nil {
			_, err = part.Write(content)
		}
		return err
	}
	made := map[string]element{
		"word/document.xml": d.document(), "word/_rels/document.xml.rels": d.related(), "word/footer1.xml": d.footer(),
		"docProps/core.xml": d.properties(),
	}
	same := map[string]string{
		"[Content_Types].xml": "content_types.xml", "_rels/.rels": "package.rels", "docProps/app.xml": "app.xml",
		"word/styles.xml": "styles.xml", "word/numbering.xml": "numbering.xml", "word/settings.xml": "settings.xml",
	}
	for _, name := range []string{ // what says what the others are comes first
		"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml",
		"word/numbering.xml", "word/settings.xml", "word/footer1.xml", "docProps/core.xml", "docProps/app.xml",
	} {
		var content []byte
		var err error
		if file, ok := same[name]; ok {
			content, err = docxFiles.ReadFile("docx/" + file)
		} else {
			content, err = made[name].part()
		}
		if err == nil {
			err = add(name, content)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return out.Close()
}

func (d *docx) document() element {
	margin := fmt.Sprint(sheetMargin)
	sheet := el("w:sectPr",
		el("w:footerReference").with("w:type", "default", "r:id", "footer"),
		el("w:pgSz").with("w:w", fmt.Sprint(sheetWidth), "w:h", fmt.Sprint(sheetHeight)),
		el("w:pgMar").with("w:top", margin, "w:right", margin, "w:bottom", margin, "w:left", margin,
			"w:header", "567", "w:footer", "567", "w:gutter", "0"))
	body := el("w:body", slices.Concat(d.body, []element{sheet})...)
	return el("w:document", body).with("xmlns:w", wordSpace, "xmlns:r", relatedSpace)
}

// related says what the document refers to: its other parts, and the addresses of its links.
func (d *docx) related() element {
	out := el("Relationships").with("xmlns", packageSpace)
	add := func(id, kind, target string, more ...string) {
		attributes := append([]string{"Id", id, "Type", relatedSpace + "/" + kind, "Target", target}, more...)
		out.within = append(out.within, el("Relationship").with(attributes...))
	}
	for _, part := range []string{"styles", "numbering", "settings"} {
		add(part, part, part+".xml")
	}
	add("footer", "footer", "footer1.xml")
	for i, address := range d.leads {
		add(fmt.Sprintf("link%d", i+1), "hyperlink", address, "TargetMode", "External")
	}
	return out
}

// footer numbers the pages.
func (d *docx) footer() element {
	words := func(text string) element {
		return el("w:r", element{name: "w:t", attributes: []string{"xml:space", "preserve"}, text: text})
	}
	number := func(field, shown string) element {
		return el("w:fldSimple", words(shown)).with("w:instr", " "+field+" ")
	}
	return el("w:ftr", el("w:p", el("w:pPr", valued("w:pStyle", "Footer")),
		words(d.title+", "+d.on.Words()), el("w:r", el("w:tab")),
		words("Page "), number("PAGE", "1"), words(" of "), number("NUMPAGES", "2"))).with("xmlns:w", wordSpace)
}

// properties are what a program shows of the document without opening it, its language among them.
func (d *docx) properties() element {
	const service = "Inspection Timeline"
	say := func(name, text string) element { return element{name: name, text: text} }
	day := func(name string) element {
		attributes := []string{"xsi:type", "dcterms:W3CDTF"}
		return element{name: name, attributes: attributes, text: d.on.Time().UTC().Format(time.RFC3339)}
	}
	return el("cp:coreProperties",
		say("dc:title", d.title), say("dc:creator", service), say("cp:lastModifiedBy", service), say("dc:language", "en-GB"),
		day("dcterms:created"), day("dcterms:modified"),
	).with("xmlns:cp", coreSpace, "xmlns:dc", elementsSpace, "xmlns:dcterms", termsSpace, "xmlns:xsi", schemaSpace)
}
