package letter

import (
	"fmt"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// The wordings of titles since 2018, and how councils are called in them.
var (
	titleWordings = []string{
		"Inspection of %s local authority\nchildren’s services", "%s\nInspection of children’s social care services",
		"Inspection of children’s services in %s", "Inspection of %s children’s social care services",
		"Inspection of local authority children's services\nfor %s",
	}
	councilWordings = []string{
		"%s", "the %s", "%s Council", "%s County Council", "%s City Council", "City of %s", "London Borough of %s",
		"the Royal Borough of %s", "%s Metropolitan Borough Council", "Metropolitan Borough of %s", "%s Unitary Authority",
	}
)

const judgedGood = "\n\nInspection dates: %s to %s\n\nLead inspector: Morag Fennimore, HMI\n\nJudgement   Grade\n" +
	"The impact of leaders on social work practice   Good\n" +
	"The experiences and progress of children who need help and protection   Good\n" +
	"The experiences and progress of children in care   Good\n"

func TestEveryAuthorityOfItsDayIsKnownInEveryTitle(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads thousands of titles one after another, which takes long under the race detector and cannot race")
	}
	register := testRegister(t)
	for _, day := range []string{"2018-06-11", "2019-03-04", "2019-10-07", "2021-06-07", "2024-06-10"} {
		on := inspection.MustDate(day)
		dates := fmt.Sprintf(judgedGood, on.Time().Format("2 January 2006"), on.AddDays(11).Time().Format("2 January 2006"))
		for _, e := range register.entries {
			if e.body.EndedBy(on) || e.body.Created.Known() && e.body.Created.After(on) {
				continue
			}
			bare := strings.TrimSuffix(strings.TrimSuffix(e.body.Name, " County Council"), ", City of")
			var titles []string
			for _, name := range append([]string{bare, strings.ReplaceAll(bare, " and ", " & "), strings.ToUpper(bare)}, e.body.Aliases...) {
				titles = append(titles, fmt.Sprintf(titleWordings[len(titles)%len(titleWordings)], name))
			}
			for _, wording := range councilWordings {
				titles = append(titles, fmt.Sprintf(titleWordings[len(titles)%len(titleWordings)], fmt.Sprintf(wording, bare)))
			}
			for _, title := range titles {
				r := Interpret(ParseText(title+dates), register)
				if r.Authority == nil || r.Authority.Value.BodyID != e.body.ID {
					t.Errorf("%s, %s: %+v", day, title, r.Authority)
				}
			}
		}
	}
}
