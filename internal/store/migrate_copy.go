package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// mostCopies bounds how many copies of one day and version stand beside a file. Only a migration that got further before it
// failed leaves another one.
const mostCopies = 100

// copyBefore copies an SQLite file that is at an older version, so that the older program can go on with the copy. The copy is
// whole, on the disk and readable by its owner alone before it returns; nothing that is there already is written over.
// Where it fails it leaves nothing behind. It returns no name for a database that holds nothing yet, for one that another
// program migrated meanwhile, nor for PostgreSQL, whose own tools make backups.
func (s *Store) copyBefore(ctx context.Context, from int64) (name string, err error) {
	if s.path == "" || from == 0 {
		return "", nil
	}
	if name, err = s.reserveCopy(); err != nil {
		return "", err
	}
	if err := s.copyTo(ctx, name); err != nil {
		return "", errors.Join(fmt.Errorf("copy it to %s: %w", name, translate(err)), os.Remove(name))
	}
	// Another program that was started at the same time may have migrated it first. It has the copy then: this one is none of before.
	if now, err := s.schemaVersion(ctx); err != nil || now != from {
		return "", errors.Join(translate(err), os.Remove(name))
	}
	return name, nil
}

// reserveCopy makes the empty file into which the copy goes, under the first name that is free:
// timeline.before-22-2026-11-22.db holds what timeline.db held on that day, before it was brought to version 22.
func (s *Store) reserveCopy() (name string, err error) {
	ending := filepath.Ext(s.path)
	stem := fmt.Sprintf("%s.before-%d-%s", strings.TrimSuffix(s.path, ending), newestMigration(), s.clock().In(s.london).Format("2006-01-02"))
	for number := 1; number <= mostCopies; number++ {
		name = stem + ending
		if number > 1 {
			name = fmt.Sprintf("%s-%d%s", stem, number, ending)
		}
		file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return "", fmt.Errorf("make the file for its copy: %w", err)
		}
		if err := file.Close(); err != nil {
			return "", errors.Join(fmt.Errorf("make the file for its copy: %w", err), os.Remove(name))
		}
		return name, nil
	}
	return "", fmt.Errorf("%d copies of today stand beside it already: move them away", mostCopies)
}

// copyTo writes the database as it stands into an empty file.
func (s *Store) copyTo(ctx context.Context, name string) error {
	if err := s.writePool.WithContext(ctx).Exec("VACUUM INTO ?", name).Error; err != nil {
		return err
	}
	// The file first, then the folder that names it: neither may be lost when the power goes.
	return errors.Join(flush(name), flush(filepath.Dir(name)))
}

// flush waits until a file, or the names in a folder, are on the disk.
func flush(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
