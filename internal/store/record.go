package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// manyIDs is how many identifiers one query asks for at a time; SQLite bounds the values of a statement.
const manyIDs = 500

// Record returns everything that a page on a body shows: its members if it is a place, the earlier councils before them,
// the partnerships listed on all of these and the providers that serve them, with the inspections of each; and by name
// alone every other body that these mention. It fails with inspection.ErrNotFound.
func (s *Store) Record(ctx context.Context, body string) (*inspection.Record, error) {
	var record *inspection.Record
	err := s.read(ctx, func(r *reader) (err error) {
		record, err = r.record(body)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the record of %s: %w", body, err)
	}
	return record, nil
}

func (r *reader) record(body string) (*inspection.Record, error) {
	all, err := r.registerAround(body)
	if err != nil {
		return nil, err
	}
	start, ok := all.Body(body)
	if !ok {
		return nil, inspection.ErrNotFound
	}
	return r.recordOf(all, start)
}

// recordOf returns the record that belongs to some bodies of the register.
func (r *reader) recordOf(all *inspection.Record, starts ...inspection.Body) (*inspection.Record, error) {
	subjects := subjectsOf(all, starts...)
	ids := make([]string, len(subjects))
	for i, b := range subjects {
		ids[i] = b.ID
	}
	inspections, err := r.inspectionsOf(ids)
	if err != nil {
		return nil, err
	}
	if err := r.addParts(inspections); err != nil {
		return nil, err
	}
	milestones, err := r.milestonesOf(ids)
	if err != nil {
		return nil, err
	}
	record := &inspection.Record{Catalogue: r.catalogue, Inspections: inspections, Milestones: milestones}
	if record.Fulfilments, err = r.fulfilmentsOf(inspections); err != nil {
		return nil, err
	}
	record.Figures, err = within[inspection.Figure](r, "body_id", ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(record.Figures, func(a, b inspection.Figure) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
	record.Completeness, err = within[inspection.Completeness](r, "body_id", append(slices.Clone(ids), inspection.EveryAuthority))
	if err != nil {
		return nil, err
	}
	if err := r.addReferenceData(record); err != nil {
		return nil, err
	}
	if err := r.addLaterViews(record); err != nil {
		return nil, err
	}
	if record.Bodies, err = r.bodiesBeside(all.Bodies, narrow(record, all, ids)); err != nil {
		return nil, err
	}
	return record, r.addSources(record)
}

// subjectsOf returns the bodies whose inspections belong on the page of one body, or of several.
func subjectsOf(all *inspection.Record, starts ...inspection.Body) []inspection.Body {
	subjects := slices.Clone(starts)
	include := func(bodies []inspection.Body) {
		for _, b := range bodies {
			if !slices.ContainsFunc(subjects, func(known inspection.Body) bool { return known.ID == b.ID }) {
				subjects = append(subjects, b)
			}
		}
	}
	for _, start := range starts {
		include(all.Members(start.ID))
	}
	for i := 0; i < len(subjects); i++ { // grows: an earlier council may have had one before it
		include(all.EarlierCouncils(subjects[i]))
	}
	councils := slices.Clone(subjects)
	for _, council := range councils {
		include(all.Partnerships(council.ID))
	}
	include(all.Providers(councils...))
	return subjects
}

// narrow puts into a record the part of the register that touches its subjects, and returns every body it mentions.
func narrow(record, all *inspection.Record, subjects []string) map[string]bool {
	mentioned := map[string]bool{}
	for _, id := range subjects {
		mentioned[id] = true
	}
	subject := func(id string) bool { return slices.Contains(subjects, id) }
	for _, s := range all.Successions {
		if subject(s.FromID) || subject(s.ToID) {
			record.Successions = append(record.Successions, s)
			mentioned[s.FromID], mentioned[s.ToID] = true, true
		}
	}
	places := map[string]bool{}
	for _, m := range all.PlaceMembers {
		places[m.PlaceID] = places[m.PlaceID] || subject(m.PlaceID) || subject(m.AuthorityID)
	}
	for _, m := range all.PlaceMembers {
		if places[m.PlaceID] { // all members or none: half a place would be another place
			record.PlaceMembers = append(record.PlaceMembers, m)
			mentioned[m.PlaceID], mentioned[m.AuthorityID] = true, true
		}
	}
	for _, s := range all.Services {
		if subject(s.ProviderID) || subject(s.AuthorityID) {
			record.Services = append(record.Services, s)
			mentioned[s.ProviderID], mentioned[s.AuthorityID] = true, true
		}
	}
	for _, in := range record.Inspections {
		mentioned[in.DeliveredBy] = true
		for _, b := range in.Bodies {
			mentioned[b.BodyID] = true
		}
		for _, response := range in.Responses {
			mentioned[response.BodyID] = true
		}
	}
	for _, m := range record.Milestones {
		for _, id := range m.Bodies {
			mentioned[id] = true
		}
	}
	for _, b := range all.Bodies {
		if mentioned[b.ID] && b.ListedOn != "" {
			mentioned[b.ListedOn] = true
		}
	}
	return mentioned
}

// addReferenceData adds what every page may need: themes, rules and the calendar.
func (r *reader) addReferenceData(record *inspection.Record) error {
	for _, err := range []error{
		r.db.Order("position").Find(&record.Themes).Error,
		r.db.Find(&record.Rules).Error,
		r.db.Find(&record.BankHolidays).Error,
	} {
		if err != nil {
			return err
		}
	}
	slices.SortFunc(record.Rules, inspection.ByVersion)
	slices.SortFunc(record.BankHolidays, func(a, b inspection.BankHoliday) int { return a.On.Compare(b.On) })
	record.Calendar = inspection.NewCalendar(record.BankHolidays)
	return nil
}

// addLaterViews adds what later letters said of the record's areas to improve, and the links from them. Under whatever
// reference something was recorded, it stands under the one that the item has now.
func (r *reader) addLaterViews(record *inspection.Record) error {
	var references []string
	for _, in := range record.Inspections {
		for _, item := range in.Recommendations {
			references = append(references, item.Reference)
		}
	}
	now, err := r.namesOf(references)
	if err != nil {
		return err
	}
	rename := func(reference *string) {
		if current, ok := now[*reference]; ok {
			*reference = current
		}
	}
	names := sortedKeys(now)
	if record.LaterViews, err = within[inspection.LaterView](r, "reference", names); err != nil {
		return err
	}
	slices.SortFunc(record.LaterViews, func(a, b inspection.LaterView) int { return cmp.Compare(a.ID, b.ID) })
	for i := range record.LaterViews {
		rename(&record.LaterViews[i].Reference)
		rename(&record.LaterViews[i].Repeats)
	}
	if record.Links, err = within[inspection.RecommendationLink](r, "from_reference", names); err != nil {
		return err
	}
	for i := range record.Links {
		rename(&record.Links[i].FromReference)
		rename(&record.Links[i].ToReference)
	}
	return nil
}

// addSources adds every source that the record names.
func (r *reader) addSources(record *inspection.Record) error {
	named := map[string]bool{}
	cite := func(citations []inspection.Citation) {
		for _, c := range citations {
			named[c.SourceID] = true
		}
	}
	for _, b := range record.Bodies {
		named[b.SourceID] = true
	}
	for _, s := range record.Successions {
		named[s.SourceID] = true
	}
	for _, s := range record.Services {
		named[s.SourceID] = true
	}
	for _, c := range record.Completeness {
		named[c.SourceID] = true
	}
	for _, f := range record.Figures {
		named[f.SourceID] = true
	}
	for _, rule := range record.Rules {
		named[rule.SourceID] = true
	}
	for _, m := range record.Milestones {
		cite(m.Citations)
	}
	for _, in := range record.Inspections {
		cite(in.Citations)
		for _, response := range in.Responses {
			named[response.SourceID] = true
		}
		for _, d := range in.Disagreements {
			for _, v := range d.Versions {
				named[v.SourceID] = true
			}
		}
	}
	delete(named, "")
	var err error
	record.Sources, err = within[inspection.Source](r, "id", sortedKeys(named))
	return err
}

func sortedKeys[V any](set map[string]V) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// within returns the rows whose column holds one of the values.
func within[T any](r *reader, column string, values []string) ([]T, error) {
	var out []T
	for chunk := range slices.Chunk(values, manyIDs) {
		var rows []T
		if err := r.db.Where(column+" IN ?", chunk).Find(&rows).Error; err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
