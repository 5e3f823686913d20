// Package help reads the program's guides, which are written in Markdown, into typed pieces that pages place, and finds words
// in them. Whatever a guide holds that has no such piece, raw HTML first of all, is refused, and so is a link that leads to
// no section: a guide is part of the program, and a fault in it stops the program at its start.
package help

import "slices"

// Root is the address of the page that lists the guides. Each guide stands below it, under its name.
const Root = "/help"

// names are those of the guides, in the order in which most people need them.
var names = []string{"members", "officers", "administrators"}

// Guide is one guide, for those who do one kind of work.
type Guide struct {
	Name     string // the last part of its address: "members"
	Title    string
	Summary  string  // for whom it is and what for: its first paragraph
	Lead     []Block // what stands before its first section, after that paragraph
	Sections []Section
}

// Address returns the address of the guide's page.
func (g Guide) Address() string { return Root + "/" + g.Name }

// Section is a part of a guide under a heading of its own.
type Section struct {
	ID     string // its anchor, made of its title as the sites that show such files make it
	Title  string
	Blocks []Block
}

// Block is one piece of a section. Exactly one of its fields is set.
type Block struct {
	Paragraph []Run
	List      *List
	Table     *Table
	Picture   *Picture
	Code      string // whole lines
	Note      []Run  // something to bear in mind, set apart
}

// List is a list of things or, in order, of steps.
type List struct {
	Ordered bool
	Items   [][]Run
}

// Table has one head, whose first cell may be empty, and rows of as many cells, each headed by its first one.
type Table struct {
	Head [][]Run
	Rows [][][]Run
}

// Picture is a picture from the running program.
type Picture struct {
	File    string // its path among the guides' files: "pictures/review.png"
	Words   string // what it shows, for those who do not see it; never empty
	Width   int    // in pixels
	Height  int    // in pixels
	Caption []Run  // what stands below it; often nothing
}

// Run is a stretch of words of one look.
type Run struct {
	Text     string
	Strong   bool
	Emphasis bool
	Code     bool
	Address  string // where it leads: a page of the service, or https://…; empty where it leads nowhere
}

// Guides are all guides of the program. They never change, so several requests may read them at the same time.
type Guides struct {
	guides []Guide
	units  []unit // what is searched
}

// All returns the guides, in the order in which most people need them.
func (g *Guides) All() []Guide { return slices.Clone(g.guides) }

// Guide returns the guide of a name, and whether there is one.
func (g *Guides) Guide(name string) (Guide, bool) {
	at := slices.IndexFunc(g.guides, func(one Guide) bool { return one.Name == name })
	if at < 0 {
		return Guide{}, false
	}
	return g.guides[at], true
}

// Pictures returns the paths of the files that the guides show, each once, in order.
func (g *Guides) Pictures() []string {
	var files []string
	for _, guide := range g.guides {
		for block := range guide.blocks {
			if block.Picture != nil {
				files = append(files, block.Picture.File)
			}
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// blocks hands out every block of a guide, in order.
func (g Guide) blocks(yield func(Block) bool) {
	for _, block := range g.Lead {
		if !yield(block) {
			return
		}
	}
	for _, section := range g.Sections {
		for _, block := range section.Blocks {
			if !yield(block) {
				return
			}
		}
	}
}

// texts returns the words of a block that are read: each paragraph, item and row by itself, without how they look.
func (b Block) texts() []string {
	var out []string
	add := func(runs ...[]Run) {
		if words := Plain(runs...); words != "" {
			out = append(out, words)
		}
	}
	add(b.Paragraph)
	add(b.Note)
	if b.List != nil {
		for _, item := range b.List.Items {
			add(item)
		}
	}
	if b.Table != nil {
		for _, row := range b.Table.Rows {
			add(row...)
		}
	}
	if b.Picture != nil {
		out = append(out, b.Picture.Words)
	}
	if b.Code != "" {
		out = append(out, b.Code)
	}
	return out
}

// runs hands out every run of a block, in order.
func (b Block) runs(yield func(Run) bool) {
	all := [][]Run{b.Paragraph, b.Note}
	if b.List != nil {
		all = append(all, b.List.Items...)
	}
	if b.Table != nil {
		all = append(all, b.Table.Head...)
		for _, row := range b.Table.Rows {
			all = append(all, row...)
		}
	}
	if b.Picture != nil {
		all = append(all, b.Picture.Caption)
	}
	for _, runs := range all {
		for _, run := range runs {
			if !yield(run) {
				return
			}
		}
	}
}

// Plain returns the words of runs, without how they look; what stands in several cells is parted by dashes.
func Plain(cells ...[]Run) string {
	var out string
	for _, runs := range cells {
		var words string
		for _, run := range runs {
			words += run.Text
		}
		if out != "" && words != "" {
			out += " – "
		}
		out += words
	}
	return out
}
