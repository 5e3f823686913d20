package store

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// fileSystemOf asks the system what a file lies on; links are followed.
func fileSystemOf(path string) (fileSystem, error) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(path, &stat); err != nil {
		return fileSystem{}, fmt.Errorf("ask for the file system of %s: %w", path, err)
	}
	found := fileSystem{magic: int64(stat.Type)}
	if found.magic != fuseMagic {
		return found, nil
	}
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fileSystem{}, fmt.Errorf("follow links to %s: %w", path, err)
	}
	mounts, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return fileSystem{}, fmt.Errorf("read what is mounted: %w", err)
	}
	defer mounts.Close()
	found.kind, err = mountedKind(path, bufio.NewScanner(mounts))
	return found, err
}

// mountedKind returns the kind of the file system that is mounted nearest above a path. Of two at one place the later hides
// the earlier. Lines are as in the manual page proc_pid_mountinfo(5).
func mountedKind(path string, lines *bufio.Scanner) (kind string, err error) {
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	nearest := ""
	for lines.Scan() {
		before, after, ok := strings.Cut(lines.Text(), " - ")
		fields := strings.Fields(before)
		if !ok || len(fields) < 5 {
			continue
		}
		point := unescape.Replace(fields[4])
		above := point == "/" || path == point || strings.HasPrefix(path, point+"/")
		if above && len(point) >= len(nearest) {
			nearest = point
			kind, _, _ = strings.Cut(after, " ")
		}
	}
	return kind, lines.Err()
}
