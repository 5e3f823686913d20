package store

import (
	"context"
	"runtime"
	"strings"
)

// observed tells whoever observes the store of a transaction. What it returns is called with the transaction's error when it has
// ended.
func (s *Store) observed(ctx context.Context, kind string) func(*error) {
	if s.observe == nil {
		return func(*error) {}
	}
	ended := s.observe(ctx, kind, exportedCaller)
	return func(err *error) { ended(*err) }
}

// ofStore is how the names of a store's methods begin.
const ofStore = "inspectiontimeline/internal/store.(*Store)."

// exportedCaller returns the name of the exported method of the store that called it through others, "PublishLetter"; empty where
// none did.
func exportedCaller() string {
	var callers [24]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers[:])])
	for {
		frame, more := frames.Next()
		if name, ok := strings.CutPrefix(frame.Function, ofStore); ok && name[0] >= 'A' && name[0] <= 'Z' {
			name, _, _ = strings.Cut(name, ".") // a function within it
			return name
		}
		if !more {
			return ""
		}
	}
}
