package exchange

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime/metrics"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// FuzzReadBackup sends files through the door that every backup takes.
func FuzzReadBackup(f *testing.F) {
	for _, data := range smallBackups(f) {
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	seal, err := SealWith("nine words that nobody else would think of ever")
	if err != nil {
		f.Fatal(err)
	}
	sealed, _ := written(f, seal, exampleRows)
	f.Add(sealed)
	f.Add([]byte("Dear councillor"))
	f.Fuzz(func(t *testing.T, data []byte) { holdsOnBackup(t, data) })
}

// FuzzBackupPart is FuzzReadBackup for a part that stands among those of a backup, of whatever kind, with a size that it may not have.
func FuzzBackupPart(f *testing.F) {
	whole, _ := written(f, BackupSeal{}, exampleRows, []byte("a file"))
	head, rest := unpacked(f, whole)[:1024], unpacked(f, whole)[1024:] // a block for what a part is called, and one of what it holds
	if !bytes.HasPrefix(head, []byte(backupHead)) || !bytes.HasPrefix(rest, []byte(backupTables)) {
		f.Fatalf("a backup begins otherwise: %q", head)
	}
	f.Add(partName("bodies", 1), byte(tar.TypeReg), int64(11), []byte("[\"id\"]\n[1]\n"))
	f.Add(backupFiles+hashOf([]byte("a file")), byte(tar.TypeReg), int64(6), []byte("a file"))
	f.Add(backupHead, byte(tar.TypeReg), int64(2), []byte("{}"))
	f.Add("../../etc/passwd", byte(tar.TypeSymlink), int64(0), []byte{})
	f.Add(backupFiles+hashOf(nil), byte(tar.TypeReg), int64(1<<40), []byte{})
	f.Add("long", byte(tar.TypeGNULongName), int64(600), bytes.Repeat([]byte("a"), 600))
	f.Add("link", byte(tar.TypeGNULongLink), int64(6), []byte("a path"))
	f.Add("records", byte(tar.TypeXHeader), int64(19), []byte("19 GNU.sparse.map=\n"))
	f.Add("sparse", byte(tar.TypeGNUSparse), int64(512), bytes.Repeat([]byte("7"), 512))
	f.Fuzz(func(t *testing.T, name string, kind byte, size int64, body []byte) {
		among := append(slices.Clone(head), tarBlock(name, kind, size)...)
		among = append(among, body...)
		among = append(among, make([]byte, -len(among)&511)...)
		if holdsOnBackup(t, packed(t, append(among, rest...))) {
			t.Fatal("it is taken with something of which its manifest knows nothing")
		}
	})
}

// tarBlock returns the block before a part, with whatever kind and size.
func tarBlock(name string, kind byte, size int64) []byte {
	block := make([]byte, 512)
	copy(block[:100], name)
	copy(block[100:], "0000600\x000000000\x000000000\x00")
	if size >= 0 && size < 8<<30 {
		copy(block[124:], fmt.Sprintf("%011o", size))
	} else {
		block[124] = 0x80 // the size is no text
		binary.BigEndian.PutUint64(block[128:], uint64(size))
	}
	copy(block[136:], "00000000000\x00        ")
	block[156] = kind
	copy(block[257:], "ustar\x0000")
	var sum int
	for _, b := range block {
		sum += int(b)
	}
	copy(block[148:], fmt.Sprintf("%06o\x00 ", sum))
	return block
}

// FuzzBackupTable is FuzzReadBackup for the lines of a table, in a backup whose manifest is right about them.
func FuzzBackupTable(f *testing.F) {
	for _, data := range smallBackups(f) {
		files := tar.NewReader(bytes.NewReader(unpacked(f, data)))
		for {
			header, err := files.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			lines, wrong := io.ReadAll(files)
			if err = errors.Join(err, wrong); err != nil {
				f.Fatal(err)
			}
			if header.Name == partName("changes", 1) {
				f.Add(lines)
			}
		}
	}
	f.Add([]byte("[\"a\"]\n[{\"time\":\"2026-11-21T12:00:00+01:00\"}]\n[{\"text\":\"/w==\"}]\n[{\"bytes\":\"\"}]\n"))
	f.Add([]byte("[\"a\"]\n[1]\n[2]"))
	f.Add([]byte("[\"a\",\"b\"]\n[1,\"\\ud800\"]\n[ true , null ]\nnull\n"))
	f.Fuzz(func(t *testing.T, lines []byte) {
		inside, accepted := aroundTable(t, lines)
		if read := holdsOnBackup(t, packed(t, inside)); read != accepted {
			t.Fatalf("it is taken: %t; each of its rows is one: %t", read, accepted)
		}
	})
}

// FuzzBackupRow holds that a line is refused, or is a row that is written and read alike.
func FuzzBackupRow(f *testing.F) {
	writer := newRowWriter()
	for _, row := range exampleRows {
		line, err := writer.write(row)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(slices.Clone(line), len(row))
	}
	f.Add([]byte(`[{"time":"2026-11-21T12:00:00.5+01:00"},{"text":"/w=="},{"bytes":"AA=="}]`), 3)
	f.Add([]byte("null"), 1)
	f.Add([]byte(`[{"time":"9999-12-31T23:59:59-01:00"}]`), 1)
	f.Add([]byte(`[{"time":"0000-01-01T00:00:00+01:00"}]`), 1)
	f.Fuzz(func(t *testing.T, line []byte, columns int) {
		if columns < 1 || columns > mostColumns {
			return // no table has so many
		}
		var reader rowReader
		values, err := reader.read(line, columns)
		if err != nil {
			if values != nil {
				t.Fatalf("it is refused and yet read: %#v", values)
			}
			return
		}
		if len(values) != columns {
			t.Fatalf("%d values of %d columns", len(values), columns)
		}
		again, err := newRowWriter().write(values)
		if err != nil {
			t.Fatalf("%#v cannot be written again: %v", values, err)
		}
		if reread, err := reader.read(again, columns); err != nil || !reflect.DeepEqual(reread, values) {
			t.Fatalf("%#v is written as %s and comes back as %#v, %v", values, again, reread, err)
		}
	})
}

// smallBackups returns backups as the program makes them.
func smallBackups(t testing.TB) [][]byte {
	t.Helper()
	empty, _ := written(t, BackupSeal{}, nil)
	whole, _ := written(t, BackupSeal{}, exampleRows, []byte("a file"), nil)
	return [][]byte{empty, whole}
}

func unpacked(t testing.TB, data []byte) []byte {
	t.Helper()
	reader, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	inside, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return inside
}

func packed(t testing.TB, inside []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	writer, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writer.Write(inside); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// aroundTable returns the tar of a backup with one table, and whether its lines are names of columns and rows of those.
func aroundTable(t *testing.T, lines []byte) (inside []byte, accepted bool) {
	t.Helper()
	name := partName("changes", 1)
	var columns []string
	head, rest, ended := bytes.Cut(lines, []byte("\n"))
	accepted = json.Unmarshal(head, &columns) == nil && len(columns) > 0 && len(columns) <= mostColumns && len(head) < mostColumnsLine && ended
	var seen tally
	seen.begin("changes", columns)
	for len(rest) > 0 {
		var line []byte
		if line, rest, ended = bytes.Cut(rest, []byte("\n")); ended {
			line = append(line[:len(line):len(line)], '\n')
		}
		accepted = accepted && ended
		seen.row(line)
		if accepted {
			_, err := new(rowReader).read(line, len(columns)) // which knows no line before it
			accepted = err == nil
		}
	}
	about, err := asJSON(BackupAbout{Format: BackupFormat, Schema: 23, MadeAt: madeAt})
	if err != nil {
		t.Fatal(err)
	}
	seen.held.Members = []BackupMember{
		{Name: backupHead, Size: int64(len(about)), SHA256: hashOf(about)}, {Name: name, Size: int64(len(lines)), SHA256: hashOf(lines)},
	}
	manifest, err := asJSON(seen.end("1:abc"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	files := tar.NewWriter(&out)
	for _, part := range []struct {
		name string
		data []byte
	}{{backupHead, about}, {name, lines}, {backupManifest, manifest}} {
		err := files.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: part.name, Size: int64(len(part.data)), Format: tar.FormatUSTAR})
		if err == nil {
			_, err = files.Write(part.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), accepted
}

// passing takes what a backup holds and keeps nothing.
type passing struct{}

func (passing) Table(string, []string) error { return nil }

func (passing) Row([]any) error { return nil }

func (passing) Document(_ string, _ int64, data io.Reader) error {
	_, err := io.Copy(io.Discard, data)
	return err
}

// holdsOnBackup reads a file and reports whether it is taken for a backup. Then it can be written again, and reads the same. Otherwise
// it fails with one of the errors of this package. Neither takes more memory than reading is bound to.
func holdsOnBackup(t *testing.T, data []byte) (taken bool) {
	t.Helper()
	begun := allocated()
	var grew int64
	b, err := OpenBackup(bytes.NewReader(data), BackupKey{})
	if err == nil {
		_, err = b.Into(passing{})
		grew = b.unpacked.read
		b.Close()
	}
	// What undoes the compression holds a few windows, and whoever adds to a line copies it some times.
	if took, most := allocated()-begun, uint64(4*mostWindow+64*(int64(len(data))+grew)); took > most {
		t.Fatalf("%d bytes of a file, %d of what it holds, took %d: %v", len(data), grew, took, err)
	}
	if err != nil {
		if !slices.ContainsFunc([]error{ErrNoBackup, ErrBackupDamaged, ErrBackupNewer, ErrSealed}, func(known error) bool { return errors.Is(err, known) }) {
			t.Fatalf("it is refused without a word on what it is: %v", err)
		}
		return false
	}
	var first, second kept
	about, manifest, err := readBack(data, BackupKey{}, &first)
	if err != nil {
		t.Fatalf("read again it is refused: %v", err)
	}
	again, wrote := writtenAgain(t, data, manifest.Last)
	_, reread, err := readBack(again, BackupKey{}, &second)
	if err != nil || !slices.Equal(first.lines, second.lines) || !reflect.DeepEqual(reread, wrote) {
		t.Fatalf("%q is written again and comes back as %q, %v", first.lines, second.lines, err)
	}
	if about.Format != BackupFormat || reread.Rows() != manifest.Rows() || reread.Documents != manifest.Documents || reread.Last != manifest.Last {
		t.Fatalf("%+v of %+v is counted otherwise when it is written again: %+v", manifest, about, reread)
	}
	if _, third := writtenAgain(t, again, wrote.Last); third.Differs(wrote) != "" {
		t.Fatalf("written a second time: %s", third.Differs(wrote))
	}
	return true
}

// writtenAgain writes what a backup holds as another.
func writtenAgain(t *testing.T, data []byte, last string) ([]byte, BackupManifest) {
	t.Helper()
	var out bytes.Buffer
	writer, err := NewBackupWriter(&out, BackupAbout{Schema: 23, MadeAt: madeAt}, BackupSeal{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := readBack(data, BackupKey{}, writer); err != nil {
		t.Fatalf("what it holds cannot be written again: %v", err)
	}
	manifest, err := writer.Close(last)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), manifest
}

// allocated returns how many bytes were ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
