package exchange_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// aCalendar has a day and a stretch of months, with texts that mean something in a calendar and are long in bytes.
func aCalendar() exchange.Calendar {
	changed := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	return exchange.Calendar{
		Name: "Inspections: Bath; Wells, and “others”", Words: "Days\r\nof the record", Self: "https://council.example/timeline/calendar.ics?authority=a&what=clocks",
		Page: "https://council.example/timeline/authorities/a", Changed: changed,
		Events: []exchange.CalendarEvent{
			{
				ID: exchange.StableID("record", "clock", "x"), First: inspection.MustDate("2026-10-14"), Last: inspection.MustDate("2026-10-14"),
				Title: "Due: written statement; a\\b, c", Words: []string{strings.Repeat("Wörter für “den Kalender” ", 12), "BEGIN:VEVENT\nSUMMARY:not one"},
				Page: "https://council.example/timeline/inspections/x#follows", Kind: "Days, that follow", Changed: changed, Revision: 1234,
			},
			{
				ID: exchange.StableID("record", "window", "a"), First: inspection.MustDate("2029-01"), Last: inspection.MustDate("2030-03").Last(),
				Title: "Inspectors may come", Kind: "Window", Tentative: true, Changed: changed, Revision: 7,
			},
		},
	}
}

func TestACalendarIsReadByItsLibrary(t *testing.T) {
	read, err := ics.ParseCalendar(strings.NewReader(written(t, aCalendar().Write)))
	if err != nil {
		t.Fatal(err)
	}
	events := read.Events()
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	value := func(e *ics.VEvent, property ics.ComponentProperty) string {
		p := e.GetProperty(property)
		if p == nil {
			return ""
		}
		return p.Value
	}
	day, window := events[0], events[1]
	for property, want := range map[ics.ComponentProperty]string{
		ics.ComponentPropertySummary: `Due: written statement; a\b, c`, ics.ComponentPropertyDtStart: "20261014", ics.ComponentPropertyDtEnd: "20261015",
		ics.ComponentPropertySequence: "1234", ics.ComponentPropertyDtstamp: "20261121T120000Z", ics.ComponentPropertyStatus: "CONFIRMED",
		ics.ComponentPropertyUrl: "https://council.example/timeline/inspections/x#follows", ics.ComponentPropertyTransp: "TRANSPARENT",
	} {
		if got := value(day, property); got != want {
			t.Errorf("%s is %q, want %q", property, got, want)
		}
	}
	if got := value(day, ics.ComponentPropertyDescription); !strings.HasSuffix(got, "\nBEGIN:VEVENT SUMMARY:not one") {
		t.Errorf("the description is %q", got)
	}
	if value(window, ics.ComponentPropertyDtStart) != "20290101" || value(window, ics.ComponentPropertyDtEnd) != "20300401" || value(window, ics.ComponentPropertyStatus) != "TENTATIVE" {
		t.Errorf("the stretch of months is %+v", window.Properties)
	}
}

func TestACalendarKeepsTheRulesOfItsFormat(t *testing.T) {
	empty := aCalendar()
	empty.Events = nil
	for says, calendar := range map[string]exchange.Calendar{"with days": aCalendar(), "without any": empty} {
		t.Run(says, func(t *testing.T) {
			text := written(t, calendar.Write)
			if text != written(t, calendar.Write) {
				t.Error("equal calendars are written differently")
			}
			for _, fault := range calendarFaults(text) {
				t.Error(fault)
			}
		})
	}
}

func TestFaultsOfACalendarAreFound(t *testing.T) {
	sound := written(t, aCalendar().Write)
	for says, spoil := range map[string][2]string{
		"a bare line feed":             {"VERSION:2.0\r\n", "VERSION:2.0\n"},
		"a line that is not folded":    {"VERSION:2.0\r\n", "VERSION:2.0\r\nX-LONG:" + strings.Repeat("x", 70) + "\r\n"},
		"a missing stamp":              {"DTSTAMP:20261121T120000Z\r\n", ""},
		"two of one thing":             {"VERSION:2.0\r\n", "VERSION:2.0\r\nVERSION:2.0\r\n"},
		"an hour where a day belongs":  {"DTSTART;VALUE=DATE:20261014", "DTSTART:20261014"},
		"a comma that is not escaped":  {"Due: written statement\\; a\\\\b\\, c", "Due, c"},
		"a component that never ends":  {"END:VEVENT\r\nBEGIN:VEVENT\r\n", "BEGIN:VEVENT\r\n"},
		"an end that is not after it":  {"DTEND;VALUE=DATE:20261015", "DTEND;VALUE=DATE:20261014"},
		"one ID for two days":          {exchange.StableID("record", "window", "a"), exchange.StableID("record", "clock", "x")},
		"no component":                 {sound[strings.Index(sound, "BEGIN:VEVENT"):strings.LastIndex(sound, "END:VCALENDAR")], ""},
		"a refresh without its type":   {"REFRESH-INTERVAL;VALUE=DURATION", "REFRESH-INTERVAL"},
		"something after the calendar": {"END:VCALENDAR\r\n", "END:VCALENDAR\r\nEND:VCALENDAR\r\n"},
	} {
		spoilt := strings.Replace(sound, spoil[0], spoil[1], 1)
		if spoilt == sound || len(calendarFaults(spoilt)) == 0 {
			t.Errorf("%s is not found", says)
		}
	}
}

var (
	contentLine  = regexp.MustCompile(`^([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*))*):(.*)$`)
	escapedText  = regexp.MustCompile(`^(?:[^\\;,\x00-\x1f\x7f]|\\[\\;,nN])*$`)
	utcMoment    = regexp.MustCompile(`^\d{8}T\d{6}Z$`)
	calendarDay  = regexp.MustCompile(`^\d{8}$`)
	textOfEvents = []string{"SUMMARY", "DESCRIPTION", "CATEGORIES", "NAME", "X-WR-CALNAME", "X-WR-CALDESC", "UID", "PRODID"}
)

// calendarFaults reads a stream line by line, by the rules of RFC 5545 and 7986 alone, and says what breaks one. It shares
// nothing with the library that writes.
func calendarFaults(text string) (faults []string) {
	wrong := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if !utf8.ValidString(text) || !strings.HasSuffix(text, "\r\n") || strings.Count(text, "\n") != strings.Count(text, "\r\n") || strings.Count(text, "\r") != strings.Count(text, "\n") {
		wrong("a line ends otherwise than with CRLF, or something is no text")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			wrong("a line of %d bytes, or cut within a letter: %s", len(line), line)
		}
	}
	var open []string
	held := []map[string]string{{}}
	ids := map[string]bool{}
	components := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n ", ""), "\r\n"), "\r\n") {
		parts := contentLine.FindStringSubmatch(line)
		if parts == nil {
			wrong("no content line: %q", line)
			continue
		}
		name, parameters, value := parts[1], parts[2], parts[3]
		here := held[len(held)-1]
		switch {
		case name == "BEGIN":
			if len(open) == 0 && (value != "VCALENDAR" || components > 0) {
				wrong("%s outside of a calendar", value)
			}
			open, held, components = append(open, value), append(held, map[string]string{}), components+1
			continue
		case name == "END":
			if len(open) == 0 || open[len(open)-1] != value {
				wrong("END:%s where %v is open", value, open)
				continue
			}
			needs := map[string][]string{
				"VCALENDAR": {"VERSION", "PRODID"}, "VEVENT": {"UID", "DTSTAMP", "DTSTART", "SUMMARY"}, "VTIMEZONE": {"TZID"},
				"STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"}, "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
			}[value]
			for _, need := range needs {
				if here[need] == "" {
					wrong("%s without %s", value, need)
				}
			}
			if value == "VEVENT" && (ids[here["UID"]] || here["DTEND"] <= here["DTSTART"]) {
				wrong("the event %s comes twice or has no length", here["UID"])
			}
			ids[here["UID"]] = true
			open, held = open[:len(open)-1], held[:len(held)-1]
			continue
		case len(open) == 0:
			wrong("%s outside of a calendar", name)
			continue
		}
		if here[name] != "" {
			wrong("%s has %s twice", open[len(open)-1], name)
		}
		here[name] = value
		event := open[len(open)-1] == "VEVENT"
		switch {
		case slices.Contains(textOfEvents, name) && !escapedText.MatchString(value):
			wrong("%s is not escaped: %q", name, value)
		case (name == "DTSTAMP" || name == "LAST-MODIFIED") && !utcMoment.MatchString(value):
			wrong("%s is no moment: %q", name, value)
		case event && (name == "DTSTART" || name == "DTEND") && (parameters != ";VALUE=DATE" || !calendarDay.MatchString(value)):
			wrong("%s%s is no day: %q", name, parameters, value)
		case name == "REFRESH-INTERVAL" && parameters != ";VALUE=DURATION", name == "SOURCE" && parameters != ";VALUE=URI":
			wrong("%s says no type", name)
		}
	}
	if len(open) > 0 || components < 2 {
		wrong("%v is open at the end, and there are %d components", open, components)
	}
	return faults
}
