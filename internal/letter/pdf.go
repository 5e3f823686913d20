package letter

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/ledongthuc/pdf"
)

// What can be wrong with a file before its words are looked at.
var (
	ErrNotPDF    = errors.New("not a PDF")
	ErrEncrypted = errors.New("protected by a password")
	ErrDamaged   = errors.New("damaged or cut short")
	ErrTooLong   = fmt.Errorf("more than %d pages", MaxPages)
)

// Bounds on what one file may ask for. A letter needs a hundredth of each.
const (
	maxTree       = 64      // levels of the page tree
	maxForms      = 8       // forms drawn inside forms
	maxOperators  = 4 << 20 // of all pages together
	maxCharacters = 8 << 20
)

// Open reads the pages of a PDF. It must run where a hostile file can do no harm: see Reader.
func Open(data []byte) (pages []Page, err error) {
	data, err = framed(data)
	if err != nil {
		return nil, err
	}
	wrong := ErrDamaged
	if bytes.Contains(data, []byte("/Encrypt")) {
		wrong = ErrEncrypted // of some kinds of encryption the library only sees that nothing makes sense
	}
	defer func() {
		// The library gives up on what it cannot read by a panic.
		if p := recover(); p != nil {
			pages, err = nil, fmt.Errorf("%w: %v", wrong, p)
		}
	}()
	file, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wrong, err)
	}
	w := &walker{fonts: map[string]*font{}}
	if err := w.tree(file.Trailer().Key("Root").Key("Pages"), inherited{}, 0); err != nil {
		return nil, err
	}
	if len(w.pages) == 0 {
		return nil, fmt.Errorf("%w: no page was found", wrong)
	}
	return w.pages, nil
}

// framed cuts away what may stand before the first line and after the last one of a PDF, which the library does not
// expect: mail programs and scanners add such lines.
func framed(data []byte) ([]byte, error) {
	head := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-"))
	if head < 0 || len(data) < head+9 {
		return nil, ErrNotPDF
	}
	tail := bytes.LastIndex(data, []byte("%%EOF"))
	if tail < head {
		return nil, fmt.Errorf("%w: its end is missing", ErrDamaged)
	}
	out := data[head : tail+len("%%EOF")]
	if bytes.HasPrefix(out, []byte("%PDF-1.")) && out[7] >= '0' && out[7] <= '7' && (out[8] == '\r' || out[8] == '\n') {
		return out, nil
	}
	// Offsets count from the head, so the line is replaced by one of the same length.
	out = bytes.Clone(out)
	copy(out, "%PDF-1.7\n")
	return out, nil
}

// inherited is what a page takes from the nodes above it.
type inherited struct {
	resources pdf.Value
	box       pdf.Value
	rotate    int64
}

type walker struct {
	pages      []Page
	fonts      map[string]*font
	operators  int
	characters int
}

func (w *walker) tree(node pdf.Value, from inherited, level int) error {
	if level > maxTree {
		return fmt.Errorf("%w: its pages lead back to themselves", ErrDamaged)
	}
	if v := node.Key("Resources"); v.Kind() == pdf.Dict {
		from.resources = v
	}
	if v := node.Key("MediaBox"); v.Kind() == pdf.Array {
		from.box = v
	}
	if v := node.Key("Rotate"); v.Kind() == pdf.Integer {
		from.rotate = v.Int64()
	}
	kids := node.Key("Kids")
	if kids.Kind() != pdf.Array {
		if node.Kind() != pdf.Dict {
			return nil
		}
		if len(w.pages) == MaxPages {
			return ErrTooLong
		}
		w.pages = append(w.pages, w.page(node, from))
		return nil
	}
	for i := range kids.Len() {
		if err := w.tree(kids.Index(i), from, level+1); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) page(node pdf.Value, from inherited) Page {
	page := Page{Number: len(w.pages) + 1, Width: 595, Height: 842}
	left, bottom := 0.0, 0.0
	if from.box.Len() == 4 {
		left, bottom = from.box.Index(0).Float64(), from.box.Index(1).Float64()
		page.Width, page.Height = from.box.Index(2).Float64()-left, from.box.Index(3).Float64()-bottom
	}
	p := &painter{walker: w, resources: from.resources, named: map[string]*font{}, ruled: map[Ruling]bool{}}
	// The page's own matrix: from the top left corner, downwards.
	p.state.ctm = matrix{1, 0, 0, -1, -left, page.Height + bottom}
	switch ((from.rotate % 360) + 360) % 360 {
	case 90:
		p.state.ctm = matrix{0, 1, 1, 0, -bottom, -left}
		page.Width, page.Height = page.Height, page.Width
	case 180:
		p.state.ctm = matrix{-1, 0, 0, 1, page.Width + left, -bottom}
	case 270:
		p.state.ctm = matrix{0, -1, -1, 0, page.Height + bottom, page.Width + left}
		page.Width, page.Height = page.Height, page.Width
	}
	p.draw(node.Key("Contents"))
	page.Lines = linesOf(p.spans)
	page.Rulings = p.rulings
	return page
}

// matrix is the six numbers of a transformation, as PDF writes them.
type matrix [6]float64

// then returns the transformation that does m first and n after it.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return x*m[0] + y*m[2] + m[4], x*m[1] + y*m[3] + m[5]
}

// state is what q and Q save and bring back.
type state struct {
	ctm                              matrix
	font                             *font
	size                             float64
	charSpace, wordSpace, lead, rise float64
	stretch                          float64 // horizontal scaling less one, so that the zero state is right
}

// span is a piece of text as it was painted, in the page's points.
type span struct {
	x, y, width, size float64
	bold              bool
	s                 string
}

type point struct{ x, y float64 }

// painter follows one page's operators.
type painter struct {
	*walker
	resources pdf.Value
	named     map[string]*font // fonts of these resources by the names that the operators use
	state     state
	stack     []state
	tm, tlm   matrix
	depth     int

	start, at point
	lines     []Ruling // of the path being made
	ruled     map[Ruling]bool
	spans     []span
	rulings   []Ruling
}

func (p *painter) draw(contents pdf.Value) {
	if contents.Kind() != pdf.Stream && contents.Kind() != pdf.Array {
		return
	}
	pdf.Interpret(contents, p.operate)
}

// numbers takes the last n operands off the stack, in the order in which they were written.
func numbers(stack *pdf.Stack, n int) []float64 {
	out := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		out[i] = stack.Pop().Float64()
	}
	return out
}

func (p *painter) operate(stack *pdf.Stack, operator string) {
	if p.operators++; p.operators > maxOperators {
		panic("more operators than any letter has")
	}
	switch operator {
	case "q":
		if len(p.stack) < 1024 {
			p.stack = append(p.stack, p.state)
		}
	case "Q":
		if n := len(p.stack); n > 0 {
			p.state, p.stack = p.stack[n-1], p.stack[:n-1]
		}
	case "cm":
		p.state.ctm = matrix(numbers(stack, 6)).then(p.state.ctm)
	case "BT":
		p.tm, p.tlm = matrix{1, 0, 0, 1}, matrix{1, 0, 0, 1}
	case "Tf":
		p.state.size = stack.Pop().Float64()
		p.state.font = p.fontNamed(stack.Pop().Name())
	case "Tc":
		p.state.charSpace = stack.Pop().Float64()
	case "Tw":
		p.state.wordSpace = stack.Pop().Float64()
	case "Tz":
		p.state.stretch = stack.Pop().Float64()/100 - 1
	case "TL":
		p.state.lead = stack.Pop().Float64()
	case "Ts":
		p.state.rise = stack.Pop().Float64()
	case "Td":
		n := numbers(stack, 2)
		p.newLine(n[0], n[1])
	case "TD":
		n := numbers(stack, 2)
		p.state.lead = -n[1]
		p.newLine(n[0], n[1])
	case "Tm":
		p.tm = matrix(numbers(stack, 6))
		p.tlm = p.tm
	case "T*":
		p.newLine(0, -p.state.lead)
	case "Tj":
		p.show(stack.Pop().RawString())
	case "'":
		p.newLine(0, -p.state.lead)
		p.show(stack.Pop().RawString())
	case "\"":
		text := stack.Pop().RawString()
		n := numbers(stack, 2)
		p.state.wordSpace, p.state.charSpace = n[0], n[1]
		p.newLine(0, -p.state.lead)
		p.show(text)
	case "TJ":
		p.showAll(stack.Pop())
	case "Do":
		p.form(p.resources.Key("XObject").Key(stack.Pop().Name()))
	case "m", "l", "re", "h":
		p.path(stack, operator)
	case "S", "s", "f", "F", "f*", "B", "B*", "b", "b*":
		p.rule()
	case "n":
		p.lines = p.lines[:0]
	}
	for stack.Len() > 0 {
		stack.Pop()
	}
}

func (p *painter) newLine(x, y float64) {
	p.tlm = matrix{1, 0, 0, 1, x, y}.then(p.tlm)
	p.tm = p.tlm
}

func (p *painter) showAll(array pdf.Value) {
	for i := range array.Len() {
		switch part := array.Index(i); part.Kind() {
		case pdf.String:
			p.show(part.RawString())
		case pdf.Integer, pdf.Real:
			p.tm = matrix{1, 0, 0, 1, -part.Float64() / 1000 * p.state.size * (1 + p.state.stretch)}.then(p.tm)
			p.tm[2], p.tm[3] = p.tlm[2], p.tlm[3]
		}
	}
}

// show paints a string: it becomes a span, and the position moves on by the widths of its characters.
func (p *painter) show(raw string) {
	f := p.state.font
	if f == nil || raw == "" {
		return
	}
	at := matrix{p.state.size * (1 + p.state.stretch), 0, 0, p.state.size, 0, p.state.rise}.then(p.tm).then(p.state.ctm)
	words, advance := f.decode(raw, p.state)
	if p.characters += len(words); p.characters > maxCharacters {
		panic("more words than any letter has")
	}
	x, y := at[4], at[5]
	p.tm = matrix{1, 0, 0, 1, advance, 0}.then(p.tm)
	end := p.tm.then(p.state.ctm)
	size := math.Hypot(at[2], at[3])
	// Text that does not run from left to right is decoration at the edge of a page.
	if math.Abs(at[1]) > math.Abs(at[0]) || end[4] < x-0.01 || size == 0 || math.IsNaN(x+y+size) || math.IsInf(x+y+size, 0) {
		return
	}
	if words != "" {
		p.spans = append(p.spans, span{x: x, y: y, width: end[4] - x, size: size, bold: f.bold, s: words})
	}
}

// form draws a piece that stands outside the page's own operators.
func (p *painter) form(object pdf.Value) {
	if object.Key("Subtype").Name() != "Form" || p.depth == maxForms {
		return
	}
	before, stack, resources, named := p.state, p.stack, p.resources, p.named
	if m := object.Key("Matrix"); m.Len() == 6 {
		var own matrix
		for i := range own {
			own[i] = m.Index(i).Float64()
		}
		p.state.ctm = own.then(p.state.ctm)
	}
	if own := object.Key("Resources"); own.Kind() == pdf.Dict {
		p.resources, p.named = own, map[string]*font{}
	}
	p.stack = nil
	p.depth++
	p.draw(object)
	p.depth--
	p.state, p.stack, p.resources, p.named = before, stack, resources, named
}

func (p *painter) path(stack *pdf.Stack, operator string) {
	to := func(x, y float64) point {
		x, y = p.state.ctm.apply(x, y)
		return point{x, y}
	}
	join := func(a, b point) {
		if len(p.lines) < 4096 {
			p.lines = append(p.lines, Ruling{a.x, a.y, b.x, b.y})
		}
	}
	switch operator {
	case "m":
		n := numbers(stack, 2)
		p.start = to(n[0], n[1])
		p.at = p.start
	case "l":
		n := numbers(stack, 2)
		next := to(n[0], n[1])
		join(p.at, next)
		p.at = next
	case "h":
		join(p.at, p.start)
		p.at = p.start
	case "re":
		n := numbers(stack, 4)
		a, c := to(n[0], n[1]), to(n[0]+n[2], n[1]+n[3])
		switch wide, high := math.Abs(c.x-a.x), math.Abs(c.y-a.y); {
		case high < 3 && wide > high: // a thin box is how most programs draw a line
			join(point{a.x, (a.y + c.y) / 2}, point{c.x, (a.y + c.y) / 2})
		case wide < 3:
			join(point{(a.x + c.x) / 2, a.y}, point{(a.x + c.x) / 2, c.y})
		default:
			join(a, point{c.x, a.y})
			join(point{a.x, c.y}, c)
			join(a, point{a.x, c.y})
			join(point{c.x, a.y}, c)
		}
		p.start, p.at = a, a
	}
}

// rule keeps the straight lines of a painted path.
func (p *painter) rule() {
	for _, l := range p.lines {
		r := Ruling{math.Min(l.X1, l.X2), math.Min(l.Y1, l.Y2), math.Max(l.X1, l.X2), math.Max(l.Y1, l.Y2)}
		long, short := math.Max(r.X2-r.X1, r.Y2-r.Y1), math.Min(r.X2-r.X1, r.Y2-r.Y1)
		for _, v := range []*float64{&r.X1, &r.Y1, &r.X2, &r.Y2} {
			*v = math.Round(*v*10) / 10
		}
		if long > 4 && short < 2 && len(p.rulings) < 20_000 && !p.ruled[r] {
			p.ruled[r] = true
			p.rulings = append(p.rulings, r)
		}
	}
	p.lines = p.lines[:0]
}

func (p *painter) fontNamed(name string) *font {
	if f, ok := p.named[name]; ok {
		return f
	}
	value := p.resources.Key("Font").Key(name)
	if value.Kind() != pdf.Dict {
		p.named[name] = nil
		return nil
	}
	// The library does not tell which object a value is; what the object says names its parts, and so tells fonts apart.
	key := value.String()
	f, ok := p.fonts[key]
	if !ok {
		f = newFont(value)
		p.fonts[key] = f
	}
	p.named[name] = f
	return f
}

func boldName(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "bold") || strings.Contains(name, "black") || strings.Contains(name, "heavy")
}
