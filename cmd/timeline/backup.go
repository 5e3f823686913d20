package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// backupConfig is what flags say of backups.
type backupConfig struct {
	recipients     string // with commas between
	passphraseFile string
	identityFile   string

	folder     string // into which the service makes backups; empty: it makes none
	at         string // time of day
	keep       string
	forService string // recipients of those

	// What those say, once they are validated.
	seal     exchange.BackupSeal
	key      exchange.BackupKey
	schedule backupSchedule
}

func backupFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	set.StringVar(&c.backup.recipients, "recipient", "", "encrypt for these recipients of age, with commas between, such as age1…; their identities open the backup")
	passphraseFlag(set, &c.backup)
}

func passphraseFlag(set *flag.FlagSet, b *backupConfig) {
	set.StringVar(&b.passphraseFile, "passphrase-file", "", "file with the passphrase with which the backup is encrypted")
}

// keyFlags take what opens an encrypted backup.
func keyFlags(set *flag.FlagSet, b *backupConfig) {
	set.StringVar(&b.identityFile, "identity-file", "", "file with the identity of age that opens an encrypted backup")
	passphraseFlag(set, b)
}

// validate reads what the flags lead to. It says no secret.
func (b *backupConfig) validate(wrong func(name, format string, args ...any)) {
	if b.recipients != "" {
		var err error
		if b.seal, err = sealTo(b.recipients); err != nil {
			wrong("recipient", "%v", err)
		}
	}
	if b.identityFile != "" {
		text, err := os.ReadFile(b.identityFile)
		if err == nil {
			b.key, err = exchange.OpenBy(bytes.NewReader(text))
		}
		if err != nil {
			wrong("identity-file", "it cannot be used: %v", err)
		}
	}
	switch {
	case b.passphraseFile == "":
	case b.recipients != "":
		wrong("passphrase-file", "encrypt with a passphrase or for recipients, not both")
	case b.identityFile != "":
		wrong("passphrase-file", "a backup is opened by an identity or by a passphrase: give one of them")
	default:
		b.readPassphrase(wrong)
	}
	b.validateSchedule(wrong)
}

func (b *backupConfig) readPassphrase(wrong func(name, format string, args ...any)) {
	text, err := os.ReadFile(b.passphraseFile)
	passphrase := strings.TrimRight(string(text), "\r\n")
	if err == nil && passphrase == "" {
		err = errors.New("it is empty")
	}
	if err == nil {
		b.seal, err = exchange.SealWith(passphrase)
	}
	if err == nil {
		b.key, err = exchange.OpenWith(passphrase)
	}
	if err != nil {
		wrong("passphrase-file", "it cannot be used: %v", err)
	}
}

func sealTo(recipients string) (exchange.BackupSeal, error) {
	var list []string
	for text := range strings.SplitSeq(recipients, ",") {
		list = append(list, strings.TrimSpace(text))
	}
	return exchange.SealTo(list)
}

// backup makes a backup, of a database that may be in use.
func backup(ctx context.Context, cfg config, args []string, out io.Writer) (err error) {
	if len(args) != 1 {
		return usageError{errors.New("name one file or folder for the backup")}
	}
	s, err := openStore(ctx, cfg, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	now := time.Now()
	file := args[0]
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		file = filepath.Join(file, "timeline-"+backupName(now, cfg.backup.seal.Sealed()))
	}
	manifest, err := makeBackup(ctx, s, file, cfg.backup.seal, now)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s holds %s, %s\nthe last change is %s\n", file, inspection.CountWords(int(manifest.Rows()), "row", "rows"),
		filesWords(manifest.Documents, manifest.DocumentBytes), manifest.Last)
	return nil
}

// filesWords counts files and says how large they are together.
func filesWords(count, bytes int64) string {
	return fmt.Sprintf("%s (%.1f MB)", inspection.CountWords(int(count), "file", "files"), float64(bytes)/1e6)
}

// makeBackup writes a backup of the database as it stands to a new file, which has its name only when it is whole and on the
// disk. Nothing is written over, and where it fails nothing is left.
func makeBackup(ctx context.Context, s *store.Store, path string, seal exchange.BackupSeal, now time.Time) (manifest exchange.BackupManifest, err error) {
	if _, err := os.Lstat(path); err == nil {
		return manifest, fmt.Errorf("%s is there already: name another file", path)
	}
	partial := path + ".partial"
	file, err := os.OpenFile(partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return manifest, fmt.Errorf("%s is there: a backup is being made, or one was stopped; delete it if none is", partial)
	}
	if err != nil {
		return manifest, fmt.Errorf("make the file for the backup: %w", err)
	}
	defer func() {
		if gone := os.Remove(partial); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	manifest, err = writeBackup(ctx, s, file, seal, now)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return manifest, fmt.Errorf("write %s: %w", partial, err)
	}
	if err := os.Link(partial, path); err != nil {
		if _, there := os.Lstat(path); there == nil {
			return manifest, fmt.Errorf("%s is there already: name another file", path)
		}
		if err := os.Rename(partial, path); err != nil { // some disks have no second names
			return manifest, fmt.Errorf("name the backup: %w", err)
		}
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return manifest, fmt.Errorf("look at the folder of the backup: %w", err)
	}
	return manifest, errors.Join(folder.Sync(), folder.Close())
}

// writeBackup writes a backup of the database as it stands.
func writeBackup(ctx context.Context, s *store.Store, w io.Writer, seal exchange.BackupSeal, now time.Time) (manifest exchange.BackupManifest, err error) {
	err = s.Snapshot(ctx, func(snap *store.Snapshot) error {
		b, err := exchange.NewBackupWriter(w, exchange.BackupAbout{
			Program: programVersion(), Schema: snap.Schema, Engine: snap.Engine, MadeAt: now,
		}, seal)
		if err != nil {
			return err
		}
		if err := snap.HandOver(b); err != nil {
			return err
		}
		manifest, err = b.Close(snap.Last.String())
		return err
	})
	return manifest, err
}
