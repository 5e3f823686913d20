package notice

import (
	"errors"

	"inspectiontimeline/internal/inspection"
)

// failure is an error with what it means for the message.
type failure struct {
	how inspection.Handing
	error
}

func (f *failure) Unwrap() error { return f.error }

// notTaken, refused and maybe say what became of a message that was not handed over as it should be.
func notTaken(err error) error { return &failure{inspection.NotTaken, err} }
func refused(err error) error  { return &failure{inspection.Refused, err} }
func maybe(err error) error    { return &failure{inspection.MaybeHanded, err} }

// How returns how handing over a message ended by the error with which it did. An error that says nothing of it leaves it
// open whether the message was sent.
func How(err error) inspection.Handing {
	var f *failure
	switch {
	case err == nil:
		return inspection.HandedOver
	case errors.As(err, &f):
		return f.how
	}
	return inspection.MaybeHanded
}
