package web

import (
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// areasView is what one letter, or letters with the same list, asked for.
type areasView struct {
	Heading string
	Ours    bool // the words are ours and not a quotation
	Letters []Link
	Items   []areaView
}

type areaView struct {
	Number   string
	Words    string
	Themes   string
	Priority bool
	Link     Link
}

func (sub subject) latestAreas() areasView {
	areas, _ := sub.record.LatestAreas(sub.members, sub.today)
	out := areasView{Heading: "Latest letters: areas to improve"}
	for _, h := range sub.record.Headlines(sub.members, sub.today) {
		for _, in := range h.Letters {
			out.addLetter(sub.councilOf(in), in)
		}
	}
	if len(out.Letters) == 1 {
		out.Heading = "Latest letter: areas to improve"
	}
	out.add(sub.record, areas)
	return out
}

// sendAreas lists what the latest Area SEND reports asked for, council by council.
func (sub subject) sendAreas() []areasView {
	var out []areasView
	for _, m := range sub.members {
		for _, p := range sub.record.Partnerships(m.ID) {
			for _, in := range slices.Backward(sub.record.InspectionsOf(p.ID, sub.today)) {
				f, _ := sub.record.Catalogue.Framework(in.Framework)
				if !f.Outcome || len(in.Recommendations) == 0 {
					continue
				}
				day, _ := in.OutDay()
				view := areasView{Heading: fmt.Sprintf("%s, %s", m.Name, day.MonthWords())}
				view.addLetter(m.NameWithin(sub.body.Name), in)
				view.add(sub.record, in.Recommendations)
				out = append(out, view)
				break
			}
		}
	}
	return out
}

func (v *areasView) addLetter(name string, in *inspection.Inspection) {
	if in.ReportAddress != "" {
		v.Letters = append(v.Letters, Link{Name: name, Address: in.ReportAddress})
	}
}

func (v *areasView) add(r *inspection.Record, items []inspection.Recommendation) {
	for i, item := range items {
		v.Ours = v.Ours || item.Wording == inspection.Paraphrase
		v.Items = append(v.Items, areaView{
			Number: fmt.Sprint(i + 1), Words: item.Words, Themes: themeNames(r, item.Themes),
			Priority: item.Kind == inspection.PriorityAction,
			Link:     Link{Name: item.Reference, Address: "/recommendations/" + item.Reference},
		})
	}
}

func themeNames(r *inspection.Record, codes []string) string {
	var names []string
	for _, t := range r.Themes {
		if slices.Contains(codes, t.Code) {
			names = append(names, t.Name)
		}
	}
	return strings.Join(names, " · ")
}
