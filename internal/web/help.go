package web

import (
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/help"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
)

// helpListPage lists the guides, and shows where words stand in them.
type helpListPage struct {
	Page
	Guides []help.Guide // none where the program was built without
	Query  string       // as it was understood or, where it was not, as it was typed
	Asked  bool         // whether something was looked for
	Found  string       // how much was found
	Hits   []help.Hit
	Record string // the address at which the same words are looked for in the record
}

// helpShowPage is one guide.
type helpShowPage struct {
	Page
	Guide    help.Guide
	Guides   []Link
	pictures map[string]string // addresses of the guides' pictures, by file
}

// guideBlock is a piece of a guide as its page places it. One of its fields is set.
type guideBlock struct {
	Paragraph, Note []guideRun
	Steps, Items    [][]guideRun
	Code            string
	Picture         *guidePicture
	Table           *guideTable
}

// guideRun is a stretch of words, in which terms are explained where they first stand on the page.
type guideRun struct {
	help.Run
	Pieces  []Piece
	Outside bool // whether it leads to another site
}

type guidePicture struct {
	help.Picture
	Address string
	Caption []guideRun
}

type guideTable struct {
	Name string
	Head [][]guideRun
	Rows [][]guideCell
}

// guideCell is a cell of a row. The first one heads it; the others say by themselves what they are, for narrow screens.
type guideCell struct {
	First bool
	Label string
	Runs  []guideRun
}

// Block shapes a piece of the section of a title. The template calls it in the order of the page, so that a term is explained
// where it first stands.
func (p helpShowPage) Block(block help.Block, title string) guideBlock {
	out := guideBlock{Paragraph: p.say(block.Paragraph), Note: p.say(block.Note), Code: block.Code}
	if list := block.List; list != nil {
		items := p.sayAll(list.Items)
		if list.Ordered {
			out.Steps = items
		} else {
			out.Items = items
		}
	}
	if picture := block.Picture; picture != nil {
		out.Picture = &guidePicture{*picture, p.pictures[picture.File], p.say(picture.Caption)}
	}
	if table := block.Table; table != nil {
		out.Table = &guideTable{Name: title, Head: p.sayAll(table.Head)}
		for _, row := range table.Rows {
			out.Table.Rows = append(out.Table.Rows, p.sayRow(table.Head, row))
		}
	}
	return out
}

func (p helpShowPage) sayRow(head, row [][]help.Run) []guideCell {
	var cells []guideCell
	for i, runs := range row {
		cells = append(cells, guideCell{First: i == 0, Label: help.Plain(head[i]), Runs: p.say(runs)})
	}
	return cells
}

func (p helpShowPage) sayAll(all [][]help.Run) [][]guideRun {
	var out [][]guideRun
	for _, runs := range all {
		out = append(out, p.say(runs))
	}
	return out
}

// say explains the terms in words. Code, and words that lead somewhere, stand as they are.
func (p helpShowPage) say(runs []help.Run) []guideRun {
	var out []guideRun
	for _, run := range runs {
		if p.Open && strings.HasPrefix(run.Address, "/account") {
			run.Address = "" // nobody has an account in the demonstration
		}
		said := guideRun{Run: run, Pieces: []Piece{{Text: run.Text}}, Outside: strings.HasPrefix(run.Address, "https://")}
		if run.Address == "" && !run.Code {
			said.Pieces = p.Say(run.Text)
		}
		out = append(out, said)
	}
	return out
}

// guides are the guides of the program, and where their pictures are had.
type guides struct {
	*help.Guides
	pictures map[string]string // addresses by file
}

// loadGuides reads the guides, and lays their pictures beside the styles and scripts, whose addresses stay good for ever.
func loadGuides(files fs.FS, a *assets) (guides, error) {
	g := guides{pictures: map[string]string{}}
	if files == nil {
		return g, nil
	}
	var err error
	if g.Guides, err = help.Read(files); err != nil {
		return g, err
	}
	for _, file := range g.Pictures() {
		body, err := fs.ReadFile(files, file)
		if err != nil {
			return g, fmt.Errorf("read a picture of a guide: %w", err)
		}
		name := "help-" + path.Base(file)
		a.add(name, body)
		g.pictures[file] = a.addresses[name]
	}
	return g, nil
}

// helpRoutes registers the guides.
func (s *Server) helpRoutes(r router) {
	r.get(help.Root, auth.ReadPublic, s.page(s.listHelp, reads{free: []string{"q"}}))
	r.get(help.Root+"/:guide", auth.ReadPublic, s.page(s.showHelp, reads{}))
}

func (s *Server) listHelp(c *gin.Context) error {
	f := newFilter(c)
	page := helpListPage{Query: typedBack(c.Query("q"))}
	if s.guides.Guides != nil {
		page.Guides = s.guides.All()
		if query := askedQuery(f); !query.Empty() {
			page.find(s.guides, query)
		}
	}
	title := "Help"
	if page.Asked {
		title += ": " + shortened(page.Query)
	}
	page.Page = s.listBase(c, title, f)
	return s.render(c, f.status(), "help_list", page)
}

// find looks for words in the guides.
func (p *helpListPage) find(guides guides, query search.Query) {
	p.Asked, p.Query = true, query.String()
	p.Record = (&filter{Path: "/search"}).with("q", p.Query)
	hits, whole := guides.Search(query)
	p.Hits = hits
	what := search.Quoted(p.Query)
	switch {
	case whole:
		p.Found = inspection.CountWords(len(hits), "section", "sections") + " for " + what
	case len(hits) > 0:
		p.Found = "No section has all of " + what + ". These have some of it"
	default:
		p.Found = "Nothing found for " + what
	}
}

func (s *Server) showHelp(c *gin.Context) error {
	if s.guides.Guides == nil {
		return s.redirect(c, http.StatusSeeOther, help.Root)
	}
	guide, found := s.guides.Guide(c.Param("guide"))
	if !found {
		return fmt.Errorf("look up a guide: %w", inspection.ErrNotFound)
	}
	page := helpShowPage{Page: s.base(c, guide.Title), Guide: guide, pictures: s.guides.pictures}
	for _, one := range s.guides.All() {
		page.Guides = append(page.Guides, Link{Name: one.Title, Address: one.Address(), Here: one.Name == guide.Name})
	}
	return s.render(c, http.StatusOK, "help_show", page)
}
