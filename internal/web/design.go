package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strconv"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

func (s *Server) designRoutes(r router) {
	r.get("/design", auth.ReadPublic, s.page(s.showDesign, reads{}))
}

// designShowPage shows every part of the pages in every state, made of the parts themselves. What it shows of the record is that
// of the home place.
type designShowPage struct {
	Page
	Sizes     []sizeView
	Schemes   []schemeView
	Grades    []inspection.Grade
	Absences  []absenceView
	Icons     []string
	Stages    []stageView
	States    []letterStateView
	Lanes     laneView
	Counts    []countView
	Dates     []dateView
	Areas     areasView
	Empty     areasView
	Filter    *filter
	Pages     *pagination
	Files     *downloads
	Boxes     []letterBox
	Elsewhere outsideLink
	Faults    struct{ Problems inspection.Problems }
}

// sizeView is one size of letters, by its name in the stylesheet without its dashes.
type sizeView struct{ Name, Use string }

// schemeView is the colours of one scheme that words stand in.
type schemeView struct {
	Name  string
	Pairs []colourPair
}

// colourPair is a colour on another, as WCAG 2.2 compares them.
type colourPair struct {
	Use, Colour, Ground string // the colours as the stylesheet writes them: "#16202a"
	Contrast            string // "15.9 to 1", cut off after the first decimal so that none looks better than it is
	Least               string // what WCAG asks of it
	Enough              bool
}

// coloursUsed are the pairs in which words or lines stand, by the stylesheet's names, with the least contrast that WCAG 2.2 asks
// for at level AA: 4.5 of words (1.4.3), 3 of lines that one has to see (1.4.11).
var coloursUsed = []struct {
	use, colour, ground string
	least               float64
}{
	{"Words", "ink", "page", 4.5},
	{"Words on a panel", "ink", "panel", 4.5},
	{"Notes", "muted", "page", 4.5},
	{"Notes on a panel", "muted", "panel", 4.5},
	{"Links", "accent", "page", 4.5},
	{"Links on a panel", "accent", "panel", 4.5},
	{"Words on a button", "page", "accent", 4.5},
	{"Words on a tint", "ink", "accent-tint", 4.5},
	{"Links on a tint, and on the paler head and foot of a page", "accent", "accent-tint", 4.5},
	{"Words of a warning", "caution-ink", "caution", 4.5},
	{"Edge of Outstanding", "outstanding-edge", "page", 3},
	{"Edge of Good", "good-edge", "page", 3},
	{"Edge of Requires improvement to be good", "improve-edge", "page", 3},
	{"Edge of Inadequate", "inadequate-edge", "page", 3},
}

var sizesUsed = []sizeView{
	{"step-6", "The title of a page; counts"},
	{"step-5", "The title of the first screen"},
	{"step-4", "The heading of a section"},
	{"step-3", "The heading of a section on a narrow screen"},
	{"step-2", "What a page says first"},
	{"step-1", "The heading of a part"},
	{"text", "Words"},
	{"dense", "The first screen, and names in rows"},
	{"small", "Notes and wide tables"},
	{"tiny", "Marks in tables"},
}

func (s *Server) showDesign(c *gin.Context) error {
	page := designShowPage{Page: s.base(c, "How pages look"), Sizes: sizesUsed, Filter: exampleFilter(), Boxes: exampleBoxes()}
	page.Unlisted, page.Officer = true, true // the boxes of officers' forms have a stylesheet of their own
	page.Faults.Problems = inspection.Problems{{Field: "example-published", Words: "Enter the day on which the letter was published, like 7 July 2026"}}
	page.Pages = page.Filter.paginate(3, 12)
	page.Files = tableFiles(page.Filter.Path, nil)
	for _, one := range s.assets.signs {
		page.Icons = append(page.Icons, one.name)
	}
	page.Elsewhere = outsideLink{Name: "A page of others", Where: "Ofsted’s site", Address: "https://reports.ofsted.gov.uk/"}
	var err error
	if page.Schemes, err = s.schemes(); err != nil {
		return err
	}
	for _, stage := range inspection.Stages() {
		page.Stages = append(page.Stages, stageView{string(stage), stage.Words()})
	}
	for _, state := range []inspection.LetterState{inspection.LetterReady, inspection.LetterEmbargoed, inspection.LetterPublished, inspection.LetterUnreadable, inspection.LetterSetAside} {
		page.States = append(page.States, letterStates[state])
	}
	for _, absence := range inspection.Absences() {
		page.Absences = append(page.Absences, absenceView{Look: string(absence), Words: capital(absence.Words())})
	}
	if err := s.addRecordTo(c, &page); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "design_show", page)
}

// addRecordTo fills the parts that show the record.
func (s *Server) addRecordTo(c *gin.Context, page *designShowPage) error {
	known, err := s.reference(c)
	if err != nil {
		return err
	}
	if scale, ok := known.catalogue.Scale("ofsted-2013"); ok {
		page.Grades = scale.Grades
	}
	sub, err := s.subject(c, s.home(c.Request.Context()))
	if err != nil {
		return err
	}
	page.Areas, page.Empty = sub.latestAreas(), areasView{}
	page.Dates = sub.lineDates().Ahead
	page.Counts = counts(sub.record.Counts(sub.members, nil, sub.asOf))
	if len(sub.members) == 0 {
		return nil
	}
	page.Lanes, err = sub.laneView(sub.record.Lanes(sub.members[0], sub.asOf))
	return err
}

func exampleFilter() *filter {
	return &filter{Path: "/inspections", kept: url.Values{}, asked: url.Values{}, Selects: []selectBox{
		{Name: "kind", Label: "Kind of inspection", All: "Every kind"},
		{Name: "year", Label: "Year", All: "Every year", Problem: "Choose a year from the list"},
	}}
}

func exampleBoxes() []letterBox {
	return []letterBox{
		{Name: "example-topic", ID: "example-topic", Label: "Topic of the visit", Hint: "As the letter’s first page says it", Type: "text", Value: "Care leavers"},
		{Name: "example-published", ID: "example-published", Label: "Published", Hint: "Like 7 July 2026", Type: "text", Short: true, Value: "soon",
			Problem: "Enter the day on which the letter was published, like 7 July 2026"},
		{Name: "example-kind", ID: "example-kind", Label: "Kind", Type: "select", Groups: []optionGroup{{Options: []selectOption{{Value: "visit", Name: "Focused visit"}}}}},
		{Name: "example-words", ID: "example-words", Label: "Words", Type: "area", Rows: 2, Value: "What was asked for, as it was read from a letter.",
			Evidence: []evidenceView{{Page: 2, Quote: "as it was read from a letter"}, {Page: 3, Quote: "read with doubt", Doubt: true}},
			Checks:   []string{"Check that the sentence is whole"}},
		{Name: "example-checked", ID: "example-checked", Label: "I have compared this with the letter", Type: "tick", Value: "yes"},
	}
}

// assetBody returns what an asset holds; nothing of one that the program was built without.
func (s *Server) assetBody(name string) []byte {
	if file, ok := s.assets.files[path.Base(s.assets.addresses[name])]; ok {
		return file.body
	}
	return nil
}

var (
	colourRule  = regexp.MustCompile(`(?s):root \{(.*?)\n *\}`)
	colourNamed = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`)
)

// schemes works out the contrast of each pair of colours in each scheme, from the stylesheet that readers get: the colours of the
// light scheme stand first in it, and those that the dark one changes come next.
func (s *Server) schemes() ([]schemeView, error) {
	sheet := s.assetBody(siteSheet)
	rules := colourRule.FindAllSubmatch(sheet, 2)
	if len(rules) < 2 {
		return nil, fmt.Errorf("read the colours of %s: it has not two schemes", siteSheet)
	}
	colours := map[string]string{}
	var out []schemeView
	for i, name := range []string{"Light", "Dark"} {
		for _, found := range colourNamed.FindAllSubmatch(rules[i][1], -1) {
			colours[string(found[1])] = string(found[2])
		}
		scheme := schemeView{Name: name}
		for _, used := range coloursUsed {
			pair := colourPair{Use: used.use, Colour: colours[used.colour], Ground: colours[used.ground], Least: number(used.least)}
			if pair.Colour == "" || pair.Ground == "" {
				return nil, fmt.Errorf("read the colours of %s: it has no %s or no %s", siteSheet, used.colour, used.ground)
			}
			contrast := inspection.Colour(pair.Colour).Contrast(inspection.Colour(pair.Ground))
			pair.Contrast, pair.Enough = number(math.Floor(contrast*10)/10)+" to 1", contrast >= used.least
			scheme.Pairs = append(scheme.Pairs, pair)
		}
		out = append(out, scheme)
	}
	return out, nil
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
