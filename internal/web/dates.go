package web

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// mostMeetings is how many meetings to come stand on the page of a council or a place.
const mostMeetings = 3

// datesView is what letters and rules lead one to expect: what is ahead, what has passed with nothing recorded, and what is
// recorded as done; with the months of the next full inspection and the meetings of committees.
type datesView struct {
	Ahead, Passed, Done []dateView
	Meetings            []meetingView // the next ones; none where none is recorded
}

type dateView struct {
	When   string
	Words  string
	Letter *Link
	More   *Link        // to the page on what it rests on
	Where  *outsideLink // of what was published
	Rule   string
	Source *Link
}

// dates gathers the dates of a page's councils, the months of their next full inspection and the meetings to come.
func (s *Server) dates(c *gin.Context, sub subject, england *inspection.Record) (*datesView, error) {
	out := sub.lineDates()
	out.Ahead = append(out.Ahead, sub.windows(england)...)
	ids := []string{sub.body.ID, sub.place.ID}
	for _, m := range sub.members {
		ids = append(ids, m.ID)
	}
	data, err := s.committees(c, slices.DeleteFunc(ids, func(id string) bool { return id == "" }))
	if err != nil {
		return nil, err
	}
	for _, meeting := range slices.Backward(data.meetings) { // they come the latest first
		if !meeting.On.Before(sub.asOf) && len(out.Meetings) < mostMeetings {
			out.Meetings = append(out.Meetings, meetingView{
				When: meeting.On.Words(), Committee: data.committeeOf(meeting.CommitteeID), Papers: meeting.Address,
			})
		}
	}
	return out, nil
}

// windows says in which months the next full inspection is most likely: once for all councils of which the same is said.
func (sub subject) windows(england *inspection.Record) []dateView {
	var out []dateView
	var of [][]inspection.Body
	for _, m := range sub.members {
		f, ok := sub.record.Forecast(england, m, sub.asOf)
		if !ok {
			continue
		}
		view := windowView(f)
		i := slices.Index(out, view)
		if i < 0 {
			i = len(out)
			out, of = append(out, view), append(of, nil)
		}
		of[i] = append(of[i], m)
	}
	for i := range out {
		about := sub.body
		if len(of[i]) < len(sub.members) {
			about = of[i][0]
			out[i].Words = about.NameWithin(sub.body.Name) + ": " + out[i].Words
		}
		out[i].More = &Link{Name: "What this rests on", Address: bodyLink(about).Address + "/next-inspection"}
	}
	return out
}

func windowView(f inspection.Forecast) dateView {
	w := f.Window()
	view := dateView{When: w.From.ShortMonthWords() + " – " + w.Until.ShortMonthWords()}
	view.Words = "Most likely window for the next full inspection. Ofsted may come sooner."
	if !w.From.After(f.AsOf) {
		view.Words = "Window for the next full inspection: " + f.WindowWords() + "."
	}
	view.Words = strings.TrimSpace(view.Words + " " + f.EndWords())
	return view
}

// lineDates gives each date its letter and, where a rule computes it, the rule and its source.
func (sub subject) lineDates() *datesView {
	var out datesView
	for _, line := range sub.record.DateLines(sub.members, sub.body.Name, sub.asOf) {
		view := dateView{When: line.When, Words: line.Words}
		if line.Inspection != nil {
			view.Letter = &Link{Name: sub.title(line.Inspection), Address: inspectionAddress(line.Inspection)}
		}
		if line.Fulfilment != nil {
			if line.Fulfilment.Address != "" {
				view.Where = outside("Read it", line.Fulfilment.Address)
			}
			out.Done = append(out.Done, view)
			continue
		}
		if line.Clock != nil && line.Clock.Source.ID != "" {
			view.Rule = line.Clock.Rule.Words
			view.Source = &Link{Name: line.Clock.Source.Title, Address: "/sources#" + line.Clock.Source.ID}
		}
		if line.Passed {
			out.Passed = append(out.Passed, view)
		} else {
			out.Ahead = append(out.Ahead, view)
		}
	}
	return &out
}
