package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

const (
	usualBackupTime = "02:30"
	// backupLooks is how often it is looked whether a backup is due.
	backupLooks = time.Minute
	// backupTriesAgain is how long to wait after one that failed.
	backupTriesAgain = time.Hour
	// backupRests is how long no other program looks whether it has to make one. Then they see in their folder that one is there.
	backupRests = 10 * time.Minute
	// backupStopped is how long nothing was written to a backup that is not finished before it counts as left behind.
	backupStopped = time.Hour
	// backupLate is how old the newest backup may be before somebody should look.
	backupLate = 26 * time.Hour
)

// backupSchedule says where, when and for whom the service makes backups, and how long they are kept.
type backupSchedule struct {
	folder string // empty: it makes none
	at     timeOfDay
	keep   keepRules
	seal   exchange.BackupSeal
	place  *time.Location // whose days count
}

func backupScheduleFlags(set *flag.FlagSet, b *backupConfig) {
	set.StringVar(&b.folder, "backup-folder", "", "folder into which a backup is written each day; without it the service makes none")
	set.StringVar(&b.at, "backup-at", usualBackupTime, "time of day, in London, at which it is written")
	set.StringVar(&b.keep, "backup-keep", usualKeep, "how many of these backups are kept: of each day, week and month the newest; such as \"7 daily, 4 weekly, 12 monthly\"")
	set.StringVar(&b.forService, "backup-recipient", "", "recipients of age for whom they are encrypted, with commas between")
}

// validateSchedule reads what the flags of scheduled backups say.
func (b *backupConfig) validateSchedule(wrong func(name, format string, args ...any)) {
	if b.folder == "" {
		if b.forService != "" {
			wrong("backup-folder", "say into which folder backups are written, or leave --backup-recipient away")
		}
		return
	}
	s := backupSchedule{folder: b.folder}
	if info, err := os.Stat(b.folder); err != nil || !info.IsDir() {
		wrong("backup-folder", "%q is no folder", b.folder)
	}
	var err error
	if s.at, err = parseTimeOfDay(b.at); err != nil {
		wrong("backup-at", "%v", err)
	}
	if s.keep, err = parseKeep(b.keep); err != nil {
		wrong("backup-keep", "%v", err)
	}
	if b.forService != "" {
		if s.seal, err = sealTo(b.forService); err != nil {
			wrong("backup-recipient", "%v", err)
		}
	}
	if s.place, err = time.LoadLocation("Europe/London"); err != nil {
		wrong("backup-at", "%v", err)
	}
	b.schedule = s
}

// backupKeeper makes the backups of a service and takes away those that are not kept any longer.
type backupKeeper struct {
	backupSchedule
	store *store.Store
	clock func() time.Time
	log   *slog.Logger

	waits time.Time // after one that failed
}

// newBackupKeeper returns nil where the service makes no backups.
func newBackupKeeper(s *store.Store, cfg config, clock func() time.Time, log *slog.Logger) *backupKeeper {
	if cfg.backup.schedule.folder == "" {
		return nil
	}
	return &backupKeeper{backupSchedule: cfg.backup.schedule, store: s, clock: clock, log: log}
}

// round makes a backup where none was made since the time of day at which one is due. Of several programs with one database one
// makes it.
func (k *backupKeeper) round(ctx context.Context) error {
	now := k.clock()
	if now.Before(k.waits) {
		return nil
	}
	newest, err := k.newest(now)
	if err != nil || !newest.IsZero() && !newest.Before(k.at.last(now, k.place)) {
		return err
	}
	done, err := k.store.InTurn(ctx, "backup", backupRests, func(ctx context.Context) error { return k.make(ctx, now) })
	if err != nil {
		k.waits = now.Add(backupTriesAgain)
	}
	if !done && err == nil {
		return nil
	}
	// After one that failed, what is left of others goes, and, where they took its room, those that are not kept any longer. For any other
	// reason nothing does: while none can be made, those that there are may be all that there will be.
	return errors.Join(err, k.tidy(ctx, now, err == nil || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)))
}

func (k *backupKeeper) make(ctx context.Context, now time.Time) error {
	path := filepath.Join(k.folder, scheduled+backupName(now, k.seal.Sealed()))
	manifest, err := makeBackup(ctx, k.store, path, k.seal, now)
	if err != nil {
		return err
	}
	k.log.InfoContext(ctx, "backup made", "file", path, "rows", manifest.Rows(), "files", manifest.Documents, "mark", manifest.Last,
		"took", k.clock().Sub(now).Round(time.Millisecond).String())
	return nil
}

// tidy takes away what was left of backups that were stopped and, where old is wanted, those that are not kept any longer. It touches no
// file but those that are named as the service names its own.
func (k *backupKeeper) tidy(ctx context.Context, now time.Time, old bool) error {
	files, err := backupsIn(k.folder)
	if err != nil {
		return err
	}
	var made []time.Time
	for _, file := range files {
		if !file.partial {
			made = append(made, file.at)
		}
	}
	var drops []time.Time
	if old {
		drops = k.keep.drops(made, now, k.place)
	}
	var errs []error
	for _, file := range files {
		stopped := file.partial && now.Sub(file.written) > backupStopped
		if !stopped && !slices.ContainsFunc(drops, file.at.Equal) {
			continue
		}
		path := filepath.Join(k.folder, file.name)
		if err := os.Remove(path); err != nil {
			errs = append(errs, err)
			continue
		}
		k.log.InfoContext(ctx, "old backup taken away", "file", path)
	}
	return errors.Join(errs...)
}

// newest returns when the newest backup was made; the zero time where there is none. What a clock that was wrong has named after a
// day to come is none: it would keep all others from being made until then.
func (s backupSchedule) newest(now time.Time) (time.Time, error) {
	files, err := backupsIn(s.folder)
	var newest time.Time
	for _, file := range files {
		if !file.partial && file.at.After(newest) && !isToCome(file.at, now) {
			newest = file.at
		}
	}
	return newest, err
}

// lastBackup returns what says when the newest backup was made, and the zero time where none was or it cannot be said; nil where
// none are made.
func (s backupSchedule) lastBackup(clock func() time.Time) func() time.Time {
	if s.folder == "" {
		return nil
	}
	return func() time.Time {
		newest, err := s.newest(clock())
		if err != nil {
			return time.Time{}
		}
		return newest
	}
}

// sayBackups explains for doctor which backups are made and how old the newest is, and fails where somebody should look.
func (s backupSchedule) sayBackups(out io.Writer, now time.Time) error {
	if s.folder == "" {
		fmt.Fprintln(out, "backups   the service makes none; see --backup-folder")
		return nil
	}
	newest, err := s.newest(now)
	if err != nil {
		return err
	}
	encrypted := "not encrypted"
	if s.seal.Sealed() {
		encrypted = "encrypted"
	}
	last := "none yet: the service makes the first as soon as it starts"
	if !newest.IsZero() {
		last = "the newest of " + newest.Format(momentForm)
	}
	fmt.Fprintf(out, "backups   each day at %02d:%02d into %s, %s, kept for up to %s; %s\n", s.at.hour, s.at.minute, s.folder, encrypted,
		inspection.CountWords(s.keep.days(), "day", "days"), last)
	if err := mayWriteInto(s.folder); err != nil {
		return err
	}
	toCome, err := s.toCome(now)
	if err != nil {
		return err
	}
	if len(toCome) > 0 {
		return fmt.Errorf("backups are named after days to come, since a clock was wrong: move away %s", strings.Join(toCome, ", "))
	}
	if !newest.IsZero() && now.Sub(newest) > backupLate {
		return fmt.Errorf("the newest backup is of %s: look into the log of the service for what went wrong", newest.Format(momentForm))
	}
	return nil
}

// mayWriteInto fails where no file can be made in a folder, as where a unit of the system keeps it from the service.
func mayWriteInto(folder string) error {
	if err := makesFile(folder); err != nil {
		return fmt.Errorf("no backup can be written: %w", err)
	}
	return nil
}

// toCome names the backups that a clock which was wrong has named after days to come.
func (s backupSchedule) toCome(now time.Time) ([]string, error) {
	files, err := backupsIn(s.folder)
	var names []string
	for _, file := range files {
		if isToCome(file.at, now) {
			names = append(names, file.name)
		}
	}
	return names, err
}

// backupForm is the time in the name of a backup, in UTC.
const backupForm = "2006-01-02T150405Z"

// scheduled is how the names of the backups begin that the service makes, and in time takes away. What somebody made by hand in the
// same folder has another name, and stays.
const scheduled = "timeline-scheduled-"

var backupPattern = regexp.MustCompile(`^` + scheduled + `(\d{4}-\d{2}-\d{2}T\d{6}Z)\.tar\.zst(\.age)?(\.partial)?$`)

// backupName is the end of a backup's name, by the time when it is made.
func backupName(at time.Time, sealed bool) string {
	name := at.UTC().Format(backupForm) + ".tar.zst"
	if sealed {
		name += ".age"
	}
	return name
}

// backupFile is a backup in a folder, by its name.
type backupFile struct {
	name    string
	at      time.Time
	written time.Time // when something was last written to it
	partial bool      // not finished
}

// backupsIn lists the files of a folder that are named as backups are, the oldest first.
func backupsIn(folder string) ([]backupFile, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("look into the folder of backups: %w", err)
	}
	var files []backupFile
	for _, entry := range entries {
		match := backupPattern.FindStringSubmatch(entry.Name())
		if match == nil || !entry.Type().IsRegular() {
			continue
		}
		at, err := time.Parse(backupForm, match[1])
		if err != nil {
			continue // no time of any day: it is not ours
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // another program took it away
		}
		if err != nil {
			return nil, fmt.Errorf("look at a backup: %w", err)
		}
		files = append(files, backupFile{name: entry.Name(), at: at, written: info.ModTime(), partial: match[3] != ""})
	}
	slices.SortFunc(files, func(a, b backupFile) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
	return files, nil
}
