package store

import (
	"context"
	"fmt"

	"inspectiontimeline/internal/inspection"
)

// Settings returns whose service it is; with nothing but its ID where nobody has said so yet.
func (s *Store) Settings(ctx context.Context) (inspection.Settings, error) {
	var out inspection.Settings
	err := s.read(ctx, func(r *reader) (err error) {
		out, err = r.settings()
		return err
	})
	if err != nil {
		return out, fmt.Errorf("read the settings: %w", err)
	}
	return out, nil
}

func (r *reader) settings() (inspection.Settings, error) {
	var held []inspection.Settings
	if err := r.db.Where("id = ?", inspection.SettingsID).Find(&held).Error; err != nil || len(held) == 0 {
		return inspection.Settings{ID: inspection.SettingsID}, err
	}
	return held[0], nil
}

// SaveSettings writes the settings in the place of those with the same revision, and returns them with the next one. What
// says the same again is not written. It fails with inspection.Problems, and with inspection.ErrSettingsChanged where
// somebody else saved meanwhile.
func (s *Store) SaveSettings(ctx context.Context, by inspection.Actor, settings inspection.Settings) (inspection.Settings, error) {
	return s.saveSettings(ctx, by, settings, nil)
}

// SaveSettingsAndLogo is SaveSettings with a new logo.
func (s *Store) SaveSettingsAndLogo(ctx context.Context, by inspection.Actor, settings inspection.Settings, logo inspection.Logo) (inspection.Settings, error) {
	return s.saveSettings(ctx, by, settings, &logo)
}

func (s *Store) saveSettings(ctx context.Context, by inspection.Actor, after inspection.Settings, logo *inspection.Logo) (inspection.Settings, error) {
	err := s.Together(ctx, by, func(w *Work) (err error) {
		after, err = w.saveSettings(after, logo)
		return err
	})
	if err != nil {
		return inspection.Settings{}, fmt.Errorf("save the settings: %w", err)
	}
	return after, nil
}

func (w *Work) saveSettings(after inspection.Settings, logo *inspection.Logo) (inspection.Settings, error) {
	before, err := w.r.settings()
	if err != nil {
		return after, err
	}
	if before.Revision != after.Revision {
		return after, inspection.ErrSettingsChanged
	}
	all, err := w.bodies()
	if err != nil {
		return after, err
	}
	after.ID = inspection.SettingsID
	switch {
	case logo != nil:
		if after.Logo, err = w.t.keepDocument("image/png", logo.PNG); err != nil {
			return after, err
		}
		after.LogoWidth, after.LogoHeight = logo.Width, logo.Height
	case after.Logo != "": // there is no other way to another picture
		after.Logo, after.LogoWidth, after.LogoHeight = before.Logo, before.LogoWidth, before.LogoHeight
	}
	if problems := after.Check(inspection.Homes(all.Bodies)); len(problems) > 0 {
		return after, problems
	}
	if after == before {
		return after, nil
	}
	after.Revision++
	if before.Revision == 0 {
		if err := w.t.db.Create(&after).Error; err != nil {
			return after, err
		}
		return after, w.t.note(inspection.OfSettings, after.ID, inspection.Created, nil, after)
	}
	if err := w.t.db.Select("*").Updates(&after).Error; err != nil {
		return after, err
	}
	return after, w.t.note(inspection.OfSettings, after.ID, inspection.Updated, before, after)
}

// Logo returns the picture of the settings as a PNG file. It fails with inspection.ErrNotFound unless the hash is that of the
// logo that is set: files of other records are not handed out here.
func (s *Store) Logo(ctx context.Context, hash string) ([]byte, error) {
	var out []byte
	err := s.read(ctx, func(r *reader) error {
		held, err := r.settings()
		if err != nil {
			return err
		}
		if hash == "" || held.Logo != hash {
			return inspection.ErrNotFound
		}
		_, out, err = r.document(hash)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the logo: %w", err)
	}
	return out, nil
}
