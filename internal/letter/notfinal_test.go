package letter

import "testing"

func TestDraftsSayThatTheyAreDrafts(t *testing.T) {
	title := "Inspection of Leeds local authority children’s services"
	for name, text := range map[string]string{
		"a heading above the title":        "Draft report for factual accuracy check\n" + frontOf(title),
		"a stamp":                          "DRAFT\n\n" + frontOf(title),
		"a stamp further down":             frontOf(title) + "\n\n                    DRAFT\n\nChildren are safe.",
		"an embargo":                       "Embargoed until 10.30am on 9 July 2024\n" + frontOf(title),
		"a restriction":                    "This report is restricted until Ofsted has published it\n" + frontOf(title),
		"words on circulation":             "Official – not for onward circulation\n" + frontOf(title),
		"words before publication":         frontOf("Pre-publication copy\n" + title),
		"a footer of every page":           frontOf(title) + "\fChildren are safe.\nDraft letter, version 3    2\n\fThey are well.\nDraft letter, version 3    3\n",
		"a letter that is sent for checks": "Dear Director\n\nFocused visit to Leeds children’s services\nThis is sent to you for a factual accuracy check before anybody else sees it.",
	} {
		if f := newDocument(ParseText(text), Register{}).notFinal(); f == nil || f.Page == 0 || f.Quote == "" {
			t.Errorf("%s is not seen", name)
		}
	}
}

func TestLettersThatSpeakOfDraftsAreFinal(t *testing.T) {
	front := frontOf("Inspection of Leeds local authority children’s services")
	for name, text := range map[string]string{
		"a draft plan":                    front + "\nThe draft sufficiency strategy is promising. It is not for publication yet.",
		"a draft plan in an item":         front + "\n\fWhat needs to improve?\n• Draft plans that are not shared with parents.\n• The draft\n  local offer.",
		"factual accuracy of records":     front + "\nThe factual accuracy of records is good.",
		"confidential work":               "Official\n" + front + "\nPractitioners keep what they hear confidential.",
		"a private fostering heading":     front + "\nPrivate fostering is not shared with schools.",
		"an embargo that has been lifted": front + "\nThe embargo was lifted in May.",
	} {
		if f := newDocument(ParseText(text), Register{}).notFinal(); f != nil {
			t.Errorf("%s is taken for a draft: %q", name, f.Quote)
		}
	}
}
