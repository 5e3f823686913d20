package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// aScanner writes a program that refuses every file in which it finds a word.
func aScanner(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scan")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nif grep -q harmful; then echo found something; exit 1; fi\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAScannerRefusesWhatItFindsSomethingIn(t *testing.T) {
	scan := scanner([]string{aScanner(t)})
	if err := scan(t.Context(), "clean.txt", []byte("a harmless audit")); err != nil {
		t.Errorf("a clean file is refused: %v", err)
	}
	err := scan(t.Context(), "bad.txt", []byte("something harmful"))
	if err == nil || !strings.Contains(err.Error(), "found something") {
		t.Errorf("a harmful file gives %v", err)
	}
	if err := scanner([]string{filepath.Join(t.TempDir(), "gone")})(t.Context(), "a", nil); err == nil {
		t.Error("without its program the scanner lets a file through")
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := scan(stopped, "a", []byte("x")); err == nil {
		t.Error("a scan that was broken off lets a file through")
	}
}

func TestFilesOfEvidenceAreTurnedOnOnlyWithAScanner(t *testing.T) {
	for _, tt := range []struct {
		name  string
		args  []string
		wants string
	}{
		{"no scanner", []string{"--evidence-files"}, "give it with --scan-command"},
		{"an empty scanner", []string{"--evidence-files", "--scan-command", " "}, "give it with --scan-command"},
		{"no such program", []string{"--evidence-files", "--scan-command", "/nowhere/scan --all"}, `"/nowhere/scan" is no program`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, said strings.Builder
			code := run(t.Context(), append([]string{"serve"}, tt.args...), func(string) string { return "" }, strings.NewReader(""), &out, &said)
			if code != exitUsage || !strings.Contains(said.String(), tt.wants) {
				t.Errorf("ends with %d and says %q", code, said.String())
			}
		})
	}
}
