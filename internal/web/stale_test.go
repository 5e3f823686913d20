package web

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

const (
	staleArea    = "NN-ILACS-2026-1"
	staleCouncil = "north-northamptonshire"
)

// keptAnswerFor returns the answer that is kept for an address, nil where none is.
func keptAnswerFor(s *Server, address string) *response {
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	for key, element := range s.cache.entries {
		if key.address == address {
			return element.Value.(*cacheEntry).response
		}
	}
	return nil
}

// madeAnew asks for addresses again and reports which of them are made anew.
func madeAnew(t *testing.T, s *Server, addresses []string) map[string]bool {
	t.Helper()
	s.data.forget()
	anew := map[string]bool{}
	for _, address := range addresses {
		before := keptAnswerFor(s, address)
		get(t, s, address)
		anew[address] = keptAnswerFor(s, address) != before
	}
	return anew
}

// addBoard adds the post and the board that a plan for an area needs.
func addBoard(ctx context.Context, db *store.Store) error {
	_, err := db.SavePost(ctx, storetest.Officer, inspection.Post{BodyID: staleCouncil, Name: "Head of quality"})
	if err != nil {
		return err
	}
	board, err := db.SaveCommittee(ctx, storetest.Clerk, inspection.Committee{BodyID: staleCouncil, Name: "Improvement board", Decides: true, Scrutinises: true})
	if err == nil {
		_, err = db.SaveMeeting(ctx, storetest.Clerk, inspection.Meeting{CommitteeID: board.ID, On: inspection.DayOf(storetest.Now()).AddDays(9)})
	}
	return err
}

func planArea(ctx context.Context, db *store.Store) error {
	boards, err := db.Committees(ctx, []string{staleCouncil})
	if err != nil {
		return err
	}
	today := inspection.DayOf(storetest.Now())
	_, err = db.MoveRecommendation(ctx, storetest.Officer, staleArea, inspection.Move{
		Kind: inspection.MakePlan, On: today, Words: "As was agreed.", OwnerID: inspection.PostID(staleCouncil, "Head of quality"),
		LeadBodyID: staleCouncil, CommitteeID: boards[0].ID, SuccessMeasure: "Nine of ten plans are good.", Due: today.AddMonths(3),
	})
	return err
}

func visitToPublish(address string) inspection.Draft {
	return inspection.Draft{
		Kind: "ilacs-focused-visit", Bodies: []string{staleCouncil}, Topic: "care leavers", FieldworkStart: inspection.MustDate("2026-07-01"),
		FieldworkEnd: inspection.MustDate("2026-07-02"), WholeListHeld: true, Received: inspection.MustDate("2026-07-10"),
		Published: inspection.MustDate("2026-07-15"), Address: address, Final: true,
	}
}

func publish(ctx context.Context, db *store.Store) error {
	letter, err := db.AddLetter(ctx, storetest.Officer, "letter.pdf", store.ReadLetter{
		State: inspection.LetterReady, Draft: visitToPublish("https://files.ofsted.gov.uk/v1/file/50306549"),
	})
	if err == nil {
		_, err = db.PublishLetter(ctx, storetest.Officer, letter.ID, letter.Revision)
	}
	return err
}

func TestAChangeMakesAnewWhatDependsOnItAndNothingElse(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		ctx := context.Background()
		s := newServer(t, db)
		lanes := "/charts/lanes/" + staleCouncil + ".csv"
		addresses := []string{"/", "/authorities", "/inspections", "/recommendations", "/recommendations/" + staleArea, "/glossary", lanes}
		check := func(what string, want ...string) {
			t.Helper()
			for address, anew := range madeAnew(t, s, addresses) {
				if anew != slices.Contains(want, address) {
					t.Errorf("%s: %s is made anew: %v", what, address, anew)
				}
			}
		}
		check("at first", addresses...)
		check("where nothing has changed")
		if err := addBoard(ctx, db); err != nil {
			t.Fatal(err)
		}
		madeAnew(t, s, addresses)
		if err := planArea(ctx, db); err != nil {
			t.Fatal(err)
		}
		check("a plan for an area", "/", "/recommendations", "/recommendations/"+staleArea)
		if err := publish(ctx, db); err != nil {
			t.Fatal(err)
		}
		check("a letter", "/", "/authorities", "/inspections", "/recommendations", "/recommendations/"+staleArea, lanes)
		term := inspection.Term{ID: "quixotry", Term: "Quixotry", Meaning: "A word that nobody knew before."}
		if _, err := db.LoadSeed(ctx, &inspection.Record{Terms: []inspection.Term{term}}); err != nil {
			t.Fatal(err)
		}
		check("a word of the glossary, which every page explains", slices.DeleteFunc(slices.Clone(addresses), func(a string) bool { return a == lanes })...)
	})
}

func TestWhatIsReadWithoutAnEntryIsKeptUntilTheNextChange(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	var h dataHistory
	h.touched = func(context.Context, int64) (store.TableSet, error) { return store.TableSet{}, nil }
	chained, unchained := store.TableSet{}, store.TableSet{}
	for address, tables := range map[string]*store.TableSet{"/glossary": &chained, "/search": &unchained} {
		get(t, s, address)
		for key, element := range s.cache.entries {
			if key.address == address {
				*tables = element.Value.(*cacheEntry).tables
			}
		}
	}
	ctx, reads := store.Noting(t.Context())
	if _, err := s.store.IndexSearch(ctx); err != nil {
		t.Fatal(err)
	}
	unchained = unchained.With(reads.Tables())
	was, is := dataState{number: 3}, dataState{number: 4}
	h.begin(ctx, was)
	if !h.holds(ctx, chained, was, is) || h.holds(ctx, unchained, was, is) || !h.holds(ctx, unchained, was, was) {
		t.Errorf("of %q or %q", chained.Names(), unchained.Names())
	}
}

func TestTheHistoryOfTheData(t *testing.T) {
	ctx := t.Context()
	db := storetest.Seeded(t)
	noting, reads := store.Noting(ctx)
	if _, err := db.Terms(noting); err != nil {
		t.Fatal(err)
	}
	terms := reads.Tables()
	var touched store.TableSet
	var fails error
	h := dataHistory{touched: func(context.Context, int64) (store.TableSet, error) { return touched, fails }}
	at := func(number int64) dataState { return dataState{number: number} }
	holds := func(what string, made, now dataState, want bool) {
		t.Helper()
		if got := h.holds(ctx, terms, made, now); got != want {
			t.Errorf("%s: it holds: %v", what, got)
		}
	}
	h.begin(ctx, at(5))
	holds("made before the program learned anything", at(4), at(5), false)
	holds("nothing of it was touched", at(5), at(6), true)
	touched = terms
	holds("it was touched", at(5), at(7), false)
	holds("it was made after it was touched", at(7), at(7), true)
	touched = store.TableSet{}
	holds("it was touched two changes before", at(6), at(8), false)
	holds("it was touched before it was made", at(7), at(9), true)
	holds("somebody still asks for what was", at(9), at(8), true)
	fails = errors.New("away")
	holds("nobody can tell what was touched", at(9), at(10), false)
	fails = nil
	again := dataState{era: 1, number: 3}
	holds("another record is in place", at(3), again, false)
	holds("another record is in place and grows", at(10), dataState{era: 1, number: 11}, false)
	for n := range mostSteps + 10 {
		h.begin(ctx, dataState{era: 1, number: int64(20 + n)})
	}
	holds("it is older than is remembered", dataState{era: 1, number: 11}, dataState{era: 1, number: mostSteps + 29}, false)
	holds("it is as old as is remembered", dataState{era: 1, number: mostSteps}, dataState{era: 1, number: mostSteps + 29}, true)
}

// writesOfEachKind change the record, each in another way, one after another.
var writesOfEachKind = []struct {
	name string
	do   func(ctx context.Context, db *store.Store) error
}{
	{"a post and a board", addBoard},
	{"a plan for an area", planArea},
	{"an update", func(ctx context.Context, db *store.Store) error {
		_, err := db.AddUpdate(ctx, storetest.Officer, inspection.Update{
			Reference: staleArea, On: inspection.DayOf(storetest.Now()), Words: "Half of them are read.", Audience: inspection.ForPublic,
		})
		return err
	}},
	{"an action", func(ctx context.Context, db *store.Store) error {
		_, err := db.SaveAction(ctx, storetest.Officer, inspection.Action{
			Words: "Read every plan.", OwnerID: inspection.PostID(staleCouncil, "Head of quality"), LeadBodyID: staleCouncil,
			Due: inspection.DayOf(storetest.Now()).AddMonths(1), Audience: inspection.ForPublic, State: inspection.ActionPlanned,
			References: []string{staleArea},
		}, "")
		return err
	}},
	{"evidence", func(ctx context.Context, db *store.Store) error {
		_, err := db.AddEvidence(ctx, storetest.Officer, inspection.EvidenceItem{
			Reference: staleArea, Title: "Audit of plans", Address: "https://example.org/audit.pdf", On: inspection.DayOf(storetest.Now()),
			Audience: inspection.ForPublic, State: inspection.EvidenceSubmitted,
		}, nil)
		return err
	}},
	{"a question and its answer", func(ctx context.Context, db *store.Store) error {
		today := inspection.DayOf(storetest.Now())
		q, err := db.AskQuestion(ctx, storetest.Clerk, inspection.Question{
			BodyID: staleCouncil, AskedBy: "A member", Asked: today, Words: "Why does it take so long?", Audience: inspection.ForPublic,
		})
		if err == nil {
			_, err = db.AnswerQuestion(ctx, storetest.Officer, q.ID, inspection.QuestionAnswer{Words: "It is being looked at.", On: today})
		}
		return err
	}},
	{"a later view", func(ctx context.Context, db *store.Store) error {
		_, err := db.AddLaterView(ctx, storetest.Officer, inspection.LaterView{
			Reference: "WN-ILACS-2022-1", InspectionID: "west-northamptonshire-ilacs-standard-2026-05-11", View: inspection.Improving,
			Paragraph: "12", Gloss: "Plans are better.",
		})
		return err
	}},
	{"a link between areas", func(ctx context.Context, db *store.Store) error {
		return db.LinkRecommendations(ctx, storetest.Officer, inspection.RecommendationLink{
			FromReference: staleArea, Kind: inspection.LinkArisesFrom, ToReference: "NN-ILACS-2022-1",
		})
	}},
	{"the dates of an inspection", func(ctx context.Context, db *store.Store) error {
		in := "north-northamptonshire-ilacs-standard-2026-05-11"
		return db.SetInspectionDates(ctx, storetest.Officer, in, inspection.MustDate("2026-06-30"), inspection.Date{})
	}},
	{"a letter", publish},
	{"a draft of a letter, and with it a bank holiday", func(ctx context.Context, db *store.Store) error {
		_, err := db.AddLetter(ctx, storetest.Officer, "other.pdf", store.ReadLetter{State: inspection.LetterReady})
		day := inspection.BankHoliday{On: inspection.MustDate("2026-12-02"), Name: "A day off"}
		return errors.Join(err, db.AddBankHoliday(ctx, storetest.Officer, day))
	}},
	{"settings", func(ctx context.Context, db *store.Store) error {
		now, err := db.Settings(ctx)
		if err == nil {
			now.Council, now.Email = "The Council of Somewhere", "children@example.org"
			_, err = db.SaveSettings(ctx, storetest.Administrator, now)
		}
		return err
	}},
	{"a source", func(ctx context.Context, db *store.Store) error {
		_, err := db.LoadSeed(ctx, &inspection.Record{Sources: []inspection.Source{{ID: "paper", Title: "A paper", Publisher: "A council"}}})
		return err
	}},
	{"an authority", func(ctx context.Context, db *store.Store) error {
		_, err := db.LoadSeed(ctx, &inspection.Record{Bodies: []inspection.Body{{
			ID: "newtown", Kind: inspection.Authority, Name: "Newtown", Code: "999", Region: "East Midlands",
		}}})
		return err
	}},
	{"a word of the glossary", func(ctx context.Context, db *store.Store) error {
		_, err := db.LoadSeed(ctx, &inspection.Record{Terms: []inspection.Term{{ID: "inspectors", Term: "Inspectors", Meaning: "Who looks."}}})
		return err
	}},
	{"an account", func(ctx context.Context, db *store.Store) error {
		_, err := db.AddAccount(ctx, storetest.Administrator, auth.Account{
			Address: "clerk@example.org", Post: "Clerk", Roles: []auth.Role{auth.Clerk}, State: auth.Active,
		})
		return errors.Join(err, db.AddBankHoliday(ctx, storetest.Officer, inspection.BankHoliday{On: inspection.MustDate("2026-12-03"), Name: "Another"}))
	}},
}

func TestNothingIsKeptThatWouldNowBeMadeOtherwise(t *testing.T) {
	storetest.LeaveOutWalk(t)
	db := storetest.Seeded(t)
	ctx := context.Background()
	if _, err := db.IndexSearch(ctx); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, db)
	addresses := keptAddresses(t, s)
	keptOnes, mostKept := 0, 0
	for _, write := range writesOfEachKind {
		if err := write.do(ctx, db); err != nil {
			t.Fatalf("%s: %v", write.name, err)
		}
		anew := madeAnew(t, s, addresses)
		fresh := newServer(t, db)
		kept := 0
		for _, address := range addresses {
			if anew[address] {
				continue
			}
			kept++
			if get(t, s, address).Body.String() != get(t, fresh, address).Body.String() {
				t.Errorf("after %s %s is kept as it was", write.name, address)
			}
		}
		t.Logf("%s: of %d answers %d are kept", write.name, len(addresses), kept)
		keptOnes, mostKept = keptOnes+kept, max(mostKept, kept)
	}
	if len(addresses) < 40 || mostKept < len(addresses)/2 || keptOnes < 2*len(addresses) {
		t.Errorf("of %d answers at most %d were kept, %d in all: this shows nothing", len(addresses), mostKept, keptOnes)
	}
}

// keptAddresses walks from the first page along all links and returns an address of every route of which answers are kept, and of
// every chart as a table: its picture is drawn of the same.
func keptAddresses(t *testing.T, s *Server) []string {
	t.Helper()
	todo := []string{
		"/", "/authorities/" + staleCouncil, "/recommendations/" + staleArea, "/inspections/north-northamptonshire-ilacs-standard-2026-05-11",
		"/design", "/open-data", "/working-days", "/authorities/northamptonshire/next-inspection",
	}
	todo = append(todo, slices.Sorted(maps.Values(everyAddress(t, s)))...)
	seen := map[string]bool{}
	for len(todo) > 0 {
		address := todo[0]
		todo = todo[1:]
		u, err := url.Parse(address)
		if err != nil || u.Host != "" || slices.Contains([]string{".svg", ".png", ".xlsx", ".docx"}, path.Ext(u.Path)) {
			continue
		}
		route := routeOf(s, u.Path)
		if route == "" || seen[route] {
			continue
		}
		seen[route] = true
		answer := get(t, s, address)
		if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
			continue
		}
		document(t, answer).Find("a[href]").Each(func(_ int, link *goquery.Selection) {
			to, _ := link.Attr("href")
			to, _, _ = strings.Cut(to, "#")
			todo = append(todo, to)
		})
	}
	var kept []string
	for key := range s.cache.entries {
		kept = append(kept, key.address)
	}
	slices.Sort(kept)
	return kept
}

// routeOf returns the route that a path belongs to, each chart being one of its own; empty where there is none.
func routeOf(s *Server, address string) string {
	asked := strings.Split(address, "/")
	for _, route := range s.engineGin.Routes() {
		parts := strings.Split(route.Path, "/")
		if route.Method == http.MethodGet && len(parts) == len(asked) && slices.EqualFunc(parts, asked, func(part, word string) bool {
			return part == word || strings.HasPrefix(part, ":")
		}) {
			if strings.HasPrefix(route.Path, "/charts/") {
				return "/charts/" + asked[2] + path.Ext(asked[3])
			}
			return route.Path
		}
	}
	return ""
}

func TestAKeptPageIsAnsweredAheadOfItsRouteAsByIt(t *testing.T) {
	for _, s := range []*Server{newServer(t, storetest.Seeded(t)), newAddressedServer(t, storetest.Seeded(t))} {
		slowToAsk(s)
		root := strings.TrimSuffix(s.doors.address, "/")
		for _, address := range []string{root + "/", root + "/glossary", root + "/charts/lanes/" + staleCouncil + ".csv"} {
			get(t, s, address)
			request := httptest.NewRequest(http.MethodGet, strings.TrimPrefix(address, publicAddress), nil)
			request.Host = s.doors.host
			if _, ok := s.keptPage(request); !ok {
				t.Fatalf("%s is not kept for visitors", address)
			}
			before := s.cache.found.Load()
			ahead, routed := get(t, s, address), get(t, s, address, "Cookie", "other=1")
			ahead.Header().Del(referenceHeader)
			routed.Header().Del(referenceHeader)
			if ahead.Code != routed.Code || ahead.Body.String() != routed.Body.String() || !maps.EqualFunc(ahead.Header(), routed.Header(), slices.Equal) {
				t.Errorf("%s: ahead of the route %d %v, by it %d %v", address, ahead.Code, ahead.Header(), routed.Code, routed.Header())
			}
			if ahead.Header().Get("Content-Security-Policy") == "" || s.cache.found.Load() != before+2 {
				t.Errorf("%s: %v", address, ahead.Header())
			}
			other := request.Clone(t.Context())
			other.URL.Path += "?year=2026"
			now, _ := s.data.fresh()
			s.cache.put(cacheEntry{key: cacheKey{address: other.URL.Path, day: s.today()}, state: now, route: "/", response: &response{}})
			if _, ok := s.keptPage(other); ok {
				t.Errorf("%s: a path with a question mark in it is taken for one with a query", address)
			}
			for name, value := range map[string]string{"Cookie": "a=b", "Authorization": "Bearer x"} {
				other := request.Clone(t.Context())
				other.Header.Set(name, value)
				if _, ok := s.keptPage(other); ok {
					t.Errorf("%s: whoever sends %s is taken for a visitor", address, name)
				}
			}
		}
	}
}

func TestMainPagesAreMadeAheadOfTheirReaders(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	drawings := s.warmPages(t.Context())
	for _, address := range []string{"/", "/authorities/northamptonshire", "/inspections", "/recommendations", "/compare", "/authorities"} {
		if keptAnswerFor(s, address) == nil {
			t.Errorf("%s is not made", address)
		}
	}
	shown := drawingsIn(get(t, s, "/").Body.Bytes())
	if len(shown) == 0 || !slices.Equal(drawings[:1], shown[:1]) {
		t.Fatalf("the first page shows %q, and these are drawn: %q", shown, drawings)
	}
	if len(static.Missing()) == 0 {
		if drawn := s.warmed(t.Context(), shown[0]); !bytes.HasPrefix(drawn, []byte("<svg")) {
			t.Errorf("the first drawing is %.80q", drawn)
		}
	}
	before := s.cache.figures()
	s.warmPages(t.Context())
	if after := s.cache.figures(); after.missed != before.missed {
		t.Errorf("where nothing has changed %d answers are made again", after.missed-before.missed)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := s.Warm(ended); err != nil || s.warmed(ended, "/") != nil {
		t.Errorf("after the end something is made, or it fails: %v", err)
	}
}

func TestNothingIsMadeAheadWhileAReaderWaits(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.making.Add(1)
	made := make(chan []byte)
	go func() { made <- s.warmed(t.Context(), "/glossary") }()
	get(t, s, "/about") // meanwhile
	if keptAnswerFor(s, "/glossary") != nil {
		t.Error("a page was made while a reader waited")
	}
	s.making.Add(-1)
	if page := <-made; len(page) == 0 {
		t.Error("it was not made afterwards")
	}
}
