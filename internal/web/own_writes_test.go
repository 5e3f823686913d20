package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// slowToAsk makes a server trust the version of the data for ever, unless it is told to forget it.
func slowToAsk(s *Server) {
	s.data.since = func(at time.Time) time.Duration {
		if at.IsZero() {
			return time.Hour
		}
		return 0
	}
}

// ownWritesOf returns the number of the change that an answer tells its browser; 0 where it tells none.
func ownWritesOf(t *testing.T, answer *httptest.ResponseRecorder) int64 {
	t.Helper()
	for _, cookie := range answer.Result().Cookies() {
		if cookie.Name != ownWritesCookie {
			continue
		}
		number, err := strconv.ParseInt(cookie.Value, 10, 64)
		if err != nil || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge != ownWritesFor {
			t.Errorf("got the cookie %v", cookie)
		}
		return number
	}
	return 0
}

func TestWhoeverChangesTheRecordSeesThatOnEveryServer(t *testing.T) {
	dsn := storetest.Postgres(t, storetest.Server(t), true)
	one, other := newServer(t, storetest.Open(t, dsn)), newServer(t, storetest.Open(t, dsn))
	slowToAsk(other)
	const page = "/recommendations/NN-ILACS-2026-1"
	shows := func(words string, headers ...string) bool {
		t.Helper()
		return strings.Contains(seenText(t, get(t, other, page, headers...)), words)
	}
	officer := signIn(t, one, auth.Officer)
	record := func(words string) (number int64) {
		t.Helper()
		answer := officer.sends(page+"/updates", "on", "20 November 2026", "words", words, "audience", "public")
		led(t, answer)
		return ownWritesOf(t, answer)
	}
	shows("") // so that the other server knows a version
	number := record("Nine of twelve are trained")
	if last, err := one.store.Last(t.Context()); err != nil || number != last.Number {
		t.Fatalf("the answer tells of change %d; want %d, %v", number, last.Number, err)
	}
	if shows("Nine of twelve") {
		t.Fatal("the other server has asked for the version, and so the test shows nothing")
	}
	t.Run("a number that nobody was told changes nothing", func(t *testing.T) {
		for _, value := range []string{fmt.Sprint(number + 1000), "9223372036854775807", "99999999999999999999", "-1", "x", ""} {
			if shows("Nine of twelve", "Cookie", ownWritesCookie+"="+value) {
				t.Errorf("%q makes the server ask for the version", value)
			}
		}
	})
	t.Run("the browser that was told sees its change, and then everybody does", func(t *testing.T) {
		if !shows("Nine of twelve", "Cookie", ownWritesCookie+"="+fmt.Sprint(number)) {
			t.Error("the change is not there")
		}
		if !shows("Nine of twelve") {
			t.Error("others see an older page")
		}
	})
	t.Run("a server that hears of a change shows it to everybody", func(t *testing.T) {
		number := record("All twelve are trained")
		if shows("All twelve") {
			t.Fatal("it is shown before it is heard of")
		}
		other.Heard(number)
		if !shows("All twelve") {
			t.Error("it is not shown")
		}
	})
	t.Run("whoever only reads, or changed nothing, is told of no change", func(t *testing.T) {
		for _, answer := range []*httptest.ResponseRecorder{
			get(t, one, page), officer.sees(page), officer.sends(page+"/updates", "words", ""), officer.sends("/account/stay"),
		} {
			if number := ownWritesOf(t, answer); number != 0 {
				t.Errorf("an answer %d tells of change %d", answer.Code, number)
			}
		}
	})
}

func TestOneServerAloneTellsNobodyOfTheirChanges(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	answer := signIn(t, s, auth.Officer).sends("/recommendations/NN-ILACS-2026-1/updates",
		"on", "20 November 2026", "words", "Nine of twelve are trained", "audience", "public")
	led(t, answer)
	if number := ownWritesOf(t, answer); number != 0 {
		t.Errorf("the answer tells of change %d", number)
	}
}

func TestAReadingServerThatIsAwayTakesNoPageAway(t *testing.T) {
	var warned atomic.Int32
	db := storetest.OpenWith(t, storetest.Postgres(t, storetest.Server(t), true), func(o *store.Options) {
		o.Replica = "postgres://timeline@/nothing?host=" + t.TempDir() // where no server is
		o.Warn = func(string, ...any) { warned.Add(1) }
	})
	s := newServer(t, db)
	for _, path := range []string{"/", "/inspections", "/recommendations"} {
		says(t, get(t, s, path), http.StatusOK, "Northamptonshire")
	}
	if n := warned.Load(); n != 1 {
		t.Errorf("the log has been told %d times", n)
	}
}

func TestATableIsMadeAgainWhereTheReadingServerFallsOut(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	tries := 0
	s.engineGin.GET("/tries.csv", s.handOut(func(*Server, *gin.Context) (pageTable, error) {
		if tries++; tries == 1 {
			return pageTable{}, fmt.Errorf("read a table: %w", store.ErrReplica)
		}
		return pageTable{}, nothingToTake
	}, tableCSV, make(chan struct{}, 1)))
	says(t, get(t, s, "/tries.csv"), http.StatusNotFound, "There is nothing to put into a file")
	if tries != 2 {
		t.Errorf("the table was made %d times", tries)
	}
}

func TestAPageIsMadeAgainWhereTheReadingServerFallsOut(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	tries := 0
	s.engineGin.GET("/tries", s.page(func(c *gin.Context) error {
		if tries++; tries == 1 {
			return fmt.Errorf("read a page: %w", store.ErrReplica)
		}
		return s.render(c, http.StatusOK, "fail_show", failPage{Page: s.base(c, "Tries"), Heading: "Tries"})
	}, reads{}))
	says(t, get(t, s, "/tries"), http.StatusOK, "Tries")
	if tries != 2 {
		t.Errorf("the page was made %d times", tries)
	}
}
