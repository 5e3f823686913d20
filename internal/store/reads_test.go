package store_test

import (
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestEveryTableIsKnownToWhatNotesReads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		// The tables of versions and of locks are those of the migrations.
		want := slices.DeleteFunc(store.Tables(t, s), func(name string) bool {
			return name == "timeline_versions" || name == "timeline_locks" || name == "sqlite_sequence"
		})
		slices.Sort(want)
		if got := store.Everything.Names(); !slices.Equal(got, want) {
			t.Errorf("known are\n%q, the database has\n%q:\nadd a new table to what a kind writes, or to those written without an entry", got, want)
		}
	})
}

func TestWhatIsReadIsNotedInItsContextAlone(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx, reads := store.Noting(t.Context())
		if _, err := s.Terms(ctx); err != nil {
			t.Fatal(err)
		}
		inner, more := store.Noting(ctx)
		if _, err := s.Register(inner); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Version(ctx); err != nil {
			t.Fatal(err)
		}
		if got := reads.Tables().Names(); !slices.Equal(got, []string{"terms"}) {
			t.Errorf("the words of the glossary are read from %q", got)
		}
		if got := more.Tables().Names(); !slices.Equal(got, []string{"bodies", "place_members", "services", "successions"}) {
			t.Errorf("the register is read from %q", got)
		}
		store.NoteReads(ctx, more.Tables())
		if got := reads.Tables().Names(); len(got) != 5 {
			t.Errorf("with what was made of the register it is made of %q", got)
		}
	})
}

func TestEveryWayOfNamingATableIsFound(t *testing.T) {
	for statement, want := range map[string]string{
		`SELECT * FROM "bodies" WHERE id = ?`:                                            "bodies",
		"SELECT * FROM `bodies`,moves m":                                                 "bodies moves",
		"SELECT 1 FROM recommendations AS r JOIN judgements ON 1=1":                      "judgements recommendations",
		"SELECT 1 WHERE EXISTS (SELECT 1 FROM positions) UNION SELECT 2 FROM(actions)":   "actions positions",
		"WITH found AS (SELECT 1 FROM public.terms) SELECT * FROM found, recommendation": "terms",
	} {
		if got := strings.Join(store.TablesIn(statement), " "); got != want {
			t.Errorf("%s reads %q, want %q", statement, got, want)
		}
	}
}

func TestAWriteOfWhichNobodyLearnsFails(t *testing.T) {
	s := storetest.Seeded(t)
	err := s.WriteTerm(t, inspection.OfTheme)
	if err == nil || !strings.Contains(err.Error(), "terms is written and no entry of [theme] tells of it") {
		t.Errorf("a word written under the entry of a theme: %v", err)
	}
	if err := s.WriteTerm(t, inspection.OfTerm); err != nil {
		t.Errorf("a word written under its own entry: %v", err)
	}
}

func TestWhatChangesTouch(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		before, err := s.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		touched := func() store.TableSet {
			t.Helper()
			tables, err := s.TablesTouched(t.Context(), before)
			if err != nil {
				t.Fatal(err)
			}
			return tables
		}
		if got := touched(); got != (store.TableSet{}) {
			t.Errorf("nothing has changed, and touched are %q", got.Names())
		}
		if err := s.WriteTerm(t, inspection.OfTerm); err != nil {
			t.Fatal(err)
		}
		if got := touched().Names(); !slices.Equal(got, []string{"change_keys", "changes", "terms"}) {
			t.Errorf("a word was added, and touched are %q", got)
		}
		if err := s.Note(t, inspection.Seeder, "nothing that is known", "x", nil, "y"); err != nil {
			t.Fatal(err)
		}
		if got := touched(); got != store.Everything {
			t.Errorf("something unknown has changed, and touched are only %q", got.Names())
		}
		if got, err := s.TablesTouched(t.Context(), 0); err != nil || got != store.Everything {
			t.Errorf("after thousands of changes touched are %q, %v", got.Names(), err)
		}
	})
}
