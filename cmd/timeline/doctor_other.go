//go:build !linux

package main

// roomIn says that it is not known here how much room there is.
func roomIn(string) (free uint64, known bool, err error) { return 0, false, nil }

// mostFiles says that it is not known here how many files may be open.
func mostFiles() (most uint64, known bool, err error) { return 0, false, nil }
