package store_test

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const nobody = 65534

// asNobody runs do with the file permissions of somebody who owns nothing. File modes do not stop root, so under root
// the thread takes the file system identity of the user nobody, and is thrown away with it.
func asNobody(do func()) {
	if os.Geteuid() != 0 {
		do()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		syscall.RawSyscall(syscall.SYS_SETFSGID, nobody, 0, 0)
		syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0)
		do()
	}()
	<-done
}

func TestOpenRefusesWhatItMayNotWrite(t *testing.T) {
	for name, modes := range map[string]struct{ file, folder os.FileMode }{
		"a file that may only be read":             {0o444, 0o777},
		"a folder in which nothing may be created": {0o666, 0o555},
	} {
		t.Run(name, func(t *testing.T) {
			path := storetest.SQLite(t, true)
			folder := filepath.Dir(path)
			for changed, mode := range map[string]os.FileMode{path: modes.file, folder: modes.folder, filepath.Dir(folder): 0o755} {
				if err := os.Chmod(changed, mode); err != nil {
					t.Fatal(err)
				}
			}
			t.Cleanup(func() { os.Chmod(folder, 0o755) })
			storetest.Seed(t)
			asNobody(func() { refused(t, path, store.ErrReadOnly) })
		})
	}
	t.Run("a folder in which the file is yet to be made", func(t *testing.T) {
		folder := t.TempDir()
		for changed, mode := range map[string]os.FileMode{folder: 0o555, filepath.Dir(folder): 0o755} {
			if err := os.Chmod(changed, mode); err != nil {
				t.Fatal(err)
			}
		}
		t.Cleanup(func() { os.Chmod(folder, 0o755) })
		asNobody(func() { refused(t, filepath.Join(folder, "timeline.db"), store.ErrReadOnly) })
	})
}
