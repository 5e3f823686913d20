package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// at reads a time in London.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := time.ParseInLocation("2006-01-02 15:04", text, london)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestWhichBackupsAreKept(t *testing.T) {
	london := at(t, "2026-11-22 02:30").Location()
	kept := func(rules string, now string, made ...time.Time) []string {
		parsed, err := parseKeep(rules)
		if err != nil {
			t.Fatal(err)
		}
		drops := parsed.drops(made, at(t, now), london)
		var out []string
		for _, one := range made {
			if !slices.ContainsFunc(drops, one.Equal) {
				out = append(out, one.In(london).Format("01-02 15:04"))
			}
		}
		return out
	}
	var daily []time.Time // for a year, to Sunday 22 November 2026
	for day := range 365 {
		daily = append(daily, at(t, "2025-11-23 02:30").AddDate(0, 0, day))
	}
	for _, test := range []struct {
		name, rules, now string
		made             []time.Time
		want             []string
	}{
		{"days", "3 daily", "2026-11-22 03:00", daily, []string{"11-20 02:30", "11-21 02:30", "11-22 02:30"}},
		{"of each week the newest", "1 daily, 3 weekly", "2026-11-18 03:00", daily[:361], []string{"11-08 02:30", "11-15 02:30", "11-18 02:30"}},
		{"of each month the newest", "3 monthly", "2026-11-22 03:00", daily, []string{"09-30 02:30", "10-31 02:30", "11-22 02:30"}},
		{"all of them together", "2 daily, 2 weekly, 2 monthly", "2026-11-22 03:00", daily, []string{"10-31 02:30", "11-15 02:30", "11-21 02:30", "11-22 02:30"}},
		{"of one day the newest", "2 daily", "2026-11-22 12:00", []time.Time{at(t, "2026-11-22 02:30"), at(t, "2026-11-22 11:00"), at(t, "2026-11-21 02:30")},
			[]string{"11-22 11:00", "11-21 02:30"}},
		{"the only one, however old", "2 daily", "2026-11-22 12:00", []time.Time{at(t, "2024-01-01 02:30")}, []string{"01-01 02:30"}},
		{"the newest, however old", "2 daily", "2026-11-22 12:00", []time.Time{at(t, "2024-01-01 02:30"), at(t, "2024-01-02 02:30")}, []string{"01-02 02:30"}},
		{"one from a time to come", "1 daily", "2026-11-22 12:00", []time.Time{at(t, "2026-11-22 02:30"), at(t, "2027-03-01 02:30"), at(t, "2027-03-02 02:30")},
			[]string{"11-22 02:30", "03-01 02:30", "03-02 02:30"}},
		{"one from later today, which takes the place of none", "1 daily, 1 weekly", "2026-11-22 12:00", []time.Time{at(t, "2026-11-22 02:30"), at(t, "2026-11-22 13:00"), at(t, "2026-11-21 02:30")},
			[]string{"11-22 02:30", "11-22 13:00"}},
		{"the newest that is not to come, however old", "1 daily", "2026-11-22 12:00", []time.Time{at(t, "2026-11-20 02:30"), at(t, "2027-03-01 02:30")},
			[]string{"11-20 02:30", "03-01 02:30"}},
		{"none where there is none", "1 daily", "2026-11-22 12:00", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := kept(test.rules, test.now, test.made...); !slices.Equal(got, test.want) {
				t.Errorf("kept %v, want %v", got, test.want)
			}
		})
	}
	t.Run("none is kept for longer than the rules say", func(t *testing.T) {
		for _, text := range []string{usualKeep, "7 daily", "30 daily, 2 weekly", "5 weekly, 3 monthly", "12 monthly"} {
			rules, err := parseKeep(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, now := range daily[330:] {
				made := daily[:slices.IndexFunc(daily, now.Equal)+1]
				drops := rules.drops(made, now, london)
				for _, one := range made {
					if age := now.Sub(one); age > time.Duration(rules.days())*25*time.Hour && !slices.ContainsFunc(drops, one.Equal) {
						t.Fatalf("%s: on %s one of %s is kept", text, now, one)
					}
				}
			}
		}
	})
	t.Run("rules that are none", func(t *testing.T) {
		for _, text := range []string{"", "7", "seven daily", "7 daily 4 weekly", "0 daily", "7 daily, 7 daily", "7 yearly", "9999 monthly", "-1 daily"} {
			if _, err := parseKeep(text); err == nil {
				t.Errorf("%q is taken", text)
			}
		}
	})
	t.Run("the usual rules keep none longer than pages say", func(t *testing.T) {
		if rules, err := parseKeep(usualKeep); err != nil || rules.days() > 35 {
			t.Errorf("%d days, %v", rules.days(), err)
		}
	})
}

func TestWhenABackupIsDue(t *testing.T) {
	early := timeOfDay{1, 30} // which there is not on 29 March 2026, and twice on 25 October
	for _, test := range []struct{ now, last, next string }{
		{"2026-11-22 12:00", "2026-11-22 01:30", "2026-11-23 01:30"},
		{"2026-11-22 01:30", "2026-11-22 01:30", "2026-11-23 01:30"},
		{"2026-11-22 01:29", "2026-11-21 01:30", "2026-11-22 01:30"},
		{"2026-03-29 12:00", "2026-03-29 02:30", "2026-03-30 01:30"},
		{"2026-10-25 12:00", "2026-10-25 01:30", "2026-10-26 01:30"},
	} {
		now := at(t, test.now)
		if last, next := early.last(now, now.Location()), early.next(now, now.Location()); !last.Equal(at(t, test.last)) || !next.Equal(at(t, test.next)) {
			t.Errorf("at %s it was last %s and is next %s, want %s and %s", test.now, last, next, test.last, test.next)
		}
	}
	for _, text := range []string{"", "2", "24:00", "02:60", "half past two"} {
		if _, err := parseTimeOfDay(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// keeperOf makes backups into a folder, at a time that the test sets.
func keeperOf(t *testing.T, folder string, now *time.Time) (*backupKeeper, *bytes.Buffer) {
	t.Helper()
	cfg := config{backup: backupConfig{folder: folder, at: "02:30", keep: "2 daily"}}
	cfg.backup.validate(func(name, format string, args ...any) { t.Errorf(name+": "+format, args...) })
	var log bytes.Buffer
	s := storetest.Open(t, storetest.SQLite(t, false))
	return newBackupKeeper(s, cfg, func() time.Time { return *now }, slog.New(slog.NewJSONHandler(&log, nil))), &log
}

func namesIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestTheServiceMakesABackupEachDay(t *testing.T) {
	folder, now := t.TempDir(), at(t, "2026-11-20 12:00")
	keeper, log := keeperOf(t, folder, &now)
	other := "minutes of 2024-01-01.pdf"
	ours := []string{"timeline-scheduled-2024-01-01T023000Z.tar.zst.partial", "timeline-scheduled-2024-13-01T023000Z.tar.zst", "timeline-2024-01-01T110000Z.tar.zst"}
	for _, name := range append(ours, other, "timeline.db") {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	left := at(t, "2026-11-20 10:59")
	if err := os.Chtimes(filepath.Join(folder, ours[0]), left, left); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name, now string
		made      []string
	}{
		{"the first at once", "2026-11-20 12:00", []string{"2026-11-20T120000Z"}},
		{"none before its time", "2026-11-21 02:29", []string{"2026-11-20T120000Z"}},
		{"one at its time", "2026-11-21 02:30", []string{"2026-11-20T120000Z", "2026-11-21T023000Z"}},
		{"and only one", "2026-11-21 02:31", []string{"2026-11-20T120000Z", "2026-11-21T023000Z"}},
		{"one late, where the machine was off, and the oldest goes", "2026-11-22 09:00", []string{"2026-11-21T023000Z", "2026-11-22T090000Z"}},
	} {
		now = at(t, step.now)
		if err := keeper.round(t.Context()); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		want := []string{other}
		for _, made := range step.made {
			want = append(want, scheduled+made+".tar.zst")
		}
		want = append(want, ours[1], ours[2], "timeline.db") // one with a month that there is not, and one made by hand
		slices.Sort(want)
		if got := namesIn(t, folder); !slices.Equal(got, want) {
			t.Errorf("%s: the folder holds %v, want %v", step.name, got, want)
		}
	}
	if newest := keeper.lastBackup(keeper.clock)(); !newest.Equal(now) {
		t.Errorf("the newest is said to be of %s", newest)
	}
	mustSay(t, log.String(), `"msg":"backup made"`, `"mark":"0:`, `"msg":"old backup taken away"`)
	mustSucceed(t, runCommand(t, nil, "check", filepath.Join(folder, "timeline-scheduled-2026-11-22T090000Z.tar.zst")))
}

func TestABackupThatFailsIsTriedAgain(t *testing.T) {
	folder, now := filepath.Join(t.TempDir(), "backups"), at(t, "2026-11-20 12:00")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	keeper, _ := keeperOf(t, folder, &now)
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if err := keeper.round(t.Context()); err == nil {
		t.Error("without its folder it does not fail")
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	taken := filepath.Join(folder, scheduled+backupName(now, false)+".partial")
	if err := os.WriteFile(taken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := keeper.round(t.Context()); err == nil {
		t.Error("where another is being made it does not fail")
	}
	now = now.Add(time.Minute)
	if err := keeper.round(t.Context()); err != nil || len(namesIn(t, folder)) != 1 {
		t.Errorf("a minute later: %v, %v", err, namesIn(t, folder))
	}
	now = now.Add(backupTriesAgain)
	if err := keeper.round(t.Context()); err != nil || len(namesIn(t, folder)) != 2 {
		t.Errorf("an hour later: %v, %v", err, namesIn(t, folder))
	}
}

func TestAFailedBackupTakesNoOtherAwayButForRoom(t *testing.T) {
	folder, now := t.TempDir(), at(t, "2026-11-20 12:00")
	keeper, _ := keeperOf(t, folder, &now)
	old, newest := scheduled+"2026-10-01T023000Z.tar.zst", scheduled+"2026-11-19T023000Z.tar.zst"
	left, underWay := scheduled+"2026-11-20T023000Z.tar.zst.partial", scheduled+backupName(now, false)+".partial"
	for name, written := range map[string]time.Time{old: now, newest: now, left: now.Add(-backupStopped - time.Minute), underWay: now} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, written, written)); err != nil {
			t.Fatal(err)
		}
	}
	if err := keeper.round(t.Context()); err == nil {
		t.Error("where another is being made it does not fail")
	}
	if got, want := namesIn(t, folder), []string{old, newest, underWay}; !slices.Equal(got, want) {
		t.Errorf("after it failed the folder holds %v, want %v", got, want)
	}
	if err := keeper.tidy(t.Context(), now, true); err != nil {
		t.Error(err)
	}
	if got, want := namesIn(t, folder), []string{newest, underWay}; !slices.Equal(got, want) {
		t.Errorf("where there was no room the folder holds %v, want %v", got, want)
	}
}

func TestDoctorSaysHowOldTheNewestBackupIs(t *testing.T) {
	folder, now := t.TempDir(), at(t, "2026-11-20 12:00")
	keeper, _ := keeperOf(t, folder, &now)
	said := func(later time.Duration) (string, error) {
		var out bytes.Buffer
		err := keeper.sayBackups(&out, now.Add(later))
		return out.String(), err
	}
	if words, err := said(0); err != nil || !strings.Contains(words, "none yet") {
		t.Errorf("%q, %v", words, err)
	}
	if err := keeper.round(t.Context()); err != nil {
		t.Fatal(err)
	}
	words, err := said(time.Hour)
	mustSay(t, words, "each day at 02:30 into "+folder, "not encrypted", "kept for up to 2 days", "the newest of 20 November 2026 at 12:00:00 UTC")
	if err != nil {
		t.Error(err)
	}
	if _, err := said(27 * time.Hour); err == nil {
		t.Error("one that is too old is no fault")
	}
	if names := namesIn(t, folder); len(names) != 1 {
		t.Errorf("to look leaves %v in the folder", names)
	}
	t.Run("one of a day to come, from when the clock was wrong, is a fault and keeps no other from being made", func(t *testing.T) {
		if err := os.WriteFile(filepath.Join(folder, scheduled+"2027-11-20T120000Z.tar.zst"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := said(time.Hour); err == nil || !strings.Contains(err.Error(), "2027-11-20") {
			t.Errorf("doctor says %v", err)
		}
		now = now.AddDate(0, 0, 1)
		if err := keeper.round(t.Context()); err != nil || len(namesIn(t, folder)) != 3 {
			t.Errorf("the next day: %v, %v", err, namesIn(t, folder))
		}
		if newest := keeper.lastBackup(keeper.clock)(); !newest.Equal(now) {
			t.Errorf("the newest is said to be of %s", newest)
		}
	})
	t.Run("a folder that cannot be written into is a fault", func(t *testing.T) {
		s := keeper.backupSchedule
		s.folder = "/proc/self/task"
		if err := s.sayBackups(io.Discard, now); err == nil || !strings.Contains(err.Error(), "no backup can be written") {
			t.Errorf("doctor says %v", err)
		}
	})
	var out bytes.Buffer
	if err := (backupSchedule{}).sayBackups(&out, now); err != nil || !strings.Contains(out.String(), "makes none") {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestMistakesInTheSettingsOfBackups(t *testing.T) {
	got := runCommand(t, nil, "doctor", "--backup-folder", "/absent", "--backup-at", "late", "--backup-keep", "some", "--backup-recipient", "me")
	if got.code != exitUsage {
		t.Errorf("ended with %d", got.code)
	}
	mustSay(t, got.stderr, `"/absent" is no folder`, "--backup-at", "02:30", "--backup-keep", usualKeep, "--backup-recipient", "age1")
	mustSay(t, runCommand(t, nil, "doctor", "--backup-recipient", "me").stderr, "say into which folder")
	t.Run("pages say no fewer days than backups are kept", func(t *testing.T) {
		for keep, want := range map[string]int{"7 daily": 35, "12 monthly": 372} {
			var days int
			serving := command{name: "serve", flags: serveFlags, run: func(_ context.Context, cfg config, _ []string, _ io.Writer) error {
				days = cfg.backupDays
				return nil
			}}
			err := serving.call(t.Context(), []string{"--backup-folder", t.TempDir(), "--backup-keep", keep}, config{getenv: variables{}.get}, io.Discard)
			if err != nil || days != want {
				t.Errorf("with %s they say %d, want %d: %v", keep, days, want, err)
			}
		}
	})
}
