package web

import (
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

func TestPagesSayTheDayInLondonAtMidnightInSummer(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	now := time.Date(2026, time.July, 6, 22, 59, 59, 0, time.UTC)
	s.clock = func() time.Time { return now.In(time.FixedZone("a server far away", -8*60*60)) }
	for _, want := range []string{"2026-07-06", "2026-07-07"} {
		if s.today() != inspection.MustDate(want) {
			t.Errorf("at %s it is %s, want %s", now, s.today(), want)
		}
		// The second time the page of the day before is in memory, and is not what is shown.
		if day, _ := document(t, get(t, s, "/")).Find("input[name=as-at]").Attr("max"); day != want {
			t.Errorf("a past day may be asked for until %q, want %q", day, want)
		}
		now = now.Add(time.Second)
	}
}
