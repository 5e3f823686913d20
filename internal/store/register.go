package store

import (
	"cmp"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// register returns every body and what joins them. Where there are many, a page that needs its own part alone asks for that.
func (r *reader) register() (*inspection.Record, error) {
	all, err := r.joined()
	if err != nil {
		return nil, err
	}
	if err := r.db.Find(&all.Bodies).Error; err != nil {
		return nil, err
	}
	slices.SortFunc(all.Bodies, byName)
	return all, nil
}

// byName orders bodies as lists have them.
func byName(a, b inspection.Body) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// joined returns what joins bodies, without the bodies.
func (r *reader) joined() (*inspection.Record, error) {
	var all inspection.Record
	for _, err := range []error{
		r.db.Find(&all.Successions).Error, r.db.Find(&all.PlaceMembers).Error, r.db.Find(&all.Services).Error,
	} {
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all.Successions, bySuccession)
	slices.SortFunc(all.PlaceMembers, byPlace)
	slices.SortFunc(all.Services, byService)
	return &all, nil
}

func bySuccession(a, b inspection.Succession) int {
	return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.FromID, b.FromID), cmp.Compare(a.ToID, b.ToID))
}

func byPlace(a, b inspection.PlaceMember) int {
	return cmp.Or(cmp.Compare(a.PlaceID, b.PlaceID), cmp.Compare(a.Position, b.Position), cmp.Compare(a.AuthorityID, b.AuthorityID))
}

func byService(a, b inspection.Service) int {
	return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ProviderID, b.ProviderID), cmp.Compare(a.AuthorityID, b.AuthorityID))
}

// registerAround returns the part of the register in which a body is: the body, whatever is joined with it, and what is
// joined with that. It is empty where there is no such body.
func (r *reader) registerAround(body string) (*inspection.Record, error) {
	all := &inspection.Record{}
	seen := map[string]bool{"": true}
	for next := []string{body}; len(next) > 0; {
		for _, id := range next {
			seen[id] = true
		}
		found := map[string]bool{}
		see := func(ids ...string) {
			for _, id := range ids {
				found[id] = found[id] || !seen[id]
			}
		}
		if err := r.addJoined(all, next, see); err != nil {
			return nil, err
		}
		next = next[:0]
		for _, id := range sortedKeys(found) {
			if found[id] {
				next = append(next, id)
			}
		}
	}
	all.Bodies = once(all.Bodies, byName)
	all.Successions, all.PlaceMembers, all.Services = once(all.Successions, bySuccession), once(all.PlaceMembers, byPlace), once(all.Services, byService)
	return all, nil
}

// addJoined adds some bodies to a part of the register, with all that joins them with others, and says which those are.
func (r *reader) addJoined(all *inspection.Record, ids []string, see func(ids ...string)) error {
	bodies, err := within[inspection.Body](r, "id", ids)
	if err != nil {
		return err
	}
	for _, b := range bodies {
		see(b.ListedOn)
	}
	all.Bodies = append(all.Bodies, bodies...)
	listed, err := within[inspection.Body](r, "listed_on", ids)
	if err != nil {
		return err
	}
	for _, b := range listed {
		see(b.ID)
	}
	for _, column := range []string{"from_id", "to_id"} {
		successions, err := within[inspection.Succession](r, column, ids)
		if err != nil {
			return err
		}
		for _, s := range successions {
			see(s.FromID, s.ToID)
		}
		all.Successions = append(all.Successions, successions...)
	}
	for _, column := range []string{"place_id", "authority_id"} {
		members, err := within[inspection.PlaceMember](r, column, ids)
		if err != nil {
			return err
		}
		for _, m := range members {
			see(m.PlaceID, m.AuthorityID)
		}
		all.PlaceMembers = append(all.PlaceMembers, members...)
	}
	for _, column := range []string{"provider_id", "authority_id"} {
		services, err := within[inspection.Service](r, column, ids)
		if err != nil {
			return err
		}
		for _, s := range services {
			see(s.ProviderID, s.AuthorityID)
		}
		all.Services = append(all.Services, services...)
	}
	return nil
}

// bodiesBeside returns the bodies that a record mentions, those that stand outside the part of the register that was read
// among them.
func (r *reader) bodiesBeside(read []inspection.Body, mentioned map[string]bool) ([]inspection.Body, error) {
	var out []inspection.Body
	missing := map[string]bool{}
	for id, is := range mentioned {
		if is && id != "" {
			missing[id] = true
		}
	}
	take := func(bodies []inspection.Body) {
		for _, b := range bodies {
			if missing[b.ID] {
				out = append(out, b)
				delete(missing, b.ID)
			}
		}
	}
	take(read)
	for len(missing) > 0 {
		bodies, err := within[inspection.Body](r, "id", sortedKeys(missing))
		if err != nil {
			return nil, err
		}
		take(bodies)
		clear(missing)
		for _, b := range bodies {
			if b.ListedOn != "" && !mentioned[b.ListedOn] {
				missing[b.ListedOn], mentioned[b.ListedOn] = true, true
			}
		}
	}
	slices.SortFunc(out, byName)
	return out, nil
}

// once sorts a list and drops what stands in it twice.
func once[T any](list []T, order func(a, b T) int) []T {
	slices.SortFunc(list, order)
	return slices.CompactFunc(list, func(a, b T) bool { return order(a, b) == 0 })
}
