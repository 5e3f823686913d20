package exchange

import (
	"slices"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// readReferenceData reads the words and rules of the field and how far the record is complete.
func (s *seedReader) readReferenceData() {
	s.readThemes()
	s.readTerms()
	s.readRules()
	s.readBankHolidays()
	s.readCompleteness()
	s.readOfficialFigures()
}

func (s *seedReader) readThemes() {
	used := map[string]int{}
	for i, r := range s.table("themes.csv", "code name meaning", "words") {
		theme := inspection.Theme{
			Code: r.slug("code", r.text("code")), Name: r.needed("name"), Meaning: r.needed("meaning"),
			Words: r.list("words"), Position: i + 1,
		}
		r.once("code", theme.Code, used)
		s.themes[theme.Code] = true
		s.record.Themes = append(s.record.Themes, theme)
	}
}

func (s *seedReader) readTerms() {
	used := map[string]int{}
	for _, r := range s.table("glossary.csv", "term short meaning also", "") {
		term := inspection.Term{
			ID: slugOf(r.text("term")), Term: r.needed("term"), Short: r.text("short"),
			Meaning: r.needed("meaning"), Also: r.text("also"),
		}
		r.once("term", term.ID, used)
		s.record.Terms = append(s.record.Terms, term)
	}
}

// slugOf turns a name into lower-case words with hyphens.
func slugOf(name string) string {
	words := strings.FieldsFunc(strings.ToLower(strings.NewReplacer("’", "", "'", "").Replace(name)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// readRules reads the rules. Of one code there may be several, the later ones each with the day from which it is valid.
func (s *seedReader) readRules() {
	used, versions := map[string]int{}, map[string]int{}
	for _, r := range s.table("rules.csv",
		"code about value unit counts_from valid_from valid_to source confidence words", "") {
		rule := inspection.Rule{
			Code: r.needed("code"), About: r.needed("about"), Value: r.number("value"), Unit: r.text("unit"),
			CountsFrom: r.text("counts_from"), ValidFrom: r.dateIn("valid_from"), ValidUntil: r.dateIn("valid_to"),
			SourceID: r.sourceIn("source"), Confidence: r.confidenceIn(), Words: r.needed("words"),
		}
		rule.ID = inspection.RuleID(rule.Code, rule.ValidFrom, versions[rule.Code] > 0)
		versions[rule.Code]++
		if rule.Value != 0 {
			r.oneOf("unit", rule.Unit, inspection.WorkingDays, inspection.Months)
			r.needed("counts_from")
		}
		r.inOrder("valid_from", rule.ValidFrom, "valid_to", rule.ValidUntil)
		if rule.ID != rule.Code {
			r.needed("valid_from")
		}
		r.once("code", rule.ID, used)
		s.record.Rules = append(s.record.Rules, rule)
	}
	s.checkDuties(versions)
}

// checkDuties reports a duty that a framework names and no rule explains.
func (s *seedReader) checkDuties(rules map[string]int) {
	for _, framework := range s.record.Catalogue.Frameworks() {
		at := spot{seed: s, file: "frameworks/" + framework.Code + ".json"}
		check := func(field string, duties []string) {
			for _, code := range duties {
				if rules[code] == 0 {
					at.wrong(field, "no rule of rules.csv has the code %q", code)
				}
			}
		}
		for _, kind := range framework.Kinds {
			check("duties", kind.Duties)
			check("priority_duties", kind.PriorityDuties)
		}
		for _, scale := range framework.Scales {
			for _, grade := range scale.Grades {
				check("duties", grade.Duties)
			}
		}
	}
}

func (s *seedReader) readBankHolidays() {
	used := map[string]int{}
	for _, r := range s.table("bank_holidays.csv", "date name kind", "") {
		holiday := inspection.BankHoliday{
			On: r.wholeDay("date"), Name: r.needed("name"),
			Kind: r.oneOf("kind", r.text("kind"), "ordinary", "moved", "one_off"),
		}
		r.needed("date")
		r.once("date", holiday.On.String(), used)
		s.record.BankHolidays = append(s.record.BankHolidays, holiday)
	}
	s.record.Calendar = inspection.NewCalendar(s.record.BankHolidays)
}

func (s *seedReader) readCompleteness() {
	var records []string
	for _, kind := range s.record.Catalogue.Kinds() {
		if kind.Record != "" && !slices.Contains(records, kind.Record) {
			records = append(records, kind.Record)
		}
	}
	used := map[string]int{}
	for _, r := range s.table("completeness.csv", "body record complete_to source note", "") {
		line := inspection.Completeness{
			BodyID: r.needed("body"), Record: r.oneOf("record", r.text("record"), records...),
			To: r.wholeDay("complete_to"), SourceID: r.sourceIn("source"), Note: r.text("note"),
		}
		if line.BodyID != inspection.EveryAuthority {
			r.body("body", line.BodyID)
		}
		r.once("record", line.BodyID+" "+line.Record, used)
		s.record.Completeness = append(s.record.Completeness, line)
	}
}

// readOfficialFigures reads the figures that Ofsted published, against which the record is held. What each is worked out
// from has to be there: its judgement, its region and its family of rules.
func (s *seedReader) readOfficialFigures() {
	var judgements, regions, families, measures []string
	for _, j := range s.record.Catalogue.Judgements() {
		judgements = append(judgements, j.Code)
	}
	for _, f := range s.record.Catalogue.Frameworks() {
		families = append(families, string(f.Family))
	}
	for _, b := range s.record.Bodies {
		regions = append(regions, b.Region)
	}
	for _, m := range inspection.OfficialMeasures() {
		measures = append(measures, string(m))
	}
	slices.Sort(regions)
	used := map[string]int{}
	for i, r := range s.table("official_figures.csv",
		"id title day published_by fieldwork_by judgement region family measure values differs source", "") {
		figure := inspection.OfficialFigure{
			ID: r.slug("id", r.text("id")), Title: r.needed("title"), On: r.wholeDay("day"),
			PublishedBy: r.wholeDay("published_by"), FieldworkBy: r.wholeDay("fieldwork_by"),
			Judgement: r.oneOf("judgement", r.text("judgement"), judgements...), Region: r.text("region"),
			Family:  inspection.Family(r.text("family")),
			Measure: inspection.OfficialMeasure(r.oneOf("measure", r.text("measure"), measures...)),
			Differs: r.text("differs"), SourceID: r.sourceIn("source"), Position: i + 1,
		}
		figure.Values = r.officialValues("values", figure.Codes(s.record.Catalogue))
		r.needed("day")
		if figure.Region != "" {
			r.oneOf("region", figure.Region, slices.Compact(regions)...)
		}
		if figure.Family != "" {
			r.oneOf("family", string(figure.Family), families...)
		}
		r.once("id", figure.ID, used)
		s.record.OfficialFigures = append(s.record.OfficialFigures, figure)
	}
}

// wholeDay returns a day that is known whole, or the unknown one.
func (r row) wholeDay(column string) inspection.Date {
	day := r.dateIn(column)
	if day.Known() && !day.Exact() {
		r.wrong(column, "is not a whole day")
	}
	return day
}

// officialValues reads the numbers of an official figure, each as its code, a colon and a whole number.
func (r row) officialValues(column string, codes []string) []inspection.OfficialValue {
	var out []inspection.OfficialValue
	for part := range strings.FieldsSeq(r.needed(column)) {
		code, number, _ := strings.Cut(part, ":")
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 {
			r.wrong(column, "%q is not a code, a colon and a whole number", part)
			continue
		}
		out = append(out, inspection.OfficialValue{Code: r.oneOf(column, code, codes...), Number: n})
	}
	return out
}
