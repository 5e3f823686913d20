package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// job is something that the service does behind its pages.
type job struct {
	name  string        // what it does, as the log says it: "bring the search up to date"
	every time.Duration // from one round to the next, the first being at the start; 0: one round that ends well is all
	do    func(ctx context.Context) error
}

// triesAgain is how long after it failed a job is begun anew that has one round.
const triesAgain = time.Minute

// background is the jobs of a service at work.
type background struct {
	stop    context.CancelFunc
	working sync.WaitGroup
}

// inBackground begins jobs, which go on until ctx ends or finish is called. One that fails says so in the log and has its next
// round nevertheless, since most often what it needs is away for a moment. observe is told how each round ended.
func inBackground(ctx context.Context, log *slog.Logger, observe func(name string, err error), jobs []job) *background {
	ctx, stop := context.WithCancel(ctx)
	b := &background{stop: stop}
	for _, j := range jobs {
		b.working.Go(func() {
			ticker := time.NewTicker(cmp.Or(j.every, triesAgain))
			defer ticker.Stop()
			j.rounds(ctx, log, observe, ticker.C)
		})
	}
	return b
}

// finish tells jobs to end and waits until they have.
func (b *background) finish() {
	b.stop()
	b.working.Wait()
}

// rounds does a job at once and at each tick, until ctx ends.
func (j job) rounds(ctx context.Context, log *slog.Logger, observe func(name string, err error), ticks <-chan time.Time) {
	for {
		err := j.round(ctx)
		if ctx.Err() != nil {
			return // what it was broken off in is no fault
		}
		observe(j.name, err)
		if err != nil {
			log.ErrorContext(ctx, j.name, "error", err)
		}
		if j.every == 0 && err == nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// round does a job once. A fault in it ends this round and never the service.
func (j job) round(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return j.do(ctx)
}
