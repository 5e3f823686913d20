package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"strings"
	"sync/atomic"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// faultyDesk is a desk whose database fails when it is told to.
type faultyDesk struct {
	*desk
	faulty *storetest.Faulty
	past   *sql.DB           // the same database, past the faults
	seed   maphash.Seed      // of what stands for rows
	holds  map[string]rowSum // what stood there last
	turn   int               // which fault the first statement of a write meets
	walked *walkedMethods
	server bool // whether the database is a server's
}

// eachFaulty runs a test on such a desk on each engine.
func eachFaulty(t *testing.T, test func(t *testing.T, d *faultyDesk)) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		faulty, walked := storetest.NewFaulty(), &walkedMethods{names: map[string]bool{}}
		s := storetest.OpenWith(t, dsn, func(o *store.Options) {
			o.Connect, o.Observe = faulty.Connect, walked.observe
			o.Messages = store.Messages{Mail: true, Channels: []string{"members"}}
		})
		past := connected(t, dsn)
		t.Cleanup(func() { past.Close() })
		test(t, &faultyDesk{desk: newDesk(t, s, "2026-11-21"), faulty: faulty, past: past, server: strings.Contains(dsn, "://"), seed: maphash.MakeSeed(), turn: int(walks.Add(1)), walked: walked})
	})
}

// walks counts walks, so that in several of them every statement meets every fault.
var walks atomic.Int64

// onTheWay are the faults that a statement of a transaction may meet. Whatever it did by then has to be gone.
var onTheWay = []storetest.Fault{storetest.FailsBefore, storetest.FailsAfter, storetest.Lost, storetest.LostAfter}

// write is one method of the store that writes.
type write struct {
	name  string
	first func() // what it needs, without a fault; nil: nothing
	do    func() error
	// quiet says that it makes no entry in the record of changes, as what is kept for signing in.
	quiet bool
}

func isCommit(statement string) bool { return statement == storetest.Commit }

// walk makes a write fail at each of its statements in turn. Each time the database has to be as it was before. At last the
// connection is lost after the commit was done: then the write is there whole, though its answer said otherwise.
func (d *faultyDesk) walk(w write) {
	d.Helper()
	if w.first != nil {
		w.first()
		d.holds = d.sums()
	}
	before, mark := d.holds, lastMark(d.T, d.s)
	d.faulty.Once(isCommit, storetest.FailsBefore, nil)
	err := d.walked.while(w.do)
	statements, commits, hit := d.faulty.Rest()
	if err == nil || !hit || commits != 1 {
		d.Fatalf("with a commit that fails: %v, after %d statements and %d commits", err, statements, commits)
	}
	fails := func(what string, schedule func()) {
		d.Helper()
		schedule()
		err := w.do()
		if _, _, hit := d.faulty.Rest(); err == nil || !hit {
			d.Fatalf("%s: it was met: %v, and the write says %v", what, hit, err)
		}
		d.awaitEnd()
		if now := lastMark(d.T, d.s); now != mark {
			d.Fatalf("%s: the record of changes went from %s to %s", what, mark, now)
		}
	}
	fails("the connection is lost before the commit", func() { d.faulty.Once(isCommit, storetest.Lost, nil) })
	for n := range statements - 1 {
		fault := onTheWay[(n+d.turn)%len(onTheWay)]
		fails(fmt.Sprintf("fault %d at statement %d of %d", fault, n+1, statements), func() { d.faulty.Next(n, fault, nil) })
	}
	for table, sum := range d.sums() {
		if sum != before[table] {
			d.Fatalf("writes that failed have changed the table %s from %d rows to %d", table, before[table].rows, sum.rows)
		}
	}
	d.faulty.Once(isCommit, storetest.LostAfter, nil)
	err = w.do()
	if _, _, hit := d.faulty.Rest(); err == nil || !hit {
		d.Fatalf("with a connection that is lost after the commit: %v", err)
	}
	if now := lastMark(d.T, d.s); (now == mark) != w.quiet {
		d.Fatalf("after a commit whose answer was lost the record of changes went from %s to %s", mark, now)
	}
	if d.holds = d.sums(); maps.Equal(before, d.holds) {
		d.Fatal("a commit that was done is gone")
	}
}

// awaitEnd waits until the server has noticed that a connection was lost. Until then it holds the locks of its transaction, and what
// passes over rows that others have locked finds nothing.
func (d *faultyDesk) awaitEnd() {
	d.Helper()
	if !d.server {
		return
	}
	err := storetest.Await(func() error {
		var under int
		err := d.past.QueryRow("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() " +
			"AND backend_type = 'client backend' AND xact_start IS NOT NULL").Scan(&under)
		if err == nil && under > 0 {
			err = fmt.Errorf("%d transactions have not ended", under)
		}
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
}

// rowSum stands for the rows of a table, whatever their order.
type rowSum struct {
	rows int
	sum  uint64
}

// sums adds every table up. What SQLite keeps for itself is left out.
func (d *faultyDesk) sums() map[string]rowSum {
	d.Helper()
	out := map[string]rowSum{}
	for _, table := range store.Tables(d.T, d.s) {
		if table == "sqlite_sequence" {
			continue
		}
		rows, err := d.past.Query("SELECT * FROM " + table)
		if err != nil {
			d.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			d.Fatal(err)
		}
		cells, places := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range cells {
			places[i] = &cells[i]
		}
		var sum rowSum
		for rows.Next() {
			if err := rows.Scan(places...); err != nil {
				d.Fatal(err)
			}
			var row maphash.Hash
			row.SetSeed(d.seed)
			for _, cell := range cells {
				fmt.Fprintf(&row, "%d:", len(cell))
				row.Write(cell)
			}
			sum.rows++
			sum.sum += row.Sum64()
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			d.Fatal(err)
		}
		out[table] = sum
	}
	return out
}

func TestAWriteThatMeetsAFaultLeavesNothingBehind(t *testing.T) {
	storetest.LeaveOutWalk(t)
	eachFaulty(t, func(t *testing.T, d *faultyDesk) {
		kinds := 0
		for _, group := range []func(*faultyDesk) []write{
			progressWrites, letterWrites, queueWrites, heldWrites, recordWrites, seedWrites, accountWrites, messageWrites,
		} {
			all, mark := group(d), lastMark(t, d.s)
			kinds += len(all)
			d.holds = d.sums()
			for _, w := range all {
				t.Run(w.name, func(t *testing.T) {
					d.T = t
					d.walk(w)
				})
				if t.Failed() {
					return // what follows rests on it
				}
			}
			d.T = t
			if _, err := d.s.Check(t.Context(), &mark); err != nil {
				t.Fatal(err)
			}
		}
		d.checkPositions()
		if _, err := d.s.IndexSearch(t.Context()); err != nil {
			t.Error(err)
		}
		t.Run("every method that writes is walked", func(t *testing.T) { d.walked.everyOneThatWrites(t, kinds) })
	})
}

// doing drops what a write returns beside its error.
func doing[T any](do func() (T, error)) func() error {
	return func() error {
		_, err := do()
		return err
	}
}

// must returns what has to be there for a write.
func must[T any](t *testing.T, value T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func progressWrites(d *faultyDesk) []write {
	ctx, s, t := context.Background(), d.s, d.T
	evidence := inspection.EvidenceItem{Reference: northPast, Title: "Audit", On: today(), State: inspection.EvidenceSubmitted}
	linked := evidence
	linked.Address = "https://example.org/audit"
	step, err := s.AddEvidence(ctx, storetest.Officer, linked, nil)
	must(t, step, err)
	action := d.save(d.action(), "")
	later := action
	later.Due = inspection.MustDate("2027-03-31")
	question := inspection.Question{BodyID: north, AskedBy: "A member", Asked: today(), Words: "Why?"}
	asked, err := s.AskQuestion(ctx, storetest.Clerk, question)
	must(t, asked, err)
	view := inspection.LaterView{Reference: "WN-ILACS-2022-1", InspectionID: "west-northamptonshire-ilacs-standard-2026-05-11", View: inspection.Improving, Paragraph: "12", Gloss: "Plans are better."}
	viewed, err := s.AddLaterView(ctx, storetest.Officer, view)
	must(t, viewed, err)
	view.Paragraph = "13"
	link := inspection.RecommendationLink{FromReference: northArea, ToReference: "NN-ILACS-2022-1", Kind: inspection.LinkArisesFrom}
	holiday := inspection.BankHoliday{On: inspection.MustDate("2027-05-12"), Name: "A day off"}
	committee := inspection.Committee{BodyID: north, Name: "Cabinet", Decides: true}
	tracker := d.actionTracker(actionRow("1", "Audit plans", "Director of social care", "31/03/2027", "In progress", "", "Begun."))
	must(t, tracker, doing(func() (inspection.TrackerMapping, error) {
		return s.SaveTrackerMapping(ctx, storetest.Officer, tracker.Mapping, tracker.Sheet)
	})())
	other := tracker.Mapping
	other.Name = "Another plan"
	leaves, err := s.SavePost(ctx, storetest.Officer, inspection.Post{BodyID: trust, Name: "Head of audit"})
	must(t, leaves, err)
	var removed inspection.Change
	move := func(kind inspection.MoveKind) func() error {
		return doing(func() (inspection.Position, error) {
			return s.MoveRecommendation(ctx, storetest.Officer, northArea, d.made(kind))
		})
	}
	return []write{
		{name: "a plan", do: move(inspection.MakePlan)},
		{name: "a beginning", do: move(inspection.StartWork)},
		{name: "an update", do: doing(func() (inspection.Update, error) {
			return s.AddUpdate(ctx, storetest.Officer, inspection.Update{Reference: northArea, On: today(), Words: "Training began.", Audience: inspection.ForPublic})
		})},
		{name: "evidence with its file", do: doing(func() (inspection.EvidenceItem, error) {
			return s.AddEvidence(ctx, storetest.Officer, evidence, &store.EvidenceFile{Name: "audit.txt", MediaType: "text/plain", Bytes: []byte(strings.Repeat("words ", 400_000))})
		})},
		{name: "a step of evidence", do: doing(func() (inspection.EvidenceItem, error) {
			return s.StepEvidence(ctx, storetest.Reviewer, step.ID, inspection.EvidenceInReview, "")
		})},
		{name: "an action", do: doing(func() (inspection.Action, error) { return s.SaveAction(ctx, storetest.Officer, d.action(), "") })},
		{name: "a change of an action", do: doing(func() (inspection.Action, error) {
			return s.SaveAction(ctx, storetest.Officer, later, "It takes longer.")
		})},
		{name: "a post", do: doing(func() (inspection.Post, error) {
			return s.SavePost(ctx, storetest.Officer, inspection.Post{BodyID: trust, Name: "Head of quality"})
		})},
		{name: "the end of a post", do: func() error { return s.EndPost(ctx, storetest.Officer, leaves.ID, today()) }},
		{name: "a committee", do: doing(func() (inspection.Committee, error) { return s.SaveCommittee(ctx, storetest.Clerk, committee) })},
		{name: "a meeting", do: doing(func() (inspection.Meeting, error) {
			return s.SaveMeeting(ctx, storetest.Clerk, inspection.Meeting{CommitteeID: d.scrutiny, On: today()})
		})},
		{name: "the end of a committee", do: func() error { return s.EndCommittee(ctx, storetest.Clerk, d.scrutiny, today()) }},
		{name: "a question", do: doing(func() (inspection.Question, error) { return s.AskQuestion(ctx, storetest.Clerk, question) })},
		{name: "an answer", do: doing(func() (inspection.Question, error) {
			return s.AnswerQuestion(ctx, storetest.Clerk, asked.ID, inspection.QuestionAnswer{On: today(), Words: "Because."})
		})},
		{name: "a later view", do: doing(func() (inspection.LaterView, error) { return s.AddLaterView(ctx, storetest.Officer, view) })},
		{name: "a later view that is withdrawn", do: func() error { return s.WithdrawLaterView(ctx, storetest.Officer, viewed.ID, "It was another.") }},
		{name: "a link", do: func() error { return s.LinkRecommendations(ctx, storetest.Officer, link) }},
		{name: "a link that is taken out", do: func() error { return s.UnlinkRecommendations(ctx, storetest.Officer, link) }},
		{name: "a link that is put back", first: func() {
			removed = s.LastChange(t, inspection.OfLink, northArea+" arises_from NN-ILACS-2022-1")
		}, do: doing(func() (store.RecordName, error) {
			return s.Restore(ctx, storetest.Officer, removed.Number, "It was right.", officerEyes)
		})},
		{name: "a bank holiday", do: func() error { return s.AddBankHoliday(ctx, storetest.Officer, holiday) }},
		{name: "a bank holiday that is taken out", do: func() error { return s.RemoveBankHoliday(ctx, storetest.Officer, holiday.On) }},
		{name: "the columns of a tracker", do: doing(func() (inspection.TrackerMapping, error) {
			return s.SaveTrackerMapping(ctx, storetest.Officer, other, tracker.Sheet)
		})},
		{name: "a tracker", do: doing(func() (inspection.TrackerResult, error) { return s.LoadTracker(ctx, storetest.Officer, tracker) })},
	}
}

func letterWrites(d *faultyDesk) []write {
	ctx, s, t := context.Background(), d.s, d.T
	letter := addLetter(t, s, northLetter())
	other := addLetter(t, s, inspection.Draft{Kind: "ilacs-short"})
	pasted := addLetter(t, s, inspection.Draft{Kind: "ilacs-short"})
	refused, err := s.AddLetter(ctx, officer, "scan.pdf", store.ReadLetter{State: inspection.LetterReady, Original: []byte("%PDF of a picture"), MediaType: "application/pdf"})
	must(t, refused, err)
	waiting, err := s.StartLetter(ctx, officer, "north.pdf", store.HeldFile{})
	must(t, waiting, err)
	first, second := storetest.Account(t, s, auth.Officer), storetest.Account(t, s, auth.Officer)
	listed, err := s.AddLetter(ctx, officer, "listed.pdf", store.ReadLetter{State: inspection.LetterReady, Officers: []string{officer.ID, first.ID}})
	must(t, listed, err)
	read := store.ReadLetter{
		State: inspection.LetterReady, Original: []byte(strings.Repeat("%PDF ", 300_000)), MediaType: "application/pdf", Pages: []string{"first", "second"},
		Draft: inspection.Draft{Kind: "ilacs-short", FieldworkStart: inspection.MustDate("2026-06-01")},
	}
	return []write{
		{name: "a letter without a file", do: doing(func() (inspection.Letter, error) { return s.StartLetter(ctx, officer, "west.pdf", store.HeldFile{}) })},
		{name: "a letter that is being read", do: func() error { return s.SetReading(ctx, officer, waiting.ID) }},
		{name: "a letter that was read", do: doing(func() (inspection.Letter, error) { return s.FinishLetter(ctx, officer, waiting.ID, read) })},
		{name: "a letter that is added", do: doing(func() (inspection.Letter, error) {
			return s.AddLetter(ctx, officer, "letter.pdf", store.ReadLetter{State: inspection.LetterReady, Draft: northLetter()})
		})},
		{name: "the text of a letter", do: doing(func() (inspection.Letter, error) {
			return s.AddLetterText(ctx, officer, pasted.ID, 1, []string{"pasted"}, inspection.Draft{Kind: "ilacs-short"})
		})},
		{name: "a draft", do: doing(func() (inspection.Letter, error) {
			return s.SaveDraft(ctx, officer, other.ID, 1, inspection.Draft{Kind: "ilacs-standard", Note: "To be looked at."})
		})},
		{name: "a letter that waits for Ofsted", do: doing(func() (inspection.Letter, error) {
			return s.SetLetterState(ctx, officer, other.ID, inspection.LetterEmbargoed, "", today())
		})},
		{name: "an officer who is listed", do: func() error { return s.ListOfficer(ctx, officer, listed.ID, second.ID) }},
		{name: "an officer who is taken off a letter", do: func() error { return s.UnlistOfficer(ctx, officer, listed.ID, second.ID) }},
		{name: "a letter that is refused", do: doing(func() (inspection.Letter, error) { return s.RefuseLetter(ctx, officer, refused.ID, "It is a draft.") })},
		{name: "a letter that is published", do: doing(func() (inspection.Letter, error) { return s.PublishLetter(ctx, officer, letter.ID, 1) })},
		{name: "a letter that is taken off", do: doing(func() (inspection.Letter, error) {
			return s.UnpublishLetter(ctx, officer, letter.ID, "A page was missing.")
		})},
	}
}

func recordWrites(d *faultyDesk) []write {
	ctx, s, t := context.Background(), d.s, d.T
	logo := logoOf(t, 60, 20)
	settings, err := s.Settings(ctx)
	must(t, settings, err)
	settings.Council, settings.LogoWords = "North", "North"
	england := englandLoad(t, "Leeds,ilacs-standard,2026-09-07,2026-09-18,2026-10-30,listing,,,,good,good,good,good\n")
	england.Source.ReadOn = today()
	board := inspection.Committee{BodyID: north, Name: "Planning borad", Scrutinises: true}
	board, err = s.SaveCommittee(ctx, storetest.Clerk, board)
	must(t, board, err)
	right := board
	right.Name = "Planning board"
	must(t, right, doing(func() (inspection.Committee, error) { return s.SaveCommittee(ctx, storetest.Clerk, right) })())
	renamed := s.LastChange(t, inspection.OfCommittee, board.ID)
	words := d.update(northArea, "Of "+secret, inspection.ForPublic)
	record := store.RecordName{Kind: inspection.OfUpdate, ID: words.ID}
	second := d.update(northArea, "Of another "+secret, inspection.ForPublic)
	erasure, err := s.AskErasure(ctx, storetest.Administrator, store.RecordName{Kind: inspection.OfUpdate, ID: second.ID}, inspection.NamesChild)
	must(t, erasure, err)
	third := d.update(northArea, "Of a third "+secret, inspection.ForPublic)
	withdrawn, err := s.AskErasure(ctx, storetest.Administrator, store.RecordName{Kind: inspection.OfUpdate, ID: third.ID}, inspection.NamesChild)
	must(t, withdrawn, err)
	var again inspection.Settings
	plan, later, mark := norfolkPlan(), norfolkPlan(), ""
	later.On = inspection.MustDate("2029-04-01")
	return []write{
		{name: "settings with a logo", do: doing(func() (inspection.Settings, error) {
			return s.SaveSettingsAndLogo(ctx, storetest.Administrator, settings, logo)
		})},
		{name: "settings", first: func() {
			again, err = s.Settings(ctx)
			must(d.T, again, err)
			again.Council = "North again"
		}, do: doing(func() (inspection.Settings, error) { return s.SaveSettings(ctx, storetest.Administrator, again) })},
		{name: "the dates of a letter", do: func() error {
			return s.SetInspectionDates(ctx, storetest.Officer, northLatest, inspection.Date{}, inspection.MustDate("2026-11-02"))
		}},
		{name: "what followed a letter", do: func() error {
			return s.AddFulfilment(ctx, storetest.Officer, inspection.Fulfilment{InspectionID: northLatest, BodyID: north, RuleCode: inspection.StatementOfActionRule,
				On: inspection.MustDate("2026-10-01"), Address: "https://north.example/plan", Words: "Agreed by the cabinet."})
		}},
		{name: "a list of inspections", do: doing(func() (inspection.EnglandPlan, error) { return s.LoadEngland(ctx, storetest.Officer, england, "") })},
		{name: "a reorganisation", do: doing(func() (string, error) { return s.AddReorganisation(ctx, storetest.Officer, plan) })},
		{name: "a reorganisation that is corrected", first: func() { mark = seen(t, s, "norfolk") }, do: doing(func() (string, error) {
			return s.ChangeReorganisation(ctx, storetest.Officer, "norfolk", mark, later)
		})},
		{name: "a reorganisation that is withdrawn", do: func() error { return s.WithdrawReorganisation(ctx, storetest.Officer, "norfolk") }},
		{name: "an earlier version that is put back", do: doing(func() (store.RecordName, error) {
			return s.Restore(ctx, storetest.Officer, renamed.Number, "It was right.", officerEyes)
		})},
		{name: "an erasure that is asked for", do: doing(func() (inspection.Erasure, error) {
			return s.AskErasure(ctx, storetest.Administrator, record, inspection.NamesChild)
		})},
		{name: "an erasure that is agreed", do: doing(func() (inspection.Erasure, error) { return s.AgreeErasure(ctx, secondAdministrator, erasure.ID) })},
		{name: "an erasure that is withdrawn", do: doing(func() (inspection.Erasure, error) {
			return s.WithdrawErasure(ctx, storetest.Administrator, withdrawn.ID)
		})},
	}
}

// A database that is away for a while is asked again when it is back: nobody has to start the program again.
func TestAStoreWorksAgainOnceItsDatabaseIsBackAfterAFault(t *testing.T) {
	eachFaulty(t, func(t *testing.T, d *faultyDesk) {
		for _, fault := range []storetest.Fault{storetest.FailsBefore, storetest.Lost} {
			d.faulty.Always(fault)
			for range 20 {
				if _, err := d.s.Version(t.Context()); err == nil {
					t.Fatal("a database that is away has answered")
				}
				if err := d.s.EndCommittee(t.Context(), storetest.Clerk, d.scrutiny, today()); err == nil {
					t.Fatal("a database that is away has been written to")
				}
			}
			d.faulty.Rest()
			if err := d.s.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			d.update(northArea, "It is back.", inspection.ForPublic)
		}
	})
}

// Whoever asks for something reads one state of the database: what is written between two of their queries shows in none.
func TestAReaderSeesOneStateWhateverIsWrittenMeanwhile(t *testing.T) {
	eachFaulty(t, func(t *testing.T, d *faultyDesk) {
		// shown counts what a write adds, which a reader finds by three queries.
		shown := func() (counts [3]int) {
			t.Helper()
			p, err := d.s.Progress(t.Context(), northArea, inspection.ForOfficers, today())
			if err != nil {
				t.Fatal(err)
			}
			return [3]int{len(p.Updates), len(p.Evidence), len(p.Posts)}
		}
		missed := 0
		for n := 0; ; n++ {
			before := shown()
			d.faulty.Next(n, storetest.Delayed, func() {
				err := d.s.Together(t.Context(), storetest.Officer, func(w *store.Work) error {
					_, err := w.AddUpdate(inspection.Update{Reference: northArea, On: today(), Words: "Meanwhile.", Audience: inspection.ForOfficers})
					if err == nil {
						_, err = w.AddEvidence(inspection.EvidenceItem{
							Reference: northArea, Title: fmt.Sprint("Audit ", n), Address: "https://example.org/audit", On: today(),
							Audience: inspection.ForOfficers, State: inspection.EvidenceSubmitted,
						}, nil)
					}
					if err == nil {
						_, err = w.SavePost(inspection.Post{BodyID: trust, Name: fmt.Sprint("Officer ", n)})
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
			read := shown()
			if _, _, hit := d.faulty.Rest(); !hit {
				if n < 10 || missed < n-2 {
					t.Errorf("of %d reads %d do not show what was written meanwhile", n, missed)
				}
				return
			}
			after := shown()
			if after != [3]int{before[0] + 1, before[1] + 1, before[2] + 1} {
				t.Fatalf("a write makes of %v %v", before, after)
			}
			if read != before && read != after {
				t.Fatalf("what was written before statement %d is shown in part: %v became %v, and %v was read", n+1, before, after, read)
			}
			if read == before {
				missed++
			}
		}
	})
}

// What a query gave before its answer broke off is no answer: whoever asks is told of the fault.
func TestAnAnswerThatBreaksOffIsNotTakenForAWholeOne(t *testing.T) {
	eachFaulty(t, func(t *testing.T, d *faultyDesk) {
		d.update(northArea, "The first.", inspection.ForPublic)
		d.faulty.Next(0, storetest.Lost, nil)
		_, err := d.s.Progress(t.Context(), northArea, inspection.ForPublic, today())
		d.faulty.Rest()
		if err == nil {
			t.Fatal("a read over a connection that was lost has answered")
		}
		for n := 0; ; n++ {
			d.faulty.Next(n, storetest.BreaksOff, nil)
			p, err := d.s.Progress(t.Context(), northArea, inspection.ForPublic, today())
			_, _, hit := d.faulty.Rest()
			if !hit {
				if err != nil || len(p.Updates) != 1 {
					t.Fatalf("without a fault: %d updates, %v", len(p.Updates), err)
				}
				return
			}
			if err == nil && len(p.Updates) != 1 {
				t.Fatalf("an answer that broke off at query %d was taken for a whole one", n+1)
			}
			if err != nil && !errors.Is(err, storetest.ErrFault) {
				t.Fatalf("query %d: %v", n+1, err)
			}
		}
	})
}
