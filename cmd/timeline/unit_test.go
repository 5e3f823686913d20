package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const unitFile = "../../docs/timeline.service"

// mostExposure is the highest level of systemd-analyze security, in tenths, at which the unit still counts as hardened.
const mostExposure = "20"

// unitSettings returns the settings of the unit's services section, each with its values in order.
func unitSettings(t *testing.T, unit string) map[string][]string {
	t.Helper()
	settings := map[string][]string{}
	section := ""
	for line := range strings.Lines(unit) {
		line = strings.TrimSpace(line)
		name, value, isSetting := strings.Cut(line, "=")
		switch {
		case line == "", strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = line
		case !isSetting:
			t.Errorf("%q is no setting", line)
		case section == "[Service]":
			settings[name] = append(settings[name], value)
		}
	}
	return settings
}

func TestTheUnitStartsTheServiceWithWhatItNeedsAndNothingElse(t *testing.T) {
	unit, err := os.ReadFile(unitFile)
	if err != nil {
		t.Fatal(err)
	}
	settings := unitSettings(t, string(unit))
	for name, want := range map[string][]string{
		"ExecStart":               {"/usr/local/bin/timeline serve"},
		"CapabilityBoundingSet":   {""},
		"AmbientCapabilities":     {""},
		"NoNewPrivileges":         {"yes"},
		"ProtectSystem":           {"strict"},
		"PrivateDevices":          {"yes"},
		"UMask":                   {"0077"}, // so that no other user reads the database
		"KillMode":                {"mixed"},
		"RestrictAddressFamilies": {"AF_INET AF_INET6 AF_UNIX"},
		// What reads letters sets limits for itself; without @resources no letter could be read.
		"SystemCallFilter": {"@system-service", "~@privileged"},
	} {
		if !slices.Equal(settings[name], want) {
			t.Errorf("%s is %q, want %q", name, settings[name], want)
		}
	}
	if settings["MemoryDenyWriteExecute"] != nil {
		t.Error("it forbids machine code that is made while the program runs, and no chart could be painted as a picture")
	}
	known := map[string]bool{}
	for _, c := range commands() {
		if c.name == "serve" {
			for name := range flagsOf(c) {
				known["TIMELINE_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))] = true
			}
		}
	}
	for _, variable := range regexp.MustCompile(`TIMELINE_[A-Z_]+`).FindAllString(string(unit), -1) {
		if !known[variable] {
			t.Errorf("%s is no variable of serve", variable)
		}
	}
}

// TestSystemdUnderstandsTheUnit asks systemd itself, where it is installed: nothing here installs it, in CI neither. What the unit says
// is tested above without it.
func TestSystemdUnderstandsTheUnit(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed, and nothing here installs it: systemd was not asked what it makes of the unit")
	}
	unit, err := os.ReadFile(unitFile)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The program that it starts has to be there to be looked at.
	file := filepath.Join(t.TempDir(), "timeline.service")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(unit), "/usr/local/bin/timeline", program)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify", "--man=no", file}, {"security", "--offline=yes", "--no-pager", "--threshold=" + mostExposure, file}} {
		if out, err := exec.CommandContext(t.Context(), analyze, args...).CombinedOutput(); err != nil {
			t.Errorf("systemd-analyze %s: %v\n%s", args[0], err, out)
		}
	}
}
