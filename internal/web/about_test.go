package web

import (
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestAbout(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{{
			name: "what the service is made of and how far it goes",
			path: "/about",
			wants: []string{
				`#accessibility`, `main a[href="/accessibility"]`, `a[href="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"][rel~="license"]`, `a[href^="/static/licences."]`,
				`a[href="/sources#england-record"]`, `.swatch--outstanding`, `.swatch--not_inspected_yet`,
			},
			shows: []string{
				"It is not a service of Ofsted", "633 inspections and visits", "60 milestones", "read on 22 August 2026", "was published on 20 August 2026",
				"Contains public sector information licensed under the Open Government Licence v3.0", "Report an error",
			},
			hides: notOnAnyPage,
		}, {
			name:  "the accessibility statement follows the model of public bodies and claims no more than was tested",
			path:  "/accessibility",
			wants: []string{`#contact`, `#enforcement a[href*="equalityadvisoryservice"], section[aria-labelledby="enforcement"] a`, `.footer-links a[href="/accessibility"]`},
			shows: []string{
				"partially compliant", "Web Content Accessibility Guidelines version 2.2", "No people who use screen readers or other assistive technology have tested this service yet",
				"last tested on 22 November 2026", "axe-core", "Accessibility Regulations 2018", "Disproportionate burden",
			},
			hides: append([]string{"fully compliant"}, notOnAnyPage...),
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
