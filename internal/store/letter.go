package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// ReadLetter is what came of reading a file: where its letter goes from here and all that is kept of it. Of a letter
// that could not be read, or must not be held, nothing but the problem is kept, whatever else is given.
type ReadLetter struct {
	State     inspection.LetterState // ready or unreadable
	Problem   string
	Original  []byte // nil for text and for a letter logged by hand
	MediaType string
	Pages     []string
	Draft     inspection.Draft
	Officers  []string // IDs of the accounts that are listed on it; nil: of whoever adds it
	Lease     string   // of the reading that it comes of; empty where the letter was in no queue
}

// alreadyHeld is the problem of a file that is added a second time.
const alreadyHeld = "The same file is already held as another letter. Open that one instead."

// letterEntry is a letter as the record of changes keeps it. Its draft, and the evidence in it, stand there only where
// the change touched them: nothing that was replaced is lost, and nothing is kept over and over.
type letterEntry struct {
	inspection.Letter
	Draft  *inspection.Draft `json:"draft,omitempty"`
	Reason string            `json:"reason,omitempty"`
}

// noteLetter notes a change of a letter; before is nil for one that was added.
func (t *tx) noteLetter(before, after *inspection.Letter, reason string) error {
	late := letterEntry{Letter: *after, Draft: new(inspection.Draft), Reason: reason}
	*late.Draft = after.Draft
	if before == nil {
		return t.note(inspection.OfLetter, after.ID, inspection.Created, nil, late)
	}
	early := letterEntry{Letter: *before, Draft: new(inspection.Draft)}
	*early.Draft = before.Draft
	if slices.Equal(before.Draft.Evidence, after.Draft.Evidence) {
		early.Draft.Evidence, late.Draft.Evidence = nil, nil
	}
	if before.Revision == after.Revision {
		early.Draft, late.Draft = nil, nil
	}
	return t.note(inspection.OfLetter, after.ID, inspection.Updated, early, late)
}

// StartLetter adds a letter that waits for its file to be read, which HoldFile has taken in. Whoever adds it is listed on it.
// From then on the file is read whatever becomes of this server. Where no file is given, the letter waits until
// AbandonReadings.
func (s *Store) StartLetter(ctx context.Context, by inspection.Actor, fileName string, file HeldFile) (inspection.Letter, error) {
	var letter inspection.Letter
	err := s.write(ctx, by, func(t *tx) (err error) {
		letter, err = t.startLetter(fileName, file)
		return err
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("add a letter: %w", err)
	}
	return letter, nil
}

// newLetter returns a letter on which officers are listed: whoever adds it, where none are given.
func (t *tx) newLetter(fileName string, officers []string) inspection.Letter {
	letter := inspection.Letter{
		ID: strings.ToLower(rand.Text()[:16]), State: inspection.LetterWaiting, FileName: fileName,
		CreatedAt: t.at, UpdatedAt: t.at, CreatedBy: t.actor.Post, UpdatedBy: t.actor.Post,
	}
	if officers == nil {
		officers = []string{t.actor.ID}
	}
	for _, id := range officers {
		letter.List(id)
	}
	return letter
}

func (t *tx) addLetter(letter *inspection.Letter) error {
	if err := t.db.Create(letter).Error; err != nil {
		return err
	}
	return t.noteLetter(nil, letter, "")
}

// changeLetter reads a letter that the actor sees, lets change alter it, and writes down what it altered. The reason stands
// in the entry.
func (t *tx) changeLetter(id, reason string, change func(*inspection.Letter) error) (inspection.Letter, error) {
	before, err := (&reader{db: t.db}).letterSeenBy(t.actor, id)
	if err != nil {
		return inspection.Letter{}, err
	}
	return t.alterLetter(before, reason, change)
}

// changeRead is changeLetter for what came of reading a letter's file: that is kept whoever is listed on it by now.
func (t *tx) changeRead(id string, change func(*inspection.Letter) error) (inspection.Letter, error) {
	var before inspection.Letter
	if err := t.db.Where("id = ?", id).Take(&before).Error; err != nil {
		return inspection.Letter{}, err
	}
	return t.alterLetter(before, "", change)
}

func (t *tx) alterLetter(before inspection.Letter, reason string, change func(*inspection.Letter) error) (inspection.Letter, error) {
	after := before
	if err := change(&after); err != nil {
		return inspection.Letter{}, err
	}
	after.UpdatedAt, after.UpdatedBy = t.at, t.actor.Post
	err := t.db.Model(&after).Select("state", "document_hash", "inspection_id", "problem", "revision", "planned_for",
		"updated_at", "updated_by", "officers", "draft").Updates(&after).Error
	if err != nil {
		return inspection.Letter{}, err
	}
	return after, t.noteLetter(&before, &after, reason)
}

// SetReading says that a letter's file is being read. It is for whatever reads files, which shows nobody the letter. Where
// somebody began before and did not come to the end, it changes nothing.
func (s *Store) SetReading(ctx context.Context, by inspection.Actor, id string) error {
	err := s.write(ctx, by, func(t *tx) error {
		letter, err := one[inspection.Letter](t, id)
		if err != nil || letter.State == inspection.LetterReading {
			return err
		}
		_, err = t.changeRead(id, func(l *inspection.Letter) error { return l.Move(inspection.LetterReading) })
		return err
	})
	if err != nil {
		return fmt.Errorf("begin to read letter %s: %w", id, err)
	}
	return nil
}

// FinishLetter keeps what came of reading a letter's file: the original, its pages and the draft, all or nothing. With it the
// file in the queue goes, and what it was sealed with. A file that is held already is not held twice; its second letter is set
// aside with a sentence that says so, and that names nothing of the first where by does not see it. It is for whatever reads
// files, which shows nobody the letter. It fails with ErrReadingLost where the reading is another's by now.
func (s *Store) FinishLetter(ctx context.Context, by inspection.Actor, id string, read ReadLetter) (inspection.Letter, error) {
	var letter inspection.Letter
	err := s.write(ctx, by, func(t *tx) error {
		if err := t.endReading(id, read.Lease); err != nil {
			return err
		}
		held, err := t.letterByOriginal(read)
		switch {
		case err != nil:
			return err
		case held != nil && !held.SeenBy(by):
			read = ReadLetter{State: inspection.LetterSetAside, Problem: inspection.HeldByOthersWords}
		case held != nil:
			read = ReadLetter{State: inspection.LetterSetAside, Problem: alreadyHeld}
		}
		letter, err = t.changeRead(id, func(l *inspection.Letter) error { return t.finish(l, read) })
		if err != nil {
			return err
		}
		return t.keepPages(&letter, read)
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("keep what was read of letter %s: %w", id, err)
	}
	if read.State == inspection.LetterUnreadable {
		_ = s.emptyLog(ctx) // of what must not be held; where somebody reads, the next write over it does that
	}
	return letter, nil
}

// AddLetter adds a letter that needs no waiting: typed by hand, pasted, or read already. A file that is held already
// makes no second letter: the one that holds it is returned as it is. It fails with inspection.ErrHeldByOthers where by does
// not see that one.
func (s *Store) AddLetter(ctx context.Context, by inspection.Actor, fileName string, read ReadLetter) (inspection.Letter, error) {
	var letter inspection.Letter
	err := s.write(ctx, by, func(t *tx) error {
		held, err := t.letterByOriginal(read)
		if err != nil {
			return err
		}
		if held != nil && !held.SeenBy(by) {
			return inspection.ErrHeldByOthers
		}
		if held != nil {
			letter = *held
			return nil
		}
		letter = t.newLetter(fileName, read.Officers)
		if err := t.finish(&letter, read); err != nil {
			return err
		}
		if err := t.addLetter(&letter); err != nil {
			return err
		}
		return t.keepPages(&letter, read)
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("add a letter: %w", err)
	}
	return letter, nil
}

// finish takes over what was read and keeps the original.
func (t *tx) finish(letter *inspection.Letter, read ReadLetter) error {
	if err := letter.Move(read.State); err != nil {
		return err
	}
	letter.Problem = read.Problem
	if read.State != inspection.LetterReady {
		return nil
	}
	letter.Draft, letter.Revision = read.Draft, letter.Revision+1
	if len(read.Original) == 0 {
		return nil
	}
	var err error
	letter.DocumentHash, err = t.keepDocument(read.MediaType, read.Original)
	return err
}

// keepPages keeps the text of a letter's pages and gives it to the letter.
func (t *tx) keepPages(letter *inspection.Letter, read ReadLetter) error {
	if letter.State != inspection.LetterReady || len(read.Pages) == 0 {
		return nil
	}
	for i, words := range read.Pages {
		letter.Pages = append(letter.Pages, inspection.LetterPage{LetterID: letter.ID, Number: i + 1, Words: words})
	}
	return t.db.CreateInBatches(letter.Pages, batch).Error
}

func (t *tx) letterByOriginal(read ReadLetter) (*inspection.Letter, error) {
	if read.State != inspection.LetterReady || len(read.Original) == 0 {
		return nil, nil
	}
	return letterByHash(&reader{db: t.db}, documentHash(read.Original))
}

// Letters returns the letters that by sees, without their pages, the latest first.
func (s *Store) Letters(ctx context.Context, by inspection.Actor) ([]inspection.Letter, error) {
	var letters []inspection.Letter
	err := s.read(ctx, func(r *reader) error {
		seen, err := r.lettersSeenBy(by)
		if err != nil {
			return err
		}
		letters, err = within[inspection.Letter](r, "id", seen)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	slices.SortFunc(letters, func(a, b inspection.Letter) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.FileName, b.FileName), cmp.Compare(a.ID, b.ID))
	})
	return letters, nil
}

// Letter returns one letter with its pages. It fails with inspection.ErrNotFound, also where by does not see it.
func (s *Store) Letter(ctx context.Context, by inspection.Actor, id string) (inspection.Letter, error) {
	var letter inspection.Letter
	err := s.read(ctx, func(r *reader) (err error) {
		if letter, err = r.letterSeenBy(by, id); err != nil {
			return err
		}
		return r.db.Where("letter_id = ?", id).Order("number").Find(&letter.Pages).Error
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("read letter %s: %w", id, err)
	}
	return letter, nil
}

// LetterOriginal returns a letter, without its pages, and the file as it was added. It fails with inspection.ErrNotFound
// where no file is held, or by does not see the letter.
func (s *Store) LetterOriginal(ctx context.Context, by inspection.Actor, id string) (letter inspection.Letter, kept inspection.Document, data []byte, err error) {
	err = s.read(ctx, func(r *reader) (err error) {
		if letter, err = r.letterSeenBy(by, id); err != nil {
			return err
		}
		kept, data, err = r.document(letter.DocumentHash)
		return err
	})
	if err != nil {
		return inspection.Letter{}, inspection.Document{}, nil, fmt.Errorf("read the file of letter %s: %w", id, err)
	}
	return letter, kept, data, nil
}

// LetterByHash returns the letter whose original has a hash, without its pages; the second result is false where no
// letter has. Of a letter that by does not see nothing but that is returned.
func (s *Store) LetterByHash(ctx context.Context, by inspection.Actor, hash string) (inspection.Letter, bool, error) {
	var letter *inspection.Letter
	err := s.read(ctx, func(r *reader) (err error) {
		letter, err = letterByHash(r, hash)
		return err
	})
	switch {
	case err != nil:
		return inspection.Letter{}, false, fmt.Errorf("look for a letter by its file: %w", err)
	case letter == nil:
		return inspection.Letter{}, false, nil
	case !letter.SeenBy(by):
		return inspection.Letter{}, true, nil
	}
	return *letter, true, nil
}

// PublishedLetter returns the ID of the letter that was last published as an inspection, "" where none is.
func (s *Store) PublishedLetter(ctx context.Context, inspectionID string) (string, error) {
	var id string
	err := s.read(ctx, func(r *reader) (err error) {
		id, err = r.publishedLetter(inspectionID)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("look up the letter of inspection %s: %w", inspectionID, err)
	}
	return id, nil
}

func (r *reader) publishedLetter(inspectionID string) (string, error) {
	var ids []string
	err := r.db.Model(&inspection.Letter{}).Where("inspection_id = ? AND state = ?", inspectionID, inspection.LetterPublished).
		Order("updated_at DESC, id").Limit(1).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

func letterByHash(r *reader, hash string) (*inspection.Letter, error) {
	var found []inspection.Letter
	// A hash that is empty is no hash: the letters logged by hand have none.
	if err := r.db.Where("document_hash = ? AND document_hash <> ''", hash).Limit(1).Find(&found).Error; err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// LetterHistory returns what was done to a letter, the first entry first. An entry names its draft only where it changed
// it. It fails with inspection.ErrNotFound, also where by does not see the letter.
func (s *Store) LetterHistory(ctx context.Context, by inspection.Actor, id string) ([]inspection.Change, error) {
	var entries []inspection.Change
	err := s.read(ctx, func(r *reader) (err error) {
		if _, err = r.letterSeenBy(by, id); err != nil {
			return err
		}
		entries, err = r.letterHistory(id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the history of letter %s: %w", id, err)
	}
	return entries, nil
}

func (r *reader) letterHistory(id string) ([]inspection.Change, error) {
	var entries []inspection.Change
	err := r.db.Where("record_id = ? AND record_kind = ?", id, inspection.OfLetter).Order("number").Find(&entries).Error
	return entries, err
}

// SaveDraft saves a draft over the revision that its officer began from. It fails with *inspection.DraftConflict where
// somebody has saved another since, and then changes nothing.
func (s *Store) SaveDraft(ctx context.Context, by inspection.Actor, id string, revision int, draft inspection.Draft) (inspection.Letter, error) {
	var letter inspection.Letter
	err := s.write(ctx, by, func(t *tx) (err error) {
		letter, err = t.changeLetter(id, "", func(l *inspection.Letter) error {
			if err := t.checkOpen(l, revision); err != nil {
				return err
			}
			draft.KeepKeys(l.Draft)
			l.Draft, l.Revision = draft, l.Revision+1
			return nil
		})
		return err
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("save the draft of letter %s: %w", id, err)
	}
	return letter, nil
}

// checkOpen fails with *inspection.DraftConflict unless a revision is a letter's latest, and with inspection.Problems where the
// letter's draft is worked on no more.
func (t *tx) checkOpen(letter *inspection.Letter, revision int) error {
	if revision == letter.Revision {
		if !letter.State.Open() {
			return inspection.Problems{{Field: "state", Words: letter.State.ClosedWords()}}
		}
		return nil
	}
	base, err := (&reader{db: t.db}).draftAt(letter, revision)
	if err != nil {
		return err
	}
	return &inspection.DraftConflict{Base: base, Theirs: letter.Draft, Letter: *letter}
}

// draftAt returns a letter's draft as it was saved at a revision. Where the record of changes no longer holds its text,
// the draft of today stands in: then nothing counts as changed since.
func (r *reader) draftAt(letter *inspection.Letter, revision int) (inspection.Draft, error) {
	entries, err := r.letterHistory(letter.ID)
	if err != nil {
		return inspection.Draft{}, err
	}
	for _, entry := range entries {
		var after letterEntry
		if entry.After == "" {
			continue
		}
		if err := json.Unmarshal([]byte(entry.After), &after); err != nil {
			return inspection.Draft{}, fmt.Errorf("read entry %d: %w", entry.Number, err)
		}
		if after.Revision == revision && after.Draft != nil {
			if after.Draft.Evidence == nil {
				after.Draft.Evidence = letter.Draft.Evidence
			}
			return *after.Draft, nil
		}
	}
	return letter.Draft, nil
}

// SetLetterState moves a letter to another state by an officer's word: ready and back while Ofsted has not published, or
// aside with a reason, and back. The planned day publishes nothing by itself. It fails with inspection.Problems.
func (s *Store) SetLetterState(ctx context.Context, by inspection.Actor, id string, to inspection.LetterState, reason string, planned inspection.Date) (inspection.Letter, error) {
	var letter inspection.Letter
	err := s.write(ctx, by, func(t *tx) (err error) {
		letter, err = t.changeLetter(id, reason, func(l *inspection.Letter) error {
			if err := l.MoveByOfficer(to, reason); err != nil {
				return err
			}
			l.PlannedFor = inspection.Date{}
			if to == inspection.LetterEmbargoed {
				l.PlannedFor = planned
			}
			return nil
		})
		return err
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("move letter %s to %s: %w", id, to, err)
	}
	return letter, nil
}
