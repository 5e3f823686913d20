package store_test

import (
	"path/filepath"
	"strings"
	"testing"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestOpenOnANetworkShare(t *testing.T) {
	for _, test := range []struct {
		name  string
		magic int64
		kind  string
		says  string
	}{
		{"NFS", 0x6969, "", "(NFS)"},
		{"a Windows share of today", 0xFE534D42, "", "(SMB)"},
		{"a Windows share, as a machine of 32 bits numbers it", int64(-0x01ACB2BE), "", "(SMB)"},
		{"an older Windows share", 0xFF534D42, "", "(CIFS)"},
		{"AFS", 0x5346414F, "", "(AFS)"},
		{"Ceph", 0x00C36400, "", "(Ceph)"},
		{"a folder over SSH", 0x65735546, "fuse.sshfs", "(fuse.sshfs)"},
		{"a bucket", 0x65735546, "fuse.s3fs", "(fuse.s3fs)"},
	} {
		t.Run(test.name+" is refused with the reason", func(t *testing.T) {
			opts := store.Lying(storetest.Options(t), test.magic, test.kind)
			refusedWith(t, storetest.SQLite(t, false), opts, store.ErrNetworkShare)
			path := filepath.Join(t.TempDir(), "new.db")
			refusedWith(t, path, opts, store.ErrNetworkShare)
			_, err := store.Open(t.Context(), path, opts)
			for _, words := range []string{path, test.says, "locks do not hold", "a disk of this machine, or use PostgreSQL"} {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q does not say %q", err, words)
				}
			}
		})
	}
	for _, test := range []struct {
		name  string
		magic int64
		kind  string
	}{
		{"a disk of this machine", 0xEF53, ""},
		{"the layers of a container", 0x794C7630, ""},
		{"the layers of a container without root", 0x65735546, "fuse.fuse-overlayfs"},
		{"a Windows disk in this machine", 0x65735546, "fuseblk"},
		{"a folder of the machine around this one", 0x01021997, ""},
	} {
		t.Run(test.name+" is taken", func(t *testing.T) {
			s, err := store.Open(t.Context(), storetest.SQLite(t, false), store.Lying(storetest.Options(t), test.magic, test.kind))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
