package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// journeyListPage lists what one number of the journeys counts: inspections with what came next, or waits.
type journeyListPage struct {
	Page
	englandBase
	Heading string
	Found   string
	Back    string       // address of the journeys that the number stands on
	NoSuch  string       // that the rules do not have the judgement
	Parts   []countPiece // the same of each region, where all would be too many
	Shown   string       // what of all is shown, where it is not all
	Days    bool         // whether it lists waits, which have days
	Rows    []journeyListRow
}

// journeyListRow is one inspection and what came next.
type journeyListRow struct {
	Authority Link
	From      journeyLetter
	Next      journeyLetter
	Days      string
}

// journeyLetter is a letter with its grade, or what stands where there is none.
type journeyLetter struct {
	Head    gradeHead
	Address string // empty where there is no letter
	When    string
	Rules   string
}

func (s *Server) listJourneys(c *gin.Context) error {
	a, err := s.askJourney(c)
	if err != nil {
		return err
	}
	page := journeyListPage{Back: "/england/journeys?" + a.query().Encode()}
	steps, has := a.steps()
	if !has {
		page.Heading = a.judgement.Short
		page.NoSuch = a.noSuch().Words
		page.Page, page.englandBase = s.englandPage(c, a.englandAsked, page.Heading)
		return s.render(c, a.filter.status(), "journey_list", page)
	}
	from, to := a.askEnds(steps)
	rows, unit := a.listedSteps(steps, from, to)
	page.Found = inspection.CountWords(len(rows), unit[0], unit[1])
	page.Days = unit[0] == "wait"
	page.Heading = a.judgement.Short + ": " + a.listHeading(from, to)
	page.Shown = a.oneOf()
	rows = a.oneRegionOf(&page, rows, from, to, s.homeAuthority(c).Region)
	for _, one := range rows {
		page.Rows = append(page.Rows, a.journeyRow(steps, one))
	}
	page.Page, page.englandBase = s.englandPage(c, a.englandAsked, page.Heading)
	return s.render(c, a.filter.status(), "journey_list", page)
}

// askEnds reads from which grade to what the listed inspections led.
func (a *journeyAsked) askEnds(steps inspection.Steps) (from, to string) {
	option := func(code, name string) selectOption { return selectOption{Value: code, Name: name} }
	var grades optionGroup
	for _, g := range steps.Scale.Grades {
		grades.Options = append(grades.Options, option(g.Code, g.Name))
	}
	grades.Options = append(grades.Options, option(string(inspection.StepUnknown), "Not judged, or grade not found"))
	next := optionGroup{Heading: "The next full inspection"}
	for _, code := range steps.Ends() {
		if _, _, left := a.england.Catalogue.NotGivenSince(steps.Family, steps.Judgement.Code); left || code != string(inspection.StepLeft) {
			next.Options = append(next.Options, option(code, a.england.Catalogue.StepEndWords(steps, code)))
		}
	}
	latest := optionGroup{Heading: "The latest grade and the one before it"}
	for _, course := range inspection.Courses() {
		latest.Options = append(latest.Options, option(string(course), courseNames[course]))
	}
	waits := optionGroup{Heading: "Waiting for a better grade", Options: []selectOption{
		option("wait", "All waits"), option(waitCode(inspection.WaitBetter), "A better grade since"), option(waitCode(inspection.WaitGoing), "Still waiting"),
		option(waitCode(inspection.WaitGone), "Not followed further"), option(waitUnmeasured, "Left out, days not known"),
	}}
	for year := 1; year <= mostWaitYears; year++ {
		waits.Options = append(waits.Options, option(waitedCode(year), "Still waiting after "+inspection.CountWords(year, "year", "years")))
	}
	from = a.filter.choose("from", "Grade", "Every known grade", "a grade", grades)
	to = a.filter.choose("to", "What came next", "Anything", "what came next", next, latest, waits)
	return from, to
}

var courseNames = map[inspection.Course]string{
	inspection.GradedAgain: "Graded more than once", inspection.Improved: "Improved", inspection.StayedSame: "Stayed the same",
	inspection.KeptGood: "Stayed good or outstanding", inspection.Declined: "Declined",
}

// listHeading says what is listed, by the names of what was chosen.
func (a *journeyAsked) listHeading(from, to string) string {
	name := map[string]string{}
	for _, one := range a.filter.Selects {
		for _, group := range one.Groups {
			for _, o := range group.Options {
				if o.Chosen {
					name[one.Name] = lowerFirst(o.Name)
				}
			}
		}
	}
	switch {
	case strings.HasPrefix(to, "wait") && from != "":
		return "waits from " + name["from"] + ", " + name["to"]
	case from != "" && to != "":
		return name["from"] + ", then " + name["to"]
	case from != "" || to != "":
		return name["from"] + name["to"]
	}
	return "every inspection that graded it"
}

// listedStep is a step or a wait, as a row of the list has it.
type listedStep struct {
	body *inspection.Body
	from *inspection.Inspection
	next *inspection.Inspection
	end  inspection.StepEnd // where next says nothing
	days int                // of a wait; below zero where they are not known
}

// listedSteps returns what is asked for, and what it is called, one and many.
func (a *journeyAsked) listedSteps(steps inspection.Steps, from, to string) (out []listedStep, unit [2]string) {
	if waits, asked := a.waitsListed(steps, from, to); asked {
		for _, w := range waits {
			one := listedStep{w.Body, w.From, w.Next, w.Why, w.Days}
			if w.End == inspection.WaitGoing {
				one.end = inspection.StepNoneYet
			}
			if to == waitUnmeasured {
				one.days = -1
			}
			out = append(out, one)
		}
		return out, [2]string{"wait", "waits"}
	}
	found, unit := steps.Between(from, to), [2]string{"inspection", "inspections"}
	switch {
	case from == string(inspection.StepUnknown):
		found = steps.Unknown
		if to != "" {
			found = slices.DeleteFunc(slices.Clone(found), func(one inspection.Step) bool { return one.Code() != to })
		}
	case courseNames[inspection.Course(to)] != "":
		found, unit = steps.Latest(inspection.Course(to)), [2]string{"authority", "authorities"}
		if from != "" {
			found = slices.DeleteFunc(found, func(one inspection.Step) bool { return one.Grade != from })
		}
	}
	for _, one := range found {
		out = append(out, listedStep{body: one.Body, from: one.From, next: one.Next, end: one.End, days: -1})
	}
	return out, unit
}

// waitsListed returns the waits that are asked for; false where none are. They are from the lowest grade where none is named.
func (a *journeyAsked) waitsListed(steps inspection.Steps, from, to string) (out []inspection.GradeWait, asked bool) {
	if low := steps.Scale.GradesBelowGood(); from == "" && len(low) > 0 {
		from = low[0].Code
	}
	waits, ok := a.england.GradeWaits(a.rules.Family, a.judgement.Code, from, a.day, a.where)
	years, waited := waitedYears(to)
	switch {
	case waited:
		out = waits.SeenFor(inspection.DaysOfYears(years))
	case to == "wait":
		out = waits.Waits
	case to == waitUnmeasured:
		out = waits.Unmeasured
	case to == waitCode(inspection.WaitBetter):
		out = waits.Ending(inspection.WaitBetter)
	case to == waitCode(inspection.WaitGoing):
		out = waits.Ending(inspection.WaitGoing)
	case to == waitCode(inspection.WaitGone):
		out = waits.Ending(inspection.WaitGone)
	default:
		return nil, false
	}
	if !ok {
		return nil, true
	}
	return out, true
}

// oneRegionOf returns the rows that a page shows: all, or where they would be too many those of one region, with the way to
// those of each other.
func (a *journeyAsked) oneRegionOf(page *journeyListPage, rows []listedStep, from, to, home string) []listedStep {
	if len(rows) <= mostAuthorities {
		return rows
	}
	if a.where.Region == "" {
		count := map[string]int{}
		for _, one := range rows {
			count[one.body.Region]++
		}
		shown := home
		for _, region := range a.england.Regions() {
			if count[region] == 0 {
				continue
			}
			if count[shown] == 0 {
				shown = region
			}
			part := *a.englandAsked
			part.where.Region = region
			page.Parts = append(page.Parts, (&journeyAsked{englandAsked: &part, rules: a.rules}).count(count[region], ": "+region, from, to))
		}
		if count[shown] > 0 {
			rows = slices.DeleteFunc(slices.Clone(rows), func(one listedStep) bool { return one.body.Region != shown })
			page.Shown = fmt.Sprintf("At most %d are shown at once, so these are of %s alone: %d. Choose another region for the others.", mostAuthorities, shown, len(rows))
		}
	}
	if len(rows) > mostAuthorities {
		page.Shown += fmt.Sprintf(" The first %d of %d are shown. Choose a type of council to see fewer.", mostAuthorities, len(rows))
		rows = rows[:mostAuthorities]
	}
	return rows
}

func (a *journeyAsked) journeyRow(steps inspection.Steps, one listedStep) journeyListRow {
	row := journeyListRow{Authority: bodyLink(*one.body), From: a.letter(one.from)}
	switch {
	case one.next != nil:
		row.Next = a.letter(one.next)
	default:
		row.Next.Head.Name = a.england.Catalogue.StepEndWords(steps, string(one.end))
		if one.end == inspection.StepEnded {
			row.Next.When = one.body.Ended.Words()
		}
	}
	if one.days >= 0 {
		row.Days = fmt.Sprint(one.days)
	}
	return row
}

// letter shows an inspection with what it gave the judgement.
func (a *journeyAsked) letter(in *inspection.Inspection) journeyLetter {
	f, _ := a.england.Catalogue.Framework(in.Framework)
	day, published := in.OutDay()
	out := journeyLetter{Address: inspectionAddress(in), When: day.Words(), Rules: f.PlainName}
	if !published {
		out.When += " (end of fieldwork)"
	}
	strand, has := f.Strand(a.judgement.Code)
	j, _ := in.Judgement(a.judgement.Code)
	grade, known := a.england.Catalogue.Grade(in.Framework, strand.Code, j.Grade)
	switch {
	case !has:
		out.Head.Name = capital(inspection.AbsentNoSuchJudgement.Words())
	case known:
		out.Head = gradeHead{Name: grade.Name, Look: grade.Fill}
	case j.Grade == inspection.NotJudged:
		out.Head.Name = capital(inspection.AbsentNotJudged.Words())
	default:
		out.Head.Name = capital(inspection.AbsentNotFound.Words())
	}
	return out
}
