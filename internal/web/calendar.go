package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// What a calendar can be narrowed to, as its address says.
const (
	calendarClocks   = "clocks"
	calendarMeetings = "meetings"
	calendarWindow   = "window"
)

// calendarKinds names them for readers.
var calendarKinds = optionGroup{Options: []selectOption{
	{Value: calendarClocks, Name: "days that follow from letters"},
	{Value: calendarMeetings, Name: "committee meetings"},
	{Value: calendarWindow, Name: "when inspectors may come"},
}}

// calendarPast is for how many months a day stays in a calendar after it has passed.
const calendarPast = 12

// calendarMaker gathers the days of one calendar.
type calendarMaker struct {
	server *Server
	c      *gin.Context
	record string // which record it is, so that its days are named alike for ever
	since  inspection.Date
	made   exchange.Calendar
}

func (s *Server) newCalendar(c *gin.Context, name, words, self, page string) (*calendarMaker, error) {
	first, err := s.store.First(c.Request.Context())
	if err != nil {
		return nil, err
	}
	return &calendarMaker{
		server: s, c: c, record: first.Hash, since: s.today().AddMonths(-calendarPast),
		made: exchange.Calendar{
			Name: name, Words: words, Self: s.whole(c, self), Page: s.whole(c, page), Changed: s.dayBegins(inspection.RecordBegins),
		},
	}, nil
}

// add takes a day into the calendar. Its page is an address of ours.
func (m *calendarMaker) add(event exchange.CalendarEvent, last store.Revision, name ...string) {
	event.ID = exchange.StableID(m.record, name...)
	event.Page = m.server.whole(m.c, event.Page)
	event.Changed, event.Revision = last.At, last.Number
	if event.Changed.After(m.made.Changed) {
		m.made.Changed = event.Changed
	}
	m.made.Events = append(m.made.Events, event)
}

// answer leaves the calendar in the context, with its days in order.
func (m *calendarMaker) answer(name string) error {
	slices.SortFunc(m.made.Events, func(a, b exchange.CalendarEvent) int {
		return cmp.Or(a.First.Compare(b.First), a.Last.Compare(b.Last), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	return answerFile(m.c, exchange.CalendarType, name, m.made.Changed, m.made.Write)
}

// changes returns the last change of each of some records, counting with them every record of the kinds that have a part in
// their days.
func (m *calendarMaker) changes(kind inspection.RecordKind, ids []string, also ...inspection.RecordKind) (func(id string) store.Revision, error) {
	ctx := m.c.Request.Context()
	of, err := m.server.store.Revisions(ctx, kind, ids)
	if err != nil {
		return nil, err
	}
	last, err := m.server.store.LastRevision(ctx, also...)
	return func(id string) store.Revision { return of[id].Later(last) }, err
}

// showCalendar answers with the days of a council or a place, of the home place where none is named: those that follow from
// letters, the meetings of committees, and the months in which inspectors may come.
func (s *Server) showCalendar(c *gin.Context) error {
	f := newFilter(c)
	what := f.choose("what", "Days", "Every day", "a kind of day", calendarKinds)
	if len(f.problems) > 0 {
		return f.problems
	}
	slug := cmp.Or(c.Query("authority"), s.home(c.Request.Context()))
	f.keep("authority", slug)
	sub, err := s.subject(c, slug)
	if err != nil {
		return err
	}
	name := "Inspections: " + sub.body.Name
	if chosen := f.Chosen(); chosen != "" {
		name += ", " + chosen
	}
	words := "Days of the record of inspections of children’s services. They are whole days in London. A day that is taken off the record goes from this calendar."
	m, err := s.newCalendar(c, name, words, f.with(), bodyLink(sub.body).Address)
	if err != nil {
		return err
	}
	if what == "" || what == calendarClocks {
		if err := m.addClocks(sub); err != nil {
			return err
		}
	}
	if what == "" || what == calendarMeetings {
		if err := m.addMeetings(sub); err != nil {
			return err
		}
	}
	if what == "" || what == calendarWindow {
		if err := m.addWindows(sub); err != nil {
			return err
		}
	}
	return m.answer("calendar-" + sub.body.ID + ".ics")
}

// showInspectionCalendar answers with the days that follow from one letter.
func (s *Server) showInspectionCalendar(c *gin.Context) error {
	in, r, err := s.store.InspectionRecord(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	page := inspectionAddress(in)
	m, err := s.newCalendar(c, "Dates that follow: "+r.TitleOf(in), "The days that follow from one letter.", page+"/dates.ics", page+"#follows")
	if err != nil {
		return err
	}
	m.since = inspection.Date{}
	if err := m.addClocksOf(r.AsOf(s.today()), in); err != nil {
		return err
	}
	return m.answer("dates-" + in.ID + ".ics")
}

// addClocks adds the days that follow from the letters to today's councils and their partnerships.
func (m *calendarMaker) addClocks(sub subject) error {
	var letters []*inspection.Inspection
	for _, member := range sub.members {
		for _, body := range append([]inspection.Body{member}, sub.record.Partnerships(member.ID)...) {
			for _, in := range sub.record.InspectionsOf(body.ID, sub.asOf) {
				if !slices.Contains(letters, in) {
					letters = append(letters, in)
				}
			}
		}
	}
	return m.addClocksOf(sub.record, letters...)
}

func (m *calendarMaker) addClocksOf(r *inspection.Record, letters ...*inspection.Inspection) error {
	var ids []string
	for _, in := range letters {
		ids = append(ids, in.ID)
	}
	changed, err := m.changes(inspection.OfInspection, ids, inspection.OfRule, inspection.OfBankHoliday, inspection.OfFulfilment)
	if err != nil {
		return err
	}
	today := m.server.today()
	for _, in := range letters {
		views := clocksOf(r, in, today)
		for i, clock := range r.Clocks(in, today) {
			if clock.Due.Known() && !clock.Due.Before(m.since) {
				m.add(clockEvent(r, in, clock, views[i]), changed(in.ID), "clock", in.ID, clock.Rule.Code)
			}
		}
	}
	return nil
}

// clockEvent is a day that follows from a letter, with what the letter's own page says of it.
func clockEvent(r *inspection.Record, in *inspection.Inspection, clock inspection.Clock, view clockView) exchange.CalendarEvent {
	due := "Due"
	if clock.LatestPossible() {
		due = "Due at the latest"
	}
	var whom []string
	done := true
	for _, body := range owing(in) {
		whom = append(whom, r.Name(body))
		_, fulfilled := clock.FulfilledBy(body)
		done = done && fulfilled
	}
	event := exchange.CalendarEvent{
		First: clock.Due, Last: clock.Due, Page: inspectionAddress(in) + "#follows", Kind: capital(calendarKinds.Options[0].Name),
		Title:     fmt.Sprintf("%s: %s (%s)", due, lowerFirst(clock.Rule.About), inspection.ListWords(whom)),
		Tentative: !clock.Confirmed() || clock.LatestPossible(),
		Words:     []string{r.TitleOf(in) + ".", view.How},
	}
	if done && len(whom) > 0 {
		event.Title = "Published: " + lowerFirst(clock.Rule.About) + " (" + inspection.ListWords(whom) + ")"
	}
	event.Words = append(event.Words, said(view.Rule, view.Doubt)...)
	if view.Source != nil {
		event.Words = append(event.Words, "Source: "+view.Source.Name+".")
	}
	for _, answer := range view.Answers {
		event.Words = append(event.Words, answer.line())
	}
	return event
}

// said returns the sentences that say something.
func said(sentences ...string) []string {
	return slices.DeleteFunc(sentences, func(words string) bool { return words == "" })
}

// line says on one line what is recorded of a duty.
func (a answerView) line() string {
	words := a.Words
	if a.Who != "" {
		words = a.Who + ": " + words
	}
	if a.Where != nil {
		words += " " + a.Where.Address
	}
	return strings.Join(append([]string{words}, said(a.Note)...), " ")
}

// addMeetings adds the meetings of the committees of a council or a place and of its councils.
func (m *calendarMaker) addMeetings(sub subject) error {
	ids := []string{sub.body.ID, sub.place.ID}
	for _, member := range sub.members {
		ids = append(ids, member.ID)
	}
	data, err := m.server.committees(m.c, said(ids...))
	if err != nil {
		return err
	}
	meetings := slices.DeleteFunc(data.meetings, func(one inspection.Meeting) bool { return one.On.Last().Before(m.since) })
	ids = nil
	for _, met := range meetings {
		ids = append(ids, met.ID)
	}
	changed, err := m.changes(inspection.OfMeeting, ids, inspection.OfCommittee)
	if err != nil {
		return err
	}
	for _, met := range meetings {
		event := exchange.CalendarEvent{
			First: met.On.First(), Last: met.On.Last(), Title: "Meeting: " + data.committeeOf(met.CommitteeID), Page: "/scrutiny#bodies",
			Kind: capital(calendarKinds.Options[1].Name), Tentative: !met.On.Exact(), Words: []string{"The hour is not on this record."},
		}
		if met.Address != "" {
			event.Words = append(event.Words, "Papers: "+met.Address)
		}
		m.add(event, changed(met.ID), "meeting", met.ID)
	}
	return nil
}

// addWindows adds the months in which inspectors are most likely to come to each council, and those in which letters announce
// that they come back and no result is recorded.
func (m *calendarMaker) addWindows(sub subject) error {
	known, err := m.server.reference(m.c)
	if err != nil {
		return err
	}
	last, err := m.server.store.LastRevision(m.c.Request.Context(), inspection.OfInspection, inspection.OfRule)
	if err != nil {
		return err
	}
	for _, member := range sub.members {
		f, ok := sub.record.Forecast(known.england.Record, member, sub.asOf)
		if !ok {
			m.made.Words += " " + f.Absent
			continue
		}
		m.add(windowEvent(sub, member, f), last, "window", member.ID)
	}
	for _, e := range sub.record.Expected(sub.members, sub.asOf) {
		if e.Clock == nil && !e.Until.Before(m.since) {
			m.add(returnEvent(sub, e), last, "return", e.Body.ID, e.Inspection.ID, e.Announcement.Kind)
		}
	}
	return nil
}

// windowEvent is the stretch of whole months in which the next full inspection of a council is most likely.
func windowEvent(sub subject, member inspection.Body, f inspection.Forecast) exchange.CalendarEvent {
	w := f.Window()
	event := exchange.CalendarEvent{
		First: w.From.First(), Last: w.Until.Last(), Page: bodyLink(member).Address + "/next-inspection", Tentative: true,
		Title: "Inspectors may come between these months: " + member.Name, Kind: capital(calendarKinds.Options[2].Name),
		Words: append([]string{"The next full inspection: " + f.WindowWords() + "."}, said(f.EndWords())...),
	}
	event.Words = append(event.Words, "Counted from "+sub.title(f.From)+".")
	if f.Usual.Known() {
		event.Words = append(event.Words, usualName+": "+f.Usual.Words()+".")
	}
	if f.Band.Known() {
		event.Words = append(event.Words, bandName+": "+f.Band.Words()+".")
	}
	event.Words = append(event.Words, "It says nothing of any grade. How often such windows were right is on the page.")
	return event
}

// returnEvent is the stretch of whole months in which a letter says that inspectors come back. It says "approximately", so no
// day may be made of it.
func returnEvent(sub subject, e inspection.Expectation) exchange.CalendarEvent {
	framework, _ := sub.record.Catalogue.Framework(e.Inspection.Framework)
	event := exchange.CalendarEvent{
		First: wholeMonth(e.From).First(), Last: wholeMonth(e.Until).Last(), Page: inspectionAddress(e.Inspection), Tentative: true,
		Title: fmt.Sprintf("Inspectors may come back between these months: %s %s (%s)", framework.Short, e.Announcement.Words, e.Body.Name),
		Kind:  capital(calendarKinds.Options[2].Name),
		Words: []string{
			fmt.Sprintf("About %s: the letter says within approximately %s.", inspection.BandWords(e.From, e.Until), inspection.CountWords(e.Announcement.Months, "month", "months")),
			"Counted from " + sub.title(e.Inspection) + ".",
		},
	}
	if e.Until.Before(sub.asOf) {
		event.Words = append(event.Words, "The months have passed and no result is on this record: ask.")
	}
	return event
}

// wholeMonth returns the month that a day lies in.
func wholeMonth(day inspection.Date) inspection.Date {
	return inspection.MustDate(day.ISO()[:len("2006-01")])
}
