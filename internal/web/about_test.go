package web

import (
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

func TestAbout(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{{
			name: "what the service is made of and how far it goes",
			path: "/about",
			wants: []string{
				`#accessibility`, `a[href="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"][rel~="license"]`, `a[href^="/static/licences."]`,
				`a[href="/sources#england-record"]`, `.swatch--outstanding`, `.swatch--not_inspected_yet`,
			},
			shows: []string{
				"It is not a service of Ofsted", "633 inspections and visits", "60 milestones", "read on 22 August 2026", "was published on 20 August 2026",
				"Contains public sector information licensed under the Open Government Licence v3.0", "axe-core", "not yet been tested with people who use screen readers", "Report an error",
			},
			hides: notOnAnyPage,
		}})
	})
}

func TestEveryAbsenceIsExplained(t *testing.T) {
	for _, absence := range inspection.Absences() {
		if absenceMeanings[absence] == "" {
			t.Errorf("%s has no explanation", absence)
		}
	}
}
