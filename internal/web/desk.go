package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// desk holds something of one kind for a while, between the requests of whoever brought it: a form that cannot be carried out
// yet, a tracker that has to be looked at first. Whichever server gets the next request finds it there, since it lies in the
// database; it lies there sealed, and what opens it is the secret that the browser alone has, in an address or a cookie.
type desk[T any] struct {
	store *store.Store
	kind  store.HeldKind
	holds time.Duration
	most  store.HeldBounds
}

// hold holds something for its owner under a new secret, which it returns. Of one place an owner has one thing at most; an empty
// place is none. It fails with store.ErrNoRoom.
func (d desk[T]) hold(ctx context.Context, owner, place string, what T) (secret string, err error) {
	secret = auth.NewToken()
	return secret, d.holdUnder(ctx, secret, owner, place, what)
}

// holdUnder is hold under a secret that the browser has already.
func (d desk[T]) holdUnder(ctx context.Context, secret, owner, place string, what T) error {
	data, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("write down a %s: %w", d.kind, err)
	}
	return d.store.Hold(ctx, secret, store.Holding{Kind: d.kind, Owner: owner, Place: place, For: d.holds, Data: data}, d.most)
}

// find returns what a secret opens to its owner; the second result is false where nothing is held, any more or for them.
func (d desk[T]) find(ctx context.Context, secret, owner string) (what T, ok bool, err error) {
	data, err := d.store.Held(ctx, secret, d.kind, owner)
	switch {
	case errors.Is(err, inspection.ErrNotFound):
		return what, false, nil
	case err != nil:
		return what, false, err
	}
	if err := json.Unmarshal(data, &what); err != nil {
		return what, false, fmt.Errorf("read a %s: %w", d.kind, err)
	}
	return what, true, nil
}

// replace puts something else in the place of what a secret opens, if that is still held.
func (d desk[T]) replace(ctx context.Context, secret, owner string, what T) error {
	data, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("write down a %s: %w", d.kind, err)
	}
	if err := d.store.ReplaceHeld(ctx, secret, d.kind, owner, data); !errors.Is(err, inspection.ErrNotFound) {
		return err
	}
	return nil
}

// forget drops what a secret opens.
func (d desk[T]) forget(ctx context.Context, secret string) error {
	return d.store.DropHeld(ctx, secret, d.kind)
}

// forgetDone drops what a secret opens, when what it was held for has been carried out. Where that fails it goes by itself later:
// to say that something went wrong would be to say that nothing was changed.
func (d desk[T]) forgetDone(ctx context.Context, log *slog.Logger, secret string) {
	if err := d.forget(ctx, secret); err != nil {
		log.WarnContext(ctx, "drop what was held for a request that is done", "kind", d.kind, "error", err)
	}
}

// forgetOf drops everything that is held for an owner.
func (d desk[T]) forgetOf(ctx context.Context, owner string) error {
	return d.store.DropHeldOf(ctx, d.kind, owner)
}
