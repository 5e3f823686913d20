package inspection

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// entry returns an entry about a record; nil for a side that it does not have.
func entry(t *testing.T, kind RecordKind, id string, before, after any) Change {
	t.Helper()
	c := Change{Number: 7, ActorID: "account-1", ActorPost: "Improvement officer", ActorRole: RoleOfficer, RecordKind: kind, RecordID: id}
	for _, side := range []struct {
		record any
		text   *string
	}{{before, &c.Before}, {after, &c.After}} {
		if side.record == nil {
			continue
		}
		data, err := json.Marshal(side.record)
		if err != nil {
			t.Fatal(err)
		}
		*side.text = string(data)
	}
	switch {
	case before == nil:
		c.Action = Created
	case after == nil:
		c.Action = Removed
	default:
		c.Action = Updated
	}
	return c
}

func TestWhoSeesAnEntry(t *testing.T) {
	nobody := func(string) bool { return false }
	listed := func(id string) bool { return id == "mine" }
	const p, m, o = ForPublic, ForMembers, ForOfficers
	evidence := func(audience Audience, state EvidenceState) EvidenceItem {
		return EvidenceItem{Audience: audience, State: state}
	}
	for name, c := range map[string]struct {
		entry  Change
		listed func(string) bool
		seen   []Audience
	}{
		"an inspection is public":                         {entry(t, OfInspection, "a", nil, Inspection{}), nobody, []Audience{p, m, o}},
		"a body that decides is public":                   {entry(t, OfCommittee, "a", nil, Committee{}), nobody, []Audience{p, m, o}},
		"what a body decided is public":                   {entry(t, OfMove, "a", nil, Move{Kind: CloseItem, Audience: p}), nobody, []Audience{p, m, o}},
		"a step for members is theirs":                    {entry(t, OfMove, "a", nil, Move{Kind: MakePlan, Audience: m}), nobody, []Audience{m, o}},
		"a step that nobody marked is for officers":       {entry(t, OfMove, "a", nil, Move{Kind: MakePlan}), nobody, []Audience{o}},
		"an update for officers is theirs":                {entry(t, OfUpdate, "a", nil, Update{Audience: o}), nobody, []Audience{o}},
		"an update for everybody is public":               {entry(t, OfUpdate, "a", nil, Update{Audience: p}), nobody, []Audience{p, m, o}},
		"a draft of public evidence is for officers":      {entry(t, OfEvidenceItem, "a", nil, evidence(p, EvidenceDraft)), nobody, []Audience{o}},
		"public evidence is public once it is submitted":  {entry(t, OfEvidenceItem, "a", evidence(p, EvidenceDraft), evidence(p, EvidenceSubmitted)), nobody, []Audience{p, m, o}},
		"an action that became internal is":               {entry(t, OfAction, "a", Action{Audience: p}, Action{Audience: o}), nobody, []Audience{o}},
		"an action that became public is seen":            {entry(t, OfAction, "a", Action{Audience: o}, Action{Audience: p}), nobody, []Audience{p, m, o}},
		"a question whose words were erased":              {Change{RecordKind: OfQuestion}, nobody, []Audience{o}},
		"an inspection whose words were erased":           {Change{RecordKind: OfInspection}, nobody, []Audience{p, m, o}},
		"an account is for officers":                      {entry(t, OfAccount, "a", nil, map[string]string{"post": "Clerk"}), nobody, []Audience{o}},
		"a post is for officers":                          {entry(t, OfPost, "a", nil, Post{}), nobody, []Audience{o}},
		"a kind that nobody foresaw is for officers":      {entry(t, "secret", "a", nil, map[string]Audience{"audience": p}), nobody, []Audience{o}},
		"a letter is for nobody who is not listed on it":  {entry(t, OfLetter, "other", nil, Letter{}), listed, nil},
		"a letter is for the officers listed on it":       {entry(t, OfLetter, "mine", nil, Letter{}), listed, []Audience{o}},
		"a letter is for nobody where nobody says who is": {entry(t, OfLetter, "mine", nil, Letter{}), nil, nil},
		"an entry that cannot be read is for officers":    {Change{RecordKind: OfUpdate, After: "{"}, nobody, []Audience{o}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, reader := range Audiences() {
				if got, want := c.entry.SeenBy(reader, c.listed), slices.Contains(c.seen, reader); got != want {
					t.Errorf("seen by %s: %v", reader.Words(), got)
				}
			}
		})
	}
}

func TestAnEntryIsCutToItsReader(t *testing.T) {
	became := entry(t, OfAction, "a", Action{Words: "Hush", Audience: ForOfficers}, Action{Words: "Read the plans", Audience: ForPublic})
	public := became.For(ForPublic)
	if public.Before != "" || !strings.Contains(public.After, "Read the plans") || public.ActorID != "" || public.ActorPost != "Improvement officer" {
		t.Errorf("the public reads %+v", public)
	}
	if got := became.For(ForOfficers); got != became {
		t.Errorf("officers read %+v", got)
	}
	asked := entry(t, OfQuestion, "q", nil, Question{Words: "Why?", Audience: ForPublic, Answers: []QuestionAnswer{{ByID: "account-9", ByPost: "Head of quality", Words: "So."}}})
	if got := asked.For(ForMembers).After; strings.Contains(got, "account-9") || !strings.Contains(got, "Head of quality") {
		t.Errorf("a member reads %s", got)
	}
}

func TestWordsOfAnEntry(t *testing.T) {
	names := &ChangeNames{
		Catalogue:  testCatalogue(t),
		Bodies:     []Body{{ID: "north", Name: "North Northamptonshire"}},
		Committees: []Committee{{ID: "board", BodyID: "north", Name: "Improvement board"}},
		Actions:    []Action{{ID: "act", Words: "Read the plans"}},
		Inspections: []*Inspection{{
			ID: "visit", Kind: "ilacs-focused-visit", FieldworkStart: MustDate("2026-05-11"), Bodies: []InspectionBody{{BodyID: "north", Confirmed: true}},
		}},
	}
	for want, c := range map[string]Change{
		"Area to improve NN-ILACS-2026-1: plan recorded":                                          entry(t, OfMove, "m", nil, Move{Reference: "NN-ILACS-2026-1", Kind: MakePlan}),
		"Area to improve NN-ILACS-2026-1: put on the record":                                      entry(t, OfRecommendation, "NN-ILACS-2026-1", nil, Recommendation{}),
		"Area to improve NN-ILACS-2026-1: taken off the public pages":                             entry(t, OfRecommendation, "NN-ILACS-2026-1", Recommendation{}, nil),
		"Area to improve NN-ILACS-2026-1: update added":                                           entry(t, OfUpdate, "u", nil, Update{Reference: "NN-ILACS-2026-1"}),
		"Action: Read the plans: update added":                                                    entry(t, OfUpdate, "u", nil, Update{ActionID: "act"}),
		"Update: update added":                                                                    entry(t, OfUpdate, "u", nil, Update{ActionID: "hidden"}),
		"Area to improve N-1: evidence moved to “Submitted”":                                      entry(t, OfEvidenceItem, "e", EvidenceItem{Reference: "N-1"}, EvidenceItem{Reference: "N-1", State: EvidenceSubmitted}),
		"North Northamptonshire: Focused visit, May 2026: changed":                                entry(t, OfInspection, "visit", Inspection{}, Inspection{}),
		"Meeting of Improvement board, North Northamptonshire on 3 March 2026: added":             entry(t, OfMeeting, "x", nil, Meeting{CommitteeID: "board", On: MustDate("2026-03-03")}),
		"Area to improve N-2 repeats N-1: linked":                                                 entry(t, OfLink, "N-2 repeats N-1", nil, RecommendationLink{}),
		"Question to North Northamptonshire: answered":                                            entry(t, OfQuestion, "q", Question{BodyID: "north"}, Question{BodyID: "north"}),
		"Letter plan.pdf: now ready to review":                                                    entry(t, OfLetter, "l", Letter{State: LetterReading}, Letter{State: LetterReady, FileName: "plan.pdf"}),
		"Letter plan.pdf: draft saved":                                                            entry(t, OfLetter, "l", Letter{State: LetterReady}, Letter{State: LetterReady, FileName: "plan.pdf"}),
		"Bank holiday of 8 May 2023: taken out":                                                   entry(t, OfBankHoliday, "2023-05-08", BankHoliday{}, nil),
		"Body that decides or scrutinises: Improvement board: put back as it was before entry 12": entry(t, OfCommittee, "board", Committee{}, map[string]any{"name": "Improvement board", "restores": 12}),
	} {
		if got := names.Words(c); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestDifferencesAreInWords(t *testing.T) {
	names := &ChangeNames{Catalogue: testCatalogue(t), Bodies: []Body{{ID: "north", Name: "North Northamptonshire"}}}
	early := Inspection{
		ID: "x", Kind: "ilacs-standard", Framework: "ilacs-2018", Published: MustDate("2026-07"), Document: DocumentNotFound,
		Judgements: []Judgement{{Strand: "leaders", Grade: "good"}, {Strand: "help_protection"}},
	}
	late := early
	late.Published, late.Document, late.Received = MustDate("2026-07-07"), DocumentHeld, MustDate("2026-06-30")
	late.Judgements = []Judgement{{Strand: "leaders", Grade: "outstanding"}, {Strand: "help_protection"}}
	got := map[string][2]string{}
	for _, f := range names.Differences(entry(t, OfInspection, "x", early, late)) {
		got[f.Name] = [2]string{f.Was, f.Says}
	}
	for name, want := range map[string][2]string{
		"Published": {"July 2026", "7 July 2026"}, "Final letter received": {"", "30 June 2026"}, "The document": {"Not found", "Read here"},
	} {
		if got[name] != want {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
	judged := got["Judgements"]
	if !strings.HasSuffix(judged[0], ": Good") || !strings.HasSuffix(judged[1], ": Outstanding") || strings.Contains(judged[0]+judged[1], "\n") || len(got) != 4 {
		t.Errorf("got %q", got)
	}
	added := names.Differences(entry(t, OfCommittee, "b", nil, Committee{ID: "b", BodyID: "north", Name: "Board", Decides: true}))
	want := []FieldChange{{"body", "Council, trust or place", "", "North Northamptonshire"}, {"name", "Name", "", "Board"}, {"decides", "Decides on areas to improve", "", "Yes"}}
	if !slices.Equal(added, want) {
		t.Errorf("got %v", added)
	}
}

// Every field of every record that the record of changes keeps has a name for readers, or is hidden on purpose, and every date
// is said in words.
func TestEveryFieldHasAName(t *testing.T) {
	date := reflect.TypeFor[Date]()
	var walk func(of reflect.Type)
	done := map[reflect.Type]bool{}
	walk = func(of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || done[of] || of == date {
			return
		}
		done[of] = true
		for i := range of.NumField() {
			f := of.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "-" || !f.IsExported() {
				continue
			}
			if name == "" && !f.Anonymous {
				t.Errorf("%s.%s has no name in JSON", of, f.Name)
			}
			if !f.Anonymous && fieldWords[name] == "" && !slices.Contains(hiddenFields, name) {
				t.Errorf("%s.%s: readers have no word for %q", of, f.Name, name)
			}
			if f.Type == date && !slices.Contains(dateFields, name) {
				t.Errorf("%s.%s: %q is not said as a date", of, f.Name, name)
			}
			if !f.Anonymous {
				walk(f.Type)
			}
		}
	}
	for _, record := range []any{
		Body{}, Inspection{}, Recommendation{}, Milestone{}, Source{}, Succession{}, Service{}, Completeness{}, Theme{}, Term{}, Rule{},
		BankHoliday{}, Figure{}, PlaceMember{}, Letter{}, Move{}, Update{}, Action{}, EvidenceItem{}, EvidenceStep{}, Committee{}, Meeting{}, Post{},
		Question{}, LaterView{}, RecommendationLink{}, Fulfilment{}, TrackerMapping{}, TrackerImport{}, Settings{},
	} {
		walk(reflect.TypeOf(record))
	}
}

func TestEveryKindHasWords(t *testing.T) {
	for _, kind := range ChangedKinds(ForOfficers) {
		if recordKindWords[kind] == "" {
			t.Errorf("%s has no words", kind)
		}
	}
	if len(ChangedKinds(ForOfficers)) != len(recordKindWords) {
		t.Error("a kind with words cannot be asked for")
	}
	for _, kind := range ChangedKinds(ForPublic) {
		if !slices.Contains(openKinds, kind) && !slices.Contains(markedKinds, kind) {
			t.Errorf("the public can ask for %s and never sees any", kind)
		}
	}
	for _, rule := range moveRules {
		if rule.kind.Words() == "" {
			t.Errorf("%s has no words", rule.kind)
		}
	}
}

func TestRestored(t *testing.T) {
	early, late := Committee{ID: "b", Name: "Board"}, Committee{ID: "b", Name: "Bored", Decides: true}
	c := entry(t, OfCommittee, "b", early, late)
	now := func(change func(*Committee)) string {
		held := late
		change(&held)
		data, err := json.Marshal(held)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	t.Run("what the entry changed is put back, and what was changed of the rest since stays", func(t *testing.T) {
		text, differs, err := c.Restored(now(func(c *Committee) { c.Address = "https://example.org" }))
		var got Committee
		if err != nil || !differs || json.Unmarshal([]byte(text), &got) != nil {
			t.Fatal(text, differs, err)
		}
		if want := (Committee{ID: "b", Name: "Board", Address: "https://example.org"}); got != want {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("what was changed again since is a clash that names it", func(t *testing.T) {
		_, _, err := c.Restored(now(func(c *Committee) { c.Name = "Improvement board" }))
		var clash *RestoreClash
		if !errors.As(err, &clash) || !slices.Equal(clash.Fields, []string{"name"}) {
			t.Fatalf("got %v", err)
		}
		want := []FieldChange{{"name", "Name", "Board", "Improvement board"}}
		if got := (&ChangeNames{}).Clash(clash); !slices.Equal(got, want) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("what is so already is not put back again", func(t *testing.T) {
		if _, differs, err := c.Restored(now(func(held *Committee) { *held = early })); differs || err != nil {
			t.Error(differs, err)
		}
	})
	t.Run("fields that are named stay as they are", func(t *testing.T) {
		if _, differs, err := c.Restored(now(func(*Committee) {}), "name", "decides"); differs || err != nil {
			t.Error(differs, err)
		}
	})
}

func testCatalogue(t *testing.T) *Catalogue {
	t.Helper()
	catalogue, err := NewCatalogue(seededFrameworks(t))
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

func TestWhatBecameOfAnAccount(t *testing.T) {
	account := func(state string, roles []string, changed ...string) map[string]any {
		return map[string]any{"state": state, "roles": roles, "changed": changed}
	}
	officer := []string{"officer"}
	for want, after := range map[string]map[string]any{
		"now disabled": account("disabled", officer), "now closed": account("closed", officer), "other roles": account("active", []string{"clerk"}),
		"changed: password and one-time codes": account("active", officer, "password", "one-time codes"), "changed": account("active", officer),
	} {
		c := entry(t, OfAccount, "a", account("active", officer), after)
		c.Action = Updated
		if got := (&ChangeNames{}).Did(c); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
	c := entry(t, OfAccount, "a", account("invited", officer), account("active", officer))
	c.Action = Updated
	if got := (&ChangeNames{}).Did(c); got != "can sign in now" {
		t.Errorf("it says %q", got)
	}
}
