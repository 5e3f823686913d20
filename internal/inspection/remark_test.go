package inspection

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

func TestReferencesOfRemarksAreGuessedByNobodyAndReadByEverybody(t *testing.T) {
	form := regexp.MustCompile(`^T-[2-9A-HJKMNP-TV-Z]{10}$`)
	seen, letters := map[string]bool{}, map[rune]bool{}
	for range 500 {
		reference := NewRemarkReference()
		if !form.MatchString(reference) || seen[reference] {
			t.Fatalf("got %s", reference)
		}
		seen[reference] = true
		for _, letter := range reference[2:] {
			letters[letter] = true
		}
	}
	if len(letters) != len(remarkLetters) {
		t.Errorf("%d letters and digits came, of %d", len(letters), len(remarkLetters))
	}
	for _, written := range []string{"T-7KQ2M9XW4A", "t-7kq2m9xw4a", " T-7KQ2 M9XW4A\n"} {
		if got := ReadRemarkReference(written); got != "T-7KQ2M9XW4A" {
			t.Errorf("%q is read as %q", written, got)
		}
	}
}

func TestRemarkChecks(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Remark)
		want   string // the only problem; empty for none
	}{
		{"words alone are enough", func(m *Remark) { m.Page, m.Elsewhere = "", "" }, ""},
		{"a page with a query", func(m *Remark) { m.Page = "/inspections?year=2026&page=2" }, ""},
		{"as many characters as fit", func(m *Remark) { m.Words = strings.Repeat("é", MostRemark) }, ""},
		{"nothing said", func(m *Remark) { m.Words = " \n" }, "words: Enter what is wrong"},
		{"too much said", func(m *Remark) { m.Words = strings.Repeat("é", MostRemark+1) }, "words: Shorten the text: at most 2000 characters fit, and it has 2001"},
		{"another site’s page", func(m *Remark) { m.Page = "https://evil.example/" }, "page: Enter the address of a page of this service, or leave this empty"},
		{"another site’s page without its scheme", func(m *Remark) { m.Page = "//evil.example/" }, "page: Enter the address of a page of this service, or leave this empty"},
		{"another site’s page as some browsers read it", func(m *Remark) { m.Page = `/\evil.example` }, "page: Enter the address of a page of this service, or leave this empty"},
		{"a script", func(m *Remark) { m.Page = "javascript:alert(1)" }, "page: Enter the address of a page of this service, or leave this empty"},
		{"a page that is too long", func(m *Remark) { m.Page = "/" + strings.Repeat("a", mostRemarkPage) }, "page: This address is too long to be kept. Leave this empty, and say below which page it is"},
		{"a script as the other page", func(m *Remark) { m.Elsewhere = "javascript:alert(1)" }, "elsewhere: Enter the whole address of the page that says something else, beginning with https://"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Remark{Page: "/", Words: " The day is wrong. ", Elsewhere: "http://example.org/letter"}
			c.change(&m)
			problems := m.Check()
			if got := problems.Error(); got != c.want || len(problems) > 1 {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	m := Remark{Words: " The day is wrong. "}
	if m.Check(); m.Words != "The day is wrong." {
		t.Errorf("the words are %q", m.Words)
	}
}

func TestRemarksAreAnsweredAsOftenAsNeeded(t *testing.T) {
	today, officer := MustDate("2026-11-21"), Actor{ID: "a", Post: "Improvement officer", Role: RoleOfficer}
	m := Remark{ID: "m", State: RemarkReceived}
	var problems Problems
	if _, err := m.Answer(officer, RemarkAnswer{Outcome: "mended"}, 0, today); !errors.As(err, &problems) || len(problems) != 2 ||
		problems[0].Field != "outcome" || problems[1].Field != "words" || !m.Open() {
		t.Fatalf("got %v", err)
	}
	first, err := m.Answer(officer, RemarkAnswer{Outcome: RemarkPutRight, Words: " It is the 7th. "}, 0, today)
	want := RemarkAnswer{RemarkID: "m", Number: 1, On: today, ByID: "a", ByPost: "Improvement officer", Outcome: RemarkPutRight, Words: "It is the 7th."}
	if err != nil || first != want || m.State != RemarkAnswered || len(m.Answers) != 1 {
		t.Fatalf("got %+v, %v", first, err)
	}
	if _, err := m.Answer(officer, RemarkAnswer{Outcome: RemarkRight, Words: "It is right."}, 0, today); !errors.As(err, &problems) || problems[0].Field != "answers" {
		t.Errorf("whoever has not seen the answer gives another one: %v", err)
	}
	if second, err := m.Answer(officer, RemarkAnswer{Outcome: RemarkPassedOn, Words: "And the trust looks."}, 1, today); err != nil || second.Number != 2 {
		t.Errorf("got %+v, %v", second, err)
	}
	if err := m.Close(); !errors.As(err, &problems) || m.State != RemarkAnswered {
		t.Errorf("an answered one is closed: %v", err)
	}
	advertisement := Remark{ID: "n", State: RemarkReceived}
	if err := advertisement.Close(); err != nil || advertisement.State != RemarkClosed {
		t.Errorf("it is not closed: %v", err)
	}
}

func TestWordsOfRemarks(t *testing.T) {
	received := Remark{ID: "m", Reference: "T-7KQ2M9XW4A", Page: "/", Words: "Wrong day.", State: RemarkReceived, Received: MustDate("2026-11-20"), Answers: []RemarkAnswer{}}
	answered := received
	answered.State = RemarkAnswered
	answered.Answers = []RemarkAnswer{{Number: 1, On: MustDate("2026-11-21"), ByPost: "Improvement officer", Outcome: RemarkPutRight, Words: "It is right now."}}
	names := &ChangeNames{}
	in, out := entry(t, OfRemark, "m", nil, received), entry(t, OfRemark, "m", received, answered)
	for c, want := range map[*Change]string{&in: "Note from a reader: T-7KQ2M9XW4A: sent in", &out: "Note from a reader: T-7KQ2M9XW4A: answered"} {
		if got := names.Words(*c); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if c.SeenBy(ForPublic, nil) || c.SeenBy(ForMembers, nil) || !c.SeenBy(ForOfficers, nil) {
			t.Error("others than officers see it")
		}
	}
	if got := names.Differences(out); len(got) == 0 || got[0] != (FieldChange{"state", "State", "Waiting for an answer", "Answered"}) {
		t.Errorf("got %+v", got)
	}
}
