package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// version is the release that this program is; the linker sets it. It is empty in a program that somebody built for themselves.
var version string

// programVersion names the program as pages, metrics and backups do: by its release, else by the commit that it was built from.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if version != "" || !ok {
		return cmp.Or(version, unreleased)
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && len(setting.Value) >= shortRevision {
			return unreleased + " " + setting.Value[:shortRevision]
		}
	}
	return unreleased
}

const (
	unreleased    = "unreleased"
	shortRevision = 12
)

// sayVersion prints what somebody is asked for who reports a fault.
func sayVersion(_ context.Context, _ config, _ []string, out io.Writer) error {
	_, err := fmt.Fprintf(out, "timeline %s, %s, %s/%s\n", programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
