package store_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// logoOf returns a logo of a size, as it is kept.
func logoOf(t *testing.T, width, height int) inspection.Logo {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	logo, err := inspection.ReadLogo(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return logo
}

func TestSettings(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		save := func(change func(*inspection.Settings)) inspection.Settings {
			t.Helper()
			now, err := s.Settings(ctx)
			if err != nil {
				t.Fatal(err)
			}
			change(&now)
			saved, err := s.SaveSettings(ctx, storetest.Administrator, now)
			if err != nil {
				t.Fatal(err)
			}
			read, err := s.Settings(ctx)
			if err != nil || read != saved {
				t.Fatalf("it is read as %+v, %v", read, err)
			}
			return saved
		}
		if first, err := s.Settings(ctx); err != nil || first != (inspection.Settings{ID: inspection.SettingsID}) {
			t.Fatalf("before anybody saved there are %+v, %v", first, err)
		}
		start, err := s.Version(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if nothing := save(func(*inspection.Settings) {}); nothing.Revision != 0 {
			t.Errorf("saving nothing made %+v", nothing)
		}
		saved := save(func(now *inspection.Settings) { now.Council, now.Home = "Camden Council", "camden" })
		entry := s.LastChange(t, inspection.OfSettings, inspection.SettingsID)
		if saved.Revision != 1 || entry.Action != inspection.Created || !strings.Contains(entry.After, "Camden Council") || !entry.SeenBy(inspection.ForPublic, nil) {
			t.Errorf("revision %d, entry %+v", saved.Revision, entry)
		}
		if now, err := s.Version(ctx); err != nil || now <= start {
			t.Errorf("pages that are kept would not follow: version %d after %d, %v", now, start, err)
		}
		if touched, err := s.Touched(ctx, start); err != nil || touched.Everything || !touched.Any(inspection.OfSettings) {
			t.Errorf("it touched %+v, %v", touched, err)
		}
		saved = save(func(now *inspection.Settings) { now.Council, now.WithoutMembers = "", true })
		entry = s.LastChange(t, inspection.OfSettings, inspection.SettingsID)
		if saved.Revision != 2 || saved.Council != "" || entry.Action != inspection.Updated || !strings.Contains(entry.Before, "Camden Council") {
			t.Errorf("%+v, entry %+v", saved, entry)
		}

		t.Run("who read them before another saved does not undo that", func(t *testing.T) {
			stale := saved
			stale.Revision--
			stale.Council = "Another Council"
			if _, err := s.SaveSettings(ctx, storetest.Administrator, stale); !errors.Is(err, inspection.ErrSettingsChanged) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("what is wrong is not saved", func(t *testing.T) {
			for field, wrong := range map[string]inspection.Settings{
				"home":   {Home: "northamptonshire-childrens-trust", Revision: saved.Revision},
				"page":   {Page: "javascript:alert(1)", Revision: saved.Revision},
				"colour": {Colour: "#ffffff", Revision: saved.Revision},
			} {
				_, err := s.SaveSettings(ctx, storetest.Administrator, wrong)
				refusedAt(t, err, field, "")
			}
			if now, err := s.Settings(ctx); err != nil || now != saved {
				t.Errorf("there are %+v, %v", now, err)
			}
		})
		t.Run("a logo is kept, handed out under its own hash alone, and taken away", func(t *testing.T) {
			logo := logoOf(t, 60, 20)
			asked := saved
			asked.LogoWords = "Camden"
			with, err := s.SaveSettingsAndLogo(ctx, storetest.Administrator, asked, logo)
			if err != nil || with.LogoWidth != 60 || with.LogoHeight != 20 || len(with.Logo) != 64 {
				t.Fatalf("got %+v, %v", with, err)
			}
			if png, err := s.Logo(ctx, with.Logo); err != nil || !bytes.Equal(png, logo.PNG) {
				t.Errorf("%d bytes, %v", len(png), err)
			}
			other := with
			other.Logo, other.LogoWidth, other.Officer = strings.Repeat("0", 64), 9000, "Head of information"
			if other, err = s.SaveSettings(ctx, storetest.Administrator, other); err != nil || other.Logo != with.Logo || other.LogoWidth != 60 {
				t.Errorf("another picture can be claimed: %+v, %v", other, err)
			}
			other.Logo = ""
			if other, err = s.SaveSettings(ctx, storetest.Administrator, other); err != nil || other.Logo != "" || other.LogoWords != "" || other.LogoWidth != 0 {
				t.Errorf("without it: %+v, %v", other, err)
			}
			for _, hash := range []string{with.Logo, "", "narnia"} {
				if _, err := s.Logo(ctx, hash); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("%q: got %v", hash, err)
				}
			}
		})
	})
}

func TestSettingsAreSavedOneAfterTheOther(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		done := make(chan error)
		for _, name := range []string{"Camden Council", "Barnet Council"} {
			go func() {
				_, err := s.SaveSettings(ctx, storetest.Administrator, inspection.Settings{Council: name})
				done <- err
			}()
		}
		one, other := <-done, <-done
		if (one == nil) == (other == nil) || !errors.Is(errors.Join(one, other), inspection.ErrSettingsChanged) {
			t.Errorf("got %v and %v", one, other)
		}
	})
}
