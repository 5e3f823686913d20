// Package internal_test keeps the import rules of the house. They are few; a change that needs another one is a decision,
// to be written down in docs/decisions.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "inspectiontimeline"

// mayImport lists, for every package, the packages of ours that it may import. "*" is any.
var mayImport = map[string][]string{
	"cmd/timeline":               {"*"},
	"docs":                       {},
	"internal/help":              {"internal/search"},
	"internal/inspection":        {},
	"internal/auth":              {},
	"internal/auth/authtest":     {},
	"internal/chart":             {"internal/inspection"},
	"internal/exchange":          {"internal/inspection"},
	"internal/letter":            {"internal/inspection"},
	"internal/letter/lettertest": {},
	"internal/notice":            {"internal/inspection"},
	"internal/notice/noticetest": {},
	"internal/opendata":          {"internal/inspection", "internal/search", "internal/store"},
	"internal/search":            {},
	"internal/store":             {"internal/inspection", "internal/auth", "internal/search"},
	"internal/store/storetest":   {"internal/inspection", "internal/auth", "internal/store", "internal/exchange", "seed"},
	"internal/web": {
		"internal/inspection", "internal/auth", "internal/letter", "internal/store", "internal/chart", "internal/exchange",
		"internal/help", "internal/opendata", "internal/search", "static",
	},
	"static": {},
	"seed":   {},
}

// testsMayImport lists what the tests of a package may import beyond that; tests that drive the whole program are in cmd.
var testsMayImport = map[string][]string{
	"internal":               {},
	"docs":                   {"docs"},
	"internal/help":          {"docs", "internal/help", "internal/search"},
	"internal/inspection":    {"internal/exchange", "internal/inspection", "seed"},
	"internal/auth":          {"internal/auth", "internal/auth/authtest"},
	"internal/auth/authtest": {"internal/auth/authtest"},
	"internal/chart":         {"internal/chart", "internal/exchange", "internal/inspection", "seed", "static"},
	"internal/exchange":      {"internal/exchange", "internal/inspection", "seed"},
	"internal/letter":        {"internal/letter", "internal/letter/lettertest", "internal/exchange", "internal/inspection", "seed"},
	"internal/notice":        {"internal/notice", "internal/notice/noticetest", "internal/inspection"},
	"internal/opendata": {
		"internal/opendata", "internal/exchange", "internal/inspection", "internal/search", "internal/store", "internal/store/storetest", "seed",
	},
	"internal/search": {"internal/search"},
	"internal/store": {
		"internal/store", "internal/store/storetest", "internal/auth", "internal/exchange", "internal/inspection", "internal/search", "seed",
	},
	"internal/web": {"*"},
	"static":       {"static"},
	"seed":         {"seed"},
}

// oneRoom names the room of each heavy library; its tests may use it too.
var oneRoom = map[string]string{
	"github.com/gin-gonic/":           "internal/web",
	"gorm.io/":                        "internal/store",
	"github.com/pressly/goose/":       "internal/store",
	"github.com/mattn/go-sqlite3":     "internal/store",
	"github.com/jackc/":               "internal/store",
	"github.com/go-echarts/":          "internal/chart",
	"github.com/dop251/goja":          "internal/chart",
	"github.com/ledongthuc/pdf":       "internal/letter",
	"github.com/xuri/excelize/":       "internal/exchange",
	"github.com/gomutex/godocx":       "internal/exchange",
	"github.com/arran4/golang-ical":   "internal/exchange",
	"github.com/kljensen/snowball":    "internal/search",
	"github.com/tetratelabs/wazero":   "internal/chart",
	"github.com/yuin/goldmark":        "internal/help",
	"github.com/coreos/go-oidc/":      "internal/auth",
	"golang.org/x/oauth2":             "internal/auth",
	"github.com/pquerna/otp":          "internal/auth",
	"github.com/alexedwards/argon2id": "internal/auth",
	"github.com/ccojocar/zxcvbn-go":   "internal/auth",
	"github.com/wneessen/go-mail":     "internal/notice",
	"github.com/klauspost/compress":   "internal/exchange",
	"filippo.io/age":                  "internal/exchange",
	"github.com/prometheus/":          "internal/web",
	"go.opentelemetry.io/":            "internal/web",
}

// onlyInTests are libraries that the program itself never contains.
var onlyInTests = []string{
	"github.com/chromedp/", "github.com/PuerkitoBio/goquery", "github.com/rickar/cal/", "github.com/go-jose/",
	"github.com/emersion/", "github.com/getkin/kin-openapi", "github.com/mmcdole/gofeed",
	"github.com/coreos/go-oidc/v3/oidc/oidctest", "testing",
}

// forTests are packages that only tests import, so they are tests themselves.
var forTests = []string{"internal/store/storetest", "internal/letter/lettertest", "internal/auth/authtest", "internal/notice/noticetest"}

// goFile is one source file: its package's folder, whether it is a test, and what it imports.
type goFile struct {
	name    string
	folder  string
	test    bool
	imports []string
}

func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata" || len(name) > 1 && entry.Name()[0] == '.') {
			return fs.SkipDir
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		file := goFile{name: name, folder: path.Dir(name), test: strings.HasSuffix(name, "_test.go")}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			file.imports = append(file.imports, imported)
		}
		files = append(files, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d files were found", len(files))
	}
	return files
}

func allows(list []string, folder string) bool {
	return slices.Contains(list, "*") || slices.Contains(list, folder)
}

func TestWhoMayImportWhom(t *testing.T) {
	for _, file := range goFiles(t) {
		allowed, known := mayImport[file.folder]
		if !known && file.folder != "internal" {
			t.Errorf("%s: the package is not in the table of rooms", file.name)
			continue
		}
		for _, imported := range file.imports {
			folder, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				continue
			}
			if !allows(allowed, folder) && (!file.test || !allows(testsMayImport[file.folder], folder)) {
				t.Errorf("%s: may not import %s", file.name, folder)
			}
			if slices.Contains(forTests, folder) && !file.test && !slices.Contains(forTests, file.folder) {
				t.Errorf("%s: imports %s, which is for tests", file.name, folder)
			}
		}
	}
}

func TestTheDomainImportsOnlyTheStandardLibrary(t *testing.T) {
	for _, file := range goFiles(t) {
		if file.folder != "internal/inspection" || file.test {
			continue
		}
		for _, imported := range file.imports {
			first, _, _ := strings.Cut(imported, "/")
			if strings.Contains(first, ".") || first == module {
				t.Errorf("%s: imports %s", file.name, imported)
			}
			if slices.Contains([]string{"os", "net/http", "database/sql", "io/fs", "os/exec"}, imported) {
				t.Errorf("%s: imports %s, but the domain does no input or output", file.name, imported)
			}
		}
	}
}

func TestEachHeavyLibraryHasOneRoom(t *testing.T) {
	used := map[string]bool{}
	for _, file := range goFiles(t) {
		for _, imported := range file.imports {
			for prefix, room := range oneRoom {
				if !strings.HasPrefix(imported, prefix) {
					continue
				}
				used[prefix] = true
				// Tests of the whole program, in cmd, look at its database and compare it with a bare handler.
				test := file.test || slices.Contains(forTests, file.folder)
				if file.folder != room && !(test && (strings.HasPrefix(file.folder, room+"/") || file.folder == "cmd/timeline")) {
					t.Errorf("%s: imports %s, whose room is %s", file.name, imported, room)
				}
			}
			for _, prefix := range onlyInTests {
				if strings.HasPrefix(imported, prefix) && !file.test && !slices.Contains(forTests, file.folder) {
					t.Errorf("%s: imports %s, which is for tests", file.name, imported)
				}
			}
		}
	}
	for prefix, room := range oneRoom {
		if _, err := os.Stat(filepath.Join("..", room)); err == nil && !used[prefix] && room != "internal/exchange" {
			t.Errorf("%s has a room, %s, that does not use it", prefix, room)
		}
	}
}

// mostFiles bounds a room. Those that hold a file for each noun or page grow with what the product knows, and are bounded
// all the same (docs/decisions/size-of-rooms.md).
func mostFiles(folder string) int {
	switch folder {
	case "internal/web":
		return 120
	case "internal/inspection":
		return 110
	case "internal/store":
		return 100
	}
	return 40
}

func TestNoPackageIsTooLarge(t *testing.T) {
	count := map[string]int{}
	for _, file := range goFiles(t) {
		if !file.test {
			count[file.folder]++
		}
	}
	for folder, n := range count {
		if most := mostFiles(folder); n > most {
			t.Errorf("%s has %d files; more than %d are two rooms", folder, n, most)
		}
	}
}

func TestEveryRoomExists(t *testing.T) {
	found := map[string]bool{}
	for _, file := range goFiles(t) {
		found[file.folder] = true
	}
	for _, folder := range slices.Sorted(maps.Keys(mayImport)) {
		if !found[folder] {
			t.Errorf("%s is in the table of rooms but not in the house", folder)
		}
	}
}

func TestTheTopLevelHoldsNothingElse(t *testing.T) {
	allowed := []string{
		"cmd", "internal", "static", "seed", "docs", "go.mod", "go.sum", "Dockerfile", "README.md", "Makefile", "LICENSE",
		"CHANGELOG.md", ".ci", ".gitignore", ".dockerignore",
		".git", "bin", // not part of what is kept
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !slices.Contains(allowed, entry.Name()) && !strings.HasPrefix(entry.Name(), "timeline.db") {
			t.Errorf("%s stands at the top level", entry.Name())
		}
	}
}
