package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// keptIn finds what a deed leaves behind: its first mark is that of the deed, its second what the deed is about. Marks hold
// nothing that SQL would read otherwise.
var keptIn = map[deedKind]string{
	anUpdate:     "updates WHERE words = '%[1]s' AND reference = '%[2]s'",
	aMove:        "moves WHERE words = '%[1]s' AND reference = '%[2]s'",
	someEvidence: "evidence_items WHERE title = '%[1]s' AND reference = '%[2]s'",
	aLetter:      "letters WHERE file_name = '%[1]s'",
	aDraft:       "letters WHERE id = '%[2]s' AND draft LIKE '%%\"%[1]s\"%%'",
	aPublication: "letters WHERE id = '%[2]s' AND state = 'published'",
}

// halves find what only a part of a transaction would leave behind. Each must find nothing.
var halves = map[string]string{
	"a move without its entry":               "SELECT id FROM moves WHERE id NOT IN (SELECT record_id FROM changes WHERE record_kind = 'move')",
	"an entry without its move":              "SELECT record_id FROM changes WHERE record_kind = 'move' AND record_id NOT IN (SELECT id FROM moves)",
	"a move without its position":            "SELECT id FROM moves WHERE reference NOT IN (SELECT reference FROM positions)",
	"a position that lacks a move":           "SELECT m.reference FROM moves m GROUP BY m.reference HAVING COUNT(*) <> (SELECT MAX(p.moves) FROM positions p WHERE p.reference = m.reference)",
	"an update without its entry":            "SELECT id FROM updates WHERE id NOT IN (SELECT record_id FROM changes WHERE record_kind = 'update')",
	"an entry without its update":            "SELECT record_id FROM changes WHERE record_kind = 'update' AND record_id NOT IN (SELECT id FROM updates)",
	"evidence without its entry":             "SELECT id FROM evidence_items WHERE id NOT IN (SELECT record_id FROM changes WHERE record_kind = 'evidence')",
	"an entry without its evidence":          "SELECT record_id FROM changes WHERE record_kind = 'evidence' AND record_id NOT IN (SELECT id FROM evidence_items)",
	"evidence without its first step":        "SELECT id FROM evidence_items WHERE id NOT IN (SELECT evidence_id FROM evidence_steps)",
	"evidence without its file":              "SELECT id FROM evidence_items WHERE document_hash <> '' AND document_hash NOT IN (SELECT hash FROM documents)",
	"a document without one of its pieces":   "SELECT hash FROM documents d WHERE size <> (SELECT COALESCE(SUM(LENGTH(c.bytes)), 0) FROM document_chunks c WHERE c.hash = d.hash)",
	"a letter without its entry":             "SELECT id FROM letters WHERE id NOT IN (SELECT record_id FROM changes WHERE record_kind = 'letter')",
	"an entry without its letter":            "SELECT record_id FROM changes WHERE record_kind = 'letter' AND record_id NOT IN (SELECT id FROM letters)",
	"a letter without its original":          "SELECT id FROM letters WHERE state IN ('ready', 'published') AND document_hash NOT IN (SELECT hash FROM documents)",
	"a letter without its pages":             "SELECT id FROM letters WHERE state IN ('ready', 'published') AND id NOT IN (SELECT letter_id FROM letter_pages)",
	"an unreadable letter that says nothing": "SELECT id FROM letters WHERE state = 'unreadable' AND problem = ''",
	"a published letter without inspection":  "SELECT id FROM letters WHERE state = 'published' AND inspection_id NOT IN (SELECT id FROM inspections)",
	"a letter that is half published":        "SELECT id FROM letters WHERE (state = 'published') <> (id IN (SELECT letter_id FROM publications))",
	"an inspection without its entry":        "SELECT inspection_id FROM publications WHERE inspection_id NOT IN (SELECT record_id FROM changes WHERE record_kind = 'inspection')",
	"an inspection without its council":      "SELECT inspection_id FROM publications WHERE inspection_id NOT IN (SELECT inspection_id FROM inspection_bodies)",
	"an inspection without all judgements":   "SELECT inspection_id FROM publications p WHERE 4 <> (SELECT COUNT(*) FROM judgements j WHERE j.inspection_id = p.inspection_id)",
	"an inspection without all its areas":    "SELECT inspection_id FROM publications p WHERE 3 <> (SELECT COUNT(*) FROM recommendations r WHERE r.inspection_id = p.inspection_id)",
	"an entry without its key":               "SELECT record_id FROM changes WHERE number NOT IN (SELECT number FROM change_keys)",
}

// mustHoldAll fails unless the database holds every change of some deeds that was acknowledged, none that was refused, none
// twice, none in part, and a chain of entries that is whole.
func (o *office) mustHoldAll(t *testing.T, deeds []*deed) {
	t.Helper()
	db := openTables(t, o.dsn)
	defer db.Close()
	for _, d := range deeds {
		var held int
		where := fmt.Sprintf(keptIn[d.kind], d.mark, d.about)
		if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+where).Scan(&held); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		switch {
		case held == 0 && d.acknowledged:
			t.Errorf("lost: %s %q of %s was acknowledged in round %d", d.kind, d.mark, d.about, d.round)
		case held > 0 && d.refused:
			t.Errorf("%s %q of %s was refused in round %d, and is there", d.kind, d.mark, d.about, d.round)
		case held > 1:
			t.Errorf("%s %q of %s is there %d times", d.kind, d.mark, d.about, held)
		}
	}
	for what, query := range halves {
		if found := columnOf(t, db, query); len(found) > 0 {
			t.Errorf("%s: %q", what, found[:min(3, len(found))])
		}
	}
	mustSucceed(t, runCommand(t, nil, "check", "--db", o.dsn))
}

// columnOf returns the first column of what a query finds.
func columnOf(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		out = append(out, one)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return out
}

// mustMatchItsHashes fails unless the bytes of every document are those whose hash it has.
func (o *office) mustMatchItsHashes(t *testing.T) (documents int) {
	t.Helper()
	db := openTables(t, o.dsn)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT hash, bytes FROM document_chunks ORDER BY hash, number")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	sum, last := sha256.New(), ""
	compare := func() {
		if got := hex.EncodeToString(sum.Sum(nil)); last != "" && got != last {
			t.Errorf("document %s has the bytes of %s", last, got)
		}
		documents++
		sum.Reset()
	}
	for rows.Next() {
		var hash string
		var piece []byte
		if err := rows.Scan(&hash, &piece); err != nil {
			t.Fatal(err)
		}
		if hash != last && last != "" {
			compare()
		}
		last = hash
		sum.Write(piece)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	compare()
	return documents
}

// settleFor is how long letters may take to be read that were being read when the service went: until it is sure that nobody is
// at them any more, and then until their turn comes.
const settleFor = 2 * time.Minute

// mustHaveSettled fails unless every letter is read in time, or says what to do.
func (o *office) mustHaveSettled(t *testing.T) {
	t.Helper()
	db := openTables(t, o.dsn)
	defer db.Close()
	left := awaitNone(t, settleFor, func() []string {
		return columnOf(t, db, "SELECT id FROM letters WHERE state IN ('waiting', 'reading')")
	})
	if len(left) > 0 {
		t.Errorf("%d letters still wait to be read after %s: %q", len(left), settleFor, left)
	}
	for _, problem := range columnOf(t, db, "SELECT DISTINCT problem FROM letters WHERE state = 'unreadable'") {
		if !strings.Contains(problem, "Add the file again") && !strings.Contains(problem, "Paste the letter’s text") {
			t.Errorf("a letter that was not read says %q, and not what to do", problem)
		}
	}
}

// awaitNone asks again and again until nothing is left, and returns what is left when the time is over.
func awaitNone(t *testing.T, most time.Duration, left func() []string) []string {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for over := time.After(most); ; {
		found := left()
		if len(found) == 0 {
			return nil
		}
		select {
		case <-again.C:
		case <-over:
			return found
		case <-t.Context().Done():
			return found
		}
	}
}

// mustShowAll fails unless the pages show those of some deeds that were acknowledged.
func (o *office) mustShowAll(t *testing.T, deeds []*deed) {
	t.Helper()
	db := openTables(t, o.dsn)
	defer db.Close()
	pages := map[string]string{}
	page := func(by *officer, address string) string {
		if body, ok := pages[address]; ok {
			return body
		}
		status, body, err := by.get(context.Background(), address)
		if err != nil || status != http.StatusOK {
			t.Errorf("%s is answered %d: %v: %s", address, status, err, failureWords([]byte(body)))
		}
		pages[address] = body
		return body
	}
	for _, d := range deeds {
		if !d.acknowledged {
			continue
		}
		by := o.officers[slices.IndexFunc(o.officers, func(one *officer) bool { return d.by == one.number })]
		one := func(column string) string {
			found := columnOf(t, db, "SELECT "+column+" FROM "+fmt.Sprintf(keptIn[d.kind], d.mark, d.about))
			if len(found) == 0 {
				return "" // said by mustHoldAll
			}
			return found[0]
		}
		var shows bool
		switch d.kind {
		case anUpdate, aMove:
			shows = strings.Contains(page(by, "/recommendations/"+d.about), d.mark)
		case someEvidence:
			shows = strings.Contains(page(by, "/recommendations/"+d.about+"/work"), d.mark)
			if d.sum != "" {
				sum := sha256.Sum256([]byte(page(by, "/evidence/"+one("id")+"/file")))
				shows = shows && hex.EncodeToString(sum[:]) == d.sum
			}
		case aLetter:
			shows = strings.Contains(page(by, "/letters/"+one("id")), d.mark)
		case aDraft:
			shows = noteIn(t, page(by, "/letters/"+one("id"))) == d.mark
		case aPublication:
			shows = strings.Contains(page(by, "/inspections/"+one("inspection_id")), "The recording of the decisions that managers make")
		}
		if !shows {
			t.Errorf("no page shows %s %q of %s, which was acknowledged in round %d", d.kind, d.mark, d.about, d.round)
		}
	}
}

// noteIn returns the note for readers that the form for reviewing a letter holds.
func noteIn(t *testing.T, page string) string {
	t.Helper()
	parsed, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(formValues(parsed.Find("#review"), nil).Get("note"))
}

// mustTakeEachKind fails unless a server at rest takes a change of each kind, and its pages show them.
func (o *office) mustTakeEachKind(t *testing.T) {
	t.Helper()
	by, already, before := o.officers[0], len(o.ledger.of(0)), o.ledger.byKind()
	for _, do := range []func(context.Context){by.update, by.move, by.evidence, by.upload} {
		do(t.Context())
	}
	o.mustHaveSettled(t)
	by.toReview = nil // on a busy machine the letter was not read while its officer waited, and is not there
	db := openTables(t, o.dsn)
	defer db.Close()
	for _, d := range o.ledger.of(0)[already:] {
		if d.kind == aLetter && d.acknowledged {
			for _, id := range columnOf(t, db, "SELECT id FROM "+fmt.Sprintf(keptIn[aLetter], d.mark)) {
				by.publish(t.Context(), "/letters/"+id)
			}
		}
	}
	after := o.ledger.byKind()
	for _, one := range deedKinds {
		if after[one.kind] == before[one.kind] {
			status, said := o.ledger.last()
			t.Errorf("no %s is taken; the last answer was %d %s", one.one, status, said)
		}
	}
	o.mustShowAll(t, o.ledger.of(0)[already:])
}
