package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

const (
	pagesToLetter = 12
	wordsToPage   = 420
)

// Letters fills an empty, migrated database at an address with the seed and so many published letters of twelve pages, which
// are made of the words of the seed. The letters are the same on every run. They stand in no change: measurements read them,
// and nothing else.
func Letters(t testing.TB, dsn string, letters int) {
	t.Helper()
	s := Open(t, dsn)
	seed := Seed(t)
	record := *seed
	var councils []inspection.Body
	for _, b := range seed.Bodies {
		if b.Kind == inspection.Authority && !b.Ended.Known() {
			councils = append(councils, b)
		}
	}
	for n := range letters {
		in := &inspection.Inspection{
			ID: fmt.Sprintf("letter-%05d", n), Kind: "ilacs-standard", Framework: "ilacs-2018", Document: inspection.DocumentPublished,
			Published: inspection.Day(2014+n%12, 1, 1).AddDays(n % 360), Confidence: inspection.ByLetter,
			Bodies: []inspection.InspectionBody{{BodyID: councils[n%len(councils)].ID, Confirmed: true, Position: 1}},
		}
		in.Bodies[0].InspectionID = in.ID
		record.Inspections = append(record.Inspections[:len(record.Inspections):len(record.Inspections)], in)
	}
	if _, err := s.LoadSeed(context.Background(), &record); err != nil {
		t.Fatal(err)
	}
	addLetters(t, dsn, letters)
}

// addLetters writes the letters into the tables of a database.
func addLetters(t testing.TB, dsn string, letters int) {
	t.Helper()
	driver, mark := "sqlite3", "?1, ?2, ?3"
	if strings.Contains(dsn, "://") {
		driver, mark = "pgx", "$1, $2, $3"
	}
	db, err := sql.Open(driver, dsn) // both are registered by the store
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() // does nothing after the commit
	made := newLetterText(Seed(t))
	at := Now().UTC().Format("2006-01-02 15:04:05")
	for n := range letters {
		id := fmt.Sprintf("made-%05d", n)
		marks := strings.Split(mark, ", ")
		_, err := tx.ExecContext(t.Context(), "INSERT INTO letters (id, state, file_name, document_hash, inspection_id, problem, revision, "+
			"created_at, updated_at, created_by, updated_by, draft) VALUES ("+marks[0]+", 'published', '', '', "+marks[1]+", '', 1, "+
			marks[2]+", "+marks[2]+", '', '', '{}')", id, fmt.Sprintf("letter-%05d", n), at)
		if err != nil {
			t.Fatal(err)
		}
		for page := range pagesToLetter {
			_, err := tx.ExecContext(t.Context(), "INSERT INTO letter_pages (letter_id, number, words) VALUES ("+mark+")", id, page+1, made.page())
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// letterText makes texts in which words follow one another as they do in the seed.
type letterText struct {
	random    *rand.Rand
	words     []string
	next      map[string][]string
	paragraph int
}

func newLetterText(seed *inspection.Record) *letterText {
	m := &letterText{random: rand.New(rand.NewPCG(7, 2026)), next: map[string][]string{}}
	read := func(text string) {
		last := ""
		for word := range strings.FieldsSeq(text) {
			m.words = append(m.words, word)
			if last != "" {
				m.next[last] = append(m.next[last], word)
			}
			last = word
		}
	}
	for _, in := range seed.Inspections {
		for _, item := range in.Recommendations {
			read(item.Words)
		}
		for _, finding := range in.Findings {
			read(finding.Words)
		}
		for _, response := range in.Responses {
			read(response.Gist)
		}
	}
	for _, milestone := range seed.Milestones {
		read(milestone.Title + ". " + milestone.Detail)
	}
	for _, term := range seed.Terms {
		read(term.Meaning)
	}
	for _, body := range seed.Bodies {
		read("Children in the care of " + body.Name + ".")
	}
	return m
}

// page makes a page: numbered paragraphs, in lines as a letter has them, under its running title.
func (m *letterText) page() string {
	const wordsToLine, wordsToParagraph = 14, 70
	var out strings.Builder
	out.WriteString("Inspection of local authority children’s services\n")
	word := m.words[m.random.IntN(len(m.words))]
	for n := range wordsToPage {
		switch {
		case n%wordsToParagraph == 0:
			m.paragraph = m.paragraph%40 + 1
			fmt.Fprintf(&out, "\n%d. ", m.paragraph)
		case n%wordsToLine == 0:
			out.WriteString("\n")
		default:
			out.WriteString(" ")
		}
		out.WriteString(word)
		following := m.next[word]
		if len(following) == 0 || m.random.IntN(20) == 0 {
			following = m.words
		}
		word = following[m.random.IntN(len(following))]
	}
	return out.String()
}
