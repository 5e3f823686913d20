package web

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// calendarEvent is what a calendar holds of a day, by the names of its properties. That a calendar keeps the rules of its format
// is tested where it is written.
type calendarEvent map[string]string

// eventsOf returns the days of a calendar.
func eventsOf(text string) (events []calendarEvent) {
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n ", ""), "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, ";")
		switch {
		case line == "BEGIN:VEVENT":
			events = append(events, calendarEvent{})
		case len(events) > 0:
			events[len(events)-1][name] = value
		}
	}
	return events
}

// calendarAt asks for a calendar and returns the titles of its days, each after its first day.
func calendarAt(t testing.TB, s *Server, path string) (text string, days []string) {
	t.Helper()
	answer := follows(t, s, path)
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Fatalf("%s: status %d, %s", path, answer.Code, answer.Header().Get("Content-Type"))
	}
	text = answer.Body.String()
	for _, event := range eventsOf(text) {
		days = append(days, event["DTSTART"]+" "+event["SUMMARY"])
	}
	return text, days
}

func TestTheCalendarOfTheHomePlace(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newAddressedServer(t, db)
		committee, err := db.SaveCommittee(t.Context(), planOfficer, inspection.Committee{Name: "Scrutiny commission", BodyID: "north-northamptonshire", Scrutinises: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, meeting := range []inspection.Meeting{
			{On: inspection.MustDate("2026-12-10"), Address: "https://example.org/papers"}, {On: inspection.MustDate("2026-09-15")}, {On: inspection.MustDate("2025-03-01")},
		} {
			meeting.CommitteeID = committee.ID
			if _, err := db.SaveMeeting(t.Context(), planOfficer, meeting); err != nil {
				t.Fatal(err)
			}
		}
		text, days := calendarAt(t, s, "/calendar.ics")
		golden(t, "calendar.golden", withoutIDs(strings.ReplaceAll(text, "\r\n", "\n")))
		var parts int
		for what, holds := range map[string]string{"clocks": "Due at the latest: ", "meetings": "Meeting: ", "window": "Inspectors may come"} {
			_, some := calendarAt(t, s, "/calendar.ics?what="+what)
			parts += len(some)
			for _, day := range some {
				if !strings.Contains(day, " "+holds) {
					t.Errorf("among the %s is %q", what, day)
				}
			}
		}
		if parts != len(days) || parts < 8 {
			t.Errorf("%d days in all, and %d in the parts", len(days), parts)
		}
		if _, west := calendarAt(t, s, "/calendar.ics?authority=west-northamptonshire&what=meetings"); len(west) != 0 {
			t.Errorf("the other council has the meetings %v", west)
		}
	})
}

func TestTheDaysThatFollowFromALetter(t *testing.T) {
	const north = "north-northamptonshire-ilacs-standard-2026-05-11"
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newAddressedServer(t, db)
		path := "/inspections/" + north + "/dates.ics"
		before, days := calendarAt(t, s, path)
		if len(days) != 2 || !strings.HasPrefix(days[0], "20260818 Due at the latest: ") || !strings.HasPrefix(days[1], "20261014 Due at the latest: ") {
			t.Fatalf("the days are %v", days)
		}
		note(t, db, north)
		if err := db.AddFulfilment(t.Context(), planOfficer, inspection.Fulfilment{
			InspectionID: north, BodyID: "north-northamptonshire", RuleCode: inspection.PublishReportRule, On: inspection.MustDate("2026-08-03"), Address: "https://example.org/report",
		}); err != nil {
			t.Fatal(err)
		}
		s.data.forget()
		after, days := calendarAt(t, s, path)
		if len(days) != 2 || !strings.HasPrefix(days[0], "20260811 Published: making the inspection report public") || !strings.HasPrefix(days[1], "20261007 Due: written statement") {
			t.Errorf("once the day of receipt is recorded the days are %v", days)
		}
		if !strings.Contains(strings.ReplaceAll(after, "\r\n ", ""), "Published on 3 August 2026. https://example.org/report") {
			t.Error("what was published is not named")
		}
		was, is := eventsOf(before), eventsOf(after)
		for i := range was {
			if was[i]["UID"] == "" || was[i]["UID"] != is[i]["UID"] || sequence(t, was[i]["SEQUENCE"]) >= sequence(t, is[i]["SEQUENCE"]) {
				t.Errorf("the day %v became another, or is no newer: %v", was[i], is[i])
			}
		}
	})
}

func sequence(t testing.TB, text string) int {
	t.Helper()
	number, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

func TestACalendarWithoutAnyDay(t *testing.T) {
	s := newAddressedServer(t, storetest.Seeded(t))
	text, days := calendarAt(t, s, "/calendar.ics?authority=northamptonshire-county-council")
	if len(days) != 0 || !strings.Contains(text, "BEGIN:VTIMEZONE") || !strings.Contains(strings.ReplaceAll(text, "\r\n ", ""), "inspectors will not come to it again") {
		t.Errorf("a council that has ended has %v:\n%s", days, text)
	}
}
