package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// Those who act in the tests of scrutiny.
var (
	testOfficer  = inspection.Actor{ID: inspection.PostID("", "Improvement officer"), Post: "Improvement officer", Role: inspection.RoleOfficer}
	testClerk    = inspection.Actor{ID: inspection.PostID("", "Committee clerk"), Post: "Committee clerk", Role: inspection.RoleClerk}
	testMember   = inspection.Actor{ID: inspection.PostID("", "Member of the scrutiny committee"), Post: "Member of the scrutiny committee", Role: inspection.RoleMember}
	testReviewer = inspection.Actor{ID: inspection.PostID("", "Quality lead"), Post: "Quality lead", Role: inspection.RoleReviewer}
)

// scrutinyStory is a county in which a board decides and a committee scrutinises, with what happened before and after the
// committee's meeting of 15 September 2026.
type scrutinyStory struct {
	board, committee inspection.Committee
	met              inspection.Meeting
	post             inspection.Post
}

// tellScrutiny records the story in a seeded database and returns that database open on 21 November 2026.
func tellScrutiny(t testing.TB, dsn string) (*store.Store, scrutinyStory) {
	t.Helper()
	ctx := context.Background()
	var story scrutinyStory
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	day := func(on string) func() time.Time {
		return func() time.Time { return inspection.MustDate(on).Time().Add(12 * time.Hour) }
	}
	earlier, err := store.Open(ctx, dsn, store.Options{Clock: day("2026-09-01"), Catalogue: storetest.Seed(t).Catalogue})
	check(err)
	story.board, err = earlier.SaveCommittee(ctx, testClerk, inspection.Committee{BodyID: "northamptonshire", Name: "Improvement board", Decides: true})
	check(err)
	story.committee, err = earlier.SaveCommittee(ctx, testClerk, inspection.Committee{BodyID: "northamptonshire", Name: "Scrutiny commission", Scrutinises: true})
	check(err)
	story.met, err = earlier.SaveMeeting(ctx, testClerk, inspection.Meeting{CommitteeID: story.committee.ID, On: inspection.MustDate("2026-09-15")})
	check(err)
	_, err = earlier.SaveMeeting(ctx, testClerk, inspection.Meeting{CommitteeID: story.committee.ID, On: inspection.MustDate("2026-12-10")})
	check(err)
	story.post, err = earlier.SavePost(ctx, testOfficer, inspection.Post{BodyID: "northamptonshire-childrens-trust", Name: "Head of assessment"})
	check(err)
	for _, reference := range []string{"NN-ILACS-2026-1", "WN-ILACS-2026-1"} {
		_, err = earlier.MoveRecommendation(ctx, testOfficer, reference, inspection.Move{
			Kind: inspection.MakePlan, On: inspection.MustDate("2026-09-01"), OwnerID: story.post.ID, LeadBodyID: "northamptonshire-childrens-trust",
			CommitteeID: story.board.ID, SuccessMeasure: "Plans are reviewed in time", Due: inspection.MustDate("2026-10-31"),
		})
		check(err)
	}
	check(earlier.Close())

	now := storetest.Open(t, dsn)
	_, err = now.MoveRecommendation(ctx, testOfficer, "NN-ILACS-2026-1", inspection.Move{
		Kind: inspection.AskForDate, On: inspection.MustDate("2026-11-20"), Due: inspection.MustDate("2027-01-31"), Words: "The reason is for officers",
	})
	check(err)
	_, err = now.MoveRecommendation(ctx, testClerk, "WN-ILACS-2026-1", inspection.Move{
		Kind: inspection.RecordView, On: inspection.MustDate("2026-11-20"), CommitteeID: story.committee.ID, View: inspection.AskedToReturn,
		ComeBackBy: inspection.MustDate("2026-12-10"), MinuteReference: "20 November 2026, item 4", Words: "Show us the plans",
	})
	check(err)
	for _, q := range []inspection.Question{
		{Words: "What would good look like?", Asked: inspection.MustDate("2026-10-22"), MeetingID: story.met.ID, Audience: inspection.ForPublic},
		{Words: "How many plans are late?", Asked: inspection.MustDate("2026-11-01"), Reference: "NN-ILACS-2026-1", Audience: inspection.ForMembers},
		{Words: "Who checks <em>the plans</em>?", Asked: inspection.MustDate("2026-11-02"), Audience: inspection.ForOfficers},
	} {
		q.BodyID, q.AskedBy = "north-northamptonshire", "A member of the commission"
		asked, err := now.AskQuestion(ctx, testClerk, q)
		check(err)
		if q.Audience == inspection.ForMembers {
			_, err = now.AnswerQuestion(ctx, testOfficer, asked.ID, inspection.QuestionAnswer{Words: "Nine of a hundred.", On: inspection.MustDate("2026-11-11")})
			check(err)
		}
	}
	return now, story
}

// asks sends a request, or a form, as somebody at this machine does.
func asks(t testing.TB, s *Server, by inspection.Actor, method, path string, values url.Values) *httptest.ResponseRecorder {
	t.Helper()
	path, _, _ = strings.Cut(path, "#") // which a browser keeps to itself
	return asksAs(t, s, by, method, path, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
}

// askedQuestion records a question and returns the address of its page.
func askedQuestion(t testing.TB, s *Server) string {
	t.Helper()
	asked, err := s.store.AskQuestion(t.Context(), testMember, inspection.Question{
		BodyID: "northamptonshire", AskedBy: testMember.Post, Asked: inspection.MustDate("2026-11-20"), Words: "How do you know?",
	})
	if err != nil {
		t.Fatal(err)
	}
	return questionAddress(asked.ID)
}

func TestScrutinySinceTheLastMeeting(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, story := tellScrutiny(t, dsn)
		s := newServer(t, db)
		s.open = true
		runScenarios(t, s, []scenario{
			{
				name: "the public sees dates, decisions and lists, and no words that are for others",
				path: "/scrutiny",
				wants: []string{
					`main[data-page="scrutiny_show"]`, `.scrutiny-counts a[href="#past_date"]`, `.scrutiny-counts a[href="#questions"]`, `#past_date`, `#ask`,
					`option[value="northamptonshire"][selected]`, `option[value="` + story.met.ID + `"][selected]`, `.switch a[aria-current="page"]`,
					`section[aria-labelledby="past_date"] a[href="/recommendations/WN-ILACS-2026-1"]`,
					`section[aria-labelledby="dates_asked"] a[href="/recommendations/NN-ILACS-2026-1"]`,
				},
				shows: []string{
					"For scrutiny: Northamptonshire", "Since 15 September 2026", "The meeting of Scrutiny commission, Northamptonshire.",
					"Past their date: 1", "New dates asked for: 1", "Another day asked for: 31 January 2027", "31 October 2026, which has passed",
					"An area that stands in the letters to two councils is counted once", "Head of assessment",
					"Scrutiny: Asked to come back by 10 December 2026", "minute 20 November 2026, item 4", "Show us the plans",
					"What would good look like?", "Waiting for 30 days", "at the meeting of Scrutiny commission on 15 September 2026",
					"Improvement board agrees new dates and closes areas to improve.", "10 December 2026",
					"Where can we read each council’s action plan",
				},
				hides: append([]string{"The reason is for officers", "How many plans are late?", "Who checks", "Nine of a hundred", noProgress, "Answer this question"}, notOnAnyPage...),
			},
			{
				name:  "what a council was asked that has ended counts nowhere and stands apart",
				path:  "/scrutiny?authority=northamptonshire",
				wants: []string{`a[href="/recommendations?authority=northamptonshire-county-council"]`},
				shows: []string{"27 Live", "By the year of the letter: 2 from 2026, 20 from 2024, 1 from 2023, 4 from 2022.", "Not counted above: 10 areas to improve of Northamptonshire County Council, which ended on 31 March 2021."},
				hides: []string{"NCC-"},
			},
			{
				name:  "while that council stood its areas were live",
				path:  "/scrutiny?authority=northamptonshire&as-at=2021-03-31",
				shows: []string{"10 Live"}, hides: []string{"Not counted above"},
			},
			{
				name:  "the page of that council counts none of them",
				path:  "/scrutiny?authority=northamptonshire-county-council",
				shows: []string{"0 Live", "Not counted above: 10 areas", "No rule finds anything to ask about"},
			},
			{
				name:  "a day that is typed takes the place of a meeting",
				path:  "/scrutiny?day=22+August+2026&since=" + story.met.ID,
				wants: []string{`#day[value="22 August 2026"]`},
				shows: []string{"Since 22 August 2026", "A day that you chose."},
				hides: []string{"Since 15 September 2026"},
			},
			{name: "an address may name the day too", path: "/scrutiny?since=2026-09-02", shows: []string{"Since 2 September 2026"}},
			{
				name:  "one council has its own items",
				path:  "/scrutiny?authority=west-northamptonshire",
				shows: []string{"For scrutiny: West Northamptonshire", "Since 15 September 2026", "0 New dates asked for", "Past their date: 1"},
				hides: append([]string{"NN-ILACS-2026-1", "counted once", "What would good look like?"}, notOnAnyPage...),
			},
			{
				name:  "a council of which nothing is recorded says so, and that nothing can be closed there",
				path:  "/scrutiny?authority=bradford",
				shows: []string{noProgress, "No meeting of a scrutiny committee is recorded before this day", "Since 21 August 2026", "No body is recorded that agrees new dates and closes areas to improve. Until one is, nothing can be closed.", "No scrutiny committee is recorded.", "None recorded."},
				hides: append([]string{"Improvement board", "Scrutiny commission"}, notOnAnyPage...),
			},
			{
				name:  "as it stood on the day of the meeting nothing of what came later shows",
				path:  "/scrutiny?as-at=2026-09-15&day=1+September+2026",
				wants: []string{`form.filters input[type="hidden"][name="as-at"][value="2026-09-15"]`, `.empty-lists #dates_asked`, `.scrutiny-counts .none a[href="#dates_asked"]`},
				shows: []string{"As it stood on 15 September 2026", "0 Past their date", "0 New dates asked for", "Nothing in: ", "Since 1 September 2026"},
				hides: append([]string{"Show us the plans", "31 January 2027", "What would good look like?"}, notOnAnyPage...),
			},
			{
				name: "a meeting that is not recorded", path: "/scrutiny?since=<em>nowhere</em>", status: http.StatusBadRequest,
				wants: []string{`.govuk-error-summary a[href="#day"]`, `#day[aria-describedby="day-problem"]`, `#past_date`},
				shows: []string{"is neither a meeting that is recorded here nor a day", "Since 15 September 2026"},
			},
			{
				name: "a day after the page's own", path: "/scrutiny?day=2026-11-22", status: http.StatusBadRequest,
				shows: []string{"22 November 2026 is after the day of this page, 21 November 2026: enter an earlier day"},
			},
			{
				name: "a day before the record begins", path: "/scrutiny?day=2012-12-31", status: http.StatusBadRequest,
				shows: []string{"This record begins on 1 January 2013"},
			},
			{
				name: "an authority that is not on the list", path: "/scrutiny?authority=atlantis", status: http.StatusBadRequest,
				wants: []string{`.govuk-error-summary a[href="#authority"]`, `#authority[aria-describedby="authority-problem"]`},
				shows: []string{"Choose a council or a place from the list: “atlantis” is not on it", "For scrutiny: Northamptonshire"},
			},
			{name: "a day to come as of which nothing can stand", path: "/scrutiny?as-at=2027-01-01", status: http.StatusBadRequest, shows: []string{"still to come"}},
		})
	})
}

func TestScrutinyCountsAnItemOfTwoLettersOnce(t *testing.T) {
	db, _ := tellScrutiny(t, storetest.SQLite(t, true))
	page := document(t, get(t, newServer(t, db), "/scrutiny"))
	rows := page.Find(`section[aria-labelledby="past_date"] tbody tr`)
	if rows.Length() != 1 {
		t.Fatalf("%d rows for an area of two letters, want 1", rows.Length())
	}
	row := seen(rows.Text())
	for _, want := range []string{"NN-ILACS-2026-1", "WN-ILACS-2026-1", "North: Another day asked for: 31 January 2027", "West: Scrutiny: Asked to come back"} {
		if !strings.Contains(row, want) {
			t.Errorf("the row does not say %q: %s", want, row)
		}
	}
	if got := strings.Count(row, "Head of assessment"); got != 1 {
		t.Errorf("what both share stands %d times: %s", got, row)
	}
}

func TestScrutinyShowsEachReaderTheirOwn(t *testing.T) {
	db, _ := tellScrutiny(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	s.open = true
	for _, one := range []struct {
		name         string
		by           inspection.Actor
		shows, hides []string
	}{
		{"visitors", inspection.Actor{}, []string{"What would good look like?"}, []string{"How many plans", "Who checks"}},
		{
			"members", testMember, []string{"What would good look like?", "How many plans are late?", "Nine of a hundred.", "10 days after it was asked", "for committee members and officers"},
			[]string{"Who checks", "Answer this question", "The reason is for officers"},
		},
		{"officers", testOfficer, []string{"How many plans are late?", "Who checks <em>the plans</em>?", "Answer this question", "Add to the answer"}, nil},
	} {
		t.Run(one.name, func(t *testing.T) {
			answer := asks(t, s, one.by, http.MethodGet, "/scrutiny", nil)
			says(t, answer, http.StatusOK, one.shows...)
			text := seen(document(t, answer).Find("body").Text())
			for _, words := range one.hides {
				if strings.Contains(text, words) {
					t.Errorf("says %q", words)
				}
			}
			if kept := answer.Header().Get("Cache-Control") != "no-store"; kept != (one.by.Role == "") {
				t.Errorf("whether a browser may keep it: %t", kept)
			}
		})
	}
	// The same person's words from another machine are a visitor's.
	request := httptest.NewRequest(http.MethodGet, "/scrutiny", nil)
	request.AddCookie(newActingCookie(testOfficer))
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	if strings.Contains(answer.Body.String(), "Who checks") {
		t.Error("a cookie from elsewhere opens what is for officers")
	}
}

func TestQuestionsAreAskedAndAnswered(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, story := tellScrutiny(t, dsn)
		s := newServer(t, db)
		s.open = true
		form := asks(t, s, testMember, http.MethodGet, "/scrutiny/questions/new?authority=north-northamptonshire&reference=NN-ILACS-2026-2", nil)
		says(t, form, http.StatusOK, "Record a member’s question")
		values := formValues(document(t, form).Find("main form"))
		if values.Get("audience") != "members" || values.Get("asked_by") != testMember.Post || values.Get("body") != "north-northamptonshire" {
			t.Errorf("a member's form begins with %v", values)
		}
		if document(t, form).Find(`option[value="officers"]`).Length() > 0 {
			t.Error("a member can mark a question so that they cannot read it")
		}

		wrong := with(values, "words", " ", "asked", "soon", "reference", "XX-1")
		answer := asks(t, s, testMember, http.MethodPost, "/scrutiny/questions", wrong)
		says(t, answer, http.StatusUnprocessableEntity, "Enter the day on which it was asked like 7 July 2026")
		wrong.Set("asked", "21 November 2026")
		answer = asks(t, s, testMember, http.MethodPost, "/scrutiny/questions", wrong)
		says(t, answer, http.StatusUnprocessableEntity, "There is a problem", "Enter the question", "no area to improve here has “XX-1”")
		page := document(t, answer)
		if page.Find(`.govuk-error-summary a[href="#reference"]`).Length() == 0 || page.Find(`#reference[value="XX-1"][aria-describedby~="reference-problem"]`).Length() == 0 {
			t.Error("the problem does not stand at its field, or the words are not kept")
		}
		future := with(values, "words", "When?", "asked", "22 November 2026")
		says(t, asks(t, s, testMember, http.MethodPost, "/scrutiny/questions", future), http.StatusUnprocessableEntity, "22 November 2026 has not come yet")

		asked := with(values, "words", "What has changed for children?\nAnd how do you know?", "asked", "20 November 2026", "meeting", story.met.ID, "answer_by", "30 November 2026")
		place := led(t, asks(t, s, testMember, http.MethodPost, "/scrutiny/questions", asked))
		says(t, asks(t, s, testMember, http.MethodGet, place, nil), http.StatusOK,
			"The question is recorded.", "What has changed for children?", "Waiting for 1 day", "An answer is promised by 30 November 2026.", "about NN-ILACS-2026-2")

		questions, err := db.Questions(t.Context(), store.QuestionFilter{Reader: inspection.ForOfficers, Reference: "NN-ILACS-2026-2"})
		if err != nil || len(questions) != 1 {
			t.Fatalf("%d questions, %v: nothing of a form with a problem is kept", len(questions), err)
		}
		own := "/scrutiny/questions/" + questions[0].ID
		says(t, asks(t, s, testMember, http.MethodGet, own, nil), http.StatusForbidden, "This page is for another role")
		says(t, asks(t, s, testMember, http.MethodPost, own+"/answers", url.Values{"words": {"Mine"}}), http.StatusForbidden)
		says(t, asks(t, s, testOfficer, http.MethodGet, own, nil), http.StatusOK, "Answer it", "What has changed for children?")
		says(t, asks(t, s, testOfficer, http.MethodPost, own+"/answers", url.Values{"words": {"They say so."}, "on": {"19 November 2026"}, "address": {"papers"}}),
			http.StatusUnprocessableEntity, "19 November 2026 is before 20 November 2026", "beginning with https://", "They say so.")
		again := led(t, asks(t, s, testOfficer, http.MethodPost, own+"/answers", url.Values{"words": {"They say so."}, "on": {"21 November 2026"}, "address": {"https://example.org/minutes"}}))
		says(t, asks(t, s, testOfficer, http.MethodGet, again, nil), http.StatusOK, "Answer, 21 November 2026, 1 day after it was asked", "They say so.", "Recorded by Improvement officer", "A correction is another answer.")
		says(t, asks(t, s, testOfficer, http.MethodGet, "/scrutiny/questions/none", nil), http.StatusNotFound, "Page not found")
		says(t, asks(t, s, testOfficer, http.MethodPost, "/scrutiny/questions/none/answers", url.Values{"words": {"x"}, "on": {"21 November 2026"}}), http.StatusNotFound)
	})
}

func TestQuestionsAreForThoseWhoAct(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	says(t, get(t, s, "/scrutiny/questions/new"), http.StatusForbidden, "Nobody can sign in yet")
	s.open = true
	if place := led(t, asks(t, s, inspection.Actor{}, http.MethodGet, "/scrutiny/questions/new", nil)); !strings.HasPrefix(place, "/acting?back=") {
		t.Errorf("led to %q", place)
	}
	says(t, asks(t, s, inspection.Actor{}, http.MethodPost, "/scrutiny/questions", url.Values{"words": {"Why?"}}), http.StatusForbidden, "Say first in which post and role you act")
	says(t, asks(t, s, testReviewer, http.MethodGet, "/scrutiny/questions/new", nil), http.StatusForbidden, "This page is for another role")
}
