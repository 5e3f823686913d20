package letter

import (
	"regexp"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// The covers of full reports: the authority above or below the title, then lines that begin with what they say.

var (
	datesLabel     = regexp.MustCompile(`(?i)^(?:inspection|review) (?:dates?|period)\b[ :]*`)
	publishedLabel = regexp.MustCompile(`(?i)^(?:(?:report|review|date) )?(?:first )?publi(?:shed|cation date)(?: on)?\b[ :]*`)
	boardOf        = regexp.MustCompile(`(?i) (?:local )?safeguarding children['’]?s? board$`)
	titleStart     = regexp.MustCompile(`(?i)^(?:joint |re-? ?)?(?:inspection|review) of `)
	rangeGoesOn    = regexp.MustCompile(`(?i)(?:\b(?:to|and)|[–—─−-]|\b[0-9]{1,2})$`)
	daysAlone      = regexp.MustCompile(`^` + someDays.String() + `$`)
	// A line with nothing but the rest of a range: "to 14 March 2016", "2016".
	dateAlone = regexp.MustCompile(`(?i)^(?:to|and|[–—─−-])? ?[0-9]{1,2}(?:st|nd|rd|th)? ?(?:[a-z]+ ?)?(?:20[0-9]{2})?$|` +
		`^(?:[a-z]+ )?20[0-9]{2}$`)
)

// longestFieldwork is more days than any inspection of a council spent there; dates further apart are misread.
const longestFieldwork = 90

// readCover reads the authority and the dates, each from the lines that name it.
func readCover(d *document, r *Reading, rule string) {
	front := d.front()
	if first, last, used := labelledDates(front, datesLabel); first.Known() {
		certainty := inspection.Certain
		// One day is no inspection: the second date is likely to have been forgotten.
		if days := first.DaysUntil(last); days <= 0 || days > longestFieldwork {
			certainty = inspection.Check
		}
		r.Start = found(first, rule+".dates", certainty, used...)
		r.End = found(last, rule+".dates", certainty, used...)
	}
	if day, last, used := labelledDates(front, publishedLabel); day.Known() {
		certainty := inspection.Certain
		if last != day || r.End != nil && day.Before(r.End.Value) {
			certainty = inspection.Check
		}
		r.Published = found(day, rule+".published", certainty, used...)
	}
	on := inspection.Date{}
	if r.Start != nil {
		on = r.Start.Value
	}
	readCoverAuthority(d, r, front, on, rule+".cover")
}

// labelledDates returns the first and the last day after a label, which may go on in the next line.
func labelledDates(lines []line, label *regexp.Regexp) (first, last inspection.Date, used []line) {
	for i, l := range lines {
		words := plain(l)
		at := label.FindStringIndex(words)
		if at == nil {
			continue
		}
		phrase, used := words[at[1]:], lines[i:i+1]
		if i+1 < len(lines) {
			next := plain(lines[i+1])
			goesOn := (rangeGoesOn.MatchString(phrase) || len(datesIn(phrase)) == 0) && dateAlone.MatchString(next)
			if goesOn || phrase == "" && daysAlone.MatchString(next) {
				phrase, used = phrase+" "+next, lines[i:i+2]
			}
		}
		if days := datesIn(phrase); len(days) > 0 {
			return days[0], days[len(days)-1], used
		}
	}
	return first, last, nil
}

// readCoverAuthority finds the authority that a cover names: all lines above the title, or the last ones before the
// dates.
func readCoverAuthority(d *document, r *Reading, front []line, on inspection.Date, rule string) {
	title := max(slices.IndexFunc(front, func(l line) bool { return titleStart.MatchString(l.text) }), 0)
	dates := slices.IndexFunc(front, func(l line) bool { return datesLabel.MatchString(l.text) })
	if dates < 0 {
		dates = len(front)
	}
	var places [][]line
	for from := range title { // what stands above the name is the publisher's
		places = append(places, front[from:title])
	}
	const most = 3 // lines of a name
	for n := 1; n <= most && dates-n > title; n++ {
		places = append(places, front[dates-n:dates])
	}
	for _, lines := range places {
		printed := boardOf.ReplaceAllString(newPassage(lines).text, "")
		if names := d.register.authoritiesIn(printed, on); len(names) > 0 {
			r.setAuthorities(names, rule, inspection.Certain, lines)
			return
		}
	}
	if len(places) > 0 {
		setAuthority(d.register, newPassage(places[0]).text, places[0], rule, on, r)
	}
}
