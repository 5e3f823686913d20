package web

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// aboutShowPage says what the service is made of, what is not in it, how to read it, and how far it is accessible.
type aboutShowPage struct {
	Page
	Held     []string
	Newest   string
	Read     []readView
	Areas    string // whose areas to improve are held
	Absences []absenceView
	Grades   []inspection.Grade
}

// readView is a list that was read as a whole, and the day on which that was done.
type readView struct {
	Source Link
	On     string
}

// absenceView is a mark of the lanes that stands for no grade.
type absenceView struct {
	Look, Words, Meaning string
}

var absenceMeanings = map[inspection.Absence]string{
	inspection.AbsentNotYet:          "The council is too new: inspectors have not graded it.",
	inspection.AbsentNoSuchJudgement: "The inspection rules of that day have no such judgement. Since April 2026 that is so of the overall grade.",
	inspection.AbsentNotJudged:       "The letter or report prints that this was not judged.",
	inspection.AbsentNotFound:        "A grade was given, and we have not found it.",
	inspection.AbsentVisit:           "Inspectors came for a visit. A visit gives no grade and changes none.",
	inspection.AbsentNotPublished:    "The inspectors published nothing.",
	inspection.AbsentBeforeRecord:    "The first report of a full inspection that we hold came out later. What stood before is not in this record, which begins in January 2013.",
}

func (s *Server) showAbout(c *gin.Context) error {
	known, err := s.reference(c)
	if err != nil {
		return err
	}
	_, inspections, err := s.store.Inspections(c.Request.Context(), store.InspectionFilter{Limit: 1})
	if err != nil {
		return err
	}
	areas, err := s.store.Recommendations(c.Request.Context(), store.RecommendationFilter{})
	if err != nil {
		return err
	}
	milestones, err := s.store.Milestones(c.Request.Context())
	if err != nil {
		return err
	}
	sources, err := s.store.Sources(c.Request.Context())
	if err != nil {
		return err
	}
	councils := 0
	for _, b := range known.bodies {
		if b.Kind == inspection.Authority {
			councils++
		}
	}
	page := aboutShowPage{Page: s.base(c, "About this record"), Held: []string{
		inspection.CountWords(councils, "council", "councils") + " with children’s services, of today and ended",
		inspection.CountWords(inspections, "inspection or visit", "inspections and visits"),
		inspection.CountWords(len(areas), "area to improve", "areas to improve"),
		inspection.CountWords(len(milestones), "milestone", "milestones"),
		inspection.CountWords(len(sources), "source", "sources"),
	}}
	page.Areas = areasHeldWords(areas, known.bodies)
	if newest := known.england.NewestLetter(s.today()); newest.Known() {
		page.Newest = newest.Words()
	}
	for _, source := range sources {
		if source.ReadOn.Known() {
			page.Read = append(page.Read, readView{Source: Link{Name: source.Title, Address: "/sources#" + source.ID}, On: source.ReadOn.Words()})
		}
	}
	for _, absence := range inspection.Absences() {
		page.Absences = append(page.Absences, absenceView{Look: string(absence), Words: capital(absence.Words()), Meaning: absenceMeanings[absence]})
	}
	if scale, ok := known.catalogue.Scale("ofsted-2013"); ok {
		page.Grades = scale.Grades
	}
	return s.render(c, http.StatusOK, "about_show", page)
}

// mostAreasNamed is how many councils are named whose areas to improve are held; of more only the number is said.
const mostAreasNamed = 6

// areasHeldWords says whose areas to improve are held.
func areasHeldWords(areas []store.ListedRecommendation, bodies []inspection.Body) string {
	register := inspection.Record{Bodies: bodies}
	var names []string
	for _, area := range areas {
		for _, of := range area.Inspection.Bodies {
			body, _ := register.Body(of.BodyID)
			if council, ok := register.Body(body.ListedOn); ok {
				body = council
			}
			if body.Kind == inspection.Authority && !slices.Contains(names, body.Name) {
				names = append(names, body.Name)
			}
		}
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		return "None are held yet."
	case len(names) > mostAreasNamed:
		return "They are held for " + inspection.CountWords(len(names), "council", "councils") + "."
	}
	return "They are held for " + inspection.JoinWords(names, "and") + "."
}
