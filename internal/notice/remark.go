package notice

import (
	"net/url"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// Remark words for the council that a reader says something is wrong. The note's own words stay on the record, where they can
// be erased; so does what the reader may have searched for.
func (s Site) Remark(m inspection.Remark) Words {
	w := Words{
		Subject: "Inspection Timeline: a reader says that something is wrong",
		Opening: []string{"A reader sent a note on " + m.Received.Words() + ". It waits for an answer."},
		Link:    Link{"Read the note and answer it", s.to("/remarks/" + url.PathEscape(m.ID))},
		Closing: []string{
			"What the reader wrote is not in this message. You need an account to read it.",
			"You get this because this is the address at which readers reach the council.",
		},
	}
	if page, _, _ := strings.Cut(m.Page, "?"); page != "" {
		w.addList("The page it is about", []Line{{Words: oneLine(page), Address: s.to(page)}})
	}
	return w
}

// RemarkAnswer tells whoever sent a note that it is answered.
func (s Site) RemarkAnswer(m inspection.Remark) Words {
	return Words{
		Subject: "Inspection Timeline: your note has an answer",
		Opening: []string{"You sent a note on " + m.Received.Words() + " that something is wrong on Inspection Timeline. It has an answer."},
		Link:    Link{"Read the answer", s.to("/tell-us/" + url.PathEscape(m.Reference))},
		Closing: []string{
			"Everybody who has the address of that page can read the answer. What you wrote is not shown there.",
			"You get this because you left your email address with your note. It is removed 30 days after the note was answered.",
		},
	}
}
