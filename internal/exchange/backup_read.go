package exchange

import (
	"archive/tar"
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// zstdBegins is how a file begins that zstd compressed.
const zstdBegins = "\x28\xb5\x2f\xfd"

const (
	// mostWindow bounds what has to be held to undo the compression.
	mostWindow = 32 << 20
	// A file may not grow without bounds as it is read: beyond freeGrowth to so many times its size, which no record does.
	freeGrowth = 1 << 30
	mostGrowth = 200
	// mostLast bounds the number and hash of the last change.
	mostLast = 1 << 10
)

// BackupReader reads a backup, once, from its beginning to its end.
type BackupReader struct {
	About BackupAbout

	file     *countedReader
	zstd     *zstd.Decoder
	unpacked *unpackedReader
	tar      *tar.Reader
	tally    tally
	row      rowReader

	table     string
	columns   []string
	parts     int
	documents map[string]bool // that were read, by their hash
}

// countedReader counts what was read of a file. What unpacks reads ahead in a goroutine of its own.
type countedReader struct {
	from io.Reader
	read atomic.Int64
}

// Read implements io.Reader.
func (c *countedReader) Read(to []byte) (int, error) {
	n, err := c.from.Read(to)
	c.read.Add(int64(n))
	return n, err
}

// unpackedReader counts what came out of the compression, and ends it before the file has grown without bounds. It counts what
// the tar keeps to itself too, such as long names.
type unpackedReader struct {
	from io.Reader
	file *countedReader
	read int64
}

// room returns how much more may come out of what was read of the file.
func (u *unpackedReader) room() int64 { return freeGrowth + mostGrowth*u.file.read.Load() - u.read }

var errGrows = fmt.Errorf("it would grow to more than %d times its size", mostGrowth)

// Read implements io.Reader.
func (u *unpackedReader) Read(to []byte) (int, error) {
	if u.room() < 0 {
		return 0, errGrows
	}
	n, err := u.from.Read(to)
	u.read += int64(n)
	return n, err
}

// OpenBackup begins to read a backup. It fails with ErrNoBackup, ErrBackupNewer, ErrBackupDamaged, ErrSealed, ErrNotSealed and
// ErrWrongKey.
func OpenBackup(r io.Reader, key BackupKey) (*BackupReader, error) {
	b := &BackupReader{file: &countedReader{from: r}, documents: map[string]bool{}}
	begins := bufio.NewReader(b.file)
	var source io.Reader = begins
	if start, err := begins.Peek(len(ageBegins)); err == nil && string(start) == ageBegins {
		if source, err = key.open(begins); err != nil {
			return nil, fmt.Errorf("open the backup: %w", err)
		}
	} else if len(key.from) > 0 {
		return nil, fmt.Errorf("open the backup: %w", ErrNotSealed)
	}
	// Whatever is torn behind this is a backup that is torn.
	packed := bufio.NewReader(source)
	if start, err := packed.Peek(len(zstdBegins)); string(start) != zstdBegins {
		if len(key.from) > 0 {
			return nil, fmt.Errorf("open the backup: %w: %v", ErrBackupDamaged, cmp.Or(err, ErrNoBackup))
		}
		return nil, fmt.Errorf("open the backup: %w", ErrNoBackup)
	}
	var err error
	b.zstd, err = zstd.NewReader(packed, zstd.WithDecoderMaxWindow(mostWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("open the backup: %w: %w", ErrNoBackup, err)
	}
	b.unpacked = &unpackedReader{from: b.zstd, file: b.file}
	b.tar = tar.NewReader(b.unpacked)
	if err := b.readHead(); err != nil {
		b.Close()
		return nil, fmt.Errorf("open the backup: %w", err)
	}
	return b, nil
}

// Close gives up what the reader holds. What it reads from is its opener's.
func (b *BackupReader) Close() { b.zstd.Close() }

// readHead reads what made the backup.
func (b *BackupReader) readHead() error {
	header, err := b.next()
	if err != nil {
		return err
	}
	if header == nil || header.Name != backupHead {
		return ErrNoBackup
	}
	data, err := b.whole(header, mostHead)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &b.About); err != nil || b.About.Format < 1 {
		return ErrNoBackup
	}
	if b.About.Format > BackupFormat {
		return ErrBackupNewer
	}
	return nil
}

// next goes to the next part; nil behind the last. Only plain files of the oldest form of tar are taken: others can claim sizes
// that they do not have.
func (b *BackupReader) next() (*tar.Header, error) {
	header, err := b.tar.Next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%w: %v", ErrBackupDamaged, err)
	case header.Typeflag != tar.TypeReg || len(header.PAXRecords) > 0 || header.Size < 0:
		return nil, fmt.Errorf("%w: a part of another kind", ErrBackupDamaged)
	case header.Size > b.unpacked.room():
		return nil, fmt.Errorf("%w: %v", ErrBackupDamaged, errGrows)
	case header.Format != tar.FormatUSTAR: // names that are too long for it come in parts of their own, which no manifest names
		return nil, fmt.Errorf("%w: a part of another kind", ErrBackupDamaged)
	case len(b.tally.held.Members) >= mostMembers:
		return nil, fmt.Errorf("%w: it has more parts than a manifest can name", ErrBackupDamaged)
	}
	return header, nil
}

// part is one part as it is read. What it was cut off by, or what else was wrong, is kept for whoever asks why.
type part struct {
	from io.Reader
	sum  hash.Hash
	read int64
	err  error
}

func (b *BackupReader) part() *part { return &part{from: b.tar, sum: sha256.New()} }

// Read implements io.Reader.
func (p *part) Read(to []byte) (int, error) {
	n, err := p.from.Read(to)
	p.sum.Write(to[:n])
	p.read += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		p.err = fmt.Errorf("%w: %v", ErrBackupDamaged, err)
		err = p.err
	}
	return n, err
}

// done counts a part that was read to its end.
func (b *BackupReader) done(header *tar.Header, p *part) error {
	if _, err := io.Copy(io.Discard, p); err != nil {
		return err
	}
	b.tally.member(header.Name, p.read, p.sum.Sum(nil))
	return nil
}

// whole reads a part that is held in memory.
func (b *BackupReader) whole(header *tar.Header, most int64) ([]byte, error) {
	if header.Size > most {
		return nil, fmt.Errorf("%w: %s is too large", ErrBackupDamaged, header.Name)
	}
	p := b.part()
	data, err := io.ReadAll(p)
	if err != nil {
		return nil, err
	}
	return data, b.done(header, p)
}

// Into hands all that the backup holds to a sink and returns the manifest, which was proved against what was read. Whoever uses
// what the sink was given before that uses what nobody has proved. It fails with ErrBackupDamaged and with what the sink returns.
func (b *BackupReader) Into(sink BackupSink) (BackupManifest, error) {
	for {
		header, err := b.next()
		if err == nil && header == nil {
			err = fmt.Errorf("%w: its end is missing", ErrBackupDamaged)
		}
		if err != nil {
			return BackupManifest{}, fmt.Errorf("read the backup: %w", err)
		}
		if header.Name == backupManifest {
			manifest, err := b.end(header)
			if err != nil {
				return BackupManifest{}, fmt.Errorf("read the backup: %w", err)
			}
			return manifest, nil
		}
		if err := b.hand(header, sink); err != nil {
			return BackupManifest{}, fmt.Errorf("read the backup: %.100q: %w", header.Name, err)
		}
	}
}

// hand hands one part to the sink.
func (b *BackupReader) hand(header *tar.Header, sink BackupSink) error {
	if hash, is := strings.CutPrefix(header.Name, backupFiles); is && documentName.MatchString(hash) {
		return b.document(header, hash, sink)
	}
	rest, is := strings.CutPrefix(header.Name, backupTables)
	table, _, _ := strings.Cut(rest, "-")
	if !is || !tableName.MatchString(table) || b.tally.held.Documents > 0 || header.Size > partBytes+2*mostRow {
		return fmt.Errorf("%w: a part that no backup has there", ErrBackupDamaged)
	}
	return b.rows(header, table, sink)
}

func (b *BackupReader) document(header *tar.Header, hash string, sink BackupSink) error {
	if b.documents[hash] {
		return fmt.Errorf("%w: it comes twice", ErrBackupDamaged)
	}
	b.documents[hash] = true
	p := b.part()
	err := sink.Document(hash, header.Size, p)
	if p.err != nil {
		return p.err // it says more than what the sink made of it
	}
	if err != nil {
		return err
	}
	b.tally.document(header.Size)
	if err := b.done(header, p); err != nil {
		return err
	}
	if hex.EncodeToString(p.sum.Sum(nil)) != hash {
		return fmt.Errorf("%w: its bytes are others", ErrBackupDamaged)
	}
	return nil
}

// rows hands over a part of a table.
func (b *BackupReader) rows(header *tar.Header, table string, sink BackupSink) error {
	p := b.part()
	lines := bufio.NewReaderSize(p, 64<<10)
	line, err := readLine(lines, mostColumnsLine)
	if err != nil && !errors.Is(err, io.EOF) { // an empty part has no columns either
		return err
	}
	var columns []string
	if json.Unmarshal(line, &columns) != nil || len(columns) == 0 || len(columns) > mostColumns {
		return fmt.Errorf("%w: it does not begin with its columns", ErrBackupDamaged)
	}
	if table != b.table {
		held := b.tally.held.Tables
		if len(held) >= mostTables || slices.ContainsFunc(held, func(other BackupTable) bool { return other.Name == table }) {
			return fmt.Errorf("%w: it is a table too many, or comes twice", ErrBackupDamaged)
		}
		b.table, b.columns, b.parts = table, columns, 0
		b.tally.begin(table, columns)
		if err := sink.Table(table, columns); err != nil {
			return err
		}
	}
	if b.parts++; header.Name != partName(table, b.parts) || !slices.Equal(columns, b.columns) {
		return fmt.Errorf("%w: it is not the part that follows", ErrBackupDamaged)
	}
	for {
		line, err := readLine(lines, mostRow)
		if errors.Is(err, io.EOF) {
			return b.done(header, p)
		}
		if err != nil {
			return err
		}
		values, err := b.row.read(line, len(columns))
		if err != nil {
			return fmt.Errorf("%w: %v", ErrBackupDamaged, err)
		}
		b.tally.row(line)
		if err := sink.Row(values); err != nil {
			return err
		}
	}
}

// readLine returns a line with its end, of at most so many bytes, or io.EOF where there is no other.
func readLine(r *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case len(line) > most:
			return nil, fmt.Errorf("%w: a line is too long", ErrBackupDamaged)
		case err == nil:
			return line, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil, io.EOF
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("%w: a line does not end", ErrBackupDamaged)
		default:
			return nil, err
		}
	}
}

// end proves the manifest against what was read, and that nothing stands behind it.
func (b *BackupReader) end(header *tar.Header) (BackupManifest, error) {
	seen := b.tally.end("")
	want, err := asJSON(seen)
	if err != nil {
		return BackupManifest{}, err
	}
	data, err := b.whole(header, int64(min(len(want)+mostLast, mostManifest)))
	if err != nil {
		return BackupManifest{}, err
	}
	var says struct {
		Last string `json:"last"`
	}
	if err := json.Unmarshal(data, &says); err != nil {
		return BackupManifest{}, fmt.Errorf("%w: its manifest cannot be read", ErrBackupDamaged)
	}
	// No more of it is taken than the one thing that is nowhere else. The rest is what was seen, as it would be written: a list of
	// nothings would take many times its size.
	seen.Last = says.Last
	if want, err = asJSON(seen); err != nil || !bytes.Equal(data, want) {
		return BackupManifest{}, fmt.Errorf("%w: it holds something else than its manifest says", ErrBackupDamaged)
	}
	if more, err := b.next(); err != nil {
		return BackupManifest{}, err
	} else if more != nil {
		return BackupManifest{}, fmt.Errorf("%w: %.100q stands behind its end", ErrBackupDamaged, more.Name)
	}
	// The checksums of compression and encryption stand behind all else.
	if n, err := io.Copy(io.Discard, io.LimitReader(b.zstd, 1)); err != nil || n > 0 {
		return BackupManifest{}, fmt.Errorf("%w: it is cut off, or something stands behind its end", ErrBackupDamaged)
	}
	return seen, nil
}
