package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var checkRelease = flag.Bool("release", false, "build the release that make release built once more elsewhere, compare both, and start the one for arm64")

const releaseFolder = "../../bin/release"

// TestRelease holds what is handed out to what it promises: the same bytes from the same source in another folder, a list of
// every part, and a program for arm64 that runs.
func TestRelease(t *testing.T) {
	if !*checkRelease {
		t.Skip("make release-check runs it")
	}
	t.Run("the same source gives the same bytes in another folder", func(t *testing.T) {
		elsewhere := filepath.Join(t.TempDir(), "another", "folder")
		runIn(t, "../..", "git", "clone", "--quiet", ".", elsewhere)
		runIn(t, elsewhere, "make", "--silent", "release")
		for _, name := range []string{"timeline-linux-amd64", "timeline-linux-arm64", "timeline.cdx.json", "licences.txt"} {
			here, there := hashOf(t, filepath.Join(releaseFolder, name)), hashOf(t, filepath.Join(elsewhere, "bin/release", name))
			if here != there {
				t.Errorf("%s is %s here and %s there; a work tree with changes builds another program", name, here, there)
			}
		}
	})
	t.Run("the list of parts names every module in the program", func(t *testing.T) {
		info, err := buildinfo.ReadFile(filepath.Join(releaseFolder, "timeline-linux-arm64"))
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(releaseFolder, "timeline.cdx.json"))
		if err != nil {
			t.Fatal(err)
		}
		var parts struct {
			SpecVersion string
			Components  []struct{ Name, Version, Purl string }
		}
		if err := json.Unmarshal(data, &parts); err != nil {
			t.Fatal(err)
		}
		var listed []string
		for _, part := range parts.Components {
			if part.Version == "" {
				t.Errorf("%s has no version", part.Name)
			}
			listed = append(listed, part.Name+" "+part.Version)
		}
		for _, module := range info.Deps {
			if !slices.Contains(listed, module.Path+" "+module.Version) {
				t.Errorf("%s %s is in the program and not in the list", module.Path, module.Version)
			}
		}
		for _, name := range []string{"govuk-frontend", "echarts", "@resvg/resvg-wasm", "SQLite"} {
			if !slices.ContainsFunc(listed, func(one string) bool { return strings.HasPrefix(one, name+" ") }) {
				t.Errorf("%s is in the program and not in the list", name)
			}
		}
	})
	t.Run("the program for arm64 serves the first page", func(t *testing.T) {
		program, err := filepath.Abs(filepath.Join(releaseFolder, "timeline-linux-arm64"))
		if err != nil {
			t.Fatal(err)
		}
		emulator, err := exec.LookPath("qemu-aarch64-static")
		if err != nil {
			t.Fatal(err)
		}
		p := startProcess(t, t.TempDir(), nil, emulator, program, "serve", "--addr", "127.0.0.1:0")
		answer, err := http.Get(p.url + "/")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("West Northamptonshire")) {
			t.Errorf("the first page is answered %s with %d bytes, %v", answer.Status, len(body), err)
		}
	})
}

func runIn(t *testing.T, folder, program string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
}

func hashOf(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
