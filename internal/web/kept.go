package web

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// What somebody sends after their session ended is not carried out, and what they typed is kept until they have signed in
// again: then it stands in the boxes of the same form. It is held sealed and given back to the same account alone, in the browser
// that was told where it is.
const (
	keptFor        = time.Hour
	mostKeptForms  = 5 // of one account
	mostKeptBytes  = 32 << 20
	mostPartsTyped = 5000
)

// keptQuery is the parameter that names a kept form.
const keptQuery = "kept"

// keptForm is what was sent after a session had ended.
type keptForm struct {
	Page    string // path and query of the page on which the form stands
	Address string // to which it was sent
	Values  url.Values
	Files   bool // whether files came with it, which are not kept
}

// place tells forms apart: the same one sent again takes the place of the earlier one.
func (f keptForm) place() string { return auth.HashToken(f.Page + " " + f.Address) }

func newKeptForms(s *store.Store) desk[keptForm] {
	return desk[keptForm]{s, store.HeldForm, keptFor, store.HeldBounds{Own: mostKeptForms, Bytes: mostKeptBytes}}
}

// keptRoutes registers the page on which a kept form is shown that has no page of its own any more.
func (s *Server) keptRoutes(r router) {
	r.get("/kept", auth.UseAccount, s.ofAccounts(func(c *gin.Context) error {
		if _, ok := s.keptOf(c); !ok {
			return noLongerKept
		}
		return s.showKept(c)
	}))
}

var noLongerKept = &refusal{http.StatusNotFound, "What you typed is no longer kept here", []string{
	"It is kept for an hour after it was sent, and given back to whoever sent it.",
	"Go back in your browser to the page on which you typed. Your words may still stand there.",
}}

// keepForm keeps what a form brings whose sender was signed in before, and returns where it can be sent from again, "" where
// nothing is kept: nobody knows who a stranger is, and a password is not for keeping.
func (s *Server) keepForm(c *gin.Context) (string, error) {
	token, path := s.sessionToken(c.Request), c.Request.URL.Path
	if token == "" || path == "/account/stay" || strings.HasPrefix(path, "/account/codes") {
		return "", nil
	}
	session, account, err := s.store.Session(c.Request.Context(), auth.HashToken(token))
	if errors.Is(err, inspection.ErrNotFound) || err == nil && (session.Waits || !account.MaySignIn()) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	f := keptForm{Page: s.pageOfForm(c.Request), Address: c.Request.URL.RequestURI()}
	if f.Values, f.Files, err = typedValues(c); err != nil || len(f.Values) == 0 {
		return "", nil // what cannot be read cannot be kept: the browser still has it
	}
	for name := range f.Values {
		if strings.Contains(name, "password") {
			return "", nil
		}
	}
	id, err := s.keptForms.hold(c.Request.Context(), account.ID, f.place(), f)
	if errors.Is(err, store.ErrNoRoom) {
		return "", nil
	}
	return withKept(f.Page, id), err
}

// pageOfForm returns the page from which a form was sent, as the browser says it.
func (s *Server) pageOfForm(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Path == "" {
		return "/kept"
	}
	path, below := cutPrefix(from.Path, s.doors.prefix)
	if !below {
		return "/kept"
	}
	query := from.Query()
	query.Del(keptQuery)
	return wayBack((&url.URL{Path: path, RawQuery: query.Encode()}).RequestURI(), "/kept")
}

// withKept names a kept form in the address of a page.
func withKept(page, id string) string {
	path, query, _ := strings.Cut(page, "?")
	if query != "" {
		query += "&"
	}
	return path + "?" + query + keptQuery + "=" + id
}

// typedValues reads a form of any kind, and whether files come with it. Files are passed over.
func typedValues(c *gin.Context) (values url.Values, files bool, err error) {
	kind, _, _ := mime.ParseMediaType(c.Request.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		err := c.Request.ParseForm()
		values = c.Request.PostForm
		sent := 0
		for _, all := range values {
			if sent += len(all); sent > mostPartsTyped {
				return nil, false, http.ErrContentLength
			}
			for i := range all {
				all[i] = clean(all[i])
			}
		}
		return values, false, err
	}
	limitBody(c, mostDrained)
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, false, err
	}
	values = url.Values{}
	left := int64(mostFormBytes)
	for range mostPartsTyped {
		part, err := parts.NextPart()
		if err == io.EOF {
			return values, files, nil
		}
		if err != nil {
			return nil, files, err
		}
		if part.FileName() != "" {
			files = true
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, left+1))
		if left -= int64(len(text)); err != nil || left < 0 {
			return nil, files, errors.Join(err, http.ErrContentLength)
		}
		if name := part.FormName(); name != "" {
			values.Add(name, clean(string(text)))
		}
	}
	return nil, files, http.ErrContentLength
}

// keptOf returns the kept form that a page is asked for with, to whom it belongs. A page is shown as it is without what was
// typed where that cannot be looked up.
func (s *Server) keptOf(c *gin.Context) (keptForm, bool) {
	if !readOnly(c.Request.Method) || !strings.Contains(c.Request.URL.RawQuery, keptQuery+"=") {
		return keptForm{}, false
	}
	if f, known := c.Get(keptFound); known { // a page asks several times
		return *f.(*keptForm), true
	}
	p, err := s.person(c)
	if err != nil || p == nil || p.open {
		return keptForm{}, false
	}
	f, ok, err := s.keptForms.find(c.Request.Context(), c.Query(keptQuery), p.account.ID)
	if err != nil {
		s.log.ErrorContext(c.Request.Context(), "look up what was typed", "error", err)
	}
	if ok {
		c.Set(keptFound, &f)
	}
	return f, ok
}

// keptFound is the key under which a request has its kept form.
const keptFound = "kept form"

// keptShown marks a request that is answered with the page of the kept form itself.
const keptShown = "kept shown"

// keptShowPage shows what somebody typed whose form cannot be shown again.
type keptShowPage struct {
	Page
	Address string
	Texts   []string
	Hidden  []carried
	Files   bool
}

func (s *Server) showKept(c *gin.Context) error {
	f, ok := s.keptOf(c)
	if !ok {
		return noLongerKept
	}
	c.Set(keptShown, true)
	page := keptShowPage{Page: s.officerBase(c, "What you typed is kept"), Address: f.Address, Files: f.Files}
	page.AsOf, page.Typed = nil, nil
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		for _, value := range f.Values[name] {
			page.Hidden = append(page.Hidden, carried{name, value})
			// A text has a space in it or is a number; the rest are names of choices, which say nothing to a reader.
			if text := strings.TrimSpace(value); strings.ContainsAny(text, " 0123456789") {
				page.Texts = append(page.Texts, text)
			}
		}
	}
	if err := s.render(c, http.StatusOK, "kept_show", page); err != nil {
		return err
	}
	c.MustGet(answered).(*response).unkept = true
	return nil
}

// typedView says on a page that what somebody typed is back in its boxes.
type typedView struct {
	Files bool // whether files have to be chosen again
}

func (s *Server) typedView(c *gin.Context) *typedView {
	kept, ok := s.keptOf(c)
	if !ok {
		return nil
	}
	return &typedView{Files: kept.Files}
}

// fillForm writes what was typed into the boxes of the form on a page that goes to the same address, and opens whatever the
// boxes are folded away in. It works on the page as written: no form can be forgotten then. It reports whether every word
// found its box.
func fillForm(page []byte, kept keptForm) ([]byte, bool) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, false
	}
	var best []*html.Node // the boxes of the form that fits best: several forms of a page may go to one address
	most := 0
	for form := range root.Descendants() {
		if form.DataAtom != atom.Form || !goesTo(form, kept.Address) {
			continue
		}
		boxes := boxesOf(root, form)
		if fits := fit(boxes, kept.Values); fits > most {
			best, most = boxes, fits
		}
	}
	left := map[string][]string{}
	for name, values := range kept.Values {
		left[name] = slices.Clone(values)
	}
	for _, box := range best {
		fill(box, left)
	}
	for _, values := range left {
		if strings.TrimSpace(strings.Join(values, "")) != "" {
			return nil, false
		}
	}
	var out bytes.Buffer
	if best == nil || html.Render(&out, root) != nil {
		return nil, false
	}
	return out.Bytes(), true
}

// goesTo reports whether a form, or a button in it, sends to an address.
func goesTo(form *html.Node, address string) bool {
	if attribute(form, "action") == address {
		return true
	}
	for inner := range form.Descendants() {
		if inner.DataAtom == atom.Button && attribute(inner, "formaction") == address {
			return true
		}
	}
	return false
}

// boxesOf lists what in a form has a name, in the order of the page, also what stands elsewhere and names the form.
func boxesOf(root, form *html.Node) []*html.Node {
	id := attribute(form, "id")
	var boxes []*html.Node
	for one := range root.Descendants() {
		switch one.DataAtom {
		case atom.Input, atom.Textarea, atom.Select, atom.Button:
		default:
			continue
		}
		owner := attribute(one, "form")
		inside := owner == "" && slices.Contains(slices.Collect(one.Ancestors()), form)
		if attribute(one, "name") != "" && (inside || owner != "" && owner == id) {
			boxes = append(boxes, one)
		}
	}
	return boxes
}

// fit counts how many boxes of a form have a value to take. Of forms to one address, the hidden values tell which it was.
func fit(boxes []*html.Node, values url.Values) int {
	n := 0
	for _, box := range boxes {
		sent, ok := values[attribute(box, "name")]
		switch {
		case ok && attribute(box, "type") == "hidden" && slices.Contains(sent, attribute(box, "value")):
			n += 100
		case ok:
			n++
		}
	}
	return n
}

// fill gives a box the value that it had when the form was sent, and takes that from what is left to be placed. Two boxes of one
// name take the values in their order.
func fill(box *html.Node, left map[string][]string) {
	name := attribute(box, "name")
	values, sent := left[name]
	take := func(value string) bool {
		i := slices.Index(left[name], value)
		if i >= 0 {
			left[name] = slices.Delete(left[name], i, i+1)
		}
		return i >= 0
	}
	kind := attribute(box, "type")
	switch {
	case box.DataAtom == atom.Button, kind == "submit", kind == "file":
		take(attribute(box, "value"))
		return
	case kind == "checkbox" || kind == "radio" && sent:
		value, named := attributeOf(box, "value")
		if !named {
			value = "on"
		}
		mark(box, "checked", take(value))
	case box.DataAtom == atom.Select && sent:
		for option := range box.Descendants() {
			if option.DataAtom == atom.Option {
				value, named := attributeOf(option, "value")
				if !named {
					value = strings.TrimSpace(textWithin(option))
				}
				mark(option, "selected", take(value))
			}
		}
	case len(values) == 0:
		return
	case box.DataAtom == atom.Textarea:
		for box.FirstChild != nil {
			box.RemoveChild(box.FirstChild)
		}
		box.AppendChild(&html.Node{Type: html.TextNode, Data: values[0]})
		take(values[0])
	case box.DataAtom == atom.Input:
		setAttribute(box, "value", values[0])
		take(values[0])
	}
	if kind == "hidden" {
		return
	}
	for outer := range box.Ancestors() {
		if outer.DataAtom == atom.Details {
			setAttribute(outer, "open", "")
		}
	}
}

func attributeOf(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func attribute(n *html.Node, name string) string {
	value, _ := attributeOf(n, name)
	return value
}

func setAttribute(n *html.Node, name, value string) {
	mark(n, name, false)
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

// mark gives an element an attribute without a value, or takes it away.
func mark(n *html.Node, name string, on bool) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if on {
		n.Attr = append(n.Attr, html.Attribute{Key: name})
	}
}

func textWithin(n *html.Node) string {
	var text strings.Builder
	for inner := range n.Descendants() {
		if inner.Type == html.TextNode {
			text.WriteString(inner.Data)
		}
	}
	return text.String()
}
