package inspection

import (
	"slices"
	"testing"
)

func TestAnEntrySaysThatItCameThroughTheInterface(t *testing.T) {
	type update struct {
		Reference string   `json:"reference"`
		Words     string   `json:"words"`
		Audience  Audience `json:"audience"`
		Through   string   `json:"through"`
	}
	c := entry(t, OfUpdate, "u", nil, update{"NN-ILACS-2026-1", "Nine of twelve are trained.", ForPublic, ThroughInterface})
	want := FieldChange{Field: "through", Name: "How it came", Says: "Through the interface for programs"}
	if got := (&ChangeNames{}).Differences(c); !slices.Contains(got, want) {
		t.Errorf("got %+v, want %+v in it", got, want)
	}
}

func TestWordsOfTokens(t *testing.T) {
	type token struct {
		ID      string `json:"id"`
		Account string `json:"account"`
		Post    string `json:"post"`
		Name    string `json:"name"`
		Purpose string `json:"purpose"`
		Ends    Date   `json:"ends"`
		Revoked Date   `json:"revoked"`
	}
	before := token{"t", "account-1", "Improvement officer", "Nightly import", "log_letters", MustDate("2027-02-19"), Date{}}
	after := before
	after.Revoked = MustDate("2026-11-21")
	made, revoked := entry(t, OfToken, "t", nil, before), entry(t, OfToken, "t", before, after)
	names := &ChangeNames{}
	if got := names.Words(made); got != "Token of a program: Nightly import: made" {
		t.Errorf("got %q", got)
	}
	if got := names.Words(revoked); got != "Token of a program: Nightly import: revoked" {
		t.Errorf("got %q", got)
	}
	want := []FieldChange{
		{"post", "Post", "", "Improvement officer"}, {"name", "Name", "", "Nightly import"}, {"purpose", "What it is for", "", "Log letters"},
		{"ends", "Works until", "", "19 February 2027"},
	}
	if got := names.Differences(made); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := names.Differences(revoked); !slices.Equal(got, []FieldChange{{"revoked", "Revoked on", "", "21 November 2026"}}) {
		t.Errorf("got %+v", got)
	}
	if made.SeenBy(ForMembers, nil) || !made.SeenBy(ForOfficers, nil) {
		t.Error("others than officers know of it")
	}
}
