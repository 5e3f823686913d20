package main

import (
	"fmt"
	"testing"
	"time"
)

// briefingLimit is how long the document of a paper may take.
const briefingLimit = 300 * time.Millisecond

// TestBenchBriefing prints the figures of the paper for a meeting alone.
func TestBenchBriefing(t *testing.T) {
	benchPart(t, "the paper for a meeting", func(r *report) {
		p := startProcess(t, t.TempDir(), nil, programPath(t), "serve", "--addr", "127.0.0.1:0")
		r.measureBriefing(p.url)
		p.stop(t)
	})
}

// measureBriefing makes papers since days that nobody has asked for, so that none is kept.
func (r *report) measureBriefing(url string) {
	for _, kind := range []string{"", ".docx"} {
		var took []time.Duration
		for day := range 9 {
			start := time.Now()
			downloaded(r.t, fmt.Sprintf("%s/authorities/northamptonshire/briefing%s?since=2026-03-%02d", url, kind, day+1))
			took = append(took, time.Since(start))
		}
		r.addTime("briefing"+kind+" of a place, not kept", median(took), briefingLimit)
	}
}
