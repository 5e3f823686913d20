package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

// figure is a chart as a page shows it: pictures for wide and narrow windows and for both colour schemes, with the same
// as words, as a table and as a file.
type figure struct {
	ID           string
	Title        string
	Subtitle     string
	Alt          string
	Caption      string
	Table        chart.Table
	Wide, Narrow picture
	CSV          string
	Workbook     string // the address of its table as an Excel workbook
	PNG, SVG     string // addresses of the chart with its words round it, to be taken away
	Embed        string // address of the page that other sites may frame
}

// picture is one layout of a figure.
type picture struct {
	Light, Dark   string // addresses
	Option        string // address of the ECharts option, for the interactive chart
	Width, Height int
}

// newFigureOf returns the figure of a chart of a past day; of today where that is unknown.
func newFigureOf(c chart.Chart, past inspection.Date) *figure {
	return newFigureAsked(c, past, nil)
}

// newFigureAsked returns the figure of a chart that is one of several, told apart by what is asked of it in its address.
func newFigureAsked(c chart.Chart, past inspection.Date, asked url.Values) *figure {
	return &figure{
		ID: c.Name + "-" + c.Subject, Title: c.Title, Subtitle: c.Subtitle, Alt: c.Summary, Caption: c.Caption, Table: c.Table,
		Wide: newPicture(c, chart.Wide, past, asked), Narrow: newPicture(c, chart.Narrow, past, asked),
		CSV: chartAddress(c, "csv", past, asked, nil), Workbook: chartAddress(c, "xlsx", past, asked, nil),
		PNG: chartAddress(c, "png", past, asked, nil), SVG: chartAddress(c, "svg", past, asked, url.Values{"sheet": {"yes"}}),
		Embed: embedAddress(c, past, asked),
	}
}

func newPicture(c chart.Chart, layout chart.Layout, past inspection.Date, asked url.Values) picture {
	size := c.Picture(layout).Size
	address := func(scheme chart.Scheme) string {
		return chartAddress(c, "svg", past, asked, url.Values{
			"size": {string(layout)}, "scheme": {string(scheme)}, "v": {c.Hash(layout, scheme)},
		})
	}
	return picture{
		Light: address(chart.Light), Dark: address(chart.Dark),
		Option: chartAddress(c, "json", past, asked, url.Values{"size": {string(layout)}}),
		Width:  size.Width, Height: size.Height,
	}
}

func chartAddress(c chart.Chart, extension string, past inspection.Date, asked, drawn url.Values) string {
	query := url.Values{}
	maps.Copy(query, asked)
	maps.Copy(query, drawn)
	if past.Known() {
		query.Set(asAt, past.ISO())
	}
	return pathAndQuery("/charts/"+c.Name+"/"+c.Subject+"."+extension, query)
}

func pathAndQuery(path string, query url.Values) string {
	u := url.URL{Path: path, RawQuery: query.Encode()}
	return u.String()
}

// showChart answers with one chart as a picture, a table or an option. The hash in the address is no part of the cache's
// key: send compares it with the answer's own.
func (s *Server) showChart(c *gin.Context) error {
	layout, scheme, sheet, err := drawingAsked(c)
	if err != nil {
		return err
	}
	extension := path.Ext(c.Param("file"))
	name, id := c.Param("name"), strings.TrimSuffix(c.Param("file"), extension)
	if !slices.Contains([]string{".svg", ".png", ".csv", ".xlsx", ".json"}, extension) {
		return fmt.Errorf("chart as %q: %w", extension, inspection.ErrNotFound)
	}
	made, err := s.chart(c, name, id)
	if err != nil {
		return err
	}
	if extension == ".svg" && asksFor(c.Request.URL, chartsFree) {
		drawn, err := s.ownDrawings.take(c.Request.Context())
		if errors.Is(err, errNoTurn) {
			err = errPainterBusy
		}
		if err != nil {
			return err
		}
		defer drawn()
	}
	if extension == ".png" || sheet && extension == ".svg" {
		return s.showSheet(c, chart.Sheet{Chart: made, Layout: layout, Scheme: scheme}, extension)
	}
	var r *response
	switch extension {
	case ".svg":
		svg, err := observing(c.Request.Context(), s.telemetry, workDrawing, func(ctx context.Context) ([]byte, error) {
			return s.engine.Draw(ctx, made.Drawing(layout, scheme))
		})
		if err != nil {
			return fmt.Errorf("draw %s of %s: %w", name, id, err)
		}
		r = newResponse(http.StatusOK, "image/svg+xml", svg, brotli.DefaultCompression)
		r.policy, r.revision = []string{picturePolicy}, made.Hash(layout, scheme)
	case ".csv":
		var table bytes.Buffer
		if err := made.Table.CSV(&table); err != nil {
			return fmt.Errorf("write %s of %s: %w", name, id, err)
		}
		r = newResponse(http.StatusOK, "text/csv; charset=utf-8", table.Bytes(), brotli.DefaultCompression)
		r.filename = []string{fmt.Sprintf("attachment; filename=%q", name+"-"+id+".csv")}
	case ".xlsx":
		workbook, err := s.chartWorkbook(c, made)
		if err != nil {
			return fmt.Errorf("write %s of %s: %w", name, id, err)
		}
		r = newResponse(http.StatusOK, tableWorkbook.kind, workbook, brotli.DefaultCompression)
		r.filename = []string{fmt.Sprintf("attachment; filename=%q", name+"-"+id+".xlsx")}
	case ".json":
		r = newResponse(http.StatusOK, "application/json", made.Picture(layout).Option, brotli.DefaultCompression)
	}
	c.Set(answered, r)
	return nil
}

// drawingAsked reads which drawing of a chart is wanted: the wide one in light colours where nothing is said, and the drawing
// alone unless it is to be taken away.
func drawingAsked(c *gin.Context) (chart.Layout, chart.Scheme, bool, error) {
	sheet := c.Query("sheet")
	layout, scheme := chart.Layout(c.DefaultQuery("size", string(chart.Wide))), chart.Scheme(c.DefaultQuery("scheme", string(chart.Light)))
	var problems inspection.Problems
	if layout != chart.Wide && layout != chart.Narrow {
		problems = append(problems, inspection.Problem{Field: "size", Words: "Choose the size wide or narrow"})
	}
	if scheme != chart.Light && scheme != chart.Dark {
		problems = append(problems, inspection.Problem{Field: "scheme", Words: "Choose the scheme light or dark"})
	}
	if sheet != "" && sheet != "yes" {
		problems = append(problems, inspection.Problem{Field: "sheet", Words: "Choose yes for the sheet, or leave it out"})
	}
	if len(problems) > 0 {
		return "", "", false, problems
	}
	return layout, scheme, sheet != "", nil
}

// chart makes a chart by its name and the ID of what it is about.
func (s *Server) chart(c *gin.Context, name, id string) (chart.Chart, error) {
	switch name {
	case chart.NameEngland:
		return s.englandChart(c, id)
	case chart.NameCompare:
		return s.compareChart(c, id)
	case chart.NameJourneys:
		return s.journeysChart(c, id)
	case chart.NameWaits:
		return s.waitsChart(c, id)
	}
	sub, err := s.subject(c, id)
	if err != nil {
		return chart.Chart{}, err
	}
	if len(sub.members) == 0 {
		return chart.Chart{}, fmt.Errorf("chart %s of %s, which had not begun by %s: %w", name, id, sub.asOf, inspection.ErrNotFound)
	}
	var made chart.Chart
	switch {
	case name == chart.NameLanes && sub.body.Kind == inspection.Authority:
		made, err = chart.Lanes(sub.record, sub.record.Lanes(sub.body, sub.asOf))
	case name == chart.NameMoreLanes:
		made, err = sub.moreChart()
	case name == chart.NameOverall && sub.body.Kind == inspection.Authority:
		made, err = chart.Overall(sub.record, sub.body, sub.asOf)
	case name == chart.NameThemes:
		made, err = sub.themesChart()
	case slices.Contains(progressCharts, name):
		made, err = s.servedProgressChart(c, sub, name)
	}
	if err == nil && made.Empty() {
		err = fmt.Errorf("chart %s of %s: %w", name, id, inspection.ErrNotFound)
	}
	return made, err
}

// figure shows a chart as of the day of the page.
func (sub subject) figure(made chart.Chart) *figure { return newFigureOf(made, sub.past) }

// laneView sets a council's lanes beside their latest words, row by row as the picture draws them.
func (sub subject) laneView(lanes inspection.Lanes) (laneView, error) {
	made, err := chart.Lanes(sub.record, lanes)
	if err != nil {
		return laneView{}, fmt.Errorf("make the lanes of %s: %w", lanes.Body.ID, err)
	}
	out := laneView{
		ID: lanes.Body.ID, Name: lanes.Body.Name, Address: "/authorities/" + lanes.Body.ID,
		Figure: *sub.figure(made), Entries: entries(lanes.Entries(sub.record)),
	}
	for _, row := range made.Rows {
		i := slices.IndexFunc(lanes.Main, func(l inspection.Lane) bool { return l.Code == row.Code })
		if i < 0 {
			continue
		}
		out.Latest = append(out.Latest, latestRow{Name: row.Name, Lines: row.Lines, Cells: []latestCell{latestCellOf(lanes.Main[i])}})
	}
	return out, nil
}

func entries(list []inspection.Entry) []entryView {
	var out []entryView
	for _, e := range list {
		v := entryView{When: e.When, Title: e.Title, Lines: e.Lines, Break: e.Break}
		if e.Inspection != nil {
			v.Address = inspectionAddress(e.Inspection)
		}
		out = append(out, v)
	}
	return out
}

// more is what stands behind the disclosure: other kinds of inspection, and the numbered events of their drawing.
func (sub subject) more() (*moreView, error) {
	made, err := sub.moreChart()
	if err != nil || made.Empty() {
		return nil, err
	}
	out := &moreView{Figure: *sub.figure(made)}
	var names []string
	for _, lane := range sub.moreLanes() {
		names = append(names, lane.Name)
	}
	events := sub.record.StructuralEvents(sub.until)
	if len(events) > 0 {
		names = append(names, "key events")
	}
	out.Names = strings.Join(names, " · ")
	for _, e := range events {
		out.Events = append(out.Events, entryView{When: e.When(), Title: e.Title})
	}
	return out, nil
}

func (sub subject) moreLanes() []inspection.Lane {
	out := sub.record.MoreLanes(sub.members, sub.body.Name, sub.until)
	if sub.body.Kind == inspection.Authority {
		out = slices.Concat(sub.record.Lanes(sub.body, sub.asOf).More, out)
	}
	return out
}

func (sub subject) moreChart() (chart.Chart, error) {
	lanes := sub.moreLanes()
	events := sub.record.StructuralEvents(sub.until)
	if len(lanes) == 0 && len(events) == 0 {
		return chart.Chart{}, nil
	}
	return chart.MoreLanes(sub.record, sub.body, lanes, events, inspection.RecordBegins, sub.until)
}

// councils are the members and the earlier councils before them.
func (sub subject) councils() []inspection.Body {
	return append(slices.Clone(sub.members), sub.record.EarlierCouncils(sub.members...)...)
}

func (sub subject) overall() (*figure, error) {
	made, err := chart.Overall(sub.record, sub.body, sub.asOf)
	if err != nil || made.Empty() {
		return nil, err
	}
	return sub.figure(made), nil
}

func (sub subject) themes() (*figure, error) {
	made, err := sub.themesChart()
	if err != nil || made.Empty() {
		return nil, err
	}
	return sub.figure(made), nil
}

// themesChart is about what was asked for of the councils, the earlier ones among them, and of their partnerships; for a place
// of the providers that serve it too, as in the list of its areas to improve.
func (sub subject) themesChart() (chart.Chart, error) {
	bodies := sub.councils()
	for _, m := range sub.members {
		bodies = append(bodies, sub.record.Partnerships(m.ID)...)
	}
	if sub.body.Kind == inspection.Place {
		bodies = append(bodies, sub.record.Providers(sub.members...)...)
	}
	return chart.Themes(sub.record, sub.body, bodies, sub.asOf)
}
