package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// TestFaultDiskFull fills the disk under a database while officers work: what they send is refused with words that say what to
// do, pages are read as before, nothing is torn, and when there is room again the same program goes on.
func TestFaultDiskFull(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts servers, for which a short run has no time")
	}
	const tried = "the database's disk filled under load"
	t.Run("SQLite", func(t *testing.T) {
		tries(t, tried)
		disk := mountDisk(t, `mount -t tmpfs -o size=96m tmpfs "$AT"`)
		o, dsn := officeOn(t, disk)
		o.endureFullDisk(t, disk, faultServer(t, disk.through(), "--addr", "127.0.0.1:0", "--db", dsn, "--unlimited", "--evidence-files", "--scan-command", "cat"))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		tries(t, tried)
		needPostgres(t)
		// Its log of writes has a disk of its own: without room for that the server ends, and then nothing can be read either.
		disk := mountDisk(t, `mount -t tmpfs -o size=128m tmpfs "$AT"; mkdir "$AT/log"; mount -t tmpfs -o size=128m tmpfs "$AT/log"; chmod 777 "$AT/log"`)
		server := startPostgres(t, disk.inside+"/data", disk.inside+"/log/own", disk.through()...)
		o := newOffice(t, server.server(), 2, true)
		o.endureFullDisk(t, disk, faultServer(t, nil, "--addr", "127.0.0.1:0", "--db", server.server(), "--unlimited", "--evidence-files", "--scan-command", "cat"))
	})
}

// officeOn prepares officers for an SQLite database that is then laid on a disk. It returns the path that the program is given.
func officeOn(t *testing.T, disk *ownDisk) (o *office, dsn string) {
	t.Helper()
	path := storetest.SQLite(t, true)
	o = newOffice(t, path, 1, true)
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(disk.outside("timeline.db"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	o.dsn = disk.outside("timeline.db")
	return o, disk.inside + "/timeline.db"
}

// endureFullDisk fills the disk under a server and empties it again, several times.
func (o *office) endureFullDisk(t *testing.T, disk *ownDisk, p *process) {
	t.Helper()
	o.movedTo(t, p.url)
	times, told507 := inFull(10, 1), 0
	for range times {
		o.ledger.nextRound()
		stop := o.atWork(t)
		o.mustKeepSomething(t)
		<-time.After(longestLife / 3)
		disk.fill()
		<-time.After(longestLife / 3) // they use up what is left, and are refused
		stop()
		status, words := 0, ""
		for range 20 { // the log of writes may have room in it for a few
			if status, words = o.tryFile(t); status != http.StatusSeeOther {
				break
			}
		}
		if status == http.StatusInsufficientStorage {
			told507++
			mustSay(t, words, "There is no room left to save this", "Nothing has been changed", "Tell whoever looks after this service")
		} else {
			t.Errorf("on a full disk a file is answered %d: %s", status, words)
		}
		for _, address := range []string{"/", "/recommendations/" + o.officers[0].about, "/inspections?year=2019"} {
			if status, body := statusOf(t, p.url+address); status != http.StatusOK {
				t.Errorf("on a full disk %s is answered %d: %s", address, status, failureWords([]byte(body)))
			}
		}
		disk.room()
		untilSo(t, 20*time.Second, "an update is taken again", func(context.Context) bool {
			status, _ := o.tryUpdate(t)
			return status == http.StatusSeeOther
		})
	}
	if told507 == 0 {
		t.Error("nobody was told that the disk is full")
	}
	if strings.Contains(o.dsn, "://") {
		o.mustHaveSettled(t)
	} else {
		p.stop(t)
		p = o.carryOut(t)
		o.mustHaveSettled(t)
	}
	o.mustTakeEachKind(t)
	o.mustHoldAll(t, o.ledger.of(0))
	o.mustMatchItsHashes(t)
	o.ledger.mustNotHaveFailed(t, http.StatusInsufficientStorage)
	p.stop(t)
	kept, unknown := o.ledger.acknowledged()
	tell(t, fmt.Sprintf("the database's disk filled %d times under load, and emptied again", times),
		fmt.Sprintf("507 with words that say what to do; pages are read; %d changes acknowledged (%s), every one there and whole; %d of which nobody was told, each whole or absent; writes go on when there is room", kept, o.ledger.kinds(), unknown))
}

// tryUpdate adds an update, which the ledger knows of, and returns how it was answered.
func (o *office) tryUpdate(t *testing.T) (status int, words string) {
	t.Helper()
	by := o.officers[0]
	by.update(t.Context())
	return o.ledger.last()
}

// tryFile adds a file of evidence that takes room.
func (o *office) tryFile(t *testing.T) (status int, words string) {
	t.Helper()
	by := o.officers[0]
	by.addFile(t.Context(), 2<<20)
	return o.ledger.last()
}

// carryOut copies the files of an SQLite database off a disk of a test's own, as they lie there, and serves the copy: the path
// by which this process sees that disk is not one that SQLite keeps to.
func (o *office) carryOut(t *testing.T) *process {
	t.Helper()
	sound := t.TempDir() + "/timeline.db"
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(o.dsn + end)
		if errors.Is(err, fs.ErrNotExist) && end != "" {
			continue // it was folded into the file
		}
		if err == nil {
			err = os.WriteFile(sound+end, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	o.dsn = sound
	p := faultServer(t, nil, "--addr", "127.0.0.1:0", "--db", sound, "--unlimited", "--evidence-files", "--scan-command", "cat")
	o.movedTo(t, p.url)
	return p
}

// TestFaultDiskThatMayOnlyBeRead lets the kernel turn a file system read-only while officers work, as it does when the disk
// under it fails: what they send is refused in words, pages are read, nothing is torn, and on a sound disk the same files go on.
func TestFaultDiskThatMayOnlyBeRead(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts servers, for which a short run has no time")
	}
	tries(t, "the kernel turns the database's file system read-only under load")
	disk := mountDisk(t, `
		image=$(mktemp "${TMPDIR:-/tmp}/timeline-fault-XXXXXX")
		trap 'rm -f "$image"' EXIT
		truncate -s 96M "$image"
		mkfs.ext4 -q "$image"
		mount -o loop,errors=remount-ro "$image" "$AT"
		rm "$image"
		trap - EXIT
		test -w /sys/fs/ext4/$(basename "$(findmnt -no SOURCE "$AT")")/trigger_fs_error`)
	o, dsn := officeOn(t, disk)
	p := faultServer(t, disk.through(), "--addr", "127.0.0.1:0", "--db", dsn, "--unlimited", "--evidence-files", "--scan-command", "cat")
	o.movedTo(t, p.url)
	o.ledger.nextRound()
	stop := o.atWork(t)
	o.mustKeepSomething(t)
	<-time.After(longestLife / 2)
	disk.do(`echo 1 > /sys/fs/ext4/$(basename "$(findmnt -no SOURCE "$AT")")/trigger_fs_error`)
	<-time.After(longestLife / 3)
	stop()
	status, words := o.tryUpdate(t)
	if status != http.StatusServiceUnavailable {
		t.Errorf("on a disk that may only be read an update is answered %d: %s", status, words)
	}
	mustSay(t, words, "whoever looks after this service")
	for _, address := range []string{"/", "/inspections", "/recommendations/" + o.officers[0].about, "/inspections.csv"} {
		if status, body := statusOf(t, p.url+address); status != http.StatusOK {
			t.Errorf("on a disk that may only be read %s is answered %d: %s", address, status, failureWords([]byte(body)))
		}
	}
	p.kill(t)
	again := o.carryOut(t) // as after the disk was put right
	if status, words := o.tryUpdate(t); status != http.StatusSeeOther {
		t.Errorf("on a sound disk an update is answered %d: %s", status, words)
	}
	o.mustHaveSettled(t)
	o.mustTakeEachKind(t)
	o.mustHoldAll(t, o.ledger.of(0))
	o.mustMatchItsHashes(t)
	o.ledger.mustNotHaveFailed(t, http.StatusServiceUnavailable)
	again.stop(t)
	kept, unknown := o.ledger.acknowledged()
	tell(t, "the kernel turns the database's file system read-only under load",
		fmt.Sprintf("503 with words that say what to do; pages and tables are read; %d changes acknowledged (%s), every one there and whole; %d of which nobody was told, each whole or absent; the same files go on on a sound disk", kept, o.ledger.kinds(), unknown))
}

// TestFaultNoRoomForTemporaryFiles takes the room for temporary files away: uploads, exports and pages do without, or say what
// is wrong.
func TestFaultNoRoomForTemporaryFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts servers, for which a short run has no time")
	}
	tries(t, "no room for temporary files")
	disk := mountDisk(t, `mount -t tmpfs -o size=1m tmpfs "$AT"`)
	path := storetest.SQLite(t, true)
	o := newOffice(t, path, 1, true)
	through := append(disk.through(), "env", "TMPDIR="+disk.inside)
	p := faultServer(t, through, "--addr", "127.0.0.1:0", "--db", path, "--unlimited", "--evidence-files", "--scan-command", "cat")
	o.movedTo(t, p.url)
	disk.fill()
	refused := 0
	for _, address := range []string{"/", "/inspections.csv", "/inspections.xlsx", "/authorities/west-northamptonshire/briefing.docx", "/api/v1/inspections"} {
		switch status, body := statusOf(t, p.url+address); status {
		case http.StatusOK:
		case http.StatusServiceUnavailable, http.StatusInsufficientStorage:
			refused++
			mustSay(t, failureWords([]byte(body)), "There is no room left to make this", "Nothing has been changed", "Tell whoever looks after this service")
		default:
			t.Errorf("without room for temporary files %s is answered %d: %s", address, status, failureWords([]byte(body)))
		}
	}
	if refused == 0 {
		t.Error("nothing met the lack of room")
	}
	stop := o.atWork(t)
	<-time.After(longestLife)
	stop()
	o.mustHaveSettled(t)
	o.mustHoldAll(t, o.ledger.of(0))
	for i, said := range o.ledger.refusals {
		if i < 5 {
			t.Errorf("refused: %s", said)
		}
	}
	kept, _ := o.ledger.acknowledged()
	if kept == 0 {
		t.Error("nothing was taken")
	}
	o.ledger.mustHaveShown(t)
	o.ledger.mustNotHaveFailed(t, http.StatusInsufficientStorage) // SQLite itself wants such a file for what changes much at once
	disk.room()
	o.mustTakeEachKind(t)
	p.stop(t)
	tell(t, "no room for temporary files", fmt.Sprintf("pages and documents are answered; %d tables and workbooks refused with words that say what to do; %d changes acknowledged, every one there and whole; all is taken when there is room", refused, kept))
}
