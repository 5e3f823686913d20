package web

import "inspectiontimeline/internal/inspection"

// quarterPicker leads to the same page as it stood at the end of another quarter. It is a list of links; app.js makes a
// slider of the same links.
type quarterPicker struct {
	Shown inspection.Date // the day that the page shows, which need not be the end of a quarter
	Words string          // the same in words
	Years []quarterYear   // the latest first
}

// quarterYear is one row of the list.
type quarterYear struct {
	Year     int
	Quarters []quarterLink
}

// quarterLink is the page as it stood at the end of one quarter, or today.
type quarterLink struct {
	Name    string // beside its year: "March", "Today"
	Day     inspection.Date
	Words   string // "31 March 2016"
	Address string
	Here    bool
	Today   bool
}

// newQuarterPickerOf returns the picker of a page that shows a day. Its links keep all else that is asked of the page, so it
// is made when the filter has been asked for everything.
func newQuarterPickerOf(f *filter, day, today inspection.Date) *quarterPicker {
	out := &quarterPicker{Shown: day, Words: quarterWords(day, today)}
	for _, end := range inspection.Quarters(today) {
		link := quarterLink{
			Name: end.Month().String(), Day: end, Words: quarterWords(end, today), Here: end == day, Today: end == today,
		}
		if link.Today {
			link.Name, link.Address = "Today", f.with(asAt, "")
		} else {
			link.Address = f.with(asAt, end.ISO())
		}
		if len(out.Years) == 0 || out.Years[0].Year != end.Year() {
			out.Years = append([]quarterYear{{Year: end.Year()}}, out.Years...)
		}
		out.Years[0].Quarters = append(out.Years[0].Quarters, link)
	}
	return out
}

func quarterWords(day, today inspection.Date) string {
	if day == today {
		return "today, " + day.Words()
	}
	return day.Words()
}
