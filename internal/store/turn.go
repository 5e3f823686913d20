package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// InTurn does something that one of several programs has to do, unless another does it now or has done it: when it is done, no
// program does it again for a while, by the clock of the database. It reports whether it was done here. Where it fails, or the
// program dies, another may try. The context that do gets ends where another has taken the turn. An SQLite file has one program.
func (s *Store) InTurn(ctx context.Context, name string, rests time.Duration, do func(context.Context) error) (done bool, err error) {
	if s.path != "" {
		err := do(ctx)
		return err == nil, err
	}
	doing := fmt.Sprintf("take the turn of %q", name)
	if err := s.makeLocks(ctx); err != nil {
		return false, wrapped(doing, err)
	}
	mine := &lease{store: s, name: name, holder: rand.Text()}
	if taken, err := mine.take(ctx); err != nil || !taken {
		return false, wrapped(doing, err)
	}
	held, err := mine.wait(ctx) // not at all: it is taken; but from now on it is held
	if err != nil {
		return false, wrapped(doing, err)
	}
	defer func() {
		if done {
			return
		}
		gone := mine.release(context.WithoutCancel(ctx)) // where do panics too
		if err != nil && gone != nil {
			err = fmt.Errorf("%w; and %w", err, translate(gone))
		}
	}()
	if err := do(held); err != nil {
		if lost := context.Cause(held); errors.Is(lost, errLockLost) {
			err = fmt.Errorf("%w: %w", lost, err)
		}
		return false, err
	}
	mine.rest()
	err = s.writePool.WithContext(context.WithoutCancel(ctx)).
		Exec("UPDATE "+lockTable+" SET held_until = "+databaseNow+" + ? WHERE name = ? AND holder = ?", rests.Milliseconds(), name, mine.holder).Error
	return true, wrapped(fmt.Sprintf("note that %q is done", name), err)
}
