package letter

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/letter/lettertest"
)

// realLetters returns the paths of real letters, which are not part of the project.
func realLetters(t testing.TB) []string {
	t.Helper()
	folder := os.Getenv("TIMELINE_TEST_LETTERS")
	if folder == "" {
		t.Skip("TIMELINE_TEST_LETTERS names no folder of real letters")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.pdf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s holds no letters: %v", folder, err)
	}
	return files
}

func TestMutatedLetters(t *testing.T) {
	if testing.Short() {
		t.Skip("reading hundreds of letters takes long")
	}
	if raceDetector {
		t.Skip("a program with the race detector in it cannot be held to the limits of memory")
	}
	files := realLetters(t)
	r, log := testReader(t, hasty)
	random := rand.New(rand.NewPCG(2, 8)) // the same each time
	outcomes := map[string]int{}
	var longest time.Duration
	for i := range 200 {
		data, err := os.ReadFile(files[random.IntN(len(files))])
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		got := r.Read(t.Context(), lettertest.Mutate(random, data))
		longest = max(longest, time.Since(start))
		outcomes[string(got.Status)+" "+got.Error]++
		if got.Error == problemNoChild || got.Error == problemStopped || got.Status == Unreadable && got.Error == "" {
			t.Errorf("mutation %d is %s: %s", i, got.Status, got.Error)
		}
		checkEvidence(t, got)
	}
	if longest > readLimit {
		t.Errorf("one took %s", longest)
	}
	r.Close()
	t.Logf("outcomes %v, the longest %s, at most %d MB; log: %s", outcomes, longest.Round(time.Millisecond), mostMemory(t)>>20, strings.TrimSpace(log.String()))
}
