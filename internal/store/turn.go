package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"
)

// InTurn does something that one of several programs has to do, unless another does it now or has done it: when it is done, no
// program does it again before a time by this machine's clock. It reports whether it was done here. Where it fails, or the
// program dies, another may try. An SQLite file has one program.
func (s *Store) InTurn(ctx context.Context, name string, until time.Time, do func(context.Context) error) (done bool, err error) {
	if s.path != "" {
		err := do(ctx)
		return err == nil, err
	}
	if err := s.makeLocks(ctx); err != nil {
		return false, translate(err)
	}
	mine := &lease{store: s, name: name, holder: rand.Text()}
	if taken, err := mine.take(ctx); err != nil || !taken {
		return false, translate(err)
	}
	if err := mine.wait(ctx); err != nil { // not at all: it is taken; but from now on it is held
		return false, translate(err)
	}
	if err := do(ctx); err != nil {
		if gone := mine.release(context.WithoutCancel(ctx)); gone != nil {
			return false, fmt.Errorf("%w; and %w", err, gone)
		}
		return false, err
	}
	mine.stop()
	mine.renew.Wait()
	err = s.writePool.WithContext(context.WithoutCancel(ctx)).
		Exec("UPDATE "+lockTable+" SET held_until = ? WHERE name = ? AND holder = ?", until.UnixMilli(), name, mine.holder).Error
	if err != nil {
		return true, fmt.Errorf("note that %q is done: %w", name, translate(err))
	}
	return true, nil
}
