package opendata

import (
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// Framework is a set of inspection rules with its kinds of inspection, judgements and scales.
type Framework struct {
	Code       string            `json:"code" column:"Code" doc:"Names the rules; it does not change"`
	Name       string            `json:"name" column:"Name" doc:"In full, as the inspectorate prints it"`
	PlainName  string            `json:"plain_name" column:"As pages say it" doc:"As the pages say it"`
	Family     string            `json:"family" doc:"Rules of one family can be compared, where their scales are the same"`
	Inspectors string            `json:"inspectors" column:"Who inspects" doc:"Who inspects"`
	From       Date              `json:"from" column:"From" doc:"First day of fieldwork that these rules cover"`
	Until      Date              `json:"until" column:"Until" doc:"Last such day; unknown while they are in force"`
	Announced  bool              `json:"announced" doc:"Whether they are expected and their content is not known"`
	NoOverall  *string           `json:"no_overall" doc:"Why these rules give no overall grade; null where they give one"`
	Kinds      []Kind            `json:"kinds" doc:"Its kinds of inspection"`
	Judgements []FrameworkStrand `json:"judgements" doc:"What it judges"`
	Scales     []Scale           `json:"scales" doc:"Its scales. Grades are compared inside their own scale alone"`
	Sources    []string          `json:"sources" doc:"Addresses where the rules stand"`
	Note       *string           `json:"note" doc:"What has to be known; null where there is nothing"`
}

// Kind is a kind of inspection.
type Kind struct {
	Code      string `json:"code" doc:"Names the kind; it does not change"`
	Name      string `json:"name" doc:"In words"`
	Reference string `json:"reference" doc:"How references name it: ILACS"`
	Record    string `json:"record" doc:"The list whose completeness is kept for it"`
	Graded    bool   `json:"graded" doc:"Whether it gives judgements; a visit never does"`
	Full      bool   `json:"full" doc:"Whether it judges the whole of an authority's children’s services"`
}

// FrameworkStrand is one judgement of a framework.
type FrameworkStrand struct {
	Code   string   `json:"code" doc:"Names the judgement"`
	Name   string   `json:"name" doc:"As it is printed"`
	Short  string   `json:"short" doc:"As a lane is headed"`
	Scale  string   `json:"scale" doc:"Code of its scale"`
	Within *string  `json:"within" doc:"The judgement that it is a part of; null where it stands by itself"`
	Covers []string `json:"covers" doc:"Judgements of other rules that this one spans"`
	Starts bool     `json:"starts" doc:"Whether its family had no such judgement before"`
}

// Scale is a list of grades, the best first.
type Scale struct {
	Code   string `json:"code" doc:"Names the scale"`
	Grades []Code `json:"grades" doc:"Its grades, the best first"`
}

func frameworks() Operation {
	return Reading(Operation{
		Name: "frameworks", Path: "/frameworks", Group: "Around the inspections", Summary: "Inspection rules, with their kinds of inspection, judgements and scales",
	}, func(ctx context.Context, c *Call) (List[Framework], error) {
		catalogue, err := c.Rules(ctx)
		if err != nil {
			return List[Framework]{}, err
		}
		var items []Framework
		for _, f := range catalogue.Frameworks() {
			items = append(items, frameworkOf(catalogue, f))
		}
		return whole(c, items)
	})
}

func frameworkOf(catalogue *inspection.Catalogue, f inspection.Framework) Framework {
	out := Framework{
		Code: f.Code, Name: f.Name, PlainName: capital(f.PlainName), Family: string(f.Family), Inspectors: f.Inspectors, From: dateOf(f.From), Until: dateOf(f.Until),
		Announced: f.Announced, NoOverall: text(f.NoOverall), Kinds: []Kind{}, Judgements: []FrameworkStrand{}, Scales: []Scale{}, Sources: texts(f.Sources), Note: text(f.Note),
	}
	for _, k := range f.Kinds {
		out.Kinds = append(out.Kinds, Kind{k.Code, k.Name, k.Reference, k.Record, k.Graded, k.Full})
	}
	for _, s := range f.Strands {
		out.Judgements = append(out.Judgements, FrameworkStrand{s.Code, s.Name, s.Short, s.Scale, text(s.Within), texts(s.Covers), s.Starts})
		scale, known := catalogue.Scale(s.Scale)
		if !known || slices.ContainsFunc(out.Scales, func(held Scale) bool { return held.Code == s.Scale }) {
			continue
		}
		one := Scale{Code: s.Scale, Grades: []Code{}}
		for _, g := range scale.Grades {
			one.Grades = append(one.Grades, Code{g.Code, g.Name})
		}
		out.Scales = append(out.Scales, one)
	}
	return out
}

// Theme is a subject that areas to improve are about.
type Theme struct {
	Code    string `json:"code" column:"Code" doc:"Names the theme; it does not change"`
	Name    string `json:"name" column:"Name" doc:"In words"`
	Meaning string `json:"meaning" column:"What it means" doc:"What it means"`
}

func themes() Operation {
	return Reading(Operation{
		Name: "themes", Path: "/themes", Group: "Areas to improve", Summary: "Themes of areas to improve",
	}, func(ctx context.Context, c *Call) (List[Theme], error) {
		all, err := c.Store.Themes(ctx)
		if err != nil {
			return List[Theme]{}, err
		}
		var items []Theme
		for _, t := range all {
			items = append(items, Theme{t.Code, t.Name, t.Meaning})
		}
		return whole(c, items)
	})
}

// RecurringTheme is a theme that came up in more than one round of inspections.
type RecurringTheme struct {
	Theme     Theme      `json:"theme" column:"Theme" doc:"The theme"`
	Asked     int        `json:"letters" column:"Letters" doc:"Letters to these councils that ask for something on it, twin letters once"`
	AskedThen int        `json:"letters_to_earlier_councils" column:"Letters to earlier councils" doc:"The same to earlier councils, which are never counted as theirs"`
	Own       []Mention  `json:"mentions" doc:"What each letter says of it, the first first"`
	Earlier   []Mention  `json:"mentions_of_earlier_councils" doc:"The same of letters to earlier councils"`
	Links     []AreaLink `json:"links" doc:"How the areas hang together"`
}

// Mention is what one letter, or twin letters, say of a theme.
type Mention struct {
	Inspections []Link    `json:"inspections" doc:"The inspections"`
	Areas       []Area    `json:"areas_to_improve" doc:"Areas to improve that name it"`
	Concerns    []Finding `json:"concerns" doc:"Where no area is held: concerns about it, in our words"`
	Silent      bool      `json:"not_mentioned" doc:"Whether it is a visit between letters that name the theme, of which what is held does not mention it"`
}

func recurrence() Operation {
	return Reading(Operation{
		Name: "recurrence", Path: "/recurrence", Page: "/themes", Group: "Areas to improve", Summary: "Themes that came up in more than one round of inspections",
		Parameters: []Parameter{
			{Name: "authority", Summary: "Short name of a council or a place; the home place where it is left out", From: councils, At: "/authorities"}, asAtParameter,
		},
	}, func(ctx context.Context, c *Call) (List[RecurringTheme], error) {
		slug := c.or("authority", c.Home)
		sub, err := c.subject(ctx, slug)
		if err != nil {
			return List[RecurringTheme]{}, err
		}
		r := sub.record
		earlier := r.EarlierCouncils(r.Members(slug)...)
		var items []RecurringTheme
		for _, t := range r.Recurrence(append(r.ListedUnder(slug), earlier...), c.Day()) {
			one := RecurringTheme{Theme: Theme{t.Theme.Code, t.Theme.Name, t.Theme.Meaning}, Own: c.mentions(r, t.Own), Earlier: c.mentions(r, t.Earlier), Links: []AreaLink{}}
			one.Asked, one.AskedThen = t.Asked()
			for _, l := range t.Links {
				one.Links = append(one.Links, AreaLink{l.FromReference, Code{string(l.Kind), l.Kind.Words()}, l.ToReference, text(l.Note)})
			}
			items = append(items, one)
		}
		return whole(c, items)
	})
}

func (c *Call) mentions(r *inspection.Record, all []inspection.ThemeMention) []Mention {
	out := []Mention{}
	for _, m := range all {
		one := Mention{Inspections: c.inspectionLinks(r, m.Inspections), Areas: []Area{}, Concerns: []Finding{}, Silent: m.Silent}
		for _, item := range m.Items {
			one.Areas = append(one.Areas, c.area(r.Themes, item))
		}
		for _, f := range m.Concerns {
			one.Concerns = append(one.Concerns, Finding{string(f.Kind), f.Words, text(f.Paragraph)})
		}
		out = append(out, one)
	}
	return out
}

// WorkingDaysDocument is what working days are counted with.
type WorkingDaysDocument struct {
	Document
	Rule         *Rule         `json:"rule" doc:"Which days are counted; null where no rule is held"`
	FirstYear    *int          `json:"first_year" doc:"First year that is held whole; null where none is, and then nothing is computed"`
	LastYear     *int          `json:"last_year" doc:"Last year that is held whole; null where none is"`
	BankHolidays []BankHoliday `json:"bank_holidays" doc:"The bank holidays of England and Wales that are held"`
	Rules        []Rule        `json:"rules" doc:"Every rule from which a day or a span is computed, with its source"`
}

// BankHoliday is a day that is no working day.
type BankHoliday struct {
	On   Date   `json:"date" doc:"The day"`
	Name string `json:"name" doc:"What it is called"`
	Kind string `json:"kind" codes:"ordinary|moved|one_off|added" doc:"Whether it is of every year, was moved, is of one year alone, or was added by an officer"`
}

// Rule is a dated rule of the field.
type Rule struct {
	Code       string  `json:"code" doc:"Names the rule; versions of one rule share it"`
	About      string  `json:"about" doc:"What it is about"`
	Words      string  `json:"words" doc:"The rule in words"`
	Value      *int    `json:"value" doc:"Its number; null where it is in words alone"`
	Unit       *string `json:"unit" doc:"Unit of the number; null without one"`
	CountsFrom *string `json:"counts_from" doc:"From when it counts; null where it does not count"`
	From       Date    `json:"valid_from" doc:"From when it holds; unknown where the record does not go back to its beginning"`
	Until      Date    `json:"valid_until" doc:"Until when it held; unknown while it does"`
	Confidence Code    `json:"confidence" doc:"How well it is known"`
	Source     *Link   `json:"source" doc:"Where it stands"`
}

func workingDays() Operation {
	return Reading(Operation{
		Name: "working-days", Path: "/working-days", Page: "/working-days", Group: "Around the inspections", Summary: "Bank holidays and the rules from which days are computed",
	}, func(ctx context.Context, c *Call) (WorkingDaysDocument, error) {
		holidays, err := c.Store.BankHolidays(ctx)
		if err != nil {
			return WorkingDaysDocument{}, err
		}
		rules, err := c.Store.Rules(ctx)
		if err != nil {
			return WorkingDaysDocument{}, err
		}
		var ids []string
		for _, rule := range rules {
			ids = append(ids, rule.SourceID)
		}
		r := &inspection.Record{}
		if r.Sources, err = c.Store.SourcesNamed(ctx, ids); err != nil {
			return WorkingDaysDocument{}, fmt.Errorf("read the sources of the rules: %w", err)
		}
		out := WorkingDaysDocument{Document: c.document(), BankHolidays: []BankHoliday{}, Rules: []Rule{}}
		if first, last, ok := inspection.NewCalendar(holidays).Span(); ok {
			out.FirstYear, out.LastYear = &first, &last
		}
		for _, h := range holidays {
			out.BankHolidays = append(out.BankHolidays, BankHoliday{dateOf(h.On), h.Name, h.Kind})
		}
		for _, rule := range rules {
			one := c.rule(r, rule)
			out.Rules = append(out.Rules, one)
			if rule.Code == inspection.WorkingDayRule && out.Rule == nil {
				out.Rule = &one
			}
		}
		return out, nil
	})
}

func (c *Call) rule(r *inspection.Record, rule inspection.Rule) Rule {
	return Rule{
		rule.Code, rule.About, rule.Words, count(rule.Value), text(rule.Unit), text(rule.CountsFrom), dateOf(rule.ValidFrom), dateOf(rule.ValidUntil),
		Code{string(rule.Confidence), rule.Confidence.Words()}, c.sourceLink(r, rule.SourceID),
	}
}
