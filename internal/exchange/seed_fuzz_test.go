package exchange_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"inspectiontimeline/internal/exchange"
)

// FuzzReadSeed exchanges one file of a small seed for something else: it is read, or every mistake is named with its file, and then
// nothing is read.
func FuzzReadSeed(f *testing.F) {
	names := slices.Sorted(maps.Keys(smallSeed))
	for i, name := range names {
		f.Add(uint8(i), []byte(smallSeed[name]))
	}
	f.Add(uint8(3), []byte("\uFEFF\"\n\x00,"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		changed := names[int(which)%len(names)]
		files := fstest.MapFS{}
		for _, name := range names {
			files[name] = &fstest.MapFile{Data: []byte(smallSeed[name])}
		}
		files[changed] = &fstest.MapFile{Data: data}
		record, err := exchange.ReadSeed(files)
		var problems exchange.SeedProblems
		switch {
		case err == nil:
			for _, in := range record.Inspections {
				if in.ID == "" || len(in.Bodies) == 0 || !in.FieldworkStart.Known() {
					t.Fatalf("half an inspection is read: %+v", in)
				}
				for _, of := range in.Bodies {
					if _, known := record.Body(of.BodyID); !known {
						t.Fatalf("%s is of %s, which is not there", in.ID, of.BodyID)
					}
				}
				for _, item := range in.Recommendations {
					if item.Reference == "" || item.Words == "" {
						t.Fatalf("half an area to improve is read: %+v", item)
					}
				}
			}
		case record != nil || !errors.As(err, &problems) || len(problems) == 0:
			t.Fatalf("it fails without naming its mistakes: %v", err)
		default:
			for _, problem := range problems {
				if problem.File == "" || problem.Words == "" {
					t.Fatalf("got %+v", problem)
				}
			}
		}
	})
}
