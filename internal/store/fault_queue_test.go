package store_test

import (
	"context"
	"strings"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// queueWrites are the writes of files that wait to be read, and of the letters that wait for that.
func queueWrites(d *faultyDesk) []write {
	ctx, s, t := context.Background(), d.s, d.T
	dropped, err := s.HoldFile(ctx, officer, []byte("%PDF to drop"), 4<<20)
	must(t, dropped, err)
	letter, left := waits(t, s, "north.pdf", "%PDF of the north"), waits(t, s, "west.pdf", "%PDF of the west")
	taken, given := takes(t, s, letter.ID), takes(t, s, left.ID)
	untaken := waits(t, s, "east.pdf", "%PDF of the east")
	var file store.HeldFile
	return []write{
		{name: "a file that is held", quiet: true, do: func() (err error) {
			file, err = s.HoldFile(ctx, officer, []byte(strings.Repeat("%PDF ", 300_000)), 4<<20)
			return err
		}},
		{name: "a letter that waits for its file", do: doing(func() (inspection.Letter, error) { return s.StartLetter(ctx, officer, "held.pdf", file) })},
		{name: "a file that is dropped", quiet: true, do: func() error { return s.DropFile(ctx, dropped) }},
		{name: "a letter that is taken to be read", quiet: true, do: doing(func() (*store.Reading, error) { return s.TakeReading(ctx, untaken.ID) })},
		{name: "a letter that is read for longer", quiet: true, first: func() { passes(d.T, time.Second) }, do: func() error {
			return s.KeepReading(ctx, taken)
		}},
		{name: "a letter that is given back", quiet: true, do: func() error { return s.GiveBackReading(ctx, given, 0) }},
		{name: "a letter from the queue that is being read", do: func() error { return s.SetReading(ctx, officer, letter.ID) }},
		{name: "a letter from the queue that was read", do: doing(func() (inspection.Letter, error) {
			return s.FinishLetter(ctx, officer, letter.ID, store.ReadLetter{
				State: inspection.LetterReady, Original: taken.Data, MediaType: "application/pdf", Pages: []string{"first", "second"}, Lease: taken.Lease,
			})
		})},
		{name: "letters that are given up", first: func() {
			for range 2 {
				takes(d.T, s, left.ID)
				passes(d.T, 2*time.Minute)
			}
		}, do: doing(func() (int, error) { return s.AbandonReadings(ctx, inspection.Seeder) })},
	}
}

// heldWrites are the writes of what is held for a time.
func heldWrites(d *faultyDesk) []write {
	ctx, s := context.Background(), d.s
	h := holder{d.T, s}
	replaced, dropped := h.must(store.HeldForm, "one", "", "to replace", store.HeldBounds{}), h.must(store.HeldForm, "one", "", "to drop", store.HeldBounds{})
	h.must(store.HeldTracker, "two", "", "one of several", store.HeldBounds{})
	h.must(store.HeldTracker, "two", "", "another of several", store.HeldBounds{})
	long := strings.Repeat("words ", 300_000)
	return []write{
		{name: "something that is held in the place of another", quiet: true, first: func() { h.must(store.HeldForm, "three", "page", "before", store.HeldBounds{}) }, do: func() error {
			_, err := h.hold(store.HeldForm, "three", "page", long, store.HeldBounds{Own: 1, Bytes: 8 << 20})
			return err
		}},
		{name: "other words for what is held", quiet: true, do: func() error {
			return s.ReplaceHeld(ctx, replaced, store.HeldForm, "one", []byte(long))
		}},
		{name: "something held that is dropped", quiet: true, do: func() error { return s.DropHeld(ctx, dropped, store.HeldForm) }},
		{name: "everything held of somebody that is dropped", quiet: true, do: func() error { return s.DropHeldOf(ctx, store.HeldTracker, "two") }},
	}
}

// seedWrites are the writes of what comes with the program.
func seedWrites(d *faultyDesk) []write {
	ctx, s, t := context.Background(), d.s, d.T
	later := &inspection.Record{
		Sources: []inspection.Source{{ID: "later-source", Title: "A later list", Publisher: "Ofsted", ReadOn: today()}},
		Bodies:  []inspection.Body{{ID: "laterton", Kind: inspection.Authority, Name: "Laterton", ShortName: "Laterton", Aliases: []string{"Old Laterton"}}},
		Terms:   []inspection.Term{{ID: "quixotry", Term: "quixotry", Meaning: "A word that nobody knew before."}},
		Inspections: []*inspection.Inspection{{
			ID: "laterton-2026", Kind: "ilacs-standard", Framework: "ilacs-2018", Document: inspection.DocumentPublished, Published: today(), Confidence: inspection.ByLetter,
			Bodies: []inspection.InspectionBody{{InspectionID: "laterton-2026", BodyID: "laterton", Confirmed: true, Position: 1}},
		}},
	}
	// A small part of the example, on which nobody has worked by now.
	whole, small := example(t), inspection.Example{}
	for _, in := range whole.Whole {
		small = inspection.Example{Whole: []*inspection.Inspection{in}, Milestones: whole.Milestones[:2], Figures: whole.Figures[:1]}
		held, err := s.Example(ctx, small)
		if must(t, held, err); len(held.Worked) == 0 && held.Areas > 0 {
			break
		}
	}
	home := func(inspection.Settings) string { return "cumberland" }
	return []write{
		{name: "what a later seed has more", do: doing(func() (store.Loaded, error) { return s.LoadSeed(ctx, later) })},
		{name: "an example that is taken away", do: doing(func() (store.ExampleHeld, error) {
			return s.TakeExampleAway(ctx, storetest.Administrator, small, home)
		})},
	}
}
