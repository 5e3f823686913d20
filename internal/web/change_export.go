package web

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// changeFile is a form in which the record of changes is handed out.
type changeFile struct {
	extension string
	kind      string
	begin     func(w io.Writer) changeWriter
}

// changeWriter writes one entry after another.
type changeWriter interface {
	write(line store.ChangeLine, names *inspection.ChangeNames) error
	flush() error
}

var (
	changesCSV  = changeFile{"csv", "text/csv; charset=utf-8", newChangeTable}
	changesJSON = changeFile{"jsonl", "application/jsonl; charset=utf-8", newChangeStream}
)

// exportTakes is how long a part of an export may take to be sent. Each part begins it anew, so that a long record arrives over
// a slow line, and nobody who stops reading holds a connection.
const exportTakes = 30 * time.Second

// flushedEvery is how many entries are sent together.
const flushedEvery = 200

// exportChanges hands out the entries that a reader may see and that the address asks for, the first one first.
func (s *Server) exportChanges(file changeFile) gin.HandlerFunc {
	return func(c *gin.Context) {
		begun, err := s.sendChanges(c, file)
		switch {
		case err == nil:
		case !begun:
			r := s.fail(c, err)
			r.unkept = true
			r.send(c.Writer, c.Request)
		case c.Request.Context().Err() != nil: // the reader has gone
		default:
			// Half a file must not pass for a whole one: the connection breaks off.
			s.log.ErrorContext(c.Request.Context(), "export of changes broke off", "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}

// sendChanges reports whether it has begun to send.
func (s *Server) sendChanges(c *gin.Context, file changeFile) (begun bool, err error) {
	if err := s.unhurried(c); err != nil {
		return false, err
	}
	eyes, err := s.changeEyes(c)
	if err != nil {
		return false, err
	}
	var posts []string
	if eyes.Reader.Reads(inspection.ForOfficers) {
		if posts, err = s.store.ChangePosts(c.Request.Context()); err != nil {
			return false, err
		}
	}
	q, err := s.changesAsked(c, posts)
	if err != nil {
		return false, err
	}
	if len(q.problems) > 0 {
		return false, q.problems
	}
	if err := s.noteRead(c, subjectOf(q.wanted)+"."+file.extension); err != nil {
		return false, err
	}
	header := c.Writer.Header()
	header.Set("Content-Type", file.kind)
	header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "changes-"+s.today().ISO()+"."+file.extension))
	header.Set("Cache-Control", "no-store")
	c.Writer.WriteHeader(http.StatusOK)
	if c.Request.Method == http.MethodHead {
		return true, nil
	}
	control := http.NewResponseController(c.Writer)
	out, sent := file.begin(c.Writer), 0
	next := func() error {
		if err := out.flush(); err != nil {
			return err
		}
		// Nothing sets a time where there is no connection, and then nobody waits.
		if err := control.SetWriteDeadline(time.Now().Add(exportTakes)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		return nil
	}
	err = s.store.EachChange(c.Request.Context(), q.wanted, func(line store.ChangeLine, names *inspection.ChangeNames) error {
		if sent++; sent%flushedEvery == 0 {
			if err := next(); err != nil {
				return err
			}
		}
		return out.write(line, names)
	})
	if err == nil {
		err = out.flush()
	}
	return true, err
}

// changeTable writes entries as a table in words.
type changeTable struct{ csv *csv.Writer }

func newChangeTable(w io.Writer) changeWriter {
	t := changeTable{csv.NewWriter(w)}
	_ = t.csv.Write(changeColumns) // what is wrong shows when it is flushed
	return t
}

func (t changeTable) write(line store.ChangeLine, names *inspection.ChangeNames) error {
	row := changeCells(line, names)
	for i := range row {
		row[i] = inspection.GuardCell(row[i])
	}
	return t.csv.Write(row)
}

func (t changeTable) flush() error {
	t.csv.Flush()
	return t.csv.Error()
}

func orNothing(words string) string {
	if words == "" {
		return "nothing"
	}
	return words
}

// changeStream writes entries as JSON, one on a line, with the records as they were kept.
type changeStream struct{ json *json.Encoder }

func newChangeStream(w io.Writer) changeWriter {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return changeStream{out}
}

// changeLineJSON is an entry in a stream. Before and after are the record's own JSON; of texts that were erased or taken off
// the public pages neither is there.
type changeLineJSON struct {
	Number   int64                 `json:"number"`
	At       time.Time             `json:"at"`
	Actor    string                `json:"actor,omitempty"` // for officers alone
	Post     string                `json:"post"`
	Role     inspection.Role       `json:"role"`
	Kind     inspection.RecordKind `json:"kind"`
	Record   string                `json:"record,omitempty"`
	Action   inspection.ActionKind `json:"action"`
	Words    string                `json:"words"`
	Before   json.RawMessage       `json:"before,omitempty"`
	After    json.RawMessage       `json:"after,omitempty"`
	Erased   bool                  `json:"erased,omitempty"`
	Withheld bool                  `json:"taken_off,omitempty"`
	Previous string                `json:"previous"`
	Hash     string                `json:"hash"`
	Seal     string                `json:"seal"`
}

func (s changeStream) write(line store.ChangeLine, names *inspection.ChangeNames) error {
	out := changeLineJSON{
		Number: line.Number, At: line.At.UTC(), Actor: line.ActorID, Post: line.ActorPost, Role: line.ActorRole, Kind: line.RecordKind,
		Action: line.Action, Words: capital(changeWords(line, names)), Before: json.RawMessage(line.Before), After: json.RawMessage(line.After),
		Erased: line.Erased, Withheld: line.Withheld, Previous: line.Previous, Hash: line.Hash, Seal: line.Seal,
	}
	if !line.Withheld {
		out.Record = line.RecordID
	}
	return s.json.Encode(out)
}

func (s changeStream) flush() error { return nil }
