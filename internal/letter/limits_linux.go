package letter

import (
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
)

// confine sets the limits of the process, once and for all.
func confine() error {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(goLimit)
	debug.SetMaxStack(stackLimit)
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	if !raceDetector { // which maps terabytes before the program's first line
		if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: dataLimit, Max: dataLimit}); err != nil {
			return fmt.Errorf("limit memory: %w", err)
		}
	}
	if err := closeInherited(); err != nil {
		return err
	}
	over := make(chan os.Signal, 1)
	signal.Notify(over, syscall.SIGXCPU) // Go ignores it otherwise
	go func() {
		<-over
		os.Exit(exitOverTime)
	}()
	return nil
}

// closeInherited closes the files that were handed down without being asked for. Those that Go opened for itself are
// marked to be closed in any program that it starts, and so are told apart.
func closeInherited() error {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return fmt.Errorf("list open files: %w", err)
	}
	for _, entry := range open {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil || fd <= 2 {
			continue
		}
		flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFD, 0)
		if errno == 0 && flags&syscall.FD_CLOEXEC == 0 {
			_ = syscall.Close(fd) // Linux frees the number whatever it says
		}
	}
	return nil
}

// limitTime gives the process so much of the processor's time from now on.
func limitTime(more time.Duration) error {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return fmt.Errorf("ask for the time used: %w", err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CPU, &limit); err != nil {
		return fmt.Errorf("ask for the limit of time: %w", err)
	}
	spent := time.Duration(used.Utime.Nano() + used.Stime.Nano())
	limit.Cur = min(uint64((spent+more+time.Second-1)/time.Second), limit.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_CPU, &limit); err != nil {
		return fmt.Errorf("limit time: %w", err)
	}
	return nil
}
