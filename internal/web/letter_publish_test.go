package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store/storetest"
)

func TestASecondLetterOfAnInspectionIsAnnounced(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	first := addedLetter(t, s)
	form := formOf(t, s, first)
	form.Set("final", "yes")
	led(t, sends(t, s, first, form))
	led(t, sends(t, s, first+"/publish", url.Values{
		"revision": {"2"}, "published": {"7 July 2026"}, "final": {"yes"}, "seen": {"yes"}, "address": {"https://files.ofsted.gov.uk/v1/file/50306548"},
		"shown": {shownOn(t, sees(t, s, first+"/publish"))},
	}))
	says(t, get(t, s, "/"), http.StatusOK, "Word for word from the letter", "As the letter to North says it")
	second := led(t, adds(t, s, nil, upload{"second.pdf", lettertest.PDF(append(slices.Clone(aLetter), "Another page.")...)}))
	for _, address := range []string{second, second + "/publish"} {
		page := sees(t, s, address)
		says(t, page, http.StatusOK, "Another letter that was logged here is published as this inspection already")
		if document(t, page).Find(`a[href="`+first+`"]`).Length() == 0 {
			t.Errorf("%s does not lead to the other letter", address)
		}
	}
}

func TestAPublicationThatFailsSaysWhatWasSaved(t *testing.T) {
	for _, tt := range []struct {
		name        string
		fault       storetest.Fault
		status      int
		says, hides string
	}{
		{"the disk is full", storetest.Full, http.StatusInsufficientStorage, "a disk that this service needs was full: the letter is not published", "Nothing has been changed"},
		{"the database refuses it", storetest.FailsBefore, http.StatusServiceUnavailable, "The letter is saved, and is not published", "Nothing has been changed"},
		{"the database breaks off", storetest.LostAfter, http.StatusServiceUnavailable, "It is not known whether this was saved", "Nothing has been changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, faulty := faultyServer(t, storetest.SQLite(t, true))
			address := addedLetter(t, s)
			form := formOf(t, s, address)
			form.Set("final", "yes")
			led(t, sends(t, s, address, form))
			entered := url.Values{
				"revision": {"2"}, "published": {"7 July 2026"}, "final": {"yes"}, "seen": {"yes"}, "address": {"https://files.ofsted.gov.uk/v1/file/50306548"},
				"shown": {shownOn(t, sees(t, s, address+"/publish"))},
			}
			commits := 0
			faulty.Once(func(statement string) bool {
				if statement == storetest.Commit {
					commits++
				}
				return commits == 2 // the draft is saved with the first
			}, tt.fault, nil)
			answer := sends(t, s, address+"/publish", entered)
			if _, _, hit := faulty.Rest(); !hit {
				t.Fatal("the fault was not met")
			}
			says(t, answer, tt.status, tt.says)
			if strings.Contains(seenText(t, answer), tt.hides) {
				t.Errorf("it says %q, and the draft is saved", tt.hides)
			}
			if tt.fault == storetest.LostAfter {
				return
			}
			if document(t, answer).Find(`main a[href="`+address+`/publish"]`).Length() == 0 {
				t.Error("it does not lead to the page for publishing")
			}
			page := sees(t, s, address+"/publish")
			says(t, page, http.StatusOK, "Publish this letter")
			again := formValues(document(t, page).Find(`form[action$="/publish"]`))
			if again.Get("published") != "7 July 2026" || again.Get("revision") != "3" {
				t.Errorf("the page for publishing holds %v", again)
			}
			again.Set("seen", "yes")
			if to := led(t, sends(t, s, address+"/publish", again)); to != address {
				t.Errorf("publishing it then leads to %s", to)
			}
		})
	}
}
