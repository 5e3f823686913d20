package exchange

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"
)

// BackupWriter writes a backup. It is a BackupSink; nothing that it holds grows with the database.
type BackupWriter struct {
	sealed io.WriteCloser // encrypts; nil where nobody asked for it
	zstd   *zstd.Encoder
	tar    *tar.Writer
	madeAt time.Time
	tally  tally
	rows   *rowWriter

	table   string
	columns []byte // the line with their names
	part    bytes.Buffer
	parts   int // of the table that are written
}

// NewBackupWriter begins a backup that is written to w and encrypted as seal says.
func NewBackupWriter(w io.Writer, about BackupAbout, seal BackupSeal) (*BackupWriter, error) {
	b := &BackupWriter{madeAt: about.MadeAt.UTC().Truncate(time.Second), rows: newRowWriter()}
	var err error
	if b.sealed, err = seal.begin(w); err != nil {
		return nil, fmt.Errorf("begin the backup: %w", err)
	}
	if b.sealed != nil {
		w = b.sealed
	}
	// One goroutine, so that a backup leaves the service its processors.
	if b.zstd, err = zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true)); err != nil {
		return nil, fmt.Errorf("begin the backup: %w", err)
	}
	b.tar = tar.NewWriter(b.zstd)
	about.Format, about.MadeAt = BackupFormat, b.madeAt
	head, err := asJSON(about)
	if err == nil {
		err = b.member(backupHead, head)
	}
	if err != nil {
		return nil, fmt.Errorf("begin the backup: %w", err)
	}
	return b, nil
}

// member writes a part that is held in memory.
func (b *BackupWriter) member(name string, data []byte) error {
	return b.stream(name, int64(len(data)), bytes.NewReader(data))
}

// stream writes a part as it is read.
func (b *BackupWriter) stream(name string, size int64, data io.Reader) error {
	err := b.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: b.madeAt, Format: tar.FormatUSTAR,
	})
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(b.tar, sum), data)
	if err != nil {
		return err
	}
	if n != size {
		return fmt.Errorf("%s has %d bytes and not %d", name, n, size)
	}
	b.tally.member(name, size, sum.Sum(nil))
	return nil
}

// Table implements BackupSink.
func (b *BackupWriter) Table(name string, columns []string) error {
	if err := b.endTable(); err != nil {
		return err
	}
	if !tableName.MatchString(name) || len(columns) == 0 || len(columns) > mostColumns {
		return fmt.Errorf("a backup cannot hold the table %q with %d columns", name, len(columns))
	}
	line, err := json.Marshal(columns)
	if err != nil {
		return err
	}
	if line = append(line, '\n'); len(line) > mostColumnsLine {
		return fmt.Errorf("a backup cannot hold the table %q: the names of its columns are too long", name)
	}
	b.table, b.columns, b.parts = name, line, 0
	b.part.Write(b.columns)
	b.tally.begin(name, columns)
	return nil
}

// Row implements BackupSink.
func (b *BackupWriter) Row(values []any) error {
	line, err := b.rows.write(values)
	if err != nil {
		return err
	}
	b.tally.row(line)
	b.part.Write(line)
	if b.part.Len() < partBytes {
		return nil
	}
	return b.endPart()
}

// endPart writes what is held of a table.
func (b *BackupWriter) endPart() error {
	b.parts++
	if err := b.member(partName(b.table, b.parts), b.part.Bytes()); err != nil {
		return err
	}
	b.part.Reset()
	b.part.Write(b.columns)
	return nil
}

// endTable writes the rest of a table. An empty table has one part too, which says that it is there.
func (b *BackupWriter) endTable() error {
	if b.table != "" && (b.parts == 0 || b.part.Len() > len(b.columns)) {
		if err := b.endPart(); err != nil {
			return err
		}
	}
	b.table = ""
	b.part.Reset()
	return nil
}

// Document implements BackupSink.
func (b *BackupWriter) Document(hash string, size int64, data io.Reader) error {
	if err := b.endTable(); err != nil {
		return err
	}
	if !documentName.MatchString(hash) {
		return fmt.Errorf("a backup cannot hold a file named %q", hash)
	}
	b.tally.document(size)
	return b.stream(backupFiles+hash, size, data)
}

// Close writes the manifest, which names the last entry of the record of changes, and ends the file. Without it there is no
// backup.
func (b *BackupWriter) Close(last string) (BackupManifest, error) {
	if err := b.endTable(); err != nil {
		return BackupManifest{}, fmt.Errorf("end the backup: %w", err)
	}
	manifest := b.tally.end(last)
	data, err := asJSON(manifest)
	switch {
	case err != nil:
	case len(data) > mostManifest:
		err = fmt.Errorf("it holds %d parts, too many for its manifest", len(manifest.Members))
	default:
		err = b.member(backupManifest, data)
	}
	if err != nil {
		return BackupManifest{}, fmt.Errorf("end the backup: %w", err)
	}
	closes := []func() error{b.tar.Close, b.zstd.Close}
	if b.sealed != nil {
		closes = append(closes, b.sealed.Close)
	}
	for _, end := range closes {
		if err := end(); err != nil {
			return BackupManifest{}, fmt.Errorf("end the backup: %w", err)
		}
	}
	return manifest, nil
}
