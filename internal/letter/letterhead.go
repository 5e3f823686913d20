package letter

import (
	"regexp"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// letterhead is the beginning of a letter: day, addressees, "Dear …", subject line, and what it says it is about.
type letterhead struct {
	dated      *Found[inspection.Date]
	addressees []line
	subject    passage
	opening    passage
	after      []line // what follows the subject, to the end of the letter
}

const (
	longestHead    = 60 // lines before and with "Dear …": many partners are written to at once
	longestOpening = 30 // lines
	longestSubject = 4  // lines
)

var (
	dearLine    = regexp.MustCompile(`^Dear\b`)
	wholeDate   = regexp.MustCompile(`^(?:Date:? ?)?[0-3]?[0-9](?:st|nd|rd|th)? [A-Z][a-z]+,? 20[0-9]{2}$`)
	endsSubject = regexp.MustCompile(`^(?:This letter|I am writing|I write|Following|Between [0-9]|Thank you|On [0-9]|We )`)
)

// letterhead returns the beginning of a letter, and false where nobody is written to.
func (d *document) letterhead() (letterhead, bool) {
	body := d.body()
	dear := slices.IndexFunc(body[:min(len(body), longestHead)], func(l line) bool { return dearLine.MatchString(l.text) })
	if dear < 0 {
		return letterhead{}, false
	}
	head := letterhead{addressees: body[:dear], after: body[dear+1:]}
	// The day may be printed in the margin, and so look like furniture.
	head.dated = dateAtHead(d.lines[:min(len(d.lines), body[dear].number)])
	subject := head.subjectLines()
	head.after = head.after[len(subject):]
	head.subject = newPassage(subject)
	head.opening = newPassage(head.after[:min(len(head.after), longestOpening)])
	return head, true
}

// dateAtHead returns the first day that stands alone, or beside the inspectors' own address.
func dateAtHead(lines []line) *Found[inspection.Date] {
	for _, l := range lines {
		for _, t := range l.Texts {
			if days := datesIn(t.S); wholeDate.MatchString(t.S) && len(days) == 1 {
				return found(days[0], "head.date", inspection.Certain, l)
			}
		}
	}
	return nil
}

// subjectLines returns the lines after "Dear …" that are printed alike and close together.
func (h letterhead) subjectLines() []line {
	for i, l := range h.after[:min(len(h.after), longestSubject)] {
		if endsSubject.MatchString(l.text) {
			return h.after[:i]
		}
		if i > 0 {
			before := h.after[i-1]
			if allBold(before) != allBold(l) || l.Y-before.Y > paragraphGap*max(l.Size, before.Size) {
				return h.after[:i]
			}
		}
	}
	return h.after[:min(len(h.after), longestSubject)]
}

var namesParted = regexp.MustCompile(`(?i),? and (?:the )?|, (?:the )?| & `)

// authoritiesIn reads one or more names of authorities, as "Kingston upon Thames and Richmond upon Thames". Names may
// hold an "and" of their own, so the longest one that the register knows is taken each time. The result is empty where
// any part is not known.
func (r Register) authoritiesIn(printed string, on inspection.Date) []Name {
	const most = 4
	printed = strings.TrimSpace(printed)
	if printed == "" {
		return nil
	}
	ends := [][]int{{len(printed), len(printed)}}
	if all := namesParted.FindAllStringIndex(printed, -1); len(all) < 2*most {
		slices.Reverse(all)
		ends = append(ends, all...)
	}
	for _, end := range ends {
		body, ok := r.match(printed[:end[0]], on)
		if !ok {
			continue
		}
		first := Name{Printed: tidyName(printed[:end[0]]), BodyID: body.ID, URN: body.URN}
		if end[0] == len(printed) {
			return []Name{first}
		}
		if rest := r.authoritiesIn(printed[end[1]:], on); len(rest) > 0 {
			return append([]Name{first}, rest...)
		}
	}
	return nil
}

// tidyName leaves away what a sentence adds to a name.
func tidyName(printed string) string {
	printed = strings.Trim(strings.TrimPrefix(strings.TrimSpace(printed), "the "), " ,.:;")
	return strings.TrimSuffix(strings.TrimSuffix(printed, "’s"), "'s")
}

// sameBodies reports whether two readings name the same authorities, in any order.
func sameBodies(a, b []Name) bool {
	return len(a) > 0 && len(a) == len(b) && !slices.ContainsFunc(a, func(n Name) bool { return !namesBody(b, n) })
}

func namesBody(all []Name, one Name) bool {
	return slices.ContainsFunc(all, func(n Name) bool { return n.BodyID == one.BodyID })
}

// addressed reports whether the letter is addressed to somebody at every one of these authorities.
func (h letterhead) addressed(to []Name, register Register, on inspection.Date) bool {
	written := newPassage(h.addressees).text
	known := register.within(written, on)
	return len(to) > 0 && !slices.ContainsFunc(to, func(n Name) bool {
		return !slices.ContainsFunc(known, func(b inspection.Body) bool { return b.ID == n.BodyID })
	})
}

// setAuthorities writes the authorities of a letter, the first named first.
func (r *Reading) setAuthorities(all []Name, rule string, certainty inspection.Certainty, quote []line) {
	for i, n := range all {
		f := found(n, rule, certainty, quote...)
		if i == 0 {
			r.Authority = f
		} else {
			r.Also = append(r.Also, *f)
		}
	}
}
