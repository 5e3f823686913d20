package exchange

import (
	"fmt"
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"inspectiontimeline/internal/inspection"
)

// CalendarType is the media type of a Calendar (RFC 5545, 8.1).
const CalendarType = "text/calendar; charset=utf-8"

// calendarRefresh is how often a program that subscribes to a calendar should ask for it again (RFC 7986, 5.7).
const calendarRefresh = "PT12H"

// Calendar is a set of days to which somebody's own calendar can subscribe. Addresses are whole. What is taken off the record
// is simply not in it any more: a subscription shows what the calendar holds and nothing else.
type Calendar struct {
	Name    string
	Words   string // what it holds, in a sentence
	Self    string // its own address
	Page    string // the page that shows the same to people
	Changed time.Time
	Events  []CalendarEvent
}

// CalendarEvent is a day, or a stretch of days, without an hour. It says nothing of whether somebody is free.
type CalendarEvent struct {
	ID        string // of StableID
	First     inspection.Date
	Last      inspection.Date // the same as First for one day
	Title     string
	Words     []string // what the day rests on, a line each
	Page      string   // the address of the page about it
	Kind      string   // what sort of day it is
	Tentative bool     // whether the day, or what happens on it, is not certain
	Changed   time.Time
	Revision  int64 // grows with each change
}

// Write writes the calendar as an iCalendar stream (RFC 5545) that can be subscribed to. Equal calendars give equal bytes.
func (c Calendar) Write(w io.Writer) error {
	out := ics.NewCalendar()
	out.SetProductId("-//Inspection Timeline//Dates of inspections//EN")
	out.SetCalscale("GREGORIAN")
	out.SetName(calendarText(c.Name))
	out.SetDescription(calendarText(c.Words))
	out.SetXWRCalDesc(calendarText(c.Words))
	out.SetLastModified(c.Changed)
	out.SetUrl(c.Page)
	out.CalendarProperties = append(out.CalendarProperties, ics.CalendarProperty{BaseProperty: ics.BaseProperty{
		IANAToken: "SOURCE", Value: c.Self, ICalParameters: map[string][]string{"VALUE": {"URI"}},
	}})
	out.SetRefreshInterval(calendarRefresh) // the library names its type
	out.SetXPublishedTTL(calendarRefresh)
	for _, e := range c.Events {
		out.AddVEvent(e.component())
	}
	if len(c.Events) == 0 {
		out.AddVTimezone(londonTime()) // a calendar has at least one component (RFC 5545, 3.6)
	}
	if err := out.SerializeTo(w, ics.WithNewLineWindows); err != nil {
		return fmt.Errorf("write a calendar: %w", err)
	}
	return nil
}

func (e CalendarEvent) component() *ics.VEvent {
	out := ics.NewEvent(e.ID)
	out.SetDtStampTime(e.Changed)
	out.SetModifiedAt(e.Changed)
	out.AddProperty(ics.ComponentPropertySequence, fmt.Sprint(e.Revision))
	out.SetAllDayStartAt(e.First.Time())
	out.SetAllDayEndAt(e.Last.AddDays(1).Time()) // the end is the first day after it
	out.SetSummary(calendarText(e.Title))
	var words []string
	for _, line := range e.Words {
		words = append(words, calendarText(line))
	}
	if len(words) > 0 {
		out.SetDescription(strings.Join(words, "\n"))
	}
	if e.Page != "" {
		out.SetURL(e.Page)
	}
	out.AddCategory(calendarText(e.Kind))
	status := ics.ObjectStatusConfirmed
	if e.Tentative {
		status = ics.ObjectStatusTentative
	}
	out.SetStatus(status)
	out.SetClass(ics.ClassificationPublic)
	out.SetTimeTransparency(ics.TransparencyTransparent)
	return out
}

// londonTime is the time in London, as it has been kept since 1996.
func londonTime() *ics.VTimezone {
	zone := ics.NewTimezone("Europe/London")
	part := func(of *ics.ComponentBase, name, from, to, start, rule string) {
		of.AddProperty(ics.ComponentPropertyDtStart, start)
		of.AddProperty("TZOFFSETFROM", from)
		of.AddProperty("TZOFFSETTO", to)
		of.AddProperty("TZNAME", name)
		of.AddRrule(rule)
	}
	part(&zone.AddStandard().ComponentBase, "GMT", "+0100", "+0000", "19961027T020000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU")
	daylight := &ics.Daylight{}
	zone.Components = append(zone.Components, daylight)
	part(&daylight.ComponentBase, "BST", "+0000", "+0100", "19970330T010000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")
	return zone
}

// calendarText takes out what a line of a calendar cannot hold: control characters, breaks and bytes that are no letter. What has a
// meaning in it is escaped as it is written.
func calendarText(words string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(words, " "), func(r rune) bool { return r < ' ' || r == '\x7f' || r == '\u2028' || r == '\u2029' }), " ")
}
