package chart

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"strings"
)

// headerEnd is where a PNG's first chunk ends: eight bytes of signature, and a header of thirteen with its frame of twelve.
const headerEnd = 8 + 12 + 13

// dotsPerMetre is how finely a picture is printed in the size that its page shows: 96 CSS pixels are an inch.
const dotsPerMetre = PixelsEach * 96 * 10000 / 254

// encodePNG writes a picture with what a reader who does not see it has to know, as the PNG specification's texts.
func encodePNG(picture *image.RGBA, s Sheet) ([]byte, error) {
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, picture); err != nil {
		return nil, fmt.Errorf("write png: %w", err)
	}
	var out bytes.Buffer
	out.Write(encoded.Next(headerEnd))
	chunk(&out, "pHYs", binary.BigEndian.AppendUint32(nil, dotsPerMetre), binary.BigEndian.AppendUint32(nil, dotsPerMetre), []byte{1})
	for _, text := range []struct{ keyword, words string }{
		{"Title", s.Chart.Title},
		{"Description", s.Chart.Summary},
		{"Source", strings.Join(s.Source, " ")},
	} {
		// After the keyword: not packed, in British English, and the keyword is not translated.
		chunk(&out, "iTXt", []byte(text.keyword+"\x00\x00\x00en-GB\x00\x00"+text.words))
	}
	out.Write(encoded.Bytes())
	return out.Bytes(), nil
}

// chunk writes a piece of a PNG with its length and its checksum.
func chunk(out *bytes.Buffer, kind string, parts ...[]byte) {
	content := append([]byte(kind), bytes.Join(parts, nil)...)
	framed := binary.BigEndian.AppendUint32(nil, uint32(len(content)-len(kind)))
	framed = append(framed, content...)
	out.Write(binary.BigEndian.AppendUint32(framed, crc32.ChecksumIEEE(content)))
}
