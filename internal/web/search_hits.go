package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
	"inspectiontimeline/internal/store"
)

// searchHitView is one result: what it is, where it stands, and its words with those that were looked for marked.
type searchHitView struct {
	Kind     string         // what it is: "Letter, page 4"
	Address  string         // as near to it as the reader can come
	Title    []search.Piece // of the link to it
	Facts    []string
	Whom     []whomView
	Earlier  string // where it is of an earlier council alone
	Ours     bool   // whether all words of it are ours
	For      string // who may read it, where that is not everybody
	Passages []searchPassageView
	Report   *outsideLink
	Text     *Link // of the letter as it is held, for those who work on letters
}

// searchPassageView is a paragraph of a result.
type searchPassageView struct {
	Label  string // what it is, or where it stands: "Paragraph 18"
	Pieces []search.Piece
	Ours   bool // whether it alone has our words
}

// passageLength is how many characters of a paragraph are shown: most paragraphs of letters are shown whole.
const passageLength = 600

// searchHits shapes what was found for its reader.
func (s *Server) searchHits(c *gin.Context, known *registerData, query search.Query, hits []store.SearchHit) ([]searchHitView, error) {
	who, err := s.person(c)
	if err != nil {
		return nil, err
	}
	shaper := hitShaper{
		record: &inspection.Record{Catalogue: known.catalogue, Bodies: known.bodies}, today: s.today(), query: query,
		letters: who != nil && who.may(auth.LogLetters), questions: who != nil && who.may(auth.AnswerQuestions),
	}
	var out []searchHitView
	for _, hit := range hits {
		out = append(out, shaper.view(hit))
	}
	return out, nil
}

// hitShaper knows what the words of all results of a page are made from.
type hitShaper struct {
	record    *inspection.Record
	today     inspection.Date
	query     search.Query
	letters   bool // whether the reader works on letters
	questions bool // whether the reader answers questions
}

func (h *hitShaper) view(hit store.SearchHit) searchHitView {
	link := h.link(hit)
	view := searchHitView{
		Kind: hit.Kind.Words(), Address: link.Address, Title: []search.Piece{{Text: link.Name}}, Facts: h.facts(hit), Whom: h.whom(hit),
		Earlier: h.earlier(hit), Ours: hit.Own(), For: audienceNote(hit.Audience),
	}
	switch {
	case hit.Kind == store.SearchLetter:
		view.addLetter(hit, h.letters)
	case hit.Kind == store.SearchArea:
		view.Kind += " " + hit.Reference
	case hit.Reference != "":
		view.Kind += " on " + hit.Reference
	}
	for _, passage := range hit.Passages {
		if hit.Milestone != nil && passage.Words == link.Name { // its title, which is the link
			view.Title = search.Cut(link.Name, h.query.Marks(link.Name))
			continue
		}
		view.Passages = append(view.Passages, passageViewOf(passage, !view.Ours))
	}
	return view
}

// addLetter says which page of a letter it is, and where to read it.
func (view *searchHitView) addLetter(hit store.SearchHit, letters bool) {
	view.Kind += fmt.Sprintf(", page %d", hit.Page)
	if in := hit.Inspection; in != nil && in.ReportAddress != "" {
		view.Report = reportPage(in.ReportAddress, hit.Page)
	}
	if letters {
		view.Text = &Link{
			Name:    fmt.Sprintf("For officers: page %d of the text held here", hit.Page),
			Address: fmt.Sprintf("%s#page-%d", letterAddress(hit.LetterID()), hit.Page),
		}
	}
}

// reportPage leads to a page of a letter where its publisher keeps it. Browsers that show the file open it there.
func reportPage(address string, page int) *outsideLink {
	if !strings.Contains(address, "#") {
		address += fmt.Sprintf("#page=%d", page)
	}
	return outside(fmt.Sprintf("Read page %d in the letter or report", page), address)
}

// link leads to where a result stands on the page of what it belongs to.
func (h *hitShaper) link(hit store.SearchHit) Link {
	if hit.Milestone != nil {
		return Link{Name: hit.Milestone.Title, Address: "/milestones#" + hit.ID}
	}
	if hit.Inspection == nil { // a question that is about no letter
		if h.questions {
			return Link{Name: "See this question", Address: questionAddress(hit.ID)}
		}
		return Link{Name: "See members’ questions", Address: "/scrutiny#questions"}
	}
	link := Link{Name: h.record.TitleOf(hit.Inspection), Address: inspectionAddress(hit.Inspection)}
	area := referenceLink(hit.Reference).Address
	switch hit.Kind {
	case store.SearchFinding:
		link.Address += "#findings"
	case store.SearchResponse:
		link.Address += "#responses"
	case store.SearchArea:
		link.Address = area
	case store.SearchView:
		link.Address = area + "#later"
	case store.SearchUpdate:
		link.Address = area + "#updates"
	case store.SearchQuestion:
		link.Address = area + "#questions"
	case store.SearchAction:
		link.Address = actionAddress(hit.ID)
	}
	return link
}

// facts are when it was, by whom, and how well that is known.
func (h *hitShaper) facts(hit store.SearchHit) []string {
	var out []string
	switch {
	case !hit.On.Known():
		out = append(out, "Date not found")
	case hit.Milestone != nil:
		out = append(out, hit.Milestone.When())
	case hit.Published:
		out = append(out, "Published "+hit.On.Words())
	case inspectorsWords(hit.Kind):
		out = append(out, "Inspectors came "+hit.On.Words()+", day of publication not found")
	default:
		out = append(out, hit.On.Words())
	}
	if hit.By != "" {
		out = append(out, hit.By)
	}
	return out
}

// whom names the bodies of what is not about an inspection, whose title names them.
func (h *hitShaper) whom(hit store.SearchHit) []whomView {
	if hit.Inspection != nil {
		return nil
	}
	var out []whomView
	for _, id := range hit.Bodies {
		body, _ := h.record.Body(id)
		out = append(out, whomView{Link: Link{Name: h.record.Name(id), Address: bodyAddress(body)}, Confirmed: true})
	}
	return out
}

// earlier says that something is of earlier councils alone, whose past is no other council's.
func (h *hitShaper) earlier(hit store.SearchHit) string {
	if hit.Inspection == nil || !h.record.Ended(hit.Inspection, h.today) {
		return ""
	}
	for _, of := range hit.Inspection.Bodies {
		body, _ := h.record.Body(of.BodyID)
		if council, ok := h.record.Body(body.ListedOn); ok {
			body = council
		}
		if body.Ended.Known() {
			return fmt.Sprintf("Of an earlier council, %s, which ended on %s.", body.Name, body.Ended.Words())
		}
	}
	return ""
}

// inspectorsWords reports whether something counts from the day of its letter or report, and not from one of its own.
func inspectorsWords(kind store.SearchKind) bool {
	return slices.Contains([]store.SearchKind{store.SearchLetter, store.SearchArea, store.SearchFinding, store.SearchView}, kind)
}

func passageViewOf(passage store.SearchPassage, mixed bool) searchPassageView {
	words, marks := search.Excerpt(strings.Map(plainBullet, passage.Words), passage.Marks, passageLength)
	view := searchPassageView{Label: passage.Label, Pieces: search.Cut(words, marks), Ours: mixed && passage.Own}
	if passage.Number != "" {
		view.Label = "Paragraph " + passage.Number
	}
	return view
}

// plainBullet writes the marks of lists that letters take from fonts of symbols, which readers do not have, as a bullet. Both
// have three bytes, so that marks stay where they are.
func plainBullet(r rune) rune {
	if r >= 0xE000 && r <= 0xF8FF {
		return '•'
	}
	return r
}
