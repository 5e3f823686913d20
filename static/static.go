// Package static carries the styles and scripts that pages load, inside the binary.
//
// Our own files are committed beside this one. Those that come from npm are laid in assets/ by
// `make assets` and are not committed, so the package compiles without them and can say which
// are absent.
package static

import (
	"embed"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed *.css *.js *.svg *.png all:assets
var embedded embed.FS

// Files returns every asset under a flat name: "app.css", "govuk.css", "echarts.min.js".
func Files() fs.FS { return flat{} }

// Missing names the assets from npm that this binary was built without.
func Missing() []string {
	names := []string{"arimo-bold.ttf", "arimo.ttf", "atkinson.woff2", "echarts.min.js", "govuk.css", "licences.txt", "resvg.wasm"}
	return slices.DeleteFunc(names, func(name string) bool {
		_, err := fs.Stat(Files(), name)
		return err == nil
	})
}

// flat shows the package's own files and those in assets/ as one folder. Our own file wins over
// one of the same name, so no package can put its file in place of ours.
type flat struct{}

func (flat) Open(name string) (fs.File, error) {
	if name == "." {
		root, err := embedded.Open(".")
		return &folder{File: root, entries: entries()}, err
	}
	for _, entry := range entries() {
		if entry.Name() == name {
			if file, err := embedded.Open(name); err == nil {
				return file, nil
			}
			return embedded.Open(path.Join("assets", name))
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// entries lists the files by name. It leaves out the hidden one that keeps assets/ in the repository.
func entries() []fs.DirEntry {
	var all []fs.DirEntry
	for _, dir := range []string{".", "assets"} {
		// Neither folder can be absent: the package does not compile without them.
		found, _ := embedded.ReadDir(dir)
		all = append(all, found...)
	}
	all = slices.DeleteFunc(all, func(e fs.DirEntry) bool { return e.IsDir() || strings.HasPrefix(e.Name(), ".") })
	slices.SortStableFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return slices.CompactFunc(all, func(a, b fs.DirEntry) bool { return a.Name() == b.Name() })
}

// folder is the flat folder, opened.
type folder struct {
	fs.File
	entries []fs.DirEntry
}

func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(f.entries) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(f.entries) {
		n = len(f.entries)
	}
	read := f.entries[:n]
	f.entries = f.entries[n:]
	return read, nil
}
