package exchange

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// kept is a BackupSink that keeps what it is given as text.
type kept struct{ lines []string }

func (k *kept) Table(name string, columns []string) error {
	k.lines = append(k.lines, "table "+name+" "+strings.Join(columns, ","))
	return nil
}

func (k *kept) Row(values []any) error {
	k.lines = append(k.lines, fmt.Sprintf("%#v", values))
	return nil
}

func (k *kept) Document(hash string, size int64, data io.Reader) error {
	read, err := io.ReadAll(data)
	k.lines = append(k.lines, fmt.Sprintf("document %s %d %x", hash, size, sha256.Sum256(read)))
	return err
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

var exampleRows = [][]any{
	{int64(1), "plain", true, nil},
	{int64(math.MaxInt64), "with <tags> & \"quotes\", a\nline, \u2028 and \x00", false, time.Date(2026, 11, 21, 12, 0, 0, 123456789, time.UTC)},
	{int64(math.MinInt64), "not UTF-8: \xff\xfe", nil, []byte{0, 255, 10}},
	{int64(1<<53 + 1), "", true, []byte{}},
}

// fillSmall hands over a small database.
func fillSmall(t testing.TB, sink BackupSink, rows [][]any, documents ...[]byte) {
	t.Helper()
	err := errors.Join(sink.Table("sources", []string{"id"}), sink.Table("changes", []string{"a", "b", "c", "d"}))
	for _, row := range rows {
		err = errors.Join(err, sink.Row(row))
	}
	err = errors.Join(err, sink.Table("settings", []string{"id", "name"}))
	for _, data := range documents {
		err = errors.Join(err, sink.Document(hashOf(data), int64(len(data)), bytes.NewReader(data)))
	}
	if err != nil {
		t.Fatal(err)
	}
}

var madeAt = time.Date(2026, 11, 22, 2, 30, 0, 0, time.UTC)

// written returns a backup of a small database.
func written(t testing.TB, seal BackupSeal, rows [][]any, documents ...[]byte) ([]byte, BackupManifest) {
	t.Helper()
	var out bytes.Buffer
	b, err := NewBackupWriter(&out, BackupAbout{Program: "1.0", Schema: 23, Engine: "sqlite", MadeAt: madeAt}, seal)
	if err != nil {
		t.Fatal(err)
	}
	fillSmall(t, b, rows, documents...)
	manifest, err := b.Close("12:abc")
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), manifest
}

func readBack(data []byte, key BackupKey, sink BackupSink) (BackupAbout, BackupManifest, error) {
	b, err := OpenBackup(bytes.NewReader(data), key)
	if err != nil {
		return BackupAbout{}, BackupManifest{}, err
	}
	defer b.Close()
	manifest, err := b.Into(sink)
	return b.About, manifest, err
}

func TestABackupGivesBackWhatItWasGiven(t *testing.T) {
	documents := [][]byte{{}, []byte("%PDF"), bytes.Repeat([]byte("0123456789"), 300_000)}
	data, wrote := written(t, BackupSeal{}, exampleRows, documents...)
	var want, got kept
	fillSmall(t, &want, exampleRows, documents...)
	about, read, err := readBack(data, BackupKey{}, &got)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.lines, want.lines) {
		t.Errorf("got %q\nwant %q", got.lines, want.lines)
	}
	if !reflect.DeepEqual(read, wrote) || read.Last != "12:abc" || read.Rows() != 4 || read.Documents != 3 || read.DocumentBytes != 3_000_004 {
		t.Errorf("the manifest is %+v, and was %+v", read, wrote)
	}
	if want := (BackupAbout{BackupFormat, "1.0", 23, "sqlite", madeAt}); about != want {
		t.Errorf("it says of itself %+v, want %+v", about, want)
	}
}

func TestALargeTableHasSeveralParts(t *testing.T) {
	var rows [][]any
	for i := range 300 {
		rows = append(rows, []any{int64(i), strings.Repeat(fmt.Sprint(i%10), 50_000), true, nil})
	}
	data, manifest := written(t, BackupSeal{}, rows)
	parts := 0
	for _, member := range manifest.Members {
		if strings.HasPrefix(member.Name, "tables/changes-") {
			parts++
		}
	}
	var got kept
	if _, _, err := readBack(data, BackupKey{}, &got); err != nil || parts != 4 || len(got.lines) != 3+len(rows) {
		t.Errorf("%d parts, %d lines, %v", parts, len(got.lines), err)
	}
}

func TestTheDigestOfATableIsOfItsRowsAndNotOfTheirOrder(t *testing.T) {
	turned := slices.Clone(exampleRows)
	slices.Reverse(turned)
	_, a := written(t, BackupSeal{}, exampleRows)
	_, b := written(t, BackupSeal{}, turned)
	if words := a.Differs(b); words != "" {
		t.Error(words)
	}
	for name, rows := range map[string][][]any{
		"another value":       append(slices.Clone(exampleRows[:3]), []any{int64(7), "", true, []byte{}}),
		"a row that is twice": append(slices.Clone(exampleRows[:3]), exampleRows[0]),
		"a row less":          exampleRows[:3],
		"bytes for a text":    append(slices.Clone(exampleRows[:3]), []any{int64(1<<53 + 1), []byte{}, true, []byte{}}),
	} {
		if _, c := written(t, BackupSeal{}, rows); a.Differs(c) == "" || c.Differs(a) == "" {
			t.Errorf("%s makes no difference", name)
		}
	}
	if _, c := written(t, BackupSeal{}, exampleRows, []byte("a file")); a.Differs(c) == "" {
		t.Error("a file makes no difference")
	}
}

func TestAnEncryptedBackupOpensWithItsKeyAlone(t *testing.T) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	mine, wrong := BackupKey{from: []age.Identity{identity}}, BackupKey{from: []age.Identity{other}}
	seal, err := SealTo([]string{identity.Recipient().String()})
	if err != nil {
		t.Fatal(err)
	}
	sealed, _ := written(t, seal, exampleRows)
	plain, _ := written(t, BackupSeal{}, exampleRows)
	if bytes.Contains(sealed, []byte("tables/")) {
		t.Error("it can be read without a key")
	}
	for name, test := range map[string]struct {
		data []byte
		key  BackupKey
		want error
	}{
		"its key":                              {sealed, mine, nil},
		"no key":                               {sealed, BackupKey{}, ErrSealed},
		"another key":                          {sealed, wrong, ErrWrongKey},
		"a key for one that is not encrypted":  {plain, mine, ErrNotSealed},
		"an encrypted one that is torn":        {sealed[:len(sealed)-1], mine, ErrBackupDamaged},
		"an encrypted one that is torn early":  {sealed[:300], mine, ErrBackupDamaged},
		"an encrypted one with something more": {append(slices.Clone(sealed), 0), mine, ErrBackupDamaged},
	} {
		if _, _, err := readBack(test.data, test.key, &kept{}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	t.Run("a passphrase", func(t *testing.T) {
		seal, err := SealWith("nine words that nobody else would think of ever")
		if err != nil {
			t.Fatal(err)
		}
		seal.to[0].(*age.ScryptRecipient).SetWorkFactor(10) // as slow as it should be takes a second
		sealed, _ := written(t, seal, exampleRows)
		for passphrase, want := range map[string]error{"nine words that nobody else would think of ever": nil, "another": ErrWrongKey} {
			key, err := OpenWith(passphrase)
			if err == nil {
				_, _, err = readBack(sealed, key, &kept{})
			}
			if !errors.Is(err, want) {
				t.Errorf("%q: %v, want %v", passphrase, err, want)
			}
		}
		greedy := bytes.Replace(sealed, []byte(" 10\n"), fmt.Appendf(nil, " %d\n", mostWork+1), 1)
		key, err := OpenWith("another")
		if err == nil {
			_, _, err = readBack(greedy, key, &kept{})
		}
		if bytes.Equal(greedy, sealed) || !errors.Is(err, ErrBackupDamaged) {
			t.Errorf("one that asks for gigabytes before anything is proved: %v", err)
		}
	})
	t.Run("what is no recipient", func(t *testing.T) {
		for _, text := range []string{"", "age1", "ssh-ed25519 AAAA", identity.String()} {
			if _, err := SealTo([]string{text}); err == nil {
				t.Errorf("%q is taken", text)
			}
		}
	})
}

// TestATornOrChangedBackupIsNoticed cuts a backup off at every byte, and changes every byte.
func TestATornOrChangedBackupIsNoticed(t *testing.T) {
	whole, _ := written(t, BackupSeal{}, exampleRows[:2], []byte("a file"))
	for n := range whole {
		if _, _, err := readBack(whole[:n], BackupKey{}, &kept{}); err == nil {
			t.Fatalf("cut off at byte %d of %d it is taken", n, len(whole))
		}
		changed := slices.Clone(whole)
		changed[n] ^= 0x10
		var got kept
		if _, _, err := readBack(changed, BackupKey{}, &got); err == nil {
			var want kept
			fillSmall(t, &want, exampleRows[:2], []byte("a file"))
			if !slices.Equal(got.lines, want.lines) { // a bit that means nothing may be another
				t.Fatalf("changed at byte %d it is taken, with %q", n, got.lines)
			}
		}
	}
}

// remade changes the tar inside a backup and compresses it again, as somebody would who means harm.
func remade(t *testing.T, data []byte, change func(header *tar.Header, body []byte) (*tar.Header, []byte)) []byte {
	t.Helper()
	opened, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	var out bytes.Buffer
	packed, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	from, to := tar.NewReader(opened), tar.NewWriter(packed)
	for {
		header, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		body, wrong := io.ReadAll(from)
		if err = errors.Join(err, wrong); err != nil {
			t.Fatal(err)
		}
		if header, body = change(header, body); header == nil {
			continue
		}
		header.Size = int64(len(body))
		if err := to.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(to.Close(), packed.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// only changes the parts whose names begin so.
func only(name string, change func(*tar.Header, []byte) []byte) func(*tar.Header, []byte) (*tar.Header, []byte) {
	return func(h *tar.Header, body []byte) (*tar.Header, []byte) {
		if strings.HasPrefix(h.Name, name) {
			body = change(h, body)
		}
		return h, body
	}
}

func TestAHostileBackupIsRefused(t *testing.T) {
	whole, _ := written(t, BackupSeal{}, exampleRows, []byte("a file"))
	for name, test := range map[string]struct {
		change func(*tar.Header, []byte) (*tar.Header, []byte)
		want   error
	}{
		"a format of a later program": {only("backup.json", func(_ *tar.Header, body []byte) []byte {
			return bytes.Replace(body, []byte(`"format": 1`), []byte(`"format": 2`), 1)
		}), ErrBackupNewer},
		"a head that says nothing": {only("backup.json", func(*tar.Header, []byte) []byte { return []byte("{}") }), ErrNoBackup},
		"a head that is too large": {only("backup.json", func(*tar.Header, []byte) []byte { return make([]byte, mostHead+1) }), ErrBackupDamaged},
		"another row": {only("tables/changes", func(_ *tar.Header, body []byte) []byte {
			return bytes.Replace(body, []byte("plain"), []byte("harm!"), 1)
		}), ErrBackupDamaged},
		"a line that is no row":              {only("tables/changes", func(_ *tar.Header, body []byte) []byte { return append(body, "{}\n"...) }), ErrBackupDamaged},
		"a line without an end":              {only("tables/changes", func(_ *tar.Header, body []byte) []byte { return append(body, "[1,"...) }), ErrBackupDamaged},
		"a fraction":                         {only("tables/changes", func(_ *tar.Header, body []byte) []byte { return append(body, "[1.5,\"\",true,null]\n"...) }), ErrBackupDamaged},
		"a list in a row":                    {only("tables/changes", func(_ *tar.Header, body []byte) []byte { return append(body, "[[],\"\",true,null]\n"...) }), ErrBackupDamaged},
		"a short row":                        {only("tables/changes", func(_ *tar.Header, body []byte) []byte { return append(body, "[1]\n"...) }), ErrBackupDamaged},
		"a long row":                         {only("tables/changes", func(_ *tar.Header, body []byte) []byte { return append(body, "[1,\"\",true,null,1]\n"...) }), ErrBackupDamaged},
		"a row that is none":                 {only("tables/changes", func(_ *tar.Header, body []byte) []byte { return append(body, "null\n"...) }), ErrBackupDamaged},
		"a part of a table that is empty":    {only("tables/changes", func(*tar.Header, []byte) []byte { return nil }), ErrBackupDamaged},
		"a manifest with something behind":   {only(backupManifest, func(_ *tar.Header, body []byte) []byte { return append(body, "{}"...) }), ErrBackupDamaged},
		"a path that climbs":                 {only("tables/changes", func(h *tar.Header, body []byte) []byte { h.Name = "../../etc/passwd"; return body }), ErrBackupDamaged},
		"a path from the root":               {only("documents/", func(h *tar.Header, body []byte) []byte { h.Name = "/etc/passwd"; return body }), ErrBackupDamaged},
		"a link":                             {only("documents/", func(h *tar.Header, body []byte) []byte { h.Typeflag, h.Linkname = tar.TypeSymlink, "/etc"; return nil }), ErrBackupDamaged},
		"an unknown part":                    {only("documents/", func(h *tar.Header, body []byte) []byte { h.Name = "notes.txt"; return body }), ErrBackupDamaged},
		"another file under the name of one": {only("documents/", func(*tar.Header, []byte) []byte { return []byte("b file") }), ErrBackupDamaged},
		"records of a newer tar": {only("documents/", func(h *tar.Header, body []byte) []byte {
			h.PAXRecords, h.Format = map[string]string{"GNU.sparse.major": "1"}, tar.FormatUnknown
			h.PAXRecords = map[string]string{"TIMELINE.note": "x"}
			return body
		}), ErrBackupDamaged},
		"a part that is missing": {func(h *tar.Header, body []byte) (*tar.Header, []byte) {
			if strings.HasPrefix(h.Name, "tables/sources") {
				return nil, nil
			}
			return h, body
		}, ErrBackupDamaged},
		"no manifest": {func(h *tar.Header, body []byte) (*tar.Header, []byte) {
			if h.Name == backupManifest {
				return nil, nil
			}
			return h, body
		}, ErrBackupDamaged},
		"a manifest that says more": {only(backupManifest, func(_ *tar.Header, body []byte) []byte {
			return bytes.Replace(body, []byte(`"last"`), []byte(`"more": 1, "last"`), 1)
		}), ErrBackupDamaged},
		"a manifest with other counts": {only(backupManifest, func(_ *tar.Header, body []byte) []byte {
			return bytes.Replace(body, []byte(`"rows": 4`), []byte(`"rows": 5`), 1)
		}), ErrBackupDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := readBack(remade(t, whole, test.change), BackupKey{}, &kept{}); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
	t.Run("what is no backup", func(t *testing.T) {
		for _, text := range []string{"", "Dear councillor", "\x28\xb5\x2f\xfd", strings.Repeat("x", 1<<20)} {
			if _, _, err := readBack([]byte(text), BackupKey{}, &kept{}); err == nil {
				t.Errorf("%.20q is taken", text)
			}
		}
	})
	t.Run("what comes twice", func(t *testing.T) {
		files, _ := written(t, BackupSeal{}, exampleRows, []byte("a file"), nil, nil)
		var tables bytes.Buffer
		b, err := NewBackupWriter(&tables, BackupAbout{Schema: 23, MadeAt: madeAt}, BackupSeal{})
		for _, table := range []string{"sources", "bodies", "sources"} {
			if err == nil {
				err = b.Table(table, []string{"id"})
			}
		}
		if err == nil {
			_, err = b.Close("")
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{"a file": files, "a table": tables.Bytes()} {
			if _, _, err := readBack(data, BackupKey{}, &kept{}); !errors.Is(err, ErrBackupDamaged) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("more parts than a manifest can name", func(t *testing.T) {
		b, err := OpenBackup(bytes.NewReader(whole), BackupKey{})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		shortest := BackupMember{Name: partName("a", 1), SHA256: hashOf(nil)}
		one, err := asJSON([]BackupMember{shortest})
		if two, wrong := asJSON([]BackupMember{shortest, shortest}); err != nil || wrong != nil || mostMembers*(len(two)-len(one)) < mostManifest {
			t.Errorf("a manifest can name more: %v, %v", err, wrong)
		}
		b.tally.held.Members = make([]BackupMember, mostMembers)
		if _, err := b.Into(&kept{}); err == nil || !strings.Contains(err.Error(), "more parts than") {
			t.Error(err)
		}
	})
}

// TestAHostileBackupTakesLittleMemory reads lines and a manifest of millions of short values, which would take many times their size.
func TestAHostileBackupTakesLittleMemory(t *testing.T) {
	whole, _ := written(t, BackupSeal{}, exampleRows)
	many := func(begin, value, end string) []byte {
		return []byte(begin + strings.Repeat(value+",", 2<<20) + value + end)
	}
	for name, change := range map[string]func(*tar.Header, []byte) (*tar.Header, []byte){
		"a row":                only("tables/changes", func(_ *tar.Header, body []byte) []byte { return append(body, many("[", "0", "]\n")...) }),
		"the names of columns": only("tables/changes", func(*tar.Header, []byte) []byte { return many("[", `""`, "]\n") }),
		"a manifest":           only(backupManifest, func(*tar.Header, []byte) []byte { return many(`{"members":[`, "{}", "]}") }),
	} {
		data := remade(t, whole, change)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := readBack(data, BackupKey{}, &kept{})
		runtime.ReadMemStats(&after)
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 64 || !errors.Is(err, ErrBackupDamaged) {
			t.Errorf("%s of two million values took %d MiB: %v", name, took, err)
		}
	}
}

// noughts never end.
type noughts struct{}

func (noughts) Read(to []byte) (int, error) { return len(to), nil }

func TestABackupDoesNotGrowWithoutBounds(t *testing.T) {
	t.Run("whatever the tar makes of it", func(t *testing.T) {
		n, err := io.Copy(io.Discard, &unpackedReader{from: noughts{}, file: &countedReader{}})
		if !errors.Is(err, errGrows) || n > freeGrowth+1<<20 {
			t.Errorf("%d bytes of nothing, %v", n, err)
		}
	})
	for name, size := range map[string]int64{"a terabyte of noughts": 1 << 40, "more than can be counted": math.MaxInt64} {
		t.Run(name, func(t *testing.T) { growsTo(t, size) })
	}
}

// growsTo reads a backup with a file that claims a size, of which not a byte is written.
func growsTo(t *testing.T, size int64) {
	var out bytes.Buffer
	packed, err := zstd.NewWriter(&out, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		t.Fatal(err)
	}
	bomb := tar.NewWriter(packed)
	head, err := asJSON(BackupAbout{Format: 1, Schema: 23})
	if err == nil {
		err = bomb.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: backupHead, Size: int64(len(head))})
	}
	if err == nil {
		_, err = bomb.Write(head)
	}
	if err == nil {
		err = bomb.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "documents/" + strings.Repeat("0", 64), Size: size, Format: tar.FormatGNU})
	}
	if err = errors.Join(err, bomb.Flush(), packed.Close()); err == nil {
		t.Fatal("it is finished")
	}
	if _, _, err := readBack(out.Bytes(), BackupKey{}, &kept{}); !errors.Is(err, ErrBackupDamaged) || !strings.Contains(err.Error(), "would grow") {
		t.Error(err)
	}
}

func TestWhatABackupCannotHold(t *testing.T) {
	begin := func() *BackupWriter {
		b, err := NewBackupWriter(io.Discard, BackupAbout{MadeAt: madeAt}, BackupSeal{})
		if err == nil {
			err = b.Table("sources", []string{"id"})
		}
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, do := range map[string]func(*BackupWriter) error{
		"a fraction":                func(b *BackupWriter) error { return b.Row([]any{1.5}) },
		"a row beyond all bounds":   func(b *BackupWriter) error { return b.Row([]any{strings.Repeat("x", mostRow)}) },
		"a table with another name": func(b *BackupWriter) error { return b.Table("../sources", []string{"id"}) },
		"a column without end":      func(b *BackupWriter) error { return b.Table("bodies", []string{strings.Repeat("x", mostColumnsLine)}) },
		"a file without its hash":   func(b *BackupWriter) error { return b.Document("letter.pdf", 1, strings.NewReader("x")) },
		"a file that is shorter": func(b *BackupWriter) error {
			return b.Document(strings.Repeat("0", 64), 2, strings.NewReader("x"))
		},
	} {
		if do(begin()) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
