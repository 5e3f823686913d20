package inspection

import (
	"cmp"
	"slices"
)

// RecurringTheme is a theme that came up in more than one round of inspections, with what each letter says of it.
type RecurringTheme struct {
	Theme   Theme
	Own     []ThemeMention       // letters to the bodies themselves, in the order in which they came out
	Earlier []ThemeMention       // letters to the councils before them, which are never counted as theirs
	Links   []RecommendationLink // between the items named here

	ownRounds, earlierRounds int
}

// ThemeMention is what one letter says of a theme, or what twin letters of one inspection say together.
type ThemeMention struct {
	Inspections []*Inspection
	Items       []Recommendation // areas to improve that name the theme; an item that twins print alike once
	Concerns    []Finding        // where no area to improve is held: concerns about it, in our words
	Silent      bool             // a visit between letters that name the theme; what is held of it does not
}

// Asked counts the letters, twins once, that have areas to improve on the theme; those to earlier councils are apart.
func (t RecurringTheme) Asked() (own, earlier int) { return asked(t.Own), asked(t.Earlier) }

func asked(mentions []ThemeMention) int {
	n := 0
	for _, m := range mentions {
		if len(m.Items) > 0 {
			n++
		}
	}
	return n
}

// roundMonths is within how many months inspectors of one kind who look at each area of a place make one round.
const roundMonths = 12

// rounds counts the rounds of inspections in which letters name a theme: a subject that inspectors of one kind name in
// each area of a place, once, has not come back.
func (r *Record) rounds(list []ThemeMention) int {
	var rounds [][]*Inspection
	for _, m := range list {
		if m.Silent {
			continue
		}
		i := slices.IndexFunc(rounds, func(round []*Inspection) bool {
			return !slices.ContainsFunc(round, func(a *Inspection) bool {
				return slices.ContainsFunc(m.Inspections, func(b *Inspection) bool { return !r.oneRound(a, b) })
			})
		})
		if i < 0 {
			rounds = append(rounds, m.Inspections)
		} else {
			rounds[i] = slices.Concat(rounds[i], m.Inspections)
		}
	}
	return len(rounds)
}

// oneRound reports whether two inspections are of one kind, under the same rules, and of two areas at about one time.
func (r *Record) oneRound(a, b *Inspection) bool {
	if a.Kind != b.Kind || a.Framework != b.Framework || r.sameBody(a, b) || r.ofProvider(a) || r.ofProvider(b) {
		return false
	}
	first, last := cmp.Or(a.FieldworkEnd, a.FieldworkStart), cmp.Or(b.FieldworkEnd, b.FieldworkStart)
	if last.Before(first) {
		first, last = last, first
	}
	return first.Known() && !last.After(first.AddMonths(roundMonths))
}

// ofProvider reports whether an inspection is of a provider, which has no area.
func (r *Record) ofProvider(in *Inspection) bool {
	return slices.ContainsFunc(in.Bodies, func(b InspectionBody) bool {
		body, _ := r.Body(b.BodyID)
		return body.Kind == Provider
	})
}

// Recurrence returns the themes that more than one round of inspections of some bodies named by a day: those first that
// come up in most rounds of the bodies themselves. Among the bodies may be earlier councils of others; their letters are
// kept apart. Letters under all rules are read together, since a subject is the same under each; grades are not looked at.
func (r *Record) Recurrence(bodies []Body, asOf Date) []RecurringTheme {
	own, earlier := r.lettersOf(bodies, asOf)
	themes := slices.Clone(r.Themes)
	slices.SortStableFunc(themes, func(a, b Theme) int { return cmp.Compare(a.Position, b.Position) })
	var out []RecurringTheme
	for _, theme := range themes {
		one := RecurringTheme{Theme: theme, Own: r.mentionsOf(theme, own), Earlier: r.mentionsOf(theme, earlier)}
		one.ownRounds, one.earlierRounds = r.rounds(one.Own), r.rounds(one.Earlier)
		if one.ownRounds+one.earlierRounds < 2 {
			continue
		}
		one.Links = r.linksAmong(one)
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b RecurringTheme) int {
		return cmp.Or(cmp.Compare(b.ownRounds, a.ownRounds), cmp.Compare(b.earlierRounds, a.earlierRounds))
	})
	return out
}

// lettersOf returns the letters to some bodies, twins together, and apart from them those to the earlier councils among
// the bodies.
func (r *Record) lettersOf(bodies []Body, asOf Date) (own, earlier [][]*Inspection) {
	among := func(id string) bool { return slices.ContainsFunc(bodies, func(b Body) bool { return b.ID == id }) }
	var seen []*Inspection
	for _, body := range bodies {
		before := slices.ContainsFunc(r.Successions, func(s Succession) bool {
			return s.FromID == body.ID && among(s.ToID) && !s.On.First().After(asOf)
		})
		for _, in := range r.InspectionsOf(body.ID, asOf) {
			if slices.Contains(seen, in) {
				continue
			}
			seen = append(seen, in)
			if before {
				earlier = append(earlier, []*Inspection{in})
			} else {
				own = append(own, []*Inspection{in})
			}
		}
	}
	return twinsTogether(own), twinsTogether(earlier)
}

// twinsTogether puts letters that share an item together, and all in the order in which they came out.
func twinsTogether(letters [][]*Inspection) [][]*Inspection {
	slices.SortStableFunc(letters, func(a, b []*Inspection) int { return ByDay(a[0], b[0]) })
	holder := map[string]int{}
	var out [][]*Inspection
	for _, letter := range letters {
		at := len(out)
		for _, item := range letter[0].Recommendations {
			if i, ok := holder[item.SharedKey]; ok && item.SharedKey != "" {
				at = i
				break
			}
		}
		if at == len(out) {
			out = append(out, nil)
		}
		out[at] = append(out[at], letter...)
		for _, item := range letter[0].Recommendations {
			if item.SharedKey != "" {
				holder[item.SharedKey] = at
			}
		}
	}
	return out
}

// mentionsOf returns what letters say of a theme. A visit that says nothing of it is kept between two letters to the same
// council that do, so that nobody takes the one letter to have followed on the other.
func (r *Record) mentionsOf(theme Theme, letters [][]*Inspection) []ThemeMention {
	var out []ThemeMention
	for _, letter := range letters {
		mention := ThemeMention{Inspections: letter}
		for _, in := range letter {
			for _, item := range in.Recommendations {
				if slices.Contains(item.Themes, theme.Code) && !printedAlike(mention.Items, item) {
					mention.Items = append(mention.Items, item)
				}
			}
			if len(in.Recommendations) == 0 {
				mention.Concerns = append(mention.Concerns, theme.concernsOf(in)...)
			}
		}
		mention.Silent = len(mention.Items)+len(mention.Concerns) == 0
		out = append(out, mention)
	}
	between := func(i int) bool {
		speaks := func(m ThemeMention) bool { return !m.Silent && m.sharesBody(out[i]) }
		return slices.ContainsFunc(out[:i], speaks) && slices.ContainsFunc(out[i+1:], speaks)
	}
	var kept []ThemeMention
	for i, mention := range out {
		if !mention.Silent || r.visit(mention.Inspections[0]) && between(i) {
			kept = append(kept, mention)
		}
	}
	return kept
}

// sharesBody reports whether both are about one body.
func (m ThemeMention) sharesBody(other ThemeMention) bool {
	for _, in := range m.Inspections {
		for _, b := range in.Bodies {
			if b.Confirmed && slices.ContainsFunc(other.Inspections, func(o *Inspection) bool { return o.Of(b.BodyID) }) {
				return true
			}
		}
	}
	return false
}

func printedAlike(items []Recommendation, item Recommendation) bool {
	return item.SharedKey != "" && slices.ContainsFunc(items, func(o Recommendation) bool {
		return o.SharedKey == item.SharedKey && o.Words == item.Words
	})
}

// visit reports whether an inspection is an ungraded one of an authority.
func (r *Record) visit(in *Inspection) bool {
	return !r.Graded(in) && slices.ContainsFunc(in.Bodies, func(b InspectionBody) bool {
		body, _ := r.Body(b.BodyID)
		return body.Kind == Authority
	})
}

// concernsOf returns the concerns of a letter that name the theme; all of them where the whole visit looked at it.
func (t Theme) concernsOf(in *Inspection) []Finding {
	var out []Finding
	whole := t.StandsIn(in.Topic)
	for _, finding := range in.Findings {
		if finding.Kind == Concern && (whole || t.StandsIn(finding.Words)) {
			out = append(out, finding)
		}
	}
	return out
}

// StandsIn reports whether a text has one of the theme's words.
func (t Theme) StandsIn(text string) bool {
	plain := plainWords(text)
	return slices.ContainsFunc(t.Words, func(words string) bool { return hasWords(plain, words) })
}

// linksAmong returns the links between the items that letters have on a theme.
func (r *Record) linksAmong(t RecurringTheme) []RecommendationLink {
	here := map[string]bool{}
	for _, mention := range slices.Concat(t.Own, t.Earlier) {
		for _, in := range mention.Inspections { // also of the twin whose item is not said again
			for _, item := range in.Recommendations {
				here[item.Reference] = here[item.Reference] || slices.Contains(item.Themes, t.Theme.Code)
			}
		}
	}
	var out []RecommendationLink
	for _, link := range r.Links {
		if here[link.FromReference] && here[link.ToReference] {
			out = append(out, link)
		}
	}
	slices.SortFunc(out, func(a, b RecommendationLink) int {
		return cmp.Or(cmp.Compare(a.ToReference, b.ToReference), cmp.Compare(a.FromReference, b.FromReference), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}
