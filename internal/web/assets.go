package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// assets are the styles and scripts, under addresses that carry a hash of the content, so that a browser may keep them
// for ever.
type assets struct {
	addresses map[string]string // by file name
	files     map[string]*assetFile
	signs     []sign
}

// sign is a small drawing beside a word. Pages carry it within themselves: a few strokes are less than a request for them.
type sign struct {
	name string
	path string // its strokes, as SVG writes them, in a square of 24 by 24
}

// assetFile is packed when it is first asked for: most readers never ask for the largest.
type assetFile struct {
	body []byte
	kind string
	once sync.Once
	r    *response
}

const assetLevel = 9 // packed once in a program's life

// siteSheet is every stylesheet that each page needs, one behind the other: a page asks for one file instead of many.
const siteSheet = "site.css"

// sheetsFirst come before the others, which come by name; those of pages for officers alone are files of their own.
var (
	sheetsFirst = []string{"govuk.css", "app.css"}
	sheetsApart = []string{"letters.css"}
)

// ownKinds are those that Go does not know without the machine's own list.
var ownKinds = map[string]string{".woff2": "font/woff2"}

// packedAlready are kinds of file that do not get smaller.
var packedAlready = []string{"font/woff2", "image/png"}

// notServed are what the program itself draws with.
var notServed = []string{".wasm", ".ttf"}

// signsFile has every sign; it is read and not served.
const signsFile = "icons.svg"

var signInFile = regexp.MustCompile(`<symbol id="([a-z]+)" viewBox="0 0 24 24"><path d="([^"]+)"/></symbol>`)

func loadAssets(files fs.FS) (*assets, error) {
	a := &assets{addresses: map[string]string{}, files: map[string]*assetFile{}}
	names, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("list assets: %w", err)
	}
	sheets := map[string][]byte{} // added last, since they name other files
	for _, entry := range names {
		if slices.Contains(notServed, path.Ext(entry.Name())) {
			continue
		}
		body, err := fs.ReadFile(files, entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read asset: %w", err)
		}
		if entry.Name() == signsFile {
			for _, found := range signInFile.FindAllSubmatch(body, -1) {
				a.signs = append(a.signs, sign{name: string(found[1]), path: string(found[2])})
			}
			continue
		}
		if path.Ext(entry.Name()) == ".css" {
			sheets[entry.Name()] = body
			continue
		}
		a.add(entry.Name(), body)
	}
	for _, name := range sheetsApart {
		if body, ok := sheets[name]; ok {
			a.add(name, a.nameFiles(body))
			delete(sheets, name)
		}
	}
	var site []byte
	for _, name := range sheetsFirst {
		site = append(append(site, sheets[name]...), '\n')
		delete(sheets, name)
	}
	for _, name := range slices.Sorted(maps.Keys(sheets)) {
		site = append(append(site, sheets[name]...), '\n')
	}
	a.add(siteSheet, a.nameFiles(site))
	return a, nil
}

// assetInSheet matches the way in which a stylesheet names another asset.
var assetInSheet = regexp.MustCompile(`url\("asset:([^"]+)"\)`)

// nameFiles puts the hashed name for each asset that a stylesheet names. It stands beside the sheet, so that the name alone is
// an address, whatever path the service has.
func (a *assets) nameFiles(sheet []byte) []byte {
	return assetInSheet.ReplaceAllFunc(sheet, func(found []byte) []byte {
		name := string(assetInSheet.FindSubmatch(found)[1])
		if address, ok := a.addresses[name]; ok {
			name = path.Base(address)
		}
		return []byte(`url("` + name + `")`) // one that the program was built without is not found, and pages say so
	})
}

func (a *assets) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	extension := path.Ext(name)
	hashed := strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:8]) + extension
	kind := cmp.Or(ownKinds[extension], mime.TypeByExtension(extension), "application/octet-stream")
	a.addresses[name] = "/static/" + hashed
	a.files[hashed] = &assetFile{body: body, kind: kind}
}

func (f *assetFile) response() *response {
	f.once.Do(func() {
		if slices.Contains(packedAlready, f.kind) {
			f.r = newPackedResponse(http.StatusOK, f.kind, f.body)
		} else {
			f.r = newResponse(http.StatusOK, f.kind, f.body, assetLevel)
		}
		f.r.stays = true
	})
	return f.r
}

// asset answers with a style or script. An address whose hash is not the file's is not known: answering it with another
// content would let a browser keep that for ever.
func (s *Server) asset(c *gin.Context) {
	if file, ok := s.assets.files[c.Param("file")]; ok {
		file.response().send(c.Writer, c.Request)
		return
	}
	s.fail(c, inspection.ErrNotFound).send(c.Writer, c.Request)
}
