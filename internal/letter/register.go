package letter

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// Register knows the authorities by the names that letters print.
type Register struct {
	entries []registered
}

type registered struct {
	body inspection.Body
	keys []string // of its name and aliases
	full []string // the same in full, as a text has them: "isle of wight"
}

// NewRegister returns the register of the authorities among some bodies.
func NewRegister(bodies []inspection.Body) Register {
	var r Register
	for _, b := range bodies {
		if b.Kind != inspection.Authority {
			continue
		}
		e := registered{body: b}
		for _, name := range append([]string{b.Name}, b.Aliases...) {
			if key := nameKey(name); key != "" && !slices.Contains(e.keys, key) {
				e.keys = append(e.keys, key)
				e.full = append(e.full, plainKey(name))
			}
		}
		r.entries = append(r.entries, e)
	}
	r.lendNumbers()
	return r
}

// lendNumbers gives a council that has no number the one of the council of the same name, under which Ofsted lists the
// reports of both.
func (r Register) lendNumbers() {
	for i, e := range r.entries {
		if e.body.URN != "" {
			continue
		}
		for _, other := range r.entries {
			if other.body.URN != "" && slices.ContainsFunc(e.keys, func(k string) bool { return slices.Contains(other.keys, k) }) {
				r.entries[i].body.URN = other.body.URN
			}
		}
	}
}

// plainKey writes words in lower case with nothing but single spaces between them.
func plainKey(words string) string {
	return strings.Join(strings.Fields(notLetter.ReplaceAllString(strings.ToLower(ampersand.Replace(words)), " ")), " ")
}

// notName are the words around the name of a place that do not tell one authority from another.
var notName = regexp.MustCompile(`\b(the|royal|london|metropolitan|borough|district|city|county|council|of|unitary|authority|local|councils|children s|services|corporation)\b`)

var (
	notLetter = regexp.MustCompile(`[^a-z0-9]+`)
	ampersand = strings.NewReplacer("&", " and ", "’", "'", "‘", "'", "`", "'")
)

// nameKey writes a name so that its spellings become one: "Kingston-upon-Hull City Council", "Hull".
func nameKey(name string) string {
	key := notLetter.ReplaceAllString(strings.ToLower(ampersand.Replace(name)), " ")
	bare := strings.Join(strings.Fields(notName.ReplaceAllString(key, " ")), " ")
	if bare == "" { // "City of London" is made of such words alone
		return strings.Join(strings.Fields(key), " ")
	}
	return bare
}

// match returns the authority of a printed name that existed on a day. With an unknown day the one that still exists is
// taken. The result is false where no authority, or more than one, has the name.
func (r Register) match(printed string, on inspection.Date) (inspection.Body, bool) {
	key := nameKey(printed)
	if key == "" {
		return inspection.Body{}, false
	}
	var hits []inspection.Body
	for _, e := range r.entries {
		if slices.Contains(e.keys, key) {
			hits = append(hits, e.body)
		}
	}
	if len(hits) > 1 {
		alive := slices.DeleteFunc(slices.Clone(hits), func(b inspection.Body) bool {
			if !on.Known() {
				return b.Ended.Known()
			}
			return b.Created.Known() && b.Created.After(on) || b.EndedBy(on)
		})
		if len(alive) > 0 {
			hits = alive
		}
	}
	if len(hits) != 1 {
		return inspection.Body{}, false
	}
	return hits[0], true
}

// within returns the authorities whose names stand in a text, in its order, for titles in which the name is surrounded
// by other words. A shorter name inside a longer one ("Northamptonshire") does not count.
func (r Register) within(text string, on inspection.Date) []inspection.Body {
	key := " " + plainKey(text) + " "
	var names []string
	for _, e := range r.entries {
		for _, k := range slices.Concat(e.keys, e.full) {
			if strings.Contains(key, " "+k+" ") {
				names = append(names, k)
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	type hit struct {
		at   int
		body inspection.Body
	}
	var hits []hit
	for _, name := range slices.Compact(names) {
		at := strings.Index(key, " "+name+" ")
		if at < 0 {
			continue
		}
		key = strings.ReplaceAll(key, " "+name+" ", " "+strings.Repeat("|", len(name))+" ")
		if b, ok := r.match(name, on); ok {
			hits = append(hits, hit{at, b})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Compare(a.at, b.at) })
	var out []inspection.Body
	for _, h := range hits {
		if !slices.ContainsFunc(out, func(b inspection.Body) bool { return b.ID == h.body.ID }) {
			out = append(out, h.body)
		}
	}
	return out
}

// setAuthority puts the authority of a printed name into a reading. A letter to several names them one after another.
func setAuthority(register Register, name string, lines []line, rule string, on inspection.Date, r *Reading) {
	name = tidyName(strings.Join(strings.Fields(name), " "))
	if name == "" {
		return
	}
	if all := register.authoritiesIn(name, on); len(all) > 0 {
		r.setAuthorities(all, rule, inspection.Certain, lines)
		return
	}
	printed := Name{Printed: name}
	if bodies := register.within(name, on); len(bodies) == 1 {
		printed.BodyID, printed.URN = bodies[0].ID, bodies[0].URN
	} else {
		r.Warnings = append(r.Warnings, "The register has no authority of the name that the letter prints: "+name+".")
	}
	r.Authority = found(printed, rule, inspection.Check, lines...)
}
