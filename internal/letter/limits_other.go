//go:build !linux

package letter

import (
	"runtime/debug"
	"time"
)

// confine keeps the collector and the stacks within bounds; only on Linux does the system itself hold a child to them.
// The parent's clock ends a child everywhere.
func confine() error {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(goLimit)
	debug.SetMaxStack(stackLimit)
	return nil
}

func limitTime(time.Duration) error { return nil }
