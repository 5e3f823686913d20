package web

// datesView is what letters and rules lead one to expect: what is ahead, and what has passed with nothing recorded.
type datesView struct{ Ahead, Passed []dateView }

type dateView struct {
	When   string
	Words  string
	Letter *Link
	Rule   string
	Source *Link
}

// dates gives each date its letter and, where a rule computes it, the rule and its source.
func (sub subject) dates() *datesView {
	var out datesView
	for _, line := range sub.record.DateLines(sub.members, sub.body.Name, sub.today) {
		view := dateView{When: line.When, Words: line.Words}
		if line.Inspection != nil {
			view.Letter = &Link{Name: sub.title(line.Inspection), Address: inspectionAddress(line.Inspection)}
		}
		if line.Clock != nil {
			view.Rule = line.Clock.Rule.Words
			view.Source = &Link{Name: line.Clock.Source.Title, Address: "/sources#" + line.Clock.Source.ID}
		}
		if line.Passed {
			out.Passed = append(out.Passed, view)
		} else {
			out.Ahead = append(out.Ahead, view)
		}
	}
	return &out
}
