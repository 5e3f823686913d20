package inspection

import "cmp"

// The codes of rules that the program itself names. Others are named by the frameworks, or by nobody and only shown.
const (
	StatementOfActionRule = "statement_of_action" // the written statement of proposed action after a full inspection
	PublishReportRule     = "publish_report"      // making the report itself public
	WorkingDayRule        = "working_day"         // which days are counted
	// PrintedStatementRule stands for a statement or plan that only the letter itself asks for, by the day that it prints.
	PrintedStatementRule = "printed_statement"
)

// The units of a rule's value.
const (
	WorkingDays = "working_days"
	Months      = "months"
)

// Rule is a dated rule of the field with its source: a duty's clock, an interval. Of one code there may be several, each
// valid from its own day.
type Rule struct {
	ID         string     `gorm:"primaryKey" json:"id"`
	Code       string     `json:"code"` // "statement_of_action"
	About      string     `json:"about"`
	Value      int        `json:"value"`       // 0 where the rule is in words alone
	Unit       string     `json:"unit"`        // of the value
	CountsFrom string     `json:"counts_from"` // received, published, fieldwork_start
	ValidFrom  Date       `json:"valid_from"`  // unknown where it has held for as long as the record goes back
	ValidUntil Date       `json:"valid_until"`
	SourceID   string     `json:"source"`
	Confidence Confidence `json:"confidence"`
	Words      string     `json:"words"`
}

// RuleID returns the ID of a rule: its code, and for a later version of one the day from which that is valid.
func RuleID(code string, validFrom Date, later bool) string {
	if !later {
		return code
	}
	return code + "/" + validFrom.String()
}

// Confirmed reports whether the rule rests on more than one weak source or an inference. Nobody is told that a day of an
// unconfirmed rule was missed.
func (r Rule) Confirmed() bool { return !r.Confidence.Weak() }

// ValidOn reports whether the rule held on a day. On an unknown day only a rule held that has no first day.
func (r Rule) ValidOn(day Date) bool {
	return !day.Before(r.ValidFrom) && (!r.ValidUntil.Known() || !day.After(r.ValidUntil.Last()))
}

// ByVersion orders rules by their code, and the versions of one by the day from which each is valid.
func ByVersion(a, b Rule) int {
	return cmp.Or(cmp.Compare(a.Code, b.Code), a.ValidFrom.Compare(b.ValidFrom), cmp.Compare(a.ID, b.ID))
}

// Rule returns a rule by its code as it stood on a day: of several versions the latest that held then.
func (r *Record) Rule(code string, on Date) (Rule, bool) {
	var found Rule
	ok := false
	for _, rule := range r.Rules {
		if rule.Code == code && rule.ValidOn(on) && (!ok || ByVersion(found, rule) < 0) {
			found, ok = rule, true
		}
	}
	return found, ok
}
