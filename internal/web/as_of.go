package web

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// asAt is the query parameter for the day as of which a page is asked for, and the ID of its control.
const asAt = "as-at"

// asOfKey is the key under which asOf leaves in the context what a request asks for, so that the page's banner, its form
// and its lists agree with what the handler shows.
const asOfKey = "as of"

// asOfView is the day as of which a page is shown, with the form that asks for another.
type asOfView struct {
	Day     inspection.Date
	Past    bool
	Words   string // the day as the form's summary says it
	Typed   string // what stands in the control
	Problem string
	First   inspection.Date // the days that can be asked for
	Last    inspection.Date
	Path    string    // of the page
	Kept    []carried // what else was asked of it, as far as it was understood
	Note    string    // a sentence of the page's own in the banner
}

// asOf returns the day as of which a page that shows the record is asked for: today or the parameter as-at. It fails with
// Problems where that is no day from the beginning of the record to today. A handler asks for it before it makes its page
// with base, which then carries the banner and the form.
func (s *Server) asOf(c *gin.Context) (inspection.Date, error) {
	if held, ok := c.Get(asOfKey); ok {
		return held.(*asOfView).result()
	}
	today := s.today()
	view := &asOfView{
		Day: today, Words: "today", Typed: c.Query(asAt), First: inspection.RecordBegins, Last: today, Path: c.Request.URL.Path,
	}
	c.Set(asOfKey, view)
	typed := strings.TrimSpace(view.Typed)
	if typed == "" {
		view.Typed = today.ISO()
		return view.result()
	}
	day, err := inspection.ParseDate(typed)
	switch {
	case err != nil || !day.Exact():
		view.Problem = fmt.Sprintf("“%s” is not a day: enter year, month and day, such as 2022-11-25", shortened(typed))
	case day.Before(inspection.RecordBegins):
		view.Problem = fmt.Sprintf("This record begins on %s: choose that day or a later one", inspection.RecordBegins.Words())
	case day.After(today):
		view.Problem = fmt.Sprintf("%s is still to come: choose today or an earlier day", day.Words())
	case day.Before(today):
		view.Day, view.Past, view.Words = day, true, day.Words()
	}
	return view.result()
}

func (v *asOfView) result() (inspection.Date, error) {
	if v.Problem != "" {
		return inspection.Date{}, inspection.Problems{{Field: asAt, Words: v.Problem}}
	}
	return v.Day, nil
}

// asOfAsked returns what asOf found for the request; nil where the page does not show the record of a day.
func asOfAsked(c *gin.Context) *asOfView {
	held, _ := c.Get(asOfKey)
	view, _ := held.(*asOfView)
	return view
}

// pastDay returns the day of a page that is shown as of a day before today; otherwise the unknown day.
func pastDay(c *gin.Context) inspection.Date {
	if v := asOfAsked(c); v != nil && v.Past {
		return v.Day
	}
	return inspection.Date{}
}

// keep makes the form carry what else was asked of the page. Only what was understood may stand there: the page is kept
// and shown to others who ask for the same.
func (v *asOfView) keep(asked url.Values) {
	v.Kept = nil
	for name, values := range asked {
		if name != asAt && name != "page" && len(values) > 0 {
			v.Kept = append(v.Kept, carried{name, values[0]})
		}
	}
	slices.SortFunc(v.Kept, func(a, b carried) int { return strings.Compare(a.Name, b.Name) })
}

// Today is the address of the same page as it stands today.
func (v *asOfView) Today() string {
	query := url.Values{}
	for _, one := range v.Kept {
		query.Set(one.Name, one.Value)
	}
	if len(query) == 0 {
		return v.Path
	}
	return v.Path + "?" + query.Encode()
}

// showAsOf puts the banner and the form for another day on a page, and names a past day in its title.
func (p *Page) showAsOf(view *asOfView) {
	if view == nil {
		return
	}
	p.AsOf = view
	if view.Past {
		p.Title += ", as it stood on " + view.Day.Words()
	}
}

// showNothingYet answers for something of which nothing could be seen on the day that is asked for: its page says so, and
// shows nothing of what came later.
func (s *Server) showNothingYet(c *gin.Context, heading string, words []string, ways ...Link) error {
	ways = append(ways, Link{Name: "The timeline of the home place on that day", Address: "/"}, Link{Name: "All inspections that were out on that day", Address: "/inspections"})
	return s.render(c, http.StatusOK, "fail_show", failPage{Page: s.base(c, heading), Heading: heading, Words: words, Ways: ways})
}

// showNotOut answers for a letter or report, or a part of one, that had not come out by the day asked for.
func (s *Server) showNotOut(c *gin.Context, day inspection.Date) error {
	return s.showNothingYet(c, "Not out yet on "+day.Words(), []string{
		"This letter or report, or what it asks for, is known today. It had not come out by " + day.Words() + ", so nothing of it is shown.",
	})
}

// showsADay are the addresses of the pages that show the record as of a day. Links to them from a page of a past day lead
// to the same day.
var showsADay = []string{
	"/", "/authorities", "/authorities/*", "/authorities/*/next-inspection", "/authorities/*/briefing", "/inspections", "/inspections/*",
	"/recommendations", "/recommendations/*", "/milestones", "/scrutiny", "/themes", "/actions",
	"/compare", "/england", "/england/*", "/england/journeys/*",
}

// anchor matches the tag of a link within this site. Templates write attributes in double quotes.
var anchor = regexp.MustCompile(`<a [^>]*?href="(/[^"]*)"[^>]*>`)

// staysToday marks a link that leaves the past day.
const staysToday = `rel="alternate"`

// carryDay makes the links of a page of a past day lead to the same day. It works on the page as written: no list or part
// of a page can forget it then.
func carryDay(body []byte, day inspection.Date) []byte {
	var out []byte
	at := 0
	for _, span := range anchor.FindAllSubmatchIndex(body, -1) {
		tag, address := string(body[span[0]:span[1]]), html.UnescapeString(string(body[span[2]:span[3]]))
		if strings.Contains(tag, staysToday) || !takesDay(address) {
			continue
		}
		out = append(out, body[at:span[2]]...)
		out = append(out, html.EscapeString(withDay(address, day))...)
		at = span[3]
	}
	return append(out, body[at:]...)
}

// takesDay reports whether an address is of a page that shows the record as of a day, and names none yet.
func takesDay(address string) bool {
	where, query, _ := strings.Cut(address, "?")
	where, _, _ = strings.Cut(where, "#")
	return !strings.Contains(query, asAt+"=") && slices.ContainsFunc(showsADay, func(pattern string) bool {
		ok, _ := path.Match(pattern, where)
		return ok
	})
}

// withDay adds a day to an address.
func withDay(address string, day inspection.Date) string {
	address, fragment, cut := strings.Cut(address, "#")
	if strings.Contains(address, "?") {
		address += "&"
	} else {
		address += "?"
	}
	address += asAt + "=" + day.ISO()
	if cut {
		address += "#" + fragment
	}
	return address
}
