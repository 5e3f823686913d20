// Package lettertest makes PDFs for tests: letters with given words, and files that are damaged, locked or hostile.
package lettertest

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"crypto/rc4"
	"fmt"
	"io"
	"strings"
)

// PDF returns a PDF with a page for each text, set line by line in Helvetica. A line that begins with "# " is a heading,
// larger and bold; two spaces or more part columns.
func PDF(pages ...string) []byte {
	f := newFile()
	f.letter(pages)
	return f.bytes()
}

// Picture returns a PDF of scanned pages: each is an image and nothing else.
func Picture(pages int) []byte {
	f := newFile()
	image := f.addStream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", "\x80")
	contents := make([]string, pages)
	for i := range contents {
		contents[i] = "q 595 0 0 842 0 0 cm /Im0 Do Q"
	}
	f.pages(contents, fmt.Sprintf("/XObject << /Im0 %d 0 R >>", image))
	return f.bytes()
}

// Encrypted returns a PDF that opens with a password. With an empty one any reader opens it, as those files do in which
// only printing or copying is forbidden.
func Encrypted(password string, pages ...string) []byte {
	f := newFile()
	f.letter(pages)
	f.encrypt(password)
	return f.bytes()
}

// Truncated returns the first part of a PDF, as a broken download leaves it.
func Truncated(pages ...string) []byte {
	whole := PDF(pages...)
	return whole[:len(whole)*2/3]
}

// LoopingPages returns a PDF whose tree of pages leads back to itself.
func LoopingPages() []byte {
	f := newFile()
	node := f.reserve()
	f.set(node, fmt.Sprintf("<< /Type /Pages /Count 1 /Kids [%d 0 R %d 0 R] >>", node, node))
	f.catalogue(node)
	return f.bytes()
}

// LoopingContents returns a PDF whose page draws a form that draws itself.
func LoopingContents() []byte {
	f := newFile()
	form := f.reserve()
	resources := fmt.Sprintf("/XObject << /Fm0 %d 0 R >>", form)
	const contents = "/Fm0 Do /Fm0 Do"
	f.setStream(form, "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << "+resources+" >>", contents)
	f.pages([]string{contents}, resources)
	return f.bytes()
}

// LoopingStreams returns a PDF one object of which stands in a stream of objects that continues in itself.
func LoopingStreams() []byte {
	const catalogue, stream, xref, size = 1, 2, 3, 4
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	at := b.Len()
	fmt.Fprintf(&b, "%d 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Extends %d 0 R /Length 8 >>\nstream\n9 0 null\nendstream\nendobj\n", stream, stream)
	table := b.Len()
	entries := string([]byte{
		0, 0, 0, 0,
		2, 0, stream, 0, // the catalogue is in the stream
		1, byte(at >> 8), byte(at), 0,
		1, byte(table >> 8), byte(table), 0,
	})
	fmt.Fprintf(&b, "%d 0 obj\n<< /Type /XRef /Size %d /W [1 2 1] /Root %d 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n",
		xref, size, catalogue, len(entries), entries)
	fmt.Fprintf(&b, "startxref\n%d\n%%%%EOF\n", table)
	return b.Bytes()
}

// LoopingTables returns a PDF whose list of objects says that an earlier one, itself, comes before it.
func LoopingTables() []byte {
	f := newFile()
	f.letter([]string{"A page"})
	f.extra = "/Prev %d"
	return f.bytes()
}

// Bomb returns a PDF one page of which unpacks to very many bytes.
func Bomb(unpacked int) []byte {
	f := newFile()
	packed := Packed(unpacked)
	content := f.reserve()
	f.setStream(content, "/Filter /FlateDecode", string(packed))
	f.pageTree([]int{content}, "")
	return f.bytes()
}

// Packed returns that many spaces, packed.
func Packed(unpacked int) []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	if _, err := io.CopyN(w, spaces{}, int64(unpacked)); err != nil {
		panic(err) // it writes to memory
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return packed.Bytes()
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// Nested returns a PDF in which lists stand inside lists.
func Nested(depth int) []byte {
	f := newFile()
	f.letter([]string{"A page"})
	deep := f.add(strings.Repeat("[", depth) + strings.Repeat("]", depth))
	f.set(f.root, strings.Replace(f.objects[f.root-1], "/Pages", fmt.Sprintf("/Pages %d 0 R /Was", deep), 1))
	return f.bytes()
}

// file is a PDF in the making. Objects are numbered from 1.
type file struct {
	objects []string
	root    int
	extra   string // of the trailer; a %d in it becomes the offset of the list of objects
}

func newFile() *file { return &file{} }

func (f *file) reserve() int { return f.add("null") }

func (f *file) add(object string) int {
	f.objects = append(f.objects, object)
	return len(f.objects)
}

func (f *file) set(number int, object string) { f.objects[number-1] = object }

func (f *file) addStream(dictionary, data string) int {
	number := f.reserve()
	f.setStream(number, dictionary, data)
	return number
}

func (f *file) setStream(number int, dictionary, data string) {
	f.set(number, fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dictionary, len(data), data))
}

func (f *file) catalogue(pages int) {
	f.root = f.add(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", pages))
}

// letter adds pages of text.
func (f *file) letter(pages []string) {
	font := f.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	bold := f.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
	contents := make([]string, len(pages))
	for i, text := range pages {
		var b strings.Builder
		y := 800
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			face, leading := "/F1 11", 14
			if heading, ok := strings.CutPrefix(line, "# "); ok {
				line, face, leading = heading, "/F2 14", 28
			}
			y -= leading
			x := 56
			for column := range strings.SplitSeq(line, "  ") {
				if column = strings.TrimSpace(column); column != "" {
					fmt.Fprintf(&b, "BT %s Tf %d %d Td (%s) Tj ET\n", face, x, y, escaped(column))
					x = 400
				}
			}
		}
		contents[i] = b.String()
	}
	f.pages(contents, fmt.Sprintf("/Font << /F1 %d 0 R /F2 %d 0 R >>", font, bold))
}

// pages adds pages that are drawn by contents and makes them the file's.
func (f *file) pages(contents []string, resources string) {
	streams := make([]int, len(contents))
	for i, content := range contents {
		streams[i] = f.addStream("", content)
	}
	f.pageTree(streams, resources)
}

func (f *file) pageTree(contents []int, resources string) {
	tree := f.reserve()
	var kids strings.Builder
	for _, content := range contents {
		fmt.Fprintf(&kids, "%d 0 R ", f.add(fmt.Sprintf(
			"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << %s >> >>", tree, content, resources)))
	}
	f.set(tree, fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(contents), kids.String()))
	f.catalogue(tree)
}

func (f *file) bytes() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(f.objects))
	for i, object := range f.objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(f.objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	extra := strings.ReplaceAll(f.extra, "%d", fmt.Sprint(table))
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(f.objects)+1, f.root, extra, table)
	return b.Bytes()
}

// escaped writes words as a string of Windows' western encoding between brackets.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch i := strings.IndexRune("‘’“”•–—", r); {
		case i >= 0:
			b.WriteByte(0x91 + byte(len([]rune("‘’“”•–—"[:i]))))
		case strings.ContainsRune(`()\`, r):
			b.WriteString(`\` + string(r))
		case r < 0x80 || r >= 0xa0 && r <= 0xff:
			b.WriteByte(byte(r))
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// padding fills passwords up, as PDF has it.
const padding = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// encrypt locks all streams with RC4 and a key of 128 bits (PDF 1.4, revision 3).
func (f *file) encrypt(password string) {
	const identity = "0123456789abcdef"
	padded := (password + padding)[:32]
	owner := rc4Often(hashedOften(padded), padded)
	key := hashedOften(padded + owner + "\xfc\xff\xff\xff" + identity)
	check := md5.Sum([]byte(padding + identity))
	user := rc4Often(key, string(check[:])) + strings.Repeat("\x00", 16)
	for i, object := range f.objects {
		before, rest, isStream := strings.Cut(object, "stream\n")
		if !isStream {
			continue
		}
		data := strings.TrimSuffix(rest, "\nendstream")
		number := i + 1
		own := md5.Sum(append(bytes.Clone(key), byte(number), byte(number>>8), 0, 0, 0))
		f.objects[i] = before + "stream\n" + rc4Of(own[:], data) + "\nendstream"
	}
	locked := f.add(fmt.Sprintf("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <%x> /U <%x> >>", owner, user))
	f.extra = fmt.Sprintf("/Encrypt %d 0 R /ID [<%x> <%x>]", locked, identity, identity)
}

func hashedOften(text string) []byte {
	sum := md5.Sum([]byte(text))
	for range 50 {
		sum = md5.Sum(sum[:])
	}
	return sum[:]
}

func rc4Often(key []byte, text string) string {
	for i := range 20 {
		own := bytes.Clone(key)
		for j := range own {
			own[j] ^= byte(i)
		}
		text = rc4Of(own, text)
	}
	return text
}

func rc4Of(key []byte, text string) string {
	cipher, err := rc4.NewCipher(key)
	if err != nil {
		panic(err) // only for a key of another length
	}
	out := make([]byte, len(text))
	cipher.XORKeyStream(out, []byte(text))
	return string(out)
}
