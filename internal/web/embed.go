package web

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

// The parameters by which charts of one name and subject on one day are told apart: those of known values, and the reader's own.
var (
	chartsChosen = []string{"judgement", "region", "type", "rules", "group", "by"}
	chartsFree   = []string{"with"}
)

// embedRoutes registers the charts as other sites show them.
func (s *Server) embedRoutes(r router) {
	r.get("/embed/:name/:subject", auth.ReadPublic, s.page(s.showEmbed, reads{
		chosen: append([]string{asAt}, chartsChosen...), free: chartsFree, same: true,
	}))
}

// embedShowPage is one chart for a frame on another site. It holds what the public sees, whoever asks.
type embedShowPage struct {
	Page
	Figure *figure
	Words  string // what the figure shows, for everybody: short blocks have no room for words
	Key    string // which pattern is which grade
	Source []string
	Home   string // address of the page that has the chart
}

func (s *Server) showEmbed(c *gin.Context) error {
	c.Set(personKey, (*person)(nil))
	made, err := s.chart(c, c.Param("name"), c.Param("subject"))
	if err != nil {
		return err
	}
	day, err := s.asOf(c)
	if err != nil {
		return err
	}
	asked := askedOfChart(c.Request.URL)
	page := embedShowPage{
		Page: s.base(c, made.Title), Figure: newFigureAsked(made, pastDay(c), asked),
		Words: made.Summary, Key: made.Key(), Source: chartSource(made, day), Home: chartHome(made, pastDay(c), asked) + "#" + made.Name + "-" + made.Subject,
	}
	page.Figure.Alt = "" // the words beneath say the same
	page.Canonical, _, _ = strings.Cut(page.Home, "#")
	if err := s.render(c, http.StatusOK, "embed_show", page); err != nil {
		return err
	}
	answer, _ := c.Get(answered)
	answer.(*response).policy = []string{s.embedPolicy()}
	return nil
}

// embedPolicy lets the named sites frame a page that itself can do nothing but be read.
func (s *Server) embedPolicy() string {
	hosts := "'none'"
	if len(s.embedHosts) > 0 {
		hosts = strings.Join(s.embedHosts, " ")
	}
	return "default-src 'none'; img-src 'self'; font-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors " + hosts
}

// frameView is what a page says beside a chart that other sites may show.
type frameView struct {
	HTML  string
	Hosts string
}

// frame writes the piece of HTML that shows a figure on another site; nil where none may.
func (s *Server) frame(f figure) *frameView {
	if len(s.embedHosts) == 0 || s.doors.address == "" || s.signInRequired {
		return nil
	}
	return &frameView{
		HTML: fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="%d" loading="lazy"></iframe>`,
			html.EscapeString(s.publicAddress()+f.Embed), html.EscapeString(f.Title), frameHeight(f)),
		Hosts: inspection.ListWords(s.embedHosts),
	}
}

// frameHeight is about how high a frame has to be, in CSS pixels, so that nobody has to scroll in it on a phone or a wide screen
// while its table is closed.
func frameHeight(f figure) int {
	const (
		rest            = 340 // the heading, the closed table and the source
		line            = 26
		inWide, inPhone = 85, 36 // letters
	)
	words := utf8.RuneCountInString(f.Alt) + utf8.RuneCountInString(f.Caption)
	return rest + max(f.Wide.Height+words/inWide*line, f.Narrow.Height+words/inPhone*line)
}

func embedAddress(c chart.Chart, past inspection.Date, asked url.Values) string {
	return pathAndQuery("/embed/"+c.Name+"/"+c.Subject, asOfDay(asked, past))
}

// asOfDay adds a past day to what an address asks.
func asOfDay(asked url.Values, past inspection.Date) url.Values {
	out := url.Values{}
	for name, values := range asked {
		out[name] = values
	}
	if past.Known() {
		out.Set(asAt, past.ISO())
	}
	return out
}

// askedOfChart returns what an address asks of a chart besides the day and the drawing.
func askedOfChart(u *url.URL) url.Values {
	asked, out := u.Query(), url.Values{}
	for _, name := range slices.Concat(chartsChosen, chartsFree) {
		if values := asked[name]; strings.Join(values, "") != "" {
			out[name] = values
		}
	}
	return out
}

// chartHome returns the address of the page that shows a chart.
func chartHome(made chart.Chart, past inspection.Date, asked url.Values) string {
	query := asOfDay(asked, past)
	path := "/authorities/" + made.Subject
	switch made.Name {
	case chart.NameEngland:
		path = "/england"
		if made.Subject != englandSubject {
			query.Set("judgement", made.Subject)
		}
	case chart.NameCompare:
		path = "/compare"
		query.Set("authority", made.Subject)
	case chart.NameJourneys, chart.NameWaits:
		path = "/england/journeys"
		query.Set("judgement", made.Subject)
	}
	return pathAndQuery(path, query)
}

// chartSource says what a chart is made from, and as of which day.
func chartSource(made chart.Chart, day inspection.Date) []string {
	from := "Source: Ofsted’s published letters and reports, reused under the Open Government Licence v3.0"
	if slices.Contains(progressCharts, made.Name) {
		from += ", and the progress recorded on Inspection Timeline"
	}
	return []string{from + ".", "Inspection Timeline, as it stood on " + day.Words() + "."}
}

// showSheet answers with a chart and the words round it, to be taken away.
func (s *Server) showSheet(c *gin.Context, sheet chart.Sheet, extension string) error {
	made := sheet.Chart
	day, err := s.asOf(c)
	if err != nil {
		return err
	}
	sheet.Source = chartSource(made, day)
	if s.doors.address != "" {
		sheet.Source = append(sheet.Source, s.publicAddress()+chartHome(made, pastDay(c), askedOfChart(c.Request.URL)))
	}
	var r *response
	if extension == ".png" {
		if s.painter == nil {
			return errNoPainter
		}
		picture, err := observing(c.Request.Context(), s.telemetry, workPicture, func(ctx context.Context) ([]byte, error) {
			return s.painter.PNG(ctx, sheet)
		})
		if errors.Is(err, chart.ErrBusy) {
			return errPainterBusy
		}
		if err != nil {
			return fmt.Errorf("paint %s of %s: %w", made.Name, made.Subject, err)
		}
		r = newPackedResponse(http.StatusOK, "image/png", picture)
		// Pictures of past days are as many as there are days.
		r.rare = pastDay(c).Known()
	} else {
		svg, err := observing(c.Request.Context(), s.telemetry, workDrawing, func(ctx context.Context) ([]byte, error) {
			return s.engine.DrawSheet(ctx, sheet)
		})
		if err != nil {
			return fmt.Errorf("draw %s of %s: %w", made.Name, made.Subject, err)
		}
		r = newResponse(http.StatusOK, "image/svg+xml", svg, brotli.DefaultCompression)
	}
	r.policy = []string{picturePolicy}
	r.filename = []string{fmt.Sprintf("attachment; filename=%q", made.Name+"-"+made.Subject+"-"+day.ISO()+extension)}
	c.Set(answered, r)
	return nil
}

var (
	errNoPainter = &refusal{status: http.StatusNotFound, heading: "There are no PNG pictures here", words: []string{
		"This program was built without what paints them. The SVG picture of each chart is there.",
	}}
	errPainterBusy = &refusal{status: http.StatusServiceUnavailable, heading: "The picture is not painted yet", words: []string{
		"Many pictures are asked for at the moment, and they are painted one after the other.", "Try again in a minute.",
	}}
)
