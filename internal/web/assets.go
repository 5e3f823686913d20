package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
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
}

// assetFile is packed when it is first asked for: most readers never ask for the largest.
type assetFile struct {
	body []byte
	kind string
	once sync.Once
	r    *response
}

const assetLevel = 9 // packed once in a program's life

func loadAssets(files fs.FS) (*assets, error) {
	a := &assets{addresses: map[string]string{}, files: map[string]*assetFile{}}
	names, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("list assets: %w", err)
	}
	for _, entry := range names {
		body, err := fs.ReadFile(files, entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read asset: %w", err)
		}
		sum := sha256.Sum256(body)
		extension := path.Ext(entry.Name())
		hashed := strings.TrimSuffix(entry.Name(), extension) + "." + hex.EncodeToString(sum[:8]) + extension
		kind := mime.TypeByExtension(extension)
		if kind == "" {
			kind = "application/octet-stream"
		}
		a.addresses[entry.Name()] = "/static/" + hashed
		a.files[hashed] = &assetFile{body: body, kind: kind}
	}
	return a, nil
}

func (f *assetFile) response() *response {
	f.once.Do(func() {
		f.r = newResponse(http.StatusOK, f.kind, f.body, assetLevel)
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
