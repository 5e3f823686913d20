package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// HoldWriteLock begins to write and does not end until release is called.
func HoldWriteLock(t *testing.T, s *Store) (release func()) {
	t.Helper()
	held, end, ended := make(chan bool), make(chan bool), make(chan error)
	go func() {
		ended <- s.write(t.Context(), inspection.Seeder, func(*tx) error {
			close(held)
			<-end
			return nil
		})
	}()
	<-held
	return func() {
		close(end)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// Note writes an entry about a record to the chain, as every change of a later part does.
func (s *Store) Note(t *testing.T, by inspection.Actor, kind inspection.RecordKind, id string, before, after any) error {
	t.Helper()
	return s.write(t.Context(), by, func(t *tx) error { return t.note(kind, id, inspection.Updated, before, after) })
}

// Columns returns the columns that the domain's types want in each table, and those that the table has.
func Columns(t *testing.T, s *Store) (want, got map[string][]string) {
	t.Helper()
	want, got = map[string][]string{}, map[string][]string{}
	for _, model := range []any{
		inspection.Source{}, inspection.Body{}, inspection.Succession{}, inspection.PlaceMember{}, inspection.Service{},
		inspection.Inspection{}, inspection.InspectionBody{}, inspection.Judgement{}, inspection.Theme{},
		inspection.Recommendation{}, inspection.RecommendationTheme{}, inspection.Finding{}, inspection.Response{},
		inspection.Milestone{}, inspection.MilestoneBody{}, inspection.Figure{}, inspection.OfficialFigure{}, inspection.Completeness{},
		inspection.Citation{}, inspection.Fact{}, inspection.Disagreement{}, inspection.Version{}, inspection.Gap{},
		inspection.Term{}, inspection.Rule{}, inspection.BankHoliday{}, inspection.Fulfilment{}, inspection.Change{}, inspection.ChangeKey{},
		inspection.Letter{}, inspection.LetterPage{}, inspection.Document{}, documentChunk{}, inspection.InspectionEvidence{},
		inspection.ReferenceAlias{}, publication{}, givenReference{},
		inspection.Committee{}, inspection.Meeting{}, inspection.Post{}, inspection.Move{}, inspection.Position{},
		inspection.Action{}, inspection.ActionRecommendation{}, inspection.ActionStep{}, inspection.Update{},
		inspection.EvidenceItem{}, inspection.EvidenceStep{}, inspection.Question{}, inspection.QuestionAnswer{},
		inspection.LaterView{}, inspection.RecommendationLink{}, inspection.TrackerImport{}, trackerMapping{}, trackerRow{},
		auth.Account{}, auth.Session{}, auth.Link{}, auth.Token{}, writtenOnce{}, signInAttempt{}, inspection.Access{},
		inspection.Settings{}, inspection.Message{}, inspection.MessagePreferences{}, messageToken{}, inspection.Erasure{},
		inspection.Remark{}, inspection.RemarkAnswer{}, remarkContact{},
		searchState{}, searchUnit{}, searchDocument{}, searchWord{}, schemaFloor{},
		held{}, heldChunk{}, heldRoom{}, letterReading{},
	} {
		statement := &gorm.Statement{DB: s.readPool}
		if err := statement.Parse(model); err != nil {
			t.Fatal(err)
		}
		table := statement.Schema.Table
		want[table] = slices.Sorted(slices.Values(statement.Schema.DBNames))
		columns, err := s.readPool.Migrator().ColumnTypes(table)
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range columns {
			got[table] = append(got[table], column.Name())
		}
		slices.Sort(got[table])
	}
	return want, got
}

// Tables returns the names of the tables in the database, save those in which SQLite keeps an index of texts.
func Tables(t *testing.T, s *Store) []string {
	t.Helper()
	tables, err := s.readPool.Migrator().GetTables()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(tables, func(table string) bool { return strings.HasPrefix(table, "search_text_") })
}

// Dump returns every row of every table as text, in no particular order.
func Dump(t *testing.T, s *Store) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range Tables(t, s) {
		var rows []map[string]any
		if err := s.readPool.Table(table).Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		out[table] = []string{}
		for _, row := range rows {
			var line []string
			for _, column := range slices.Sorted(maps.Keys(row)) {
				value := row[column]
				if untyped, ok := value.(*any); ok { // SQLite's index of texts has columns without types
					value = *untyped
				}
				line = append(line, fmt.Sprintf("%s=%v", column, value))
			}
			out[table] = append(out[table], strings.Join(line, " "))
		}
	}
	return out
}

// Chunks returns the bytes of every file, in the pieces in which they are kept.
func Chunks(t *testing.T, s *Store) [][]byte {
	t.Helper()
	var chunks []documentChunk
	if err := s.readPool.Find(&chunks).Error; err != nil {
		t.Fatal(err)
	}
	out := make([][]byte, len(chunks))
	for i, chunk := range chunks {
		out[i] = chunk.Bytes
	}
	return out
}

// HoldIndexLock begins to change the index of what can be searched and does not end until release is called.
func HoldIndexLock(t *testing.T, s *Store) (release func()) {
	t.Helper()
	held, end, ended := make(chan bool), make(chan bool), make(chan error)
	go func() {
		ended <- s.operate(t.Context(), func(db *gorm.DB) error {
			x := &searchIndexer{r: &reader{db: db, catalogue: s.catalogue}, text: s.engine.text}
			err := x.lock()
			close(held)
			<-end
			return err
		})
	}()
	<-held
	return func() {
		close(end)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// DamageHeld changes the first byte of everything that is held.
func DamageHeld(t *testing.T, s *Store) {
	t.Helper()
	var chunks []heldChunk
	err := s.readPool.Find(&chunks).Error
	for _, chunk := range chunks {
		chunk.Bytes[0] ^= 1
		if err == nil {
			err = s.writePool.Select("bytes").Updates(&chunk).Error
		}
	}
	if err != nil || len(chunks) == 0 {
		t.Fatalf("damage what is held: %v", err)
	}
}

// HeldSecret returns what opens the file of the only letter that waits, and its sealed bytes.
func HeldSecret(t *testing.T, s *Store) (secret string, sealed []byte) {
	t.Helper()
	var row letterReading
	var chunk heldChunk
	if err := s.readPool.Take(&row).Error; err != nil {
		t.Fatal(err)
	}
	if err := s.readPool.Take(&chunk).Error; err != nil {
		t.Fatal(err)
	}
	return row.Secret, chunk.Bytes
}

// LastChange returns the last entry about a record.
func (s *Store) LastChange(t *testing.T, kind inspection.RecordKind, id string) inspection.Change {
	t.Helper()
	var entry inspection.Change
	if err := s.readPool.Where("record_kind = ? AND record_id = ?", kind, id).Order("number DESC").Take(&entry).Error; err != nil {
		t.Fatal(err)
	}
	return entry
}

// VersionPlan says how SQLite finds the version.
func VersionPlan(t *testing.T, s *Store) string {
	t.Helper()
	var steps []struct{ Detail string }
	if err := s.readPool.Raw("EXPLAIN QUERY PLAN " + versionQuery).Scan(&steps).Error; err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(steps)
}

// Positions returns the positions as they are written, and as they follow from all that is recorded, in order.
func Positions(t *testing.T, s *Store) (written, followed []inspection.Position) {
	t.Helper()
	err := s.read(t.Context(), func(r *reader) error {
		if err := r.db.Order("reference, from_day").Find(&written).Error; err != nil {
			return err
		}
		var references []string
		if err := r.db.Model(&inspection.Recommendation{}).Order("reference").Pluck("reference", &references).Error; err != nil {
			return err
		}
		var err error
		followed, err = r.foldedPositions(references)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]inspection.Position{written, followed} {
		slices.SortFunc(list, func(a, b inspection.Position) int {
			return cmp.Or(cmp.Compare(a.Reference, b.Reference), a.FromDay.Compare(b.FromDay))
		})
	}
	return written, followed
}

// ListPlan says how SQLite finds the items of a list that is narrowed.
func ListPlan(t *testing.T, s *Store, filter PositionFilter) string {
	t.Helper()
	var plan []struct{ Detail string }
	filter.latest = !filter.AsOf.Before(s.today())
	err := s.read(t.Context(), func(r *reader) error {
		matching, err := r.matching(filter, nil)
		if err != nil {
			return err
		}
		query := matching().Session(&gorm.Session{DryRun: true}).Select("r.inspection_id, r.shared_key, COUNT(*) AS items").
			Group("r.inspection_id, r.shared_key").Find(&[]foundItems{}).Statement
		return r.db.Raw("EXPLAIN QUERY PLAN "+query.SQL.String(), query.Vars...).Scan(&plan).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(plan)
}

// Document returns a document and its bytes, whoever may see what it belongs to.
func (s *Store) Document(ctx context.Context, hash string) (inspection.Document, []byte, error) {
	var document inspection.Document
	var data []byte
	err := s.read(ctx, func(r *reader) (err error) {
		document, data, err = r.document(hash)
		return err
	})
	return document, data, err
}

// SignInPlans say how SQLite finds who somebody is: by the token of their session, by their address, and by what their
// organisation says of them.
func SignInPlans(t *testing.T, s *Store) map[string]string {
	t.Helper()
	dry := s.readPool.Session(&gorm.Session{DryRun: true})
	plans := map[string]string{}
	for name, query := range map[string]*gorm.DB{
		"session": findWithAccount(dry, "sessions", "0f", &withAccount[auth.Session]{}),
		"link":    findWithAccount(dry, "links", "0f", &withAccount[auth.Link]{}),
		"token":   findWithAccount(dry, "tokens", "0f", &withAccount[auth.Token]{}),
		"address": withAddress(dry, "a@example.org").Take(&auth.Account{}),
		"subject": withSubject(dry, "https://example.org", "a").Take(&auth.Account{}),
	} {
		var steps []struct{ Detail string }
		err := s.readPool.Raw("EXPLAIN QUERY PLAN "+query.Statement.SQL.String(), query.Statement.Vars...).Scan(&steps).Error
		if err != nil {
			t.Fatal(err)
		}
		plans[name] = fmt.Sprint(steps)
	}
	return plans
}
