package inspection

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNotFound says that no such record exists, or none that may be shown.
var ErrNotFound = errors.New("not found")

// Problem is one thing wrong with what somebody entered, in words for them.
type Problem struct {
	Field string // the form field or query parameter it is about
	Words string // what is wrong and what to do, as a sentence without a full stop
}

// Problems is an error that lists everything wrong with an input at once.
type Problems []Problem

// Error lists the problems on one line.
func (p Problems) Error() string {
	parts := make([]string, len(p))
	for i, one := range p {
		parts[i] = fmt.Sprintf("%s: %s", one.Field, one.Words)
	}
	return strings.Join(parts, "; ")
}
