package store_test

import (
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// In summer London is an hour ahead of UTC, and a day there begins while it is still the day before for the server.
func TestDaysAreThoseOfLondonAtMidnightInSummer(t *testing.T) {
	somewhere := time.FixedZone("a server far away", -8*60*60)
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		now := time.Date(2026, time.July, 6, 22, 59, 59, 0, time.UTC)
		options := storetest.Options(t)
		options.Clock = func() time.Time { return now.In(somewhere) }
		s, err := store.Open(t.Context(), dsn, options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		ask := func() (inspection.Question, error) {
			return s.AskQuestion(t.Context(), storetest.Clerk, inspection.Question{
				BodyID: "north-northamptonshire", Words: "When is the plan published?", AskedBy: "A member", Asked: inspection.MustDate("2026-07-07"),
			})
		}
		_, err = ask()
		refusedAt(t, err, "asked", "has not come yet")
		now = now.Add(time.Second)
		asked, err := ask()
		if err != nil || asked.Recorded != inspection.MustDate("2026-07-07") {
			t.Errorf("at midnight in London it is recorded on %s, %v", asked.Recorded, err)
		}
	})
}
