package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestAJobThatFailsSaysSoAndHasItsNextRound(t *testing.T) {
	var lines bytes.Buffer
	ctx, stop := context.WithCancel(t.Context())
	rounds := 0
	j := job{name: "fetch what is away", every: time.Hour, do: func(context.Context) error {
		switch rounds++; rounds {
		case 1:
			return errors.New("it is away")
		case 2:
			panic("a fault in the job")
		}
		stop()
		return errors.New("broken off")
	}}
	ticks := make(chan time.Time, 2)
	ticks <- time.Time{}
	ticks <- time.Time{}
	var ended []error
	j.rounds(ctx, slog.New(slog.NewTextHandler(&lines, nil)), func(_ string, err error) { ended = append(ended, err) }, ticks)
	for _, want := range []string{`msg="fetch what is away" error="it is away"`, "panic: a fault in the job", "jobs_test.go"} {
		if !strings.Contains(lines.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, &lines)
		}
	}
	if len(ended) != 2 || ended[0] == nil || ended[1] == nil {
		t.Errorf("observed are %v, want the two rounds that failed", ended)
	}
	if rounds != 3 || strings.Contains(lines.String(), "broken off") {
		t.Errorf("after %d rounds the log says, though to be told to end is no fault:\n%s", rounds, &lines)
	}
}

func TestAJobOfOneRoundIsBegunAnewUntilItEndsWell(t *testing.T) {
	for _, every := range []time.Duration{0, time.Hour} {
		ctx, stop := context.WithCancel(t.Context())
		rounds := 0
		j := job{name: "look once", every: every, do: func(context.Context) error {
			switch rounds++; rounds {
			case 1:
				return errors.New("it is away")
			case 2:
				panic("a fault in the job")
			case 4:
				stop()
			}
			return nil
		}}
		ticks := make(chan time.Time, 3)
		for range 3 {
			ticks <- time.Time{}
		}
		j.rounds(ctx, slog.New(slog.DiscardHandler), func(string, error) {}, ticks)
		if want := map[time.Duration]int{0: 3, time.Hour: 4}[every]; rounds != want {
			t.Errorf("a job that is to be done every %s has %d rounds, want %d", every, rounds, want)
		}
		stop()
	}
}

func TestToFinishWaitsForJobsAtWork(t *testing.T) {
	begun, ended := make(chan bool), false
	b := inBackground(t.Context(), slog.New(slog.DiscardHandler), func(string, error) {}, []job{
		{"listen", 0, func(ctx context.Context) error {
			close(begun)
			<-ctx.Done()
			ended = true
			return nil
		}},
		{"look now and then", time.Hour, func(context.Context) error { return nil }},
	})
	<-begun
	b.finish()
	if !ended {
		t.Error("it did not wait")
	}
}
