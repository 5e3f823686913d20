package inspection

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// SafeguardingBoard stands in a draft for the body that a safeguarding board's own list addresses.
const SafeguardingBoard = "lscb"

// Joins returns, for each item of the draft, the references of the items on the record whose place it takes: those that
// an officer chose and, where both lists are as long, the one of the same place.
func (d Draft) Joins(held *Inspection) [][]string {
	joins := make([][]string, len(d.Items))
	chosen := map[string]bool{}
	for i, it := range d.Items {
		joins[i] = strings.Fields(it.Joins)
		for _, reference := range joins[i] {
			chosen[reference] = true
		}
	}
	if held == nil || len(held.Recommendations) != len(d.Items) {
		return joins
	}
	for i, rec := range held.Recommendations {
		if len(joins[i]) == 0 && !chosen[rec.Reference] {
			joins[i] = []string{rec.Reference}
		}
	}
	return joins
}

// Unjoined returns the items on the record that no item of the draft takes the place of. They cannot stay beside the
// letter's own list, which would then hold them twice.
func (d Draft) Unjoined(held *Inspection) []Recommendation {
	if held == nil || len(d.Items) == 0 && !d.WholeListHeld {
		return nil
	}
	joins := slices.Concat(d.Joins(held)...)
	var out []Recommendation
	for _, rec := range held.Recommendations {
		if !slices.Contains(joins, rec.Reference) {
			out = append(out, rec)
		}
	}
	return out
}

// setItems puts the letter's list in the place of the one on the record.
func (p *Publication) setItems(given map[string]Confidence) {
	in, d := p.Inspection, p.draft
	if len(d.Items) == 0 && (!d.WholeListHeld || len(in.Recommendations) > 0) {
		return
	}
	p.joins = d.Joins(p.held)
	given["areas"] = ByLetter
	before := in.Recommendations
	in.Recommendations = nil
	for i, it := range d.Items {
		rec := Recommendation{
			InspectionID: in.ID, Kind: it.Kind, Words: it.Words, Wording: cmp.Or(it.Wording, Verbatim), Gloss: it.Gloss,
			Themes: slices.Clone(it.Themes), FrameworkTag: it.FrameworkTag, Responsible: responsibleWords(it.Responsible),
			OwnPriority: it.OwnPriority, Page: it.Page, Position: i + 1,
		}
		for _, held := range before {
			if slices.Contains(p.joins[i], held.Reference) {
				rec.keep(held, len(it.Themes) == 0)
			}
		}
		in.Recommendations = append(in.Recommendations, rec)
	}
	count := len(d.Items)
	if !d.WholeListHeld && in.AreasCount != nil {
		count = max(count, *in.AreasCount)
	}
	in.WholeListHeld = d.WholeListHeld
	if d.WholeListHeld || in.AreasCount != nil {
		in.AreasCount = &count
	}
}

// keep takes over from an item on the record what the letter's own item leaves open. Our paraphrase never takes the place
// of the inspectors' words.
func (rec *Recommendation) keep(held Recommendation, themes bool) {
	if rec.Wording == Paraphrase && held.Wording == Verbatim {
		rec.Words, rec.Wording = held.Words, held.Wording
	}
	rec.FrameworkTag = cmp.Or(rec.FrameworkTag, held.FrameworkTag)
	rec.Responsible = cmp.Or(rec.Responsible, held.Responsible)
	rec.SharedKey = cmp.Or(rec.SharedKey, held.SharedKey)
	rec.Gloss = cmp.Or(rec.Gloss, held.Gloss)
	if rec.Page == 0 {
		rec.Page = held.Page
	}
	if themes {
		for _, theme := range held.Themes {
			if !slices.Contains(rec.Themes, theme) {
				rec.Themes = append(rec.Themes, theme)
			}
		}
	}
}

// responsibleWords returns the body addressed as pages say it; a council's own letter need not name the council.
func responsibleWords(body string) string {
	switch body {
	case SafeguardingBoard:
		return "Local safeguarding children board"
	case string(Authority):
		return ""
	}
	return body
}

// ReferenceBase returns what the references of an inspection begin with, before the letter of a series: "NN-ILACS-2026".
// The first body gives the code; a partnership has that of its council.
func (r *Record) ReferenceBase(in *Inspection) string {
	if len(in.Bodies) == 0 {
		return ""
	}
	body, _ := r.Body(r.councilOf(in.Bodies[0].BodyID))
	kind, _ := r.Catalogue.Kind(in.Kind)
	year := cmp.Or(in.Published.Year(), in.FieldworkEnd.Year(), in.FieldworkStart.Year())
	return fmt.Sprintf("%s-%s-%d", body.Code, kind.Reference, year)
}

// ReferenceHead returns what all references of an inspection begin with: "NN-ILACS-2026b"; "" where it has no items.
func (in *Inspection) ReferenceHead() string {
	if len(in.Recommendations) == 0 {
		return ""
	}
	head, _ := splitReference(in.Recommendations[0].Reference)
	return head
}

// splitReference parts a reference into its head and its number.
func splitReference(reference string) (head, number string) {
	i := strings.LastIndexByte(reference, '-')
	if i < 0 {
		return "", reference
	}
	return reference[:i], reference[i+1:]
}

// GiveReferences gives each item its reference: the one that the letter's item had before, the one of the item whose
// place it takes or, failing both, a new one that was never given. given holds by key what this letter's items had, and
// taken reports whether a reference was ever given to anything. References that were joined lead to their item's own.
func (p *Publication) GiveReferences(head string, given map[string]string, taken func(reference string) bool) {
	in := p.Inspection
	if p.joins == nil {
		return
	}
	used := map[string]bool{}
	for i := range in.Recommendations {
		candidates := append([]string{given[p.draft.Items[i].Key]}, p.kept(i)...)
		for _, reference := range candidates {
			if reference != "" && !used[reference] {
				in.Recommendations[i].Reference = reference
				used[reference] = true
				break
			}
		}
	}
	for i := range in.Recommendations {
		rec := &in.Recommendations[i]
		for n := i + 1; rec.Reference == ""; n++ {
			number := strconv.Itoa(n)
			if !in.WholeListHeld {
				number = "P" + number
			}
			if next := head + "-" + number; !used[next] && !taken(next) {
				rec.Reference = next
				used[next] = true
			}
			if n == i+1 {
				n = max(n, len(in.Recommendations)) // its own place is another's: count on after all places
			}
		}
		_, rec.Number = splitReference(rec.Reference)
	}
	p.lead(used)
	p.setEvidence()
}

// kept returns the references that an item may keep, the best first. A number that only counts what was known (P1) is kept
// no longer than the whole list is missing.
func (p *Publication) kept(i int) []string {
	var out []string
	for _, reference := range p.joins[i] {
		if _, number := splitReference(reference); !strings.HasPrefix(number, "P") || !p.Inspection.WholeListHeld {
			out = append(out, reference)
		}
	}
	return out
}

// lead makes each reference that was joined to an item lead to the item's own.
func (p *Publication) lead(used map[string]bool) {
	for i, rec := range p.Inspection.Recommendations {
		for _, reference := range p.joins[i] {
			if !used[reference] {
				used[reference] = true
				p.Aliases = append(p.Aliases, ReferenceAlias{Reference: reference, LeadsTo: rec.Reference})
			}
		}
	}
}

// LeadOn makes each reference that an item of this letter had at an earlier publication, and has no more, lead to the one
// that it, or the item that it was joined to, has now. earlier holds the keys of items by reference.
func (p *Publication) LeadOn(earlier map[string]string) {
	has := func(reference string) bool {
		return slices.ContainsFunc(p.Inspection.Recommendations, func(rec Recommendation) bool { return rec.Reference == reference }) ||
			slices.ContainsFunc(p.Aliases, func(a ReferenceAlias) bool { return a.Reference == reference })
	}
	for _, reference := range slices.Sorted(maps.Keys(earlier)) {
		if i := p.draft.itemNow(earlier[reference]); i >= 0 && i < len(p.Inspection.Recommendations) && !has(reference) {
			p.Aliases = append(p.Aliases, ReferenceAlias{Reference: reference, LeadsTo: p.Inspection.Recommendations[i].Reference})
		}
	}
}

// setEvidence keeps the draft's evidence, that of an item under its reference.
func (p *Publication) setEvidence() {
	references := map[string]string{}
	for i, it := range p.draft.Items {
		references[it.Key] = p.Inspection.Recommendations[i].Reference
	}
	p.Inspection.Evidence = nil
	for _, e := range p.draft.EvidenceNow() {
		if key := itemKeyOf(e.Field); key != "" {
			reference, ok := references[key]
			if !ok {
				continue
			}
			e.Field = "item." + reference + strings.TrimPrefix(e.Field, "item."+key)
		}
		p.Inspection.Evidence = append(p.Inspection.Evidence, e)
	}
}

// LinkTwins gives the items of the publication that stand word for word in the twin's letter one shared key with them, and
// returns the twin's items whose key is new.
func (p *Publication) LinkTwins(twin *Inspection) []Recommendation {
	var changed []Recommendation
	for i := range p.Inspection.Recommendations {
		rec := &p.Inspection.Recommendations[i]
		j := slices.IndexFunc(twin.Recommendations, func(other Recommendation) bool { return sameWords(rec.Words, other.Words) })
		if j < 0 {
			continue
		}
		other := twin.Recommendations[j]
		rec.SharedKey = cmp.Or(other.SharedKey, rec.SharedKey, strings.ToLower(other.Reference))
		if other.SharedKey != rec.SharedKey {
			other.SharedKey = rec.SharedKey
			changed = append(changed, other)
		}
	}
	return changed
}
