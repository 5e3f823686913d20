package letter

import (
	"slices"
	"strings"
)

// kindOfLetter is one kind of letter that the rules know: how to tell it, and how to read it.
type kindOfLetter struct {
	is   func(*document) bool
	read func(*document, *Reading)
}

// kindsOfLetter is asked in this order; the first that knows the letter reads it.
var kindsOfLetter = []kindOfLetter{
	{isILACS, readILACS},
	{isSIF, readSIF},
	{isOlderReport, readOlderReport},
	{isLSCBReview, readLSCBReview},
	{isVisit, readVisit},
	{isJTAI, readJTAI},
	{isSEND, readSEND},
	{isOldSEND, readOldSEND},
}

// Interpret reads what pages of text say. It never fails: a text that is no letter of inspectors is a Reading that says so.
func Interpret(pages []Page, register Register) Reading {
	d := newDocument(pages, register)
	r := Reading{Status: NotALetter, NotFinal: d.notFinal()}
	for _, p := range pages {
		r.Pages = append(r.Pages, p.String())
	}
	for _, k := range kindsOfLetter {
		if k.is(d) {
			r.Status = Read
			k.read(d, &r)
			r.noteNoList()
			break
		}
	}
	return r
}

// listing are the kinds of letters of which nearly every one asks for something.
var listing = []string{"sif", "ilacs-standard", "ilacs-short", "jtai", "area-send", "looked-after-children", "protection-of-children"}

// noteNoList warns where no item was found in a letter that should have some, and nothing says why.
func (r *Reading) noteNoList() {
	if len(r.Items) > 0 || r.Framework == nil || !slices.Contains(listing, r.Framework.Value) ||
		slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "What needs to improve stands") }) {
		return
	}
	r.Warnings = append(r.Warnings, "The letter has no list of what needs to improve. Check that it asks for nothing.")
}
