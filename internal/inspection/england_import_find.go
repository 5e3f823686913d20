package inspection

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// authorityFinder finds the authority that a row means.
type authorityFinder struct {
	byID   map[string]Body
	called map[string][]Body // by what a list may call it: number, code or name, in lower case
}

func newAuthorityFinder(r *Record) *authorityFinder {
	f := &authorityFinder{byID: make(map[string]Body, len(r.Bodies)), called: map[string][]Body{}}
	for _, b := range r.Bodies {
		f.byID[b.ID] = b
		if b.Kind != Authority {
			continue
		}
		names := append([]string{b.ID, b.URN, b.LACode, b.Name}, b.Aliases...)
		for i, name := range names {
			if name = plainName(name); name != "" && !slices.ContainsFunc(names[:i], func(n string) bool { return plainName(n) == name }) {
				f.called[name] = append(f.called[name], b)
			}
		}
	}
	return f
}

// plainName is a name without what lists write in several ways.
func plainName(name string) string {
	name = strings.NewReplacer("&", " and ", "’", "", "'", "", ",", " ").Replace(strings.ToLower(name))
	return strings.Join(strings.Fields(name), " ")
}

// kindName is a kind's code or name without what lists write in several ways: "ilacs_standard", "full inspection two weeks".
func kindName(text string) string {
	return plainName(strings.NewReplacer("-", " ", "_", " ", "(", " ", ")", " ").Replace(text))
}

// kind returns the kind of inspection that a row names by its code or its name.
func (p *englandPlanner) kind(text string) (Kind, bool) {
	name := kindName(text)
	for _, k := range p.kinds {
		if name == kindName(k.Code) || name == kindName(k.Name) {
			return k, true
		}
	}
	return Kind{}, false
}

// mostLike is how many kinds are named to somebody who wrote one that there is not.
const mostLike = 2

// kindsLike says which kinds have most words of a text in their code and name, and where all of them stand.
func (p *englandPlanner) kindsLike(text string) string {
	words := strings.Fields(kindName(shortText(text)))
	shared := func(k Kind) (n int) {
		own := strings.Fields(kindName(k.Code + " " + k.Name))
		for _, word := range words {
			if slices.Contains(own, word) {
				n++
			}
		}
		return n
	}
	like := slices.DeleteFunc(slices.Clone(p.kinds), func(k Kind) bool { return shared(k) == 0 })
	slices.SortStableFunc(like, func(a, b Kind) int { return cmp.Compare(shared(b), shared(a)) })
	const all = "the page “Record of England” lists the kinds"
	if len(like) == 0 {
		return ": " + all
	}
	var codes []string
	for _, k := range like[:min(len(like), mostLike)] {
		codes = append(codes, k.Code)
	}
	return fmt.Sprintf(". Perhaps it is %s; %s", JoinWords(codes, "or"), all)
}

// find returns the authority of a row, or says why there is none.
func (f *authorityFinder) find(row EnglandRow) (Body, string) {
	by := cmp.Or(row.URN, row.Authority)
	if by == "" {
		return Body{}, "Say which council was inspected, by its name or its number at Ofsted"
	}
	found := f.existing(by, row.FieldworkStart)
	if row.URN != "" && row.Authority != "" {
		named := f.existing(row.Authority, row.FieldworkStart)
		switch {
		case len(found) == 0:
			found = named
		case len(named) == 0:
		case !slices.ContainsFunc(named, func(b Body) bool { return b.ID == found[0].ID }):
			return Body{}, fmt.Sprintf("The number %s is that of %s, the name is that of %s: put one of them right", shortText(row.URN), found[0].Name, named[0].Name)
		}
	}
	switch len(found) {
	case 0:
		return Body{}, fmt.Sprintf("No council here is called “%s”: write its name as the page of authorities has it", shortText(by))
	case 1:
		return found[0], ""
	}
	var names []string
	for _, b := range found {
		names = append(names, b.ID)
	}
	return Body{}, fmt.Sprintf("“%s” may be several councils: write %s", shortText(by), JoinWords(names, "or"))
}

// existing returns the authorities that something is called by: of several those that existed on a day.
func (f *authorityFinder) existing(name string, day Date) []Body {
	all := f.called[plainName(name)]
	if len(all) < 2 {
		return all
	}
	var then []Body
	for _, b := range all {
		if b.ExistedOn(day) {
			then = append(then, b)
		}
	}
	if len(then) == 0 {
		return all
	}
	return then
}

// Bodies returns the IDs of the authorities that a list names and of their partnerships: those whose inspections PlanEngland
// has to be given.
func (l EnglandList) Bodies(r *Record) []string {
	finder, ids := newAuthorityFinder(r), map[string]bool{}
	for _, row := range l.Rows {
		if b, words := finder.find(row); words == "" {
			ids[b.ID] = true
		}
	}
	for _, b := range r.Bodies {
		if b.Kind == Partnership && ids[b.ListedOn] {
			ids[b.ID] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// lacking names the full inspections of authorities that existed on a day which were out by then and of which no row is. A
// list that does not even have what is held is not whole, whatever is said of it.
func (p *englandPlanner) lacking(read Date) []string {
	var out []string
	for _, in := range p.held.Full {
		_, surely := p.seen[in.ID]
		_, perhaps := p.doubted[in.ID]
		existed := slices.ContainsFunc(in.Bodies, func(b InspectionBody) bool {
			body, known := p.finder.byID[b.BodyID]
			return known && body.Kind == Authority && b.Confirmed && body.ExistedOn(read)
		})
		if existed && in.OutBy(read) && !surely && !perhaps {
			out = append(out, p.held.Record.Name(in.Bodies[0].BodyID)+", "+in.VisitedWords())
		}
	}
	return out
}
