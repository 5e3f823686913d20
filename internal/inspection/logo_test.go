package inspection

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// paint returns a picture as a PNG file.
func paint(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// chunk returns a chunk of a PNG file.
func chunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// withChunk puts a chunk behind the head of a PNG file.
func withChunk(file []byte, kind string, data []byte) []byte {
	const head = 8 + 25
	return append(append(bytes.Clone(file[:head]), chunk(kind, data)...), file[head:]...)
}

// claiming returns a PNG file whose head claims a size, whatever its pixels are.
func claiming(file []byte, width, height uint32) []byte {
	data := binary.BigEndian.AppendUint32(nil, width)
	data = append(binary.BigEndian.AppendUint32(data, height), file[24:29]...)
	return append(append(bytes.Clone(file[:8]), chunk("IHDR", data)...), file[33:]...)
}

func TestALogoIsWrittenAnew(t *testing.T) {
	deep := image.NewNRGBA64(image.Rect(0, 0, 40, 20))
	deep.Set(3, 4, color.NRGBA64{R: 0xffff, A: 0x8000})
	for name, file := range map[string][]byte{
		"with sixteen bits to a colour": paint(t, deep),
		"with words in it":              withChunk(paint(t, deep), "tEXt", []byte("Comment\x00<script>alert(1)</script>")),
		"with something behind it":      append(paint(t, deep), "<script>alert(1)</script>"...),
		"that moves":                    withChunk(paint(t, deep), "acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0}),
	} {
		t.Run(name, func(t *testing.T) {
			logo, err := ReadLogo(file)
			if err != nil || logo.Width != 40 || logo.Height != 20 {
				t.Fatalf("%d by %d, %v", logo.Width, logo.Height, err)
			}
			for _, part := range []string{"script", "acTL", "tEXt"} {
				if bytes.Contains(logo.PNG, []byte(part)) {
					t.Errorf("it still holds %s", part)
				}
			}
			picture, err := png.Decode(bytes.NewReader(logo.PNG))
			if err != nil {
				t.Fatal(err)
			}
			if _, plain := picture.(*image.NRGBA); !plain {
				t.Errorf("it is a %T", picture)
			}
			if r, g, b, a := picture.At(3, 4).RGBA(); r == 0 || g != 0 || b != 0 || a == 0 || a == 0xffff {
				t.Errorf("its pixel is %d %d %d %d", r, g, b, a)
			}
		})
	}
}

func TestWhatIsNoLogo(t *testing.T) {
	small := paint(t, image.NewGray(image.Rect(0, 0, 10, 10)))
	var photograph bytes.Buffer
	if err := jpeg.Encode(&photograph, image.NewGray(image.Rect(0, 0, 10, 10)), nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file  []byte
		words string
	}{
		"a drawing":                           {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "SVG file can hold a program"},
		"a drawing behind a mark":             {[]byte("\xef\xbb\xbf\n <SVG/>"), "SVG file can hold a program"},
		"a photograph":                        {photograph.Bytes(), "this file is none"},
		"nothing":                             {nil, "this file is none"},
		"the beginning of one":                {small[:20], "damaged"},
		"one cut short":                       {small[:len(small)-30], "damaged"},
		"one that is too wide":                {paint(t, image.NewGray(image.Rect(0, 0, 601, 10))), "601 by 10"},
		"one that is too high":                {paint(t, image.NewGray(image.Rect(0, 0, 10, 201))), "10 by 201"},
		"one that would fill the memory":      {claiming(small, 60_000, 60_000), "60000 by 60000"},
		"one that claims more than it has":    {claiming(small, 600, 200), "damaged"},
		"one whose size nobody can count":     {claiming(small, 1<<31-1, 1<<31-1), "Save the logo again"},
		"a file larger than any logo":         {append(bytes.Clone(small), make([]byte, MostLogoBytes)...), "at most 200 KB"},
		"a file with a head and nothing else": {[]byte("\x89PNG\r\n\x1a\n"), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadLogo(c.file)
			var problems Problems
			if !errors.As(err, &problems) || problems[0].Field != "logo" || !strings.Contains(problems[0].Words, c.words) {
				t.Errorf("got %v, want …%s…", err, c.words)
			}
		})
	}
}
