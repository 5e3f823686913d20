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
	Ours    bool // all words are ours and not a quotation
	Mixed   bool // some are, and each item says whose its words are
	Letters []Link
	Items   []areaView
}

type areaView struct {
	Number   string
	Words    string
	Themes   string
	Priority bool
	Whose    string // whose words these are, where that is not the same for all
	Link     Link
}

func (sub subject) latestAreas() areasView {
	areas, _ := sub.record.LatestAreas(sub.members, sub.asOf)
	out := areasView{Heading: "Latest letters: areas to improve"}
	for _, h := range sub.record.Headlines(sub.members, sub.asOf) {
		for _, in := range h.Letters {
			out.addLetter(sub.councilOf(in), in)
		}
	}
	if len(out.Letters) == 1 {
		out.Heading = "Latest letter: areas to improve"
	}
	out.add(sub.record, areas)
	for i, item := range areas {
		if item.Wording == inspection.Verbatim && sub.record.TwinDiffers(item) {
			out.Items[i].Whose = "As the letter to " + sub.councilNamed(item.InspectionID) + " says it"
		}
	}
	return out
}

func (sub subject) councilNamed(id string) string {
	for _, in := range sub.record.Inspections {
		if in.ID == id {
			return sub.councilOf(in)
		}
	}
	return ""
}

// sendAreas lists what the latest Area SEND reports asked for, council by council.
func (sub subject) sendAreas() []areasView {
	var out []areasView
	for _, m := range sub.members {
		for _, p := range sub.record.Partnerships(m.ID) {
			for _, in := range slices.Backward(sub.record.InspectionsOf(p.ID, sub.asOf)) {
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
	ours := 0
	for _, item := range items {
		if item.Wording == inspection.Paraphrase {
			ours++
		}
	}
	v.Ours, v.Mixed = ours > 0 && ours == len(items), ours > 0 && ours < len(items)
	for i, item := range items {
		v.Items = append(v.Items, areaView{
			Number: fmt.Sprint(i + 1), Words: item.Words, Themes: themeNames(r, item.Themes),
			Priority: item.Kind == inspection.PriorityAction,
			Link:     Link{Name: item.Reference, Address: "/recommendations/" + item.Reference},
		})
		if v.Mixed && item.Wording == inspection.Paraphrase {
			v.Items[i].Whose = "In our words, not a quotation"
		}
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
