package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// clockRoutes registers the pages about days that follow from letters, and about what they are counted with.
func (s *Server) clockRoutes(r router) {
	r.get("/working-days", auth.ReadPublic, s.page(s.listWorkingDays, reads{}))
	r.post("/working-days", auth.KeepDates, s.private(s.saveWorkingDay))
	r.get("/inspections/:id/dates", auth.KeepDates, s.private(s.showInspectionDates))
	r.post("/inspections/:id/dates", auth.KeepDates, s.private(s.saveInspectionDates))
}

// workingDayListPage is the table of bank holidays that working days are counted with.
type workingDayListPage struct {
	Page
	Rule     string
	Source   *Link
	Span     string
	Years    []holidayYear
	MayAdd   bool
	Boxes    []letterBox
	Removing []holidayView // those that officers added, which they may take out
	Files    *downloads
}

type holidayYear struct {
	Year int
	Open bool
	Note string // where the year is not held whole
	Days []holidayView
}

type holidayView struct{ ISO, Day, Name, Note string }

var holidayNotes = map[string]string{
	inspection.MovedHoliday: "moved in this year", inspection.OneOffHoliday: "in this year only", inspection.AddedHoliday: "added by an officer",
}

func (s *Server) listWorkingDays(c *gin.Context) error {
	return s.workingDays(c, http.StatusOK, nil, nil)
}

// workingDays renders the table; sent is the form that came with problems, nil where none did.
func (s *Server) workingDays(c *gin.Context, status int, sent url.Values, problems inspection.Problems) error {
	holidays, err := s.store.BankHolidays(c.Request.Context())
	if err != nil {
		return err
	}
	rules, err := s.store.Rules(c.Request.Context())
	if err != nil {
		return err
	}
	page := workingDayListPage{Page: s.base(c, "Working days"), MayAdd: s.reader(c) == inspection.ForOfficers, Files: tableFiles("/working-days", nil)}
	if page.MayAdd {
		page.Page = s.officerBase(c, "Working days")
	}
	page.wrong(problems)
	calendar := inspection.NewCalendar(holidays)
	page.Span = "No year is held whole, so nothing is computed."
	if first, last, ok := calendar.Span(); ok {
		page.Span = fmt.Sprintf("The years %d to %d are held. Where a count would lead out of them, no day is computed and the page says so.", first, last)
	}
	if i := slices.IndexFunc(rules, func(r inspection.Rule) bool { return r.Code == inspection.WorkingDayRule }); i >= 0 {
		page.Rule, page.Source = rules[i].Words, &Link{Name: rules[i].About, Address: "/sources#" + rules[i].SourceID}
	}
	page.Boxes = []letterBox{
		{Name: "on", ID: "on", Label: "Day", Type: "text", Short: true, Hint: "Like 8 May 2023.", Value: sent.Get("on"), Problem: page.Problem("on")},
		{Name: "name", ID: "name", Label: "What it is called", Type: "text", Hint: "Like Coronation of the King.", Value: sent.Get("name"), Problem: page.Problem("name")},
	}
	page.addYears(holidays, calendar)
	return s.render(c, status, "working_day_list", page)
}

// addYears puts the days in their years, latest first; those around today stand open.
func (page *workingDayListPage) addYears(holidays []inspection.BankHoliday, calendar *inspection.Calendar) {
	for _, h := range holidays {
		year := h.On.Year()
		if n := len(page.Years); n == 0 || page.Years[n-1].Year != year {
			view := holidayYear{Year: year, Open: year >= page.Today.Year()-1 && year <= page.Today.Year()+1}
			if !calendar.Holds(year) {
				view.Note = "This year is not held whole, so nothing is computed in it."
			}
			page.Years = append(page.Years, view)
		}
		day := holidayView{
			ISO: h.On.String(), Day: fmt.Sprintf("%s %d %s", h.On.Time().Weekday(), h.On.Time().Day(), h.On.Month()),
			Name: h.Name, Note: holidayNotes[h.Kind],
		}
		last := &page.Years[len(page.Years)-1]
		last.Days = append(last.Days, day)
		if h.Kind == inspection.AddedHoliday && page.MayAdd {
			day.Day = h.On.Words()
			page.Removing = append(page.Removing, day)
		}
	}
	slices.Reverse(page.Years)
}

// saveWorkingDay adds a day to the table, or takes out one that an officer added.
func (s *Server) saveWorkingDay(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	f := &draftForm{values: values}
	day := f.day("on", "the day")
	switch {
	case len(f.problems) > 0:
	case values.Get("do") == "remove":
		err = s.store.RemoveBankHoliday(c.Request.Context(), by, day)
	default:
		err = s.store.AddBankHoliday(c.Request.Context(), by, inspection.BankHoliday{On: day, Name: f.line("name")})
	}
	return s.afterSaving(c, "/working-days", err, f.problems, func(problems inspection.Problems) error {
		return s.workingDays(c, http.StatusUnprocessableEntity, values, problems)
	})
}
