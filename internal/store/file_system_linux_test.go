package store

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFileSystemOf(t *testing.T) {
	t.Run("the system gives a number for a file, and for the one that a link leads to", func(t *testing.T) {
		folder := t.TempDir()
		file, link := filepath.Join(folder, "timeline.db"), filepath.Join(folder, "link.db")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(file, link); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{file, link} {
			if found, err := fileSystemOf(path); err != nil || found.magic == 0 {
				t.Errorf("%s: got %+v, %v", path, found, err)
			}
		}
	})
	t.Run("what is mounted nearest above a path counts, and the later of two", func(t *testing.T) {
		const mounts = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:30 / /srv/data rw - fuse.sshfs files.example:/ rw,user_id=0
41 22 0:31 / /srv/data/local\040disk rw shared:9 master:2 - fuseblk /dev/sdb1 rw
42 22 0:32 / /mnt rw - tmpfs none rw
43 22 0:33 / /mnt rw - fuse.rclone bucket: rw
short line
`
		for path, want := range map[string]string{
			"/var/lib/timeline.db":            "ext4",
			"/srv/database/timeline.db":       "ext4",
			"/srv/data/timeline.db":           "fuse.sshfs",
			"/srv/data":                       "fuse.sshfs",
			"/srv/data/local disk/time.db":    "fuseblk",
			"/srv/data/local disks/timeln.db": "fuse.sshfs",
			"/mnt/timeline.db":                "fuse.rclone",
		} {
			got, err := mountedKind(path, bufio.NewScanner(strings.NewReader(mounts)))
			if err != nil || got != want {
				t.Errorf("%s: got %q, %v; want %q", path, got, err, want)
			}
		}
	})
}
