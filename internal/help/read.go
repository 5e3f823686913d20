package help

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Read reads the guides and looks at their pictures. It fails where a guide or a picture is missing, where a guide holds what
// pages cannot place, and where one of its links leads nowhere; the error names the guide and what is wrong.
func Read(files fs.FS) (*Guides, error) {
	g := &Guides{}
	for _, name := range names {
		source, err := fs.ReadFile(files, name+".md")
		if err != nil {
			return nil, fmt.Errorf("read guide: %w", err)
		}
		guide, err := readGuide(files, name, source)
		if err != nil {
			return nil, fmt.Errorf("read guide %s: %w", name, err)
		}
		g.guides = append(g.guides, guide)
	}
	for _, guide := range g.guides {
		for block := range guide.blocks {
			for run := range block.runs {
				if err := g.check(run.Address); err != nil {
					return nil, fmt.Errorf("read guide %s: %w", guide.Name, err)
				}
			}
		}
	}
	g.units = unitsOf(g.guides)
	return g, nil
}

// check reports by its error that a link into a guide leads nowhere.
func (g *Guides) check(address string) error {
	rest, ok := strings.CutPrefix(address, Root+"/")
	if !ok {
		return nil
	}
	name, id, _ := strings.Cut(rest, "#")
	guide, ok := g.Guide(name)
	if !ok {
		return fmt.Errorf("link to %s: there is no such guide", address)
	}
	if id != "" && !slices.ContainsFunc(guide.Sections, func(s Section) bool { return s.ID == id }) {
		return fmt.Errorf("link to %s: there is no such section", address)
	}
	return nil
}

// markdown parses what the guides are written in: plain Markdown and tables.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table)).Parser()

// reader reads one guide.
type reader struct {
	files  fs.FS
	name   string
	source []byte
}

func readGuide(files fs.FS, name string, source []byte) (Guide, error) {
	r := reader{files, name, source}
	guide := Guide{Name: name}
	blocks := &guide.Lead
	root := markdown.Parse(text.NewReader(source))
	for node := root.FirstChild(); node != nil; node = node.NextSibling() {
		if heading, ok := node.(*ast.Heading); ok {
			title, err := r.heading(heading)
			switch {
			case err != nil:
				return guide, err
			case heading.Level == 1 && guide.Title == "":
				guide.Title = title
			case heading.Level == 2 && guide.Title != "":
				guide.Sections = append(guide.Sections, Section{ID: anchor(title), Title: title})
				blocks = &guide.Sections[len(guide.Sections)-1].Blocks
			default:
				return guide, fmt.Errorf("heading %q: a guide has one title, and sections of the second level", title)
			}
			continue
		}
		if err := r.add(blocks, node); err != nil {
			return guide, err
		}
	}
	return guide, guide.complete()
}

// complete takes the first paragraph for the summary, and reports by its error what the guide lacks.
func (g *Guide) complete() error {
	if g.Title == "" || len(g.Lead) == 0 || len(g.Lead[0].Paragraph) == 0 || len(g.Sections) == 0 {
		return errors.New("a guide has a title, a paragraph that says for whom it is, and sections")
	}
	g.Summary = Plain(g.Lead[0].Paragraph)
	g.Lead = g.Lead[1:]
	for i, section := range g.Sections {
		if len(section.Blocks) == 0 {
			return fmt.Errorf("section %q is empty", section.Title)
		}
		if slices.ContainsFunc(g.Sections[:i], func(s Section) bool { return s.ID == section.ID }) {
			return fmt.Errorf("two sections are called %q", section.Title)
		}
	}
	return nil
}

func (r reader) heading(node *ast.Heading) (string, error) {
	runs, err := r.runs(node)
	return Plain(runs), err
}

// anchor makes an anchor of a title, as the sites that show Markdown do.
func anchor(title string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == ' ':
			return '-'
		case unicode.IsLetter(c) || unicode.IsNumber(c) || c == '-' || c == '_':
			return unicode.ToLower(c)
		}
		return -1
	}, title)
}

// add appends what a node says to the blocks. Words in emphasis alone, below a picture, are its caption.
func (r reader) add(blocks *[]Block, node ast.Node) error {
	block, err := r.block(node)
	if err != nil {
		return err
	}
	if n := len(*blocks); n > 0 && (*blocks)[n-1].Picture != nil && allEmphasis(block.Paragraph) {
		for i := range block.Paragraph {
			block.Paragraph[i].Emphasis = false
		}
		(*blocks)[n-1].Picture.Caption = block.Paragraph
		return nil
	}
	*blocks = append(*blocks, block)
	return nil
}

func allEmphasis(runs []Run) bool {
	return len(runs) > 0 && !slices.ContainsFunc(runs, func(run Run) bool { return !run.Emphasis })
}

func (r reader) block(node ast.Node) (block Block, err error) {
	switch node := node.(type) {
	case *ast.Paragraph:
		if image, ok := node.FirstChild().(*ast.Image); ok && node.ChildCount() == 1 {
			block.Picture, err = r.picture(image)
			break
		}
		block.Paragraph, err = r.runs(node)
	case *ast.List:
		block.List, err = r.list(node)
	case *tables.Table:
		block.Table, err = r.table(node)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		block.Code = strings.TrimRight(string(node.Lines().Value(r.source)), "\n")
	case *ast.Blockquote:
		if node.ChildCount() != 1 || node.FirstChild().Kind() != ast.KindParagraph {
			return block, errors.New("a note is one paragraph")
		}
		block.Note, err = r.runs(node.FirstChild())
	default:
		return block, fmt.Errorf("%s has no place on a page", node.Kind())
	}
	return block, err
}

func (r reader) list(node *ast.List) (*List, error) {
	list := &List{Ordered: node.IsOrdered()}
	if list.Ordered && node.Start != 1 {
		return nil, errors.New("steps begin with 1: what stands between two of them would end the list")
	}
	for item := node.FirstChild(); item != nil; item = item.NextSibling() {
		if item.ChildCount() != 1 {
			return nil, errors.New("an item of a list is one paragraph")
		}
		runs, err := r.runs(item.FirstChild())
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, runs)
	}
	return list, nil
}

func (r reader) table(node *tables.Table) (*Table, error) {
	table := &Table{}
	for row := node.FirstChild(); row != nil; row = row.NextSibling() {
		var cells [][]Run
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			runs, err := r.runs(cell)
			if err != nil {
				return nil, err
			}
			cells = append(cells, runs)
		}
		if row.Kind() == tables.KindTableHeader {
			table.Head = cells
			continue
		}
		table.Rows = append(table.Rows, cells)
	}
	return table, nil
}

func (r reader) picture(node *ast.Image) (*Picture, error) {
	file := string(node.Destination)
	words, err := r.runs(node)
	if err != nil {
		return nil, err
	}
	picture := &Picture{File: file, Words: Plain(words)}
	if picture.Words == "" {
		return nil, fmt.Errorf("picture %s: it lacks the words for those who do not see it", file)
	}
	body, err := fs.ReadFile(r.files, path.Clean(file))
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	size, err := png.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("read picture %s: %w", file, err)
	}
	picture.Width, picture.Height = size.Width, size.Height
	return picture, nil
}

// runs reads the words in a node, with how each stretch of them looks and where it leads.
func (r reader) runs(node ast.Node) ([]Run, error) {
	var runs []Run
	if err := r.read(&runs, node, Run{}); err != nil {
		return nil, err
	}
	for i := range runs {
		if !runs[i].Code {
			runs[i].Text = typeset(runs[i].Text)
		}
	}
	return runs, nil
}

// read appends the words in a node to the runs; look is how they look and where they lead.
func (r reader) read(runs *[]Run, node ast.Node, look Run) error {
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		inner := look
		switch child := child.(type) {
		case *ast.Text:
			words := string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(child.Value(r.source)))))
			if look.Code {
				words = string(child.Value(r.source))
			}
			if child.SoftLineBreak() || child.HardLineBreak() {
				words += " "
			}
			add(runs, look, words)
			continue
		case *ast.Emphasis:
			inner.Strong = look.Strong || child.Level == 2
			inner.Emphasis = look.Emphasis || child.Level == 1
		case *ast.CodeSpan:
			inner.Code = true
			if words := string(child.FirstChild().(*ast.Text).Value(r.source)); look.Address == "" && page.MatchString(words) {
				inner.Address = words
			}
		case *ast.Link:
			address, err := r.address(string(child.Destination))
			if err != nil {
				return err
			}
			inner.Address = address
		default:
			return fmt.Errorf("%s has no place in a line", child.Kind())
		}
		if err := r.read(runs, child, inner); err != nil {
			return err
		}
	}
	return nil
}

// add appends words to the runs, to the last one where they look like it.
func add(runs *[]Run, look Run, words string) {
	if n := len(*runs); n > 0 {
		last := (*runs)[n-1]
		last.Text = ""
		if last == look {
			(*runs)[n-1].Text += words
			return
		}
	}
	look.Text = words
	*runs = append(*runs, look)
}

// page matches the address of a page of the service, as guides write it: in code, since where the guide is read as a file
// nothing answers there.
var page = regexp.MustCompile(`^/[a-z0-9-]+(/[a-z0-9-]+)*$`)

// address turns the target of a link into an address: a section of a guide into that of the service, another document of the
// program, which the service does not have, into none.
func (r reader) address(target string) (string, error) {
	u, err := url.Parse(target)
	if err != nil {
		return "", fmt.Errorf("link to %q: %w", target, err)
	}
	fragment := ""
	if u.Fragment != "" {
		fragment = "#" + u.Fragment
	}
	name, guide := strings.CutSuffix(u.Path, ".md")
	switch {
	case u.Scheme == "https" && u.Host != "":
		return target, nil
	case u.Scheme != "" || u.Host != "":
		return "", fmt.Errorf("link to %s: only https:// leads to other sites", target)
	case u.Path == "" && fragment != "":
		return Root + "/" + r.name + fragment, nil
	case guide && slices.Contains(names, name):
		return Root + "/" + name + fragment, nil
	case guide:
		return "", nil
	}
	return "", fmt.Errorf("link to %s: guides lead to guides, and name a page of the service in code", target)
}

var (
	openingQuote = regexp.MustCompile(`(^|[\s(–])"`)
	apostrophes  = strings.NewReplacer("'", "’", `"`, "”")
)

// typeset writes the quotation marks and apostrophes that keyboards do not have.
func typeset(words string) string {
	return apostrophes.Replace(openingQuote.ReplaceAllString(words, "$1“"))
}
