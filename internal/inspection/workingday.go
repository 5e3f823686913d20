package inspection

// BankHoliday is a bank holiday in England and Wales. Days that a single year added or moved are marked, so that a
// calendar of the ordinary ones can be checked against them.
type BankHoliday struct {
	On   Date   `gorm:"column:on_day;primaryKey" json:"date"`
	Name string `json:"name"`
	Kind string `json:"kind"` // ordinary, moved, one_off
}

// Calendar knows which days are working days: not a Saturday or Sunday, nor a bank holiday in England and Wales
// (SI 2007/462, regulation 1(2); Christmas Day and Good Friday are among the days of the table).
type Calendar struct {
	holidays    map[Date]bool
	first, last int
}

// NewCalendar returns the calendar of a table of bank holidays. It is right only inside the years of the table.
func NewCalendar(holidays []BankHoliday) *Calendar {
	c := &Calendar{holidays: make(map[Date]bool, len(holidays))}
	for _, h := range holidays {
		c.holidays[h.On] = true
		if c.first == 0 || h.On.Year() < c.first {
			c.first = h.On.Year()
		}
		c.last = max(c.last, h.On.Year())
	}
	return c
}

// WorkingDay reports whether a day is a working day.
func (c *Calendar) WorkingDay(d Date) bool {
	weekday := d.Time().Weekday()
	return weekday != 0 && weekday != 6 && !c.holidays[d.First()]
}

// AddWorkingDays returns the day that many working days after d; day 1 is the next working day. The second result is
// false where the way leads outside the table or d is not a day, and nothing may then be shown.
func (c *Calendar) AddWorkingDays(d Date, days int) (Date, bool) {
	if d.Precision() != ToDay {
		return Date{}, false
	}
	at := d.First()
	for days > 0 {
		at = at.AddDays(1)
		if at.Year() < c.first || at.Year() > c.last {
			return Date{}, false
		}
		if c.WorkingDay(at) {
			days--
		}
	}
	return at, true
}

// Rule is a dated rule of the field with its source: a duty's clock, an interval.
type Rule struct {
	Code       string     `gorm:"primaryKey" json:"code"` // "statement_of_action"
	About      string     `json:"about"`
	Value      int        `json:"value"`
	Unit       string     `json:"unit"`        // working_days
	CountsFrom string     `json:"counts_from"` // received
	ValidFrom  Date       `json:"valid_from"`
	ValidUntil Date       `json:"valid_until"`
	SourceID   string     `json:"source"`
	Confidence Confidence `json:"confidence"`
	Words      string     `json:"words"`
}

// StatementOfActionRule is the code of the rule for the written statement of proposed action.
const StatementOfActionRule = "statement_of_action"

// Clock is a day that a rule computes for an inspection.
type Clock struct {
	Rule   Rule
	From   Date
	Basis  string // "received" or "published"; published makes it the latest possible day
	Due    Date
	Source Source
}

// RunClock computes a rule for an inspection: from receipt where that day is recorded, else from publication, which
// gives the latest possible day since receipt comes first (domain rules 3.4). The second result is false where neither
// day is known to the day.
func (c *Calendar) RunClock(rule Rule, in *Inspection) (Clock, bool) {
	clock := Clock{Rule: rule, From: in.Received, Basis: "received"}
	if !clock.From.Known() {
		clock.From, clock.Basis = in.Published, "published"
	}
	due, ok := c.AddWorkingDays(clock.From, rule.Value)
	clock.Due = due
	return clock, ok
}
