package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"inspectiontimeline/internal/inspection"
)

// A letter reaches the council before it is published, first as a draft to check for factual accuracy. Such a file says
// so above its title, in the margins of its pages, or in a line of its own; sentences in which inspectors speak of a
// council's draft plan do not count.

var (
	// strongNotice is said of a document that is not out, and of nothing else.
	strongNotice = regexp.MustCompile(`(?i)\bfactual accuracy (?:check|comment|form|process|response|review)|\bfor factual accuracy\b|\bpre-? ?publication\b|\bembargo(?:ed)?\b|\bnot (?:yet )?(?:for|to be|been) (?:onward |wider |general |further )?(?:publication|published|circulation|circulated|distribution|distributed|dissemination|disseminated|sharing|shared|release|released|quoted)\b|\brestricted (?:until|before|prior)\b|\b(?:confidential|private) (?:until|before|prior)\b|\bstrictly confidential\b|\bdraft (?:inspection )?(?:report|letter|outcome)\b|\bprovisional (?:report|letter|findings|judgements?)\b`)
	// accuracyCheck is said on the first page of a draft wherever it stands.
	accuracyCheck = regexp.MustCompile(`(?i)\bfactual accuracy (?:check|comment|form|process|response)|\bdraft (?:inspection )?(?:report|letter) (?:is|was|has been) (?:issued|sent|shared|provided|for)\b`)
	liftedNotice  = regexp.MustCompile(`(?i)\b(?:no longer|lifted|was|were|had been|previously)\b`)
)

// noticeHints are the words of which every notice has one; patterns are tried only where one stands.
var noticeHints = []string{"draft", "accuracy", "publication", "provisional", "embargo", "confidential", "restricted", "private", "not "}

// A stamp over the page, or a margin, begins with one of these words and consists of them and of others.
var (
	stampStarts = wordSet("draft provisional pre prepublication embargo embargoed confidential")
	stampWords  = wordSet("draft provisional pre prepublication embargo embargoed confidential version v copy report letter " +
		"inspection only final for the of factual accuracy check checking comment comments until publication official sensitive " +
		"restricted not and to la local authority council ofsted issued date january february march april may june july " +
		"august september october november december")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

const (
	longestNotice = 20 // words
	longLine      = 75 // characters: the text has begun
)

// notFinal returns the words that say that a document is a draft, or not to be published yet.
func (d *document) notFinal() *Found[string] {
	front := true
	for _, l := range d.lines {
		words := plain(l)
		hinted := isHinted(strings.ToLower(words))
		front = front && l.page == 1 && !tableHead.MatchString(words) && !dearLine.MatchString(words)
		short := strings.Count(words, " ") < longestNotice
		margin := l.furniture || d.atEdge(l)
		said := hinted && (short && (front || margin) && strongNotice.MatchString(words) ||
			l.page == 1 && accuracyCheck.MatchString(words) || isStamp(words))
		if said && !liftedNotice.MatchString(words) {
			return found(words, "notice", inspection.Certain, l)
		}
		if len(words) > longLine && !l.furniture {
			front = false
		}
	}
	return nil
}

func isHinted(lower string) bool {
	return slices.ContainsFunc(noticeHints, func(hint string) bool { return strings.Contains(lower, hint) })
}

// isStamp reports whether a line says "draft" and nothing that is not said along with it. "Confidential" alone stands on
// final letters too.
func isStamp(words string) bool {
	all := strings.FieldsFunc(strings.ToLower(words), func(r rune) bool { return !unicode.IsLetter(r) })
	if len(all) == 0 || !stampStarts[all[0]] || all[0] == "confidential" && !slices.Contains(all, "draft") {
		return false
	}
	return !slices.ContainsFunc(all, func(word string) bool { return !stampWords[word] })
}

// atEdge reports whether a line stands in the margin above or below the text of its page.
func (d *document) atEdge(l line) bool {
	p := d.page(l.page)
	return l.Y < 0.08*p.Height || l.Y > 0.92*p.Height
}
