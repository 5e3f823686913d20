package main

import (
	"errors"
	"fmt"
	"syscall"
)

// roomIn returns how many bytes may still be written in a folder.
func roomIn(folder string) (free uint64, known bool, err error) {
	var system syscall.Statfs_t
	err = syscall.Statfs(folder, &system)
	if errors.Is(err, syscall.ENOENT) {
		return 0, false, nil // whoever opens what should be in it says so
	}
	if err != nil {
		return 0, false, fmt.Errorf("ask how much room is in %s: %w", folder, err)
	}
	return system.Bavail * uint64(system.Bsize), true, nil
}

// mostFiles returns how many files, connections among them, this program may have open at a time.
func mostFiles() (most uint64, known bool, err error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, false, fmt.Errorf("ask how many files may be open: %w", err)
	}
	return limit.Cur, true, nil // Go has raised it as far as it may
}
