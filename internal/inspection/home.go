package inspection

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Home is a council or place that a service can be set up for.
type Home struct {
	Body
	Why string // what it is, or how it was found: "Unitary authority, North West", "after Cumbria County Council, which ended"
}

// councilWords are of the long names of councils and do not tell one from another.
var councilWords = []string{"council", "the", "of", "city", "borough", "london", "royal", "county", "metropolitan", "district", "and", "unitary", "authority"}

// HomesNamed returns the councils and places whose name, or another name of theirs, has all the words, best first. A council that
// has ended leads to those after it, and a provider to the councils that it serves.
func (r *Record) HomesNamed(words string, today Date) []Home {
	asked := nameWords(words)
	if len(asked) == 0 {
		return nil
	}
	found := r.homesWith(asked, today)
	if len(found) == 0 {
		telling := slices.DeleteFunc(slices.Clone(asked), func(word string) bool { return slices.Contains(councilWords, word) })
		if len(telling) > 0 && len(telling) < len(asked) {
			found = r.homesWith(telling, today)
		}
	}
	return found
}

func (r *Record) homesWith(asked []string, today Date) []Home {
	type ranked struct {
		Home
		rank int
	}
	var out []ranked
	add := func(b Body, rank int, why string) {
		if !b.HasPage() || b.EndedBy(today) || slices.ContainsFunc(out, func(one ranked) bool { return one.ID == b.ID }) {
			return
		}
		out = append(out, ranked{Home{b, why}, rank})
	}
	const byName, byOther = 10, 20
	for _, b := range r.Bodies {
		if rank, ok := nameRank(b, asked); ok {
			add(b, byName+rank, r.homeWords(b))
		}
	}
	for _, b := range r.Bodies {
		if _, ok := nameRank(b, asked); !ok {
			continue
		}
		switch {
		case b.Kind == Authority && b.EndedBy(today):
			for _, next := range r.Successors(b.ID) {
				add(next, byOther, fmt.Sprintf("after %s, which ended on %s", b.Name, b.Ended.Words()))
			}
		case b.Kind == Provider:
			for _, service := range r.Services {
				if served, ok := r.Body(service.AuthorityID); ok && service.ProviderID == b.ID && !service.Until.Known() {
					add(served, byOther, "served by "+b.Name)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.Name, b.Name)) })
	homes := make([]Home, len(out))
	for i, one := range out {
		homes[i] = one.Home
	}
	return homes
}

// nameRank reports whether a body's names have all the words, and how well: 0 for the whole name, 1 for its beginning, 2 for more.
func nameRank(b Body, asked []string) (rank int, ok bool) {
	name := strings.Join(nameWords(b.Name), " ")
	all := name + " " + strings.Join(nameWords(b.ID), " ") + " " + strings.Join(nameWords(strings.Join(b.Aliases, " ")), " ")
	for _, word := range asked {
		if !strings.Contains(all, word) {
			return 0, false
		}
	}
	switch whole := strings.Join(asked, " "); {
	case name == whole:
		return 0, true
	case strings.HasPrefix(name, whole):
		return 1, true
	}
	return 2, true
}

// nameWords returns the words of a name in lower case, without marks.
func nameWords(name string) []string {
	name = strings.NewReplacer("’", "", "'", "", "&", " and ").Replace(strings.ToLower(name))
	return strings.FieldsFunc(name, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
}

// homeWords says what a council or place is, so that two of similar names can be told apart.
func (r *Record) homeWords(b Body) string {
	if b.Kind == Place {
		var names []string
		for _, member := range r.Members(b.ID) {
			names = append(names, member.Name)
		}
		return JoinWords(names, "and") + " together"
	}
	var parts []string
	for _, part := range []string{b.Type, b.Region} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
