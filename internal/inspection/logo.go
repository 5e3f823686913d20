package inspection

import (
	"bytes"
	"fmt"
	"image"
	pixels "image/draw"
	"image/png"
)

// What a logo may be.
const (
	MostLogoBytes  = 200 << 10
	MostLogoWidth  = 600 // pixels
	MostLogoHeight = 200 // pixels
)

// Logo is a council's logo as it is kept: a still picture that this program has written itself.
type Logo struct {
	PNG           []byte
	Width, Height int // pixels
}

// ReadLogo takes a picture apart and writes it anew, so that nothing but its pixels is ever handed out. Of a moving picture
// that is the first one. It fails with Problems at logo.
func ReadLogo(data []byte) (Logo, error) {
	refuse := func(words string, values ...any) (Logo, error) {
		return Logo{}, Problems{{Field: "logo", Words: fmt.Sprintf(words, values...)}}
	}
	switch {
	case len(data) > MostLogoBytes:
		return refuse("Choose a smaller file: a logo may have at most %d KB", MostLogoBytes>>10)
	case drawsItself(data):
		return refuse("Save the logo as a PNG file and choose that: an SVG file can hold a program, and so none is taken")
	case !bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return refuse("Save the logo as a PNG file and choose that: this file is none")
	}
	// Its size is read first: a small file can unfold to a picture that fills the memory.
	size, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return refuse("Save the logo again as a PNG file: this one is damaged")
	}
	if size.Width > MostLogoWidth || size.Height > MostLogoHeight {
		return refuse("Make the logo smaller: it has %d by %d pixels, and %d by %d is the most", size.Width, size.Height, MostLogoWidth, MostLogoHeight)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return refuse("Save the logo again as a PNG file: this one is damaged")
	}
	still := image.NewNRGBA(image.Rect(0, 0, size.Width, size.Height))
	pixels.Draw(still, still.Bounds(), picture, picture.Bounds().Min, pixels.Src)
	var out bytes.Buffer
	if err := png.Encode(&out, still); err != nil {
		return Logo{}, fmt.Errorf("write the logo: %w", err)
	}
	return Logo{PNG: out.Bytes(), Width: size.Width, Height: size.Height}, nil
}

// drawsItself reports whether a file is an SVG drawing.
func drawsItself(data []byte) bool {
	head := bytes.ToLower(bytes.TrimLeft(data[:min(len(data), 1024)], "\xef\xbb\xbf \t\r\n"))
	return bytes.HasPrefix(head, []byte("<")) && bytes.Contains(head, []byte("svg"))
}
