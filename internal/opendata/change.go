package opendata

import (
	"context"
	"strconv"
	"strings"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// ChangesDocument is a page of the record of changes, the latest first.
type ChangesDocument struct {
	Document
	Older *string  `json:"next" doc:"Address of the next page, of older changes; null on the last"`
	Items []Change `json:"items" doc:"The changes, the latest first"`
}

// Change is an entry of the record of changes or, folded, what was supplied with the program on a day.
type Change struct {
	Number   int64     `json:"number" column:"Number" doc:"Number of the entry in the chain; of those folded, the last one's"`
	At       time.Time `json:"at" column:"When" doc:"Moment at which it was written, in UTC"`
	Post     string    `json:"post" column:"Who" doc:"Post of whoever made it"`
	Kind     *Code     `json:"kind" doc:"Kind of record; null where it stands for many"`
	Record   *string   `json:"record" doc:"What names the record; null where it stands for many or may not be said"`
	Action   *string   `json:"action" doc:"What was done: created, updated or removed; null where it stands for many"`
	Words    string    `json:"words" column:"What" doc:"What it did, in words"`
	Folded   *int      `json:"entries" doc:"How many entries it stands for; null where it stands for itself"`
	Erased   bool      `json:"erased" doc:"Whether its words were erased"`
	TakenOff bool      `json:"taken_off" doc:"Whether what it says was taken off the public pages since, and is not shown"`
	Hash     *string   `json:"hash" doc:"Hash of the entry in the chain; null where it stands for many"`
	Page     *string   `json:"page" doc:"Its page; null where it stands for many"`
}

func changes() Operation {
	return Reading(Operation{
		Name: "changes", Path: "/changes", Page: "/changes", Group: "The record", Summary: "What was recorded and corrected, the latest first",
		Words: "What the program was supplied with on a day stands as one line. The whole chain is at /changes.jsonl of the pages.",
		Parameters: []Parameter{
			{Name: "kind", Summary: "Kind of record", From: changedKinds}, authorityParameter,
			{Name: "did", Summary: "What was done", OneOf: codesIn(inspection.ActionKinds(), func(k inspection.ActionKind) string { return string(k) })},
			{Name: "since", Summary: "First day", Kind: DayValue, Free: true}, {Name: "until", Summary: "Last day", Kind: DayValue, Free: true},
			{Name: "record", Summary: "One record, as kind:id", Free: true},
			{Name: "before", Summary: "Entries with a lower number", Kind: NumberValue, Free: true},
		},
	}, listChanges)
}

func changedKinds(_ context.Context, c *Call) ([]string, error) {
	return codesIn(inspection.ChangedKinds(c.Reader), func(k inspection.RecordKind) string { return string(k) }), nil
}

func listChanges(ctx context.Context, c *Call) (ChangesDocument, error) {
	wanted := store.ChangeFilter{
		Reader: c.Reader, Officer: c.Officer, Kind: inspection.RecordKind(c.Get("kind")), Authority: c.Get("authority"),
		Action: inspection.ActionKind(c.Get("did")), Since: c.date("since"), Until: c.date("until"), Before: int64(c.number("before", 0)),
	}
	if record := c.Get("record"); record != "" {
		kind, id, named := strings.Cut(record, ":")
		if !named || kind == "" || id == "" {
			c.Wrong("record", "Give a kind of record and what names it, such as inspection:west-northamptonshire-2026")
			return ChangesDocument{}, nil
		}
		wanted.Of = store.RecordName{Kind: inspection.RecordKind(kind), ID: id}
	}
	found, err := c.Store.Changes(ctx, wanted)
	if err != nil {
		return ChangesDocument{}, err
	}
	out := ChangesDocument{Document: c.document(), Items: []Change{}}
	if found.Next > 0 {
		out.Older = address(c.self("before", strconv.FormatInt(found.Next, 10)))
	}
	for _, line := range found.Lines {
		out.Items = append(out.Items, c.change(line, found.Names))
	}
	return out, nil
}

func (c *Call) change(line store.ChangeLine, names *inspection.ChangeNames) Change {
	out := Change{Number: line.Number, At: line.At.UTC(), Post: line.ActorPost, Erased: line.Erased, TakenOff: line.Withheld}
	if line.Folded > 0 {
		out.Folded, out.Words = &line.Folded, inspection.CountWords(line.Folded, "record", "records")+" supplied with the program"
		return out
	}
	out.Kind, out.Action, out.Hash = &Code{string(line.RecordKind), line.RecordKind.Words()}, text(line.Action), text(line.Hash)
	out.Page = address(c.link("/changes/" + strconv.FormatInt(line.Number, 10)))
	if line.Withheld {
		out.Words = capital(line.RecordKind.Words() + ": " + names.Did(line.Change))
		return out
	}
	out.Record, out.Words = text(line.RecordID), capital(names.Words(line.Change))
	return out
}
