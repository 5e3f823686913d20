package opendata

import (
	"context"
	"slices"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// spoolAll writes every table, one body's inspections at a time, so that no more of them is held than one page needs.
func (c *Call) spoolAll(ctx context.Context, out *spool) error {
	bodies, err := c.Bodies(ctx)
	if err != nil {
		return err
	}
	for _, write := range []func(context.Context, *spool) error{c.spoolRegister, c.spoolRules, c.spoolAround, c.spoolProgress} {
		if err := write(ctx, out); err != nil {
			return err
		}
	}
	seen := map[string]bool{} // inspections stand in the records of several bodies
	for _, b := range bodies {
		if b.Kind == inspection.Place {
			continue
		}
		record, err := c.Store.Record(ctx, b.ID)
		if err != nil {
			return err
		}
		for _, in := range record.Inspections {
			if seen[in.ID] {
				continue
			}
			seen[in.ID] = true
			if err := spoolInspection(out, record, in, c.Day()); err != nil {
				return err
			}
		}
	}
	return c.spoolAreas(ctx, out)
}

// puts writes a row of a table for each of some values.
func puts[T any](out *spool, table string, all []T, row func(T) any) error {
	for _, one := range all {
		if err := out.put(table, row(one)); err != nil {
			return err
		}
	}
	return nil
}

// firstOf returns the first error of some.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Call) spoolRegister(ctx context.Context, out *spool) error {
	all, err := c.Store.Register(ctx)
	if err != nil {
		return err
	}
	england, err := c.England(ctx)
	if err != nil {
		return err
	}
	lists, err := c.Store.Completeness(ctx)
	if err != nil {
		return err
	}
	return firstOf(
		puts(out, "bodies", all.Bodies, func(b inspection.Body) any {
			return bodyRow{
				b.ID, string(b.Kind), b.Name, text(b.LACode), text(b.ONSCode), text(b.URN), text(b.Region), text(b.Type), count(b.Population),
				dateOf(b.Created), dateOf(b.Ended), text(b.ListedOn),
			}
		}),
		puts(out, "successions", england.Successions, func(s inspection.Succession) any {
			return successionRow{s.FromID, s.ToID, dateOf(s.On), string(s.Confidence), text(s.SourceID)}
		}),
		puts(out, "place_members", all.PlaceMembers, func(m inspection.PlaceMember) any { return memberRow{m.PlaceID, m.AuthorityID, m.Position} }),
		puts(out, "services", all.Services, func(s inspection.Service) any {
			return serviceRow{s.ProviderID, s.AuthorityID, dateOf(s.From), dateOf(s.Until), string(s.Confidence), text(s.SourceID)}
		}),
		puts(out, "completeness", lists, func(l inspection.Completeness) any {
			return completenessRow{l.BodyID, l.Record, dateOf(l.To), text(l.SourceID)}
		}),
	)
}

func (c *Call) spoolRules(ctx context.Context, out *spool) error {
	catalogue, err := c.Rules(ctx)
	if err != nil {
		return err
	}
	scales := map[string]bool{}
	for _, f := range catalogue.Frameworks() {
		row := frameworkRow{f.Code, f.Name, capital(f.PlainName), string(f.Family), f.Inspectors, dateOf(f.From), dateOf(f.Until), f.Announced}
		if err := out.put("frameworks", row); err != nil {
			return err
		}
		for _, s := range f.Strands {
			if err := out.put("judgement_kinds", strandRow{f.Code, s.Code, s.Name, s.Scale, text(s.Within)}); err != nil {
				return err
			}
			scale, known := catalogue.Scale(s.Scale)
			if !known || scales[s.Scale] {
				continue
			}
			scales[s.Scale] = true
			for i, g := range scale.Grades {
				if err := out.put("grades", gradeRow{s.Scale, g.Code, g.Name, i + 1}); err != nil {
					return err
				}
			}
		}
	}
	themes, err := c.Store.Themes(ctx)
	if err != nil {
		return err
	}
	terms, err := c.Store.Terms(ctx)
	if err != nil {
		return err
	}
	rules, err := c.Store.Rules(ctx)
	if err != nil {
		return err
	}
	holidays, err := c.Store.BankHolidays(ctx)
	if err != nil {
		return err
	}
	return firstOf(
		puts(out, "themes", themes, func(t inspection.Theme) any { return themeRow{t.Code, t.Name, text(t.Meaning)} }),
		puts(out, "terms", terms, func(t inspection.Term) any { return termRow{t.ID, t.Term, text(t.Short), t.Meaning, text(t.Also)} }),
		puts(out, "rules", rules, func(r inspection.Rule) any {
			return ruleRow{
				r.ID, r.Code, r.Words, count(r.Value), text(r.Unit), text(r.CountsFrom), dateOf(r.ValidFrom), dateOf(r.ValidUntil), string(r.Confidence), text(r.SourceID),
			}
		}),
		puts(out, "bank_holidays", holidays, func(h inspection.BankHoliday) any { return holidayRow{h.On.ISO(), h.Name, h.Kind} }),
	)
}

func (c *Call) spoolAround(ctx context.Context, out *spool) error {
	sources, err := c.Store.Sources(ctx)
	if err != nil {
		return err
	}
	milestones, err := c.Store.Milestones(ctx)
	if err != nil {
		return err
	}
	gaps, err := c.Store.Gaps(ctx)
	if err != nil {
		return err
	}
	number := 0
	err = firstOf(
		puts(out, "sources", sources, func(s store.SourceUse) any {
			return sourceRow{s.ID, s.Title, text(s.Publisher), s.Kind, openAddress(s.Address), dateOf(s.Published), dateOf(s.ReadOn)}
		}),
		puts(out, "gaps", gaps, func(g store.ListedGap) any {
			number++
			return gapRow{number, string(g.About.Kind), g.About.ID, g.Field, g.Words}
		}),
	)
	for _, m := range milestones {
		if err != nil {
			return err
		}
		err = firstOf(
			out.put("milestones", milestoneRow{
				m.ID, dateOf(m.On), text(m.OnWords), m.Title, text(m.Detail), m.Category, m.Structural, string(m.Confidence),
			}),
			puts(out, "milestone_bodies", m.Bodies, func(id string) any { return milestoneBodyRow{m.ID, id} }),
			spoolCitations(out, inspection.OfMilestone, m.ID, m.Citations),
		)
	}
	return err
}

func spoolCitations(out *spool, kind inspection.RecordKind, id string, all []inspection.Citation) error {
	for i, cited := range all {
		if err := out.put("citations", citationRow{string(kind), id, i + 1, cited.SourceID, text(cited.Supports), text(cited.Confidence)}); err != nil {
			return err
		}
	}
	return nil
}

func spoolInspection(out *spool, r *inspection.Record, in *inspection.Inspection, day inspection.Date) error {
	position, said := 0, 0
	return firstOf(
		out.put("inspections", inspectionRow{
			in.ID, in.Kind, in.Framework, text(in.Topic), dateOf(in.FieldworkStart), dateOf(in.FieldworkEnd), dateOf(in.Published), dateOf(in.Received),
			dateOf(in.StatementDue), text(in.LeadInspector), openAddress(in.ReportAddress), string(in.Document), in.AreasCount, in.WholeListHeld, string(in.Confidence),
		}),
		puts(out, "inspection_bodies", in.Bodies, func(b inspection.InspectionBody) any { return inspectedRow{in.ID, b.BodyID, b.Confirmed} }),
		puts(out, "judgements", in.Judgements, func(j inspection.Judgement) any {
			row := judgementRow{Inspection: in.ID, Judgement: j.Strand, Grade: text(j.Grade), Confidence: text(j.Confidence)}
			switch j.Grade {
			case inspection.NotJudged:
				row.Grade, row.Absence = nil, text(inspection.AbsentNotJudged)
			case "":
				row.Absence = text(inspection.AbsentNotFound)
			}
			return row
		}),
		puts(out, "findings", in.Findings, func(f inspection.Finding) any {
			position++
			return findingRow{in.ID, position, string(f.Kind), f.Words, text(f.Paragraph)}
		}),
		puts(out, "responses", in.Responses, func(s inspection.Response) any {
			said++
			return responseRow{in.ID, said, text(s.BodyID), s.Role, text(s.Name), s.Gist, dateOf(s.On), text(s.SourceID)}
		}),
		puts(out, "later_views", r.ViewsBy(in.ID, day), func(v inspection.LaterView) any {
			return viewRow{v.ID, v.Reference, v.InspectionID, string(v.View), text(v.Paragraph), count(v.Page), text(v.Quote), text(v.Gloss), text(v.Repeats)}
		}),
		spoolCitations(out, inspection.OfInspection, in.ID, in.Citations),
	)
}

// spoolProgress writes what councils record of themselves: those who decide, actions and questions.
func (c *Call) spoolProgress(ctx context.Context, out *spool) error {
	committees, err := c.Store.Committees(ctx, nil)
	if err != nil {
		return err
	}
	meetings, err := c.Store.Meetings(ctx, nil)
	if err != nil {
		return err
	}
	actions, err := c.Store.Actions(ctx, store.ActionFilter{Reader: c.Reader, AsOf: c.Day()})
	if err != nil {
		return err
	}
	questions, err := c.Store.Questions(ctx, store.QuestionFilter{Reader: c.Reader, AsOf: c.Day()})
	if err != nil {
		return err
	}
	n, err := c.names(ctx, &inspection.Record{})
	if err != nil {
		return err
	}
	if n.record, err = c.record(ctx); err != nil {
		return err
	}
	err = firstOf(
		puts(out, "committees", committees, func(one inspection.Committee) any {
			return committeeRow{one.ID, one.Name, one.BodyID, one.Decides, one.Scrutinises, dateOf(one.From), dateOf(one.Until), openAddress(one.Address)}
		}),
		puts(out, "meetings", meetings, func(one inspection.Meeting) any {
			return meetingRow{one.ID, one.CommitteeID, dateOf(one.On), openAddress(one.Address)}
		}),
	)
	for _, a := range actions {
		if err != nil {
			return err
		}
		err = firstOf(
			out.put("actions", actionRow{
				a.ID, a.Words, string(a.State), n.post(a.OwnerID), text(a.LeadBodyID), text(a.SuccessMeasure), dateOf(a.OriginalDue), dateOf(a.Due), dateOf(a.Recorded),
			}),
			puts(out, "action_areas", a.References, func(reference string) any { return actionAreaRow{a.ID, reference} }),
		)
	}
	for _, q := range questions {
		if err != nil {
			return err
		}
		err = firstOf(
			out.put("questions", questionRow{q.ID, text(q.BodyID), text(q.Reference), q.AskedBy, dateOf(q.Asked), dateOf(q.AnswerBy), q.Words}),
			puts(out, "answers", q.Answers, func(a inspection.QuestionAnswer) any {
				return answerRow{q.ID, a.Number, dateOf(a.On), a.ByPost, a.Words, openAddress(a.Address)}
			}),
		)
	}
	return err
}

// spoolAreas writes areas to improve with where they stand and what was recorded of them, page by page.
func (c *Call) spoolAreas(ctx context.Context, out *spool) error {
	n, err := c.names(ctx, &inspection.Record{})
	if err != nil {
		return err
	}
	if n.record, err = c.record(ctx); err != nil {
		return err
	}
	written := &progressRows{out: out, actions: map[string]bool{}}
	for number, pages := 1, 1; number <= pages; number++ {
		found, err := c.Store.RecommendationPage(ctx, store.PositionFilter{Reader: c.Reader, AsOf: c.Day(), Page: number, Size: 10 * perPage})
		if err != nil {
			return err
		}
		pages = found.Pages
		for _, item := range found.List {
			if err := c.spoolArea(ctx, written, n, item); err != nil {
				return err
			}
		}
	}
	return nil
}

// progressRows are the tables of what was recorded of areas to improve. An update of an action stands once, however many areas
// the action serves.
type progressRows struct {
	out     *spool
	updates int
	actions map[string]bool
}

func (c *Call) spoolArea(ctx context.Context, to *progressRows, n names, item store.ListedRecommendation) error {
	p := item.Position.For(c.Reader)
	err := firstOf(
		to.out.put("areas_to_improve", areaRow{
			item.Reference, item.InspectionID, item.Number, string(item.Kind), item.Words, string(item.Wording), text(item.Gloss), text(item.FrameworkTag),
			text(item.Responsible), item.OwnPriority, text(item.SharedKey), p.Recorded(), string(p.State), dateOf(p.StateOn), n.post(p.OwnerID), text(p.LeadBodyID),
			dateOf(p.OriginalDue), dateOf(p.Due), p.TimesMoved,
		}),
		puts(to.out, "area_themes", item.Themes, func(code string) any { return areaThemeRow{item.Reference, code} }),
	)
	if err != nil || !p.Recorded() && !p.Updated(c.Reader).Known() && !p.EvidenceOn(c.Reader).Known() {
		return err
	}
	story, err := c.Store.Progress(ctx, item.Reference, c.Reader, c.Day())
	if err != nil {
		return err
	}
	number := 0
	return firstOf(
		puts(to.out, "moves", story.Moves, func(m inspection.Move) any {
			number++
			return moveRow{
				item.Reference, number, dateOf(m.On), dateOf(m.Recorded), string(m.Kind), text(m.Words), m.ByPost, dateOf(m.Due), text(m.CommitteeID), text(m.MinuteReference),
			}
		}),
		to.putUpdates(story),
		puts(to.out, "evidence", story.Evidence, func(e inspection.EvidenceItem) any {
			return evidenceRow{
				e.ID, item.Reference, e.Title, openAddress(e.Address), text(e.DocumentHash), dateOf(e.On), dateOf(e.ExpiresOn), string(e.StateOn(c.Day())), e.ByPost,
			}
		}),
	)
}

func (to *progressRows) putUpdates(story inspection.Progress) error {
	for _, u := range story.Updates {
		if u.ActionID != "" {
			known := slices.ContainsFunc(story.Actions, func(a inspection.Action) bool { return a.ID == u.ActionID })
			if to.actions[u.ID] || !known {
				continue
			}
			to.actions[u.ID] = true
		}
		to.updates++
		row := updateRow{to.updates, text(u.Reference), text(u.ActionID), dateOf(u.On), dateOf(u.Recorded), u.Words, u.ByPost}
		if err := to.out.put("updates", row); err != nil {
			return err
		}
	}
	return nil
}
