package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// shownElsewhere are the lists that the page of all areas to improve can show whole.
var shownElsewhere = map[inspection.ScrutinyCode]store.Show{
	inspection.ScrutinyLive: store.ShowOpen, inspection.ScrutinyPastDate: store.ShowPastDate, inspection.ScrutinyMovedMore: store.ShowMoved,
	inspection.ScrutinyNoEvidence: store.ShowNoEvidence, inspection.ScrutinyWaiting: store.ShowWaiting, inspection.ScrutinyCameBack: store.ShowCameBack,
}

// list shows one list, an item that twin letters share in one row.
func (w *scrutiny) list(list inspection.ScrutinyList) scrutinyListView {
	view := scrutinyListView{Code: list.Code, Title: list.Title, Count: list.Count, Rule: list.Rule, Years: list.ByYear()}
	var groups [][]inspection.ScrutinyItem
	at := map[string]int{}
	for _, item := range list.Items {
		i, twin := at[item.SharedKey]
		if item.SharedKey == "" || !twin {
			i = len(groups)
			at[item.SharedKey] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], item)
	}
	ours := 0
	for _, twins := range groups[:min(len(groups), mostScrutinyRows)] {
		row := w.row(list.Code, twins)
		if row.Ours {
			ours++
		}
		if row.blank() {
			view.Blank = append(view.Blank, row)
		} else {
			view.Rows = append(view.Rows, row)
		}
	}
	shown := len(view.Rows) + len(view.Blank)
	if view.Ours = ours > 0 && ours == shown; view.Ours {
		for i := range view.Rows {
			view.Rows[i].Ours = false // the list says it once
		}
		for i := range view.Blank {
			view.Blank[i].Ours = false
		}
	}
	if left := len(groups) - shown; left > 0 {
		view.Left = fmt.Sprintf("%s more", inspection.CountWords(left, "area", "areas"))
		if show, ok := shownElsewhere[list.Code]; ok {
			query := url.Values{"authority": {w.body.ID}, "show": {string(show)}}
			view.More = &Link{Name: "Show all of this list", Address: "/recommendations?" + query.Encode()}
		}
	}
	return view
}

// oursAlone reports whether all the words of the lists are ours, and takes it from each of them, since it is then said
// once above all.
func oursAlone(lists []scrutinyListView) bool {
	any := false
	for _, list := range lists {
		if len(list.Rows)+len(list.Blank) > 0 && !list.Ours {
			return false
		}
		any = any || list.Ours
	}
	for i := range lists {
		lists[i].Ours = false
	}
	return any
}

func (w *scrutiny) row(code inspection.ScrutinyCode, twins []inspection.ScrutinyItem) scrutinyRow {
	slices.SortFunc(twins, func(a, b inspection.ScrutinyItem) int { return strings.Compare(a.Reference, b.Reference) })
	first := twins[0]
	row := scrutinyRow{Words: inspection.ShortenedWords(first.Words, mostRowWords), Priority: first.Kind == inspection.PriorityAction, Ours: first.Wording == inspection.Paraphrase}
	var notes []rowWords
	for _, item := range twins {
		p, of := w.data.progress(item.Position, w.reader, w.asOf), w.councilOf(item.Inspection)
		row.References = append(row.References, referenceLink(item.Reference))
		row.Stage = append(row.Stage, rowWords{of, p.Stage.Name, p.Stage.Code})
		row.Owner = append(row.Owner, rowWords{of, p.Owner, ""})
		row.Original = append(row.Original, rowWords{of, p.Original, ""})
		due := p.Due
		if p.Past {
			due += ", which has passed"
		}
		row.Latest = append(row.Latest, rowWords{of, due, ""})
		moved := ""
		if p.Original != "" {
			moved = strconv.Itoa(item.Position.TimesMoved)
		}
		row.Moved = append(row.Moved, rowWords{of, moved, ""})
		row.Evidence = append(row.Evidence, rowWords{of, p.Evidence, ""})
		for _, note := range w.notes(code, item, p) {
			notes = append(notes, rowWords{of, note, ""})
		}
	}
	for _, column := range []*[]rowWords{&row.Stage, &row.Owner, &row.Original, &row.Latest, &row.Moved, &row.Evidence} {
		*column = saidOnce(*column)
	}
	for _, note := range notes {
		words := note.Words
		if shared := slices.ContainsFunc(notes, func(o rowWords) bool { return o.Of != note.Of && o.Words == note.Words }); !shared && len(twins) > 1 {
			words = note.Of + ": " + words
		}
		if !slices.Contains(row.Notes, words) {
			row.Notes = append(row.Notes, words)
		}
	}
	return row
}

// blank reports whether there is nothing to say of an item but what it asks for.
func (r scrutinyRow) blank() bool {
	for _, column := range [][]rowWords{r.Owner, r.Original, r.Latest, r.Evidence} {
		if len(column) > 1 || column[0].Words != "" {
			return false
		}
	}
	return len(r.Notes) == 0 && len(r.Stage) == 1 && r.Stage[0].Look == unrecorded
}

// saidOnce leaves one line of a column where the twins do not differ.
func saidOnce(column []rowWords) []rowWords {
	for _, one := range column[1:] {
		if one.Words != column[0].Words {
			return column
		}
	}
	column[0].Of = ""
	return column[:1]
}

// notes says beside an item why it stands in a list, where its columns do not, and what scrutiny said of it.
func (w *scrutiny) notes(code inspection.ScrutinyCode, item inspection.ScrutinyItem, p progressView) []string {
	var out []string
	if p.Asked != "" {
		out = append(out, "Another day asked for: "+p.Asked)
	}
	if code == inspection.ScrutinyWaiting && item.Position.State == inspection.Verified {
		out = append(out, "Checked on "+item.Position.StateOn.Words()+", waiting to be closed")
	}
	if code == inspection.ScrutinyClosed || code == inspection.ScrutinySaidDone {
		out = append(out, p.Formal+", "+item.Position.StateOn.Words())
	}
	if p.Expired != "" {
		out = append(out, p.Expired)
	}
	if code == inspection.ScrutinyOfstedChecked {
		for _, v := range item.NewViews() {
			said := "Ofsted’s later letter: " + strings.ToLower(v.View.Words())
			if v.Paragraph != "" {
				said += ", paragraph " + v.Paragraph
			}
			out = append(out, said)
		}
	}
	if code == inspection.ScrutinyCameBack && len(item.Again) > 0 {
		out = append(out, "Asked for again as "+inspection.ListWords(item.Again))
	}
	if p.Scrutiny != "" {
		out = append(out, "Scrutiny: "+p.Scrutiny)
	}
	return out
}
