package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

func TestTheLastChangeStandsInTheLogAtTheStartAndEveryDay(t *testing.T) {
	s := storetest.Seeded(t)
	last, err := s.Last(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	daily, ended := make(chan time.Time), make(chan struct{})
	go func() {
		log := slog.New(slog.NewTextHandler(write, nil))
		for _, j := range jobsOf(config{}, s, nil, nil, log) {
			if j.name == "note the last change" {
				j.rounds(ctx, log, func(string, error) {}, daily)
			}
		}
		close(ended)
	}()
	lines := bufio.NewScanner(read)
	for _, when := range []string{"at the start", "a day later"} {
		if !lines.Scan() || !strings.Contains(lines.Text(), "mark="+last.String()) {
			t.Errorf("%s: got %q, want the mark %s", when, lines.Text(), last)
		}
		if when == "at the start" {
			daily <- time.Time{}
		}
	}
	stop()
	<-ended
}
