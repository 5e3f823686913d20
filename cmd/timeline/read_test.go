package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/letter/lettertest"
)

// testLetter is a letter of our own wording in the shape of a full inspection's.
const testLetter = `# Inspection of Rutland local authority children’s services
Inspection dates: 6 to 17 March 2023
Lead inspector: Alex Penrose, His Majesty’s Inspector

Judgement  Grade
The impact of leaders on social work practice with  Good
children and families
The experiences and progress of children who  Good
need help and protection
The experiences and progress of children in care  Good
The experiences and progress of care leavers  Good
Overall effectiveness  Good

# What needs to improve?
• The time that families wait for an answer from the front door.
• The record of what children say about their plans.

# Main findings
1. Families are met by workers who know them. Overall, services in this area are good.
`

const otherText = "Minutes of the allotment society\nThe meeting began at seven. Twelve members were there.\nThe pump is to be mended."

// letterFolder makes a folder of files and returns its path.
func letterFolder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestRead(t *testing.T) {
	folder := letterFolder(t, map[string][]byte{
		"letter.pdf":  lettertest.PDF(testLetter),
		"minutes.pdf": lettertest.PDF(otherText),
		"cut.pdf":     lettertest.Truncated(testLetter),
		"empty.pdf":   nil,
		"large.pdf":   append(lettertest.PDF(testLetter), make([]byte, 30_000_000)...),
	})
	file := func(name string) string { return filepath.Join(folder, name) }

	t.Run("every file is an object, in the order given", func(t *testing.T) {
		files := []string{file("cut.pdf"), file("letter.pdf"), file("nowhere.pdf"), file("minutes.pdf"), file("empty.pdf"), file("large.pdf"), folder}
		got := runCommand(t, nil, append([]string{"read", "--json"}, files...)...)
		if got.code != exitUnread || got.stderr != "timeline: read: 6 of 7 files could not be read as letters\n" {
			t.Errorf("ended with %d and said %q", got.code, got.stderr)
		}
		var read []letter.Output
		if err := json.Unmarshal([]byte(got.stdout), &read); err != nil || len(read) != len(files) {
			t.Fatalf("printed %d objects: %v", len(read), err)
		}
		for i, want := range []struct {
			status letter.Status
			says   string
			hashed bool
		}{
			{letter.Unreadable, "damaged", true},
			{letter.Read, "", true},
			{letter.Unreadable, "no such file", false},
			{letter.NotALetter, "", true},
			{letter.Unreadable, "empty", true},
			{letter.Unreadable, "25 MB", true},
			{letter.Unreadable, "not a file", false},
		} {
			one := read[i]
			if one.File != files[i] || one.Status != want.status || !strings.Contains(one.Error, want.says) || (len(one.SHA256) == 64) != want.hashed {
				t.Errorf("object %d is %s %s %q with the hash %q, want %s %q", i, one.File, one.Status, one.Error, one.SHA256, want.status, want.says)
			}
		}
	})
	t.Run("a letter's values are printed", func(t *testing.T) {
		got := runCommand(t, nil, "read", "--json", file("letter.pdf"))
		mustSucceed(t, got)
		mustSay(t, got.stdout, `"value": "ilacs-standard"`, `"value": "2023-03-06"`, `"quote": `, `"urn": "`,
			`"The record of what children say about their plans."`)
	})
	t.Run("without --json there is a table", func(t *testing.T) {
		got := runCommand(t, nil, "read", file("letter.pdf"))
		mustSucceed(t, got)
		mustSay(t, got.stdout, "letter.pdf: 1 page", "kind of letter", "fieldwork from", "2023-03-06", "page 1", "certain",
			"1. The time that families wait for an answer from the front door. (area to improve, page 1")
		minutes := runCommand(t, nil, "read", file("minutes.pdf"))
		mustSay(t, minutes.stdout, "minutes.pdf: 1 page. This is not a letter")
		if minutes.code != exitUnread {
			t.Errorf("a file of something else ended with %d", minutes.code)
		}
	})
}

func TestWordsOfFilesDoNotSteerTheTerminal(t *testing.T) {
	if got := plain("a\x1b[2Jb\nc\u202ed\x00"); got != "a[2Jb cd" {
		t.Errorf("printed as %q", got)
	}
}

func TestProgress(t *testing.T) {
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for name, w := range map[string]io.Writer{"a file": log, "another program": &strings.Builder{}} {
		p := newProgress(w, 100)
		p.step()
		p.clear()
		if p.terminal != nil {
			t.Errorf("%s gets a bar", name)
		}
	}
	if info, err := log.Stat(); err != nil || info.Size() > 0 {
		t.Errorf("the log has %d bytes of a bar: %v", info.Size(), err)
	}
	var screen strings.Builder
	p := &progress{terminal: &screen, long: 4}
	p.step()
	p.clear()
	if want := "\r[##########" + strings.Repeat(" ", 30) + "] 1 of 4 files\r\x1b[K"; screen.String() != want {
		t.Errorf("the screen shows %q, want %q", screen.String(), want)
	}
}
