package web

import (
	"net/http"
	"net/url"
	"slices"
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
