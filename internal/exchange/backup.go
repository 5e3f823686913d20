package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"regexp"
	"time"
)

// A backup is one file: a tar of small parts, compressed by zstd, encrypted by age where somebody asks for it. Any of the three
// can be undone with the ordinary tools.
//
//	backup.json                      what made it, when, and from what
//	tables/accounts-000001.jsonl     a line with the names of the columns, then a line for each row
//	documents/9f86d0…                a file, under its SHA-256
//	manifest.json                    counts, and the SHA-256 of each part before it
//
// The manifest stands last, so that a file whose end is missing has none.
const (
	backupHead     = "backup.json"
	backupManifest = "manifest.json"
	backupTables   = "tables/"
	backupFiles    = "documents/"
)

// BackupFormat is the version of the format that this program writes, and the newest that it reads.
const BackupFormat = 1

const (
	// partBytes is about how much of a table one part holds: little, since a part is held in memory while it is written.
	partBytes = 4 << 20
	// mostRow bounds a row. The longest texts of the record are some hundred kilobytes.
	mostRow = 64 << 20
	// mostManifest bounds the manifest, which has a line for each part and each document.
	mostManifest = 64 << 20
	// mostMembers is more than a manifest can name: it has more than 128 bytes for each part.
	mostMembers = mostManifest / 128
	mostHead    = 64 << 10
	mostTables  = 1000
	mostColumns = 200
	// mostColumnsLine bounds the names of the columns of a table, which are held to the end.
	mostColumnsLine = 16 << 10
)

// What can be wrong with a file that should be a backup.
var (
	// ErrNoBackup says that the file is something else.
	ErrNoBackup = errors.New("this is no backup of this program")
	// ErrBackupDamaged says that the file is torn or was changed since it was written.
	ErrBackupDamaged = errors.New("the backup is damaged: it is torn, or was changed since it was made")
	// ErrBackupNewer says that a later version of the program made the backup.
	ErrBackupNewer = errors.New("a newer program made this backup: read it with that one")
)

// BackupSink takes what a backup holds: table by table, and then document by document. store has the same interface, since neither
// of the two may import the other.
type BackupSink interface {
	// Table begins a table, whose rows follow.
	Table(name string, columns []string) error
	// Row takes a row. Each value is nil, a string, an int64, a bool, a time.Time in UTC or bytes.
	Row(values []any) error
	// Document takes a file, which is named by the SHA-256 of its bytes, and reads it to its end.
	Document(hash string, size int64, data io.Reader) error
}

// BackupAbout says where a backup comes from.
type BackupAbout struct {
	Format  int       `json:"format"`
	Program string    `json:"program"` // its version, as the program was built
	Schema  int64     `json:"schema"`  // the version of the tables
	Engine  string    `json:"engine"`  // whose database it was: sqlite or postgres
	MadeAt  time.Time `json:"made_at"` // UTC
}

// BackupManifest says what a backup holds. Whoever reads one writes it anew and compares the bytes, so that another manifest is
// another BackupFormat.
type BackupManifest struct {
	Tables        []BackupTable  `json:"tables"`
	Documents     int64          `json:"documents"`
	DocumentBytes int64          `json:"document_bytes"`
	Last          string         `json:"last"` // number and hash of the last entry of the record of changes
	Members       []BackupMember `json:"members"`
}

// BackupTable is a table of a backup.
type BackupTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	Digest  string   `json:"digest"` // of all rows, in whatever order they stand; two tables with the same rows have the same
}

// BackupMember is a part of a backup.
type BackupMember struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Rows counts the rows of every table.
func (m BackupManifest) Rows() int64 {
	var rows int64
	for _, table := range m.Tables {
		rows += table.Rows
	}
	return rows
}

// Differs says in what two backups hold something else; it is empty where they hold the same. The order of rows counts for
// nothing, nor does which engine they come from.
func (m BackupManifest) Differs(other BackupManifest) string {
	tables := map[string]BackupTable{}
	for _, table := range other.Tables {
		tables[table.Name] = table
	}
	for _, table := range m.Tables {
		theirs, there := tables[table.Name]
		switch {
		case !there:
			return "table " + table.Name + " is on one side only"
		case table.Rows != theirs.Rows:
			return fmt.Sprintf("table %s has %d rows on one side and %d on the other", table.Name, table.Rows, theirs.Rows)
		case table.Digest != theirs.Digest:
			return "table " + table.Name + " has other rows"
		}
		delete(tables, table.Name)
	}
	for name := range tables {
		return "table " + name + " is on one side only"
	}
	if m.Documents != other.Documents || m.DocumentBytes != other.DocumentBytes || m.Last != other.Last {
		return fmt.Sprintf("%d files with %d bytes and the last change %s on one side, %d with %d and %s on the other",
			m.Documents, m.DocumentBytes, m.Last, other.Documents, other.DocumentBytes, other.Last)
	}
	return ""
}

// tally adds up what a backup holds, the same way where it is written and where it is read.
type tally struct {
	held   BackupManifest
	digest [4]uint64 // of the table that is not ended, a number of 256 bits
}

func (t *tally) begin(table string, columns []string) {
	t.endTable()
	t.held.Tables = append(t.held.Tables, BackupTable{Name: table, Columns: columns})
}

// row takes the line of a row. The digest of a table is the sum of its rows' own, so that their order does not count.
func (t *tally) row(line []byte) {
	t.held.Tables[len(t.held.Tables)-1].Rows++
	sum := sha256.Sum256(line)
	var carry uint64
	for i := range t.digest {
		var part uint64
		for _, b := range sum[8*i : 8*i+8] {
			part = part<<8 | uint64(b)
		}
		t.digest[i], carry = bits.Add64(t.digest[i], part, carry)
	}
}

func (t *tally) endTable() {
	if n := len(t.held.Tables); n > 0 && t.held.Tables[n-1].Digest == "" {
		t.held.Tables[n-1].Digest = fmt.Sprintf("%016x%016x%016x%016x", t.digest[0], t.digest[1], t.digest[2], t.digest[3])
	}
	t.digest = [4]uint64{}
}

func (t *tally) document(size int64) {
	t.endTable()
	t.held.Documents++
	t.held.DocumentBytes += size
}

// member takes a part that is written or read to its end.
func (t *tally) member(name string, size int64, sum []byte) {
	t.held.Members = append(t.held.Members, BackupMember{Name: name, Size: size, SHA256: hex.EncodeToString(sum)})
}

// end returns all of it.
func (t *tally) end(last string) BackupManifest {
	t.endTable()
	t.held.Last = last
	return t.held
}

var (
	tableName    = regexp.MustCompile(`^[a-z][a-z_]{0,62}$`)
	documentName = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// partName names a part of a table.
func partName(table string, number int) string {
	return fmt.Sprintf("%s%s-%06d.jsonl", backupTables, table, number)
}

// asJSON writes JSON as people read it.
func asJSON(v any) ([]byte, error) { return json.MarshalIndent(v, "", " ") }
