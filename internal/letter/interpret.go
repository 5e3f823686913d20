package letter

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
			break
		}
	}
	return r
}
