package exchange_test

import (
	"strings"
	"testing"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

func TestAMappingOfATrackerIsReadFromJSON(t *testing.T) {
	m, err := exchange.ReadTrackerMapping([]byte(`{"name": "Plan", "heading_row": 3, "rows": "actions",
		"columns": [{"heading": "Ref", "holds": "reference"}, {"heading": "Update", "holds": "progress", "on": "2026-09-30"}]}`))
	if err != nil || m.Name != "Plan" || m.Rows != inspection.TrackerActions || len(m.Columns) != 2 ||
		m.Columns[1].On != inspection.MustDate("2026-09-30") || m.Columns[0].On.Known() {
		t.Errorf("%+v, %v", m, err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"a name that a mapping does not have": {`{"colums": []}`, "colums"},
		"a day that is none":                  {`{"columns": [{"on": "soon"}]}`, "soon"},
		"something after it":                  {`{} {}`, "follows"},
		"no JSON":                             {`name: Plan`, "invalid character"},
	} {
		if _, err := exchange.ReadTrackerMapping([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
