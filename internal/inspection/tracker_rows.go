package inspection

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// TrackerRow is what a row of a tracker says, in the terms of the record.
type TrackerRow struct {
	Number     int    // of the row in its sheet
	Key        string // stays the same as long as the row is about the same thing
	References []string
	Words      string // of the action; empty in a row about an area to improve
	ActionID   string // of the action that the row is marked to be about; empty for others
	Revision   int    // the one that the marked row shows
	Says       TrackerSays
	Updates    []TrackerUpdate
}

// TrackerSays is what may change from one version of a tracker to the next.
type TrackerSays struct {
	OwnerID        string         `json:"owner,omitempty"`
	LeadBodyID     string         `json:"lead_body,omitempty"`
	CommitteeID    string         `json:"committee,omitempty"`
	SuccessMeasure string         `json:"success_measure,omitempty"`
	Due            Date           `json:"due,omitzero"`
	Means          TrackerMeaning `json:"means,omitempty"`
}

// TrackerUpdate is what one cell of progress says.
type TrackerUpdate struct {
	Key   string
	On    Date
	Words string
	Cell  string
}

// TrackerReading is a tracker as it was read against its mapping.
type TrackerReading struct {
	Rows     []TrackerRow
	Rejected []TrackerReject
	columns  map[TrackerHolds]int
}

// Read reads the rows of a sheet below its headings. The mapping has been checked. Nothing is guessed: a row with a cell
// that cannot be read for certain is rejected, with each of its reasons. Empty rows are passed over.
func (m TrackerMapping) Read(sheet Sheet, context TrackerContext) TrackerReading {
	r := &trackerReader{mapping: m, sheet: sheet, context: context, seen: map[string]int{}, numbered: map[string]string{}}
	r.columns = map[TrackerHolds]int{}
	headings := sheet.Headings(m.HeadingRow)
	for _, column := range m.Columns {
		number := slices.Index(headings, column.Heading) + 1
		if column.Holds == HoldsProgress {
			r.progress = append(r.progress, trackerProgress{number, column.Day()})
		} else {
			r.columns[column.Holds] = number
		}
	}
	for _, item := range context.Items {
		r.numbered[strings.ToLower(item.Number)] = item.Reference
	}
	out := TrackerReading{columns: r.columns}
	for number := m.HeadingRow + 1; number <= len(sheet.Rows); number++ {
		r.number, r.rejected = number, nil
		row, holds := r.row()
		switch {
		case len(r.rejected) > 0:
			out.Rejected = append(out.Rejected, r.rejected...)
		case holds:
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}

// Reject says of a row why the record does not take it. The reasons are about fields of what would be recorded, and stand
// at the cells that these come from.
func (t TrackerReading) Reject(row TrackerRow, problems Problems) []TrackerReject {
	from := map[string]TrackerHolds{
		"references": HoldsReference, "reference": HoldsReference, "words": HoldsAction, "owner": HoldsOwner, "lead_body": HoldsLead,
		"due": HoldsDue, "reason": HoldsDue, "success_measure": HoldsMeasure, "state": HoldsStatus, "status": HoldsStatus, "move": HoldsStatus,
		"mark": HoldsMark, "revision": HoldsMark,
	}
	out := make([]TrackerReject, len(problems))
	for i, p := range problems {
		out[i] = TrackerReject{Row: row.Number, Cell: p.Field, Words: p.Words}
		if !trackerCell.MatchString(p.Field) {
			out[i].Cell = cellName(t.columns[from[p.Field]], row.Number)
		}
	}
	return out
}

var trackerCell = regexp.MustCompile(`^[A-Z]+[0-9]+$`)

// cellName names a cell as spreadsheets do, "" where there is no such column.
func cellName(column, row int) string {
	if column < 1 {
		return ""
	}
	return ColumnName(column) + strconv.Itoa(row)
}

type trackerProgress struct {
	column int
	on     Date
}

// trackerReader reads one row after another.
type trackerReader struct {
	mapping  TrackerMapping
	sheet    Sheet
	context  TrackerContext
	columns  map[TrackerHolds]int
	progress []trackerProgress
	numbered map[string]string // references by the numbers of a letter's areas
	seen     map[string]int    // rows by their keys
	above    [2]string         // the last reference and the last words of an area

	number   int
	rejected []TrackerReject
}

func (r *trackerReader) wrong(column int, format string, values ...any) {
	r.rejected = append(r.rejected, TrackerReject{r.number, cellName(column, r.number), fmt.Sprintf(format, values...)})
}

func (r *trackerReader) text(holds TrackerHolds) string {
	return r.sheet.Cell(r.number, r.columns[holds])
}

// spreadsheetFault is what a cell shows whose formula has no value.
var spreadsheetFault = regexp.MustCompile(`^#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$`)

// row reads the row that the reader stands at; false where it holds nothing.
func (r *trackerReader) row() (TrackerRow, bool) {
	row := TrackerRow{Number: r.number}
	named, more := r.filled()
	reference, area := r.text(HoldsReference), r.text(HoldsArea)
	switch {
	case r.mapping.EmptyMeans && named:
		r.above = [2]string{reference, area}
	case r.mapping.EmptyMeans && more:
		reference, area = r.above[0], r.above[1]
	}
	if !more && (!named || r.mapping.EmptyMeans) {
		return row, false // an empty row, or one that heads those below it
	}
	if len(r.rejected) > 0 {
		return row, false
	}
	row.References = r.references(reference, area)
	if r.mapping.Rows == TrackerActions {
		if row.Words = r.text(HoldsAction); row.Words == "" {
			r.wrong(r.columns[HoldsAction], "Enter the action: none stands in this row")
		}
	} else if len(row.References) > 1 {
		r.wrong(r.columns[HoldsReference], "Name one area to improve: this row names %s", NumberWords(len(row.References)))
	}
	row.Says = r.says()
	row.Key = trackerKey(r.mapping.Name, string(r.mapping.Rows), cmp.Or(reference, area), row.Words)
	if row.ActionID, row.Revision = r.mark(); row.ActionID != "" {
		row.Key = trackerKey(r.mapping.Name, string(r.mapping.Rows), row.ActionID)
	}
	row.Updates = r.updates(row.Key)
	if first := r.seen[row.Key]; first > 0 && len(r.rejected) == 0 {
		r.wrong(0, "This row is about the same as row %d: put them together", first)
	}
	r.seen[row.Key] = cmp.Or(r.seen[row.Key], r.number)
	return row, true
}

// filled reports whether the row names an area to improve, and whether anything else stands in it. A cell that shows a
// fault of its spreadsheet makes the row unreadable.
func (r *trackerReader) filled() (named, more bool) {
	look := func(column int) bool {
		text := r.sheet.Cell(r.number, column)
		if spreadsheetFault.MatchString(text) {
			r.wrong(column, "The spreadsheet shows a fault here, %s: put the formula right", text)
		}
		return text != ""
	}
	for _, holds := range trackerHolds {
		column := r.columns[holds]
		switch {
		case column == 0 || !look(column):
		case holds == HoldsReference || holds == HoldsArea:
			named = true
		default:
			more = true
		}
	}
	for _, progress := range r.progress {
		more = look(progress.column) || more
	}
	return named, more
}

var (
	trackerNumber = regexp.MustCompile(`^(?:areas?(?: for improvement| to improve)?|recommendations?|no\.?|number|#)? ?(p?[0-9]{1,3})\.?$`)
	trackerAnd    = regexp.MustCompile(`(?i)[;,&\n]|\band\b`)
)

// references reads which areas to improve a row is about: by their references, by their numbers in the letter, or by their
// words as the letter has them.
func (r *trackerReader) references(reference, area string) []string {
	column := r.columns[HoldsReference]
	if reference == "" {
		if found := r.worded(area); found != "" {
			return []string{found}
		}
		return nil
	}
	var out []string
	for _, part := range trackerAnd.Split(reference, -1) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		found := r.referred(part)
		switch {
		case found == "" && r.mapping.InspectionID != "":
			r.wrong(column, "“%s” is no reference on this record: write it like NN-ILACS-2026-1, or as the number of an area in the letter that was chosen", shortText(part))
		case found == "":
			r.wrong(column, "“%s” is no reference on this record: write it like NN-ILACS-2026-1, or choose the letter whose numbers these are", shortText(part))
		case !slices.Contains(out, found):
			out = append(out, found)
		}
	}
	if len(out) == 0 && len(r.rejected) == 0 {
		r.wrong(column, "Name an area to improve: none is named in this row")
	}
	return out
}

// referred finds the area to improve that is meant by its number in the letter that was chosen, or by its reference.
func (r *trackerReader) referred(part string) string {
	number := trackerNumber.FindStringSubmatch(strings.ToLower(part))
	if number != nil {
		if r.mapping.InspectionID == "" {
			return ""
		}
		return r.numbered[number[1]]
	}
	for _, spelled := range []string{part, strings.ToUpper(part)} {
		if item, ok := r.context.Item(spelled); ok {
			return item.Reference
		}
	}
	return ""
}

// worded finds the one area to improve that has the given words.
func (r *trackerReader) worded(area string) string {
	var found []string
	for _, item := range r.context.Items {
		if plainWords(item.Words) == plainWords(area) && area != "" {
			found = append(found, item.Reference)
		}
	}
	column := cmp.Or(r.columns[HoldsArea], r.columns[HoldsReference])
	switch {
	case area == "":
		r.wrong(column, "Name an area to improve: none is named in this row")
	case len(found) == 0:
		r.wrong(column, "No area to improve on this record has just these words: name it by its reference")
	case len(found) > 1:
		r.wrong(column, "%s have these words: name the one that is meant by its reference", ListWords(found))
	default:
		return found[0]
	}
	return ""
}

func (r *trackerReader) says() TrackerSays {
	says := TrackerSays{LeadBodyID: r.mapping.LeadBodyID, SuccessMeasure: r.text(HoldsMeasure)}
	if text := r.text(HoldsLead); text != "" {
		says.LeadBodyID = r.body(text)
	}
	if text := r.text(HoldsOwner); text != "" {
		says.OwnerID = r.owner(text, says.LeadBodyID)
	}
	if text := r.text(HoldsDue); text != "" {
		day, wrong := r.mapping.day(text)
		if says.Due = day; wrong != "" {
			r.wrong(r.columns[HoldsDue], "%s", wrong)
		}
	}
	status := r.text(HoldsStatus)
	means, known := r.mapping.meaning(status)
	if says.Means = means; !known {
		r.wrong(r.columns[HoldsStatus], "It is not said what “%s” means: say it with the columns", shortText(status))
	}
	if r.mapping.Rows == TrackerActions {
		r.needsOfAction(says)
	} else {
		r.needsOfPlan(&says)
	}
	return says
}

func (r *trackerReader) needsOfAction(says TrackerSays) {
	for _, needed := range []struct {
		holds TrackerHolds
		text  string
	}{{HoldsOwner, "Enter the owner: none stands in this row"}, {HoldsDue, "Enter the day by which the action is to be done: none stands in this row"}} {
		if r.text(needed.holds) == "" {
			r.wrong(r.columns[needed.holds], "%s", needed.text)
		}
	}
	if says.LeadBodyID == "" && r.text(HoldsLead) == "" {
		r.wrong(r.columns[HoldsLead], "Enter the body that leads: none stands in this row")
	}
}

// needsOfPlan asks for all that a plan needs where a row has part of it. A row with nothing of a plan has none, and its lead
// and committee are not taken from the mapping.
func (r *trackerReader) needsOfPlan(says *TrackerSays) {
	parts := []TrackerHolds{HoldsOwner, HoldsMeasure, HoldsDue}
	if r.mapping.LeadBodyID == "" {
		parts = append(parts, HoldsLead)
	}
	there := 0
	for _, holds := range parts {
		if r.text(holds) != "" {
			there++
		}
	}
	if there == 0 {
		says.LeadBodyID = ""
		return
	}
	says.CommitteeID = r.mapping.CommitteeID
	for _, holds := range parts {
		if r.text(holds) == "" {
			r.wrong(r.columns[holds], "Fill in this too: a plan needs its owner, the body that leads, the measure of success and the day")
		}
	}
}

// body finds the body that a cell names.
func (r *trackerReader) body(text string) string {
	for _, b := range r.context.Bodies {
		if b.ID == text || plainWords(b.Name) == plainWords(text) || b.Code != "" && strings.EqualFold(b.Code, text) {
			return b.ID
		}
	}
	r.wrong(r.columns[HoldsLead], "No body on this record is called “%s”: write its name as this record does", shortText(text))
	return ""
}

// owner finds the post that a cell names; among several of the same name, that of the body that leads.
func (r *trackerReader) owner(text, lead string) string {
	var found []Post
	for _, post := range r.context.Posts {
		of := slices.IndexFunc(r.context.Bodies, func(b Body) bool { return b.ID == post.BodyID })
		if plainWords(post.Name) == plainWords(text) || of >= 0 && plainWords(post.Name+", "+r.context.Bodies[of].Name) == plainWords(text) {
			found = append(found, post)
		}
	}
	if len(found) > 1 {
		if i := slices.IndexFunc(found, func(p Post) bool { return p.BodyID == lead }); i >= 0 {
			return found[i].ID
		}
	}
	column := r.columns[HoldsOwner]
	switch {
	case len(found) == 1:
		return found[0].ID
	case len(found) == 0:
		r.wrong(column, "“%s” is not in the list of posts: correct it, or add the post first. Owners are posts, never persons", shortText(text))
	case lead != "" || r.text(HoldsLead) == "": // an unknown lead is a reason of its own
		r.wrong(column, "Several bodies have a post called “%s”: write the body after it, with a comma between", shortText(text))
	}
	return ""
}

// updates reads the cells of progress.
func (r *trackerReader) updates(key string) []TrackerUpdate {
	var out []TrackerUpdate
	for _, progress := range r.progress {
		words := r.sheet.Cell(r.number, progress.column)
		switch {
		case words == "" || IsColour(words):
			continue
		case progress.on.After(r.context.Today):
			r.wrong(progress.column, "The column speaks of %s, which has not come yet: give the column another day, or empty this cell", progress.on.Words())
		}
		out = append(out, TrackerUpdate{
			Key: trackerKey(key, progress.on.String(), words), On: progress.on, Words: words, Cell: cellName(progress.column, r.number),
		})
	}
	slices.SortStableFunc(out, func(a, b TrackerUpdate) int { return a.On.Compare(b.On) })
	return out
}

// trackerKey makes one key of several texts. Spaces and line breaks do not matter; the length before each text keeps it
// apart from the next.
func trackerKey(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		part = strings.Join(strings.Fields(part), " ")
		fmt.Fprintf(hash, "%d:%s\n", len(part), part)
	}
	return hex.EncodeToString(hash.Sum(nil))
}
