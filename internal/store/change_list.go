package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// ChangeFilter says which entries of the record of changes are wanted, and for whose eyes; what is empty narrows nothing.
type ChangeFilter struct {
	Reader  inspection.Audience // everybody where empty
	Officer inspection.Actor    // in whose eyes letters are seen; none are where it is nobody's

	Kind      inspection.RecordKind
	Of        RecordName // one record, with what was recorded of it
	Authority string     // whose records, with all that inspection.Record.ListedUnder names
	Post      string     // of whoever made the change
	Action    inspection.ActionKind
	Since     inspection.Date // the first day, in London
	Until     inspection.Date // the last day

	Before int64 // entries with a lower number; 0: from the latest
	Limit  int   // how many lines at most; ChangesOnPage where 0
}

// RecordName names a record of any kind.
type RecordName struct {
	Kind inspection.RecordKind
	ID   string
}

// ChangesOnPage is how many lines a page of the record of changes has where no other number is asked for.
const ChangesOnPage = 50

// ChangeLine is a line of the record of changes: an entry or, folded, what was supplied with the program on a day.
type ChangeLine struct {
	inspection.Change // of those folded, the last one's number and time, and who; the rest is empty

	Folded   int             // how many entries the line stands for; 0 for one that stands alone
	Day      inspection.Date // in London, of those folded
	Withheld bool            // whether its texts are not shown, since what it is about is not on the public pages now
	Erased   bool            // whether its texts were destroyed
}

// ChangePage is a page of the record of changes, the latest line first.
type ChangePage struct {
	Lines []ChangeLine
	Next  int64 // what Before is on the next page; 0 on the last
	Names *inspection.ChangeNames
}

// The conditions of the indexes changes_supplied and changes_open, in their words: an index is used only for a question that
// repeats them. What the last one lets through inspection.Change.SeenBy still judges.
const (
	wasSupplied = "actor_id = 'seed'"
	wasMade     = "actor_id <> 'seed'"
	mayBeOpen   = `record_kind <> 'letter' AND record_kind <> 'account' AND record_kind <> 'post' AND after NOT LIKE '%"audience":"officers"%'`
)

// Changes returns a page of the record of changes as a reader may see it. What was supplied with the program is folded by
// day, unless the filter asks for a record or for a post. It fails with inspection.ErrNotFound where the filter names an
// authority that does not exist.
func (s *Store) Changes(ctx context.Context, filter ChangeFilter) (ChangePage, error) {
	var page ChangePage
	if filter.Limit <= 0 {
		filter.Limit = ChangesOnPage
	}
	err := s.read(ctx, func(r *reader) (err error) {
		page, err = r.changes(filter, s.london)
		return err
	})
	if err != nil {
		return ChangePage{}, fmt.Errorf("list changes: %w", err)
	}
	return page, nil
}

func (r *reader) changes(filter ChangeFilter, london *time.Location) (ChangePage, error) {
	var page ChangePage
	l, err := r.newChangeList(filter, london)
	if err != nil {
		return page, err
	}
	lines, err := l.below(filter.Before, filter.Limit+1)
	if err != nil {
		return page, err
	}
	if l.folds() {
		folded, err := l.folded(filter.Before)
		if err != nil {
			return page, err
		}
		lines = append(lines, folded...)
		slices.SortFunc(lines, func(a, b ChangeLine) int { return int(b.Number - a.Number) })
	}
	if len(lines) > filter.Limit {
		lines = lines[:filter.Limit]
		page.Next = lines[len(lines)-1].Number
	}
	page.Lines = lines
	page.Names, err = r.changeNames(lines, filter.Reader)
	return page, err
}

// changeList reads the entries that one filter asks for, within one transaction.
type changeList struct {
	*reader
	filter  ChangeFilter
	london  *time.Location
	scope   *gorm.DB // the numbers of the entries about the record or the authority that is asked for; nil for all
	letters []string // that the reader sees
	sight
}

func (r *reader) newChangeList(filter ChangeFilter, london *time.Location) (*changeList, error) {
	if filter.Reader == "" {
		filter.Reader = inspection.ForPublic
	}
	l := &changeList{reader: r, filter: filter, london: london}
	var err error
	if l.scope, err = r.changesAbout(filter); err != nil {
		return nil, err
	}
	if filter.Reader.Reads(inspection.ForOfficers) && filter.Officer.ID != "" {
		if l.letters, err = r.lettersSeenBy(filter.Officer); err != nil {
			return nil, err
		}
	}
	l.sight, err = r.newSight(filter)
	return l, err
}

// folds reports whether what was supplied is folded: not in the history of one record, nor where it is asked for itself.
func (l *changeList) folds() bool { return l.filter.Of == RecordName{} && l.filter.Post == "" }

// narrowed returns the numbers of the entries that a filter may ask for; made is wasMade, wasSupplied or empty for both.
func (l *changeList) narrowed(made string) *gorm.DB {
	query := l.db.Table("changes")
	f := l.filter
	if made != "" {
		query = query.Where(made)
	}
	if !f.Reader.Reads(inspection.ForOfficers) && made == wasMade {
		query = query.Where(mayBeOpen)
		if !f.Reader.Reads(inspection.ForMembers) {
			query = query.Where(`after NOT LIKE '%"audience":"members"%'`)
		}
	}
	if len(l.letters) == 0 && f.Reader.Reads(inspection.ForOfficers) {
		query = query.Where("record_kind <> 'letter'")
	}
	if f.Kind != "" {
		query = query.Where("record_kind = ?", f.Kind)
	}
	if f.Post != "" {
		query = query.Where("actor_post = ?", f.Post)
	}
	if f.Action != "" {
		query = query.Where("action = ?", f.Action)
	}
	if f.Since.Known() {
		query = query.Where("at >= ?", l.begins(f.Since.First()))
	}
	if f.Until.Known() {
		query = query.Where("at < ?", l.begins(f.Until.Last().AddDays(1)))
	}
	if l.scope != nil {
		query = query.Where("number IN (?)", l.scope)
	}
	return query
}

// begins returns the moment at which a day begins in London.
func (l *changeList) begins(day inspection.Date) time.Time {
	d := day.Time()
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, l.london).UTC()
}

// changesAtATime is how many entries are read at a time: what their reader may not see is sorted out in Go.
const changesAtATime = 200

// below returns the entries with lower numbers that the reader may see, the latest first, and no more than so many.
func (l *changeList) below(number int64, most int) ([]ChangeLine, error) {
	made := wasMade
	if !l.folds() {
		made = ""
	}
	var out []ChangeLine
	for {
		query := l.narrowed(made)
		if number > 0 {
			query = query.Where("number < ?", number)
		}
		entries, err := l.entries(query.Select("number").Order("number DESC").Limit(changesAtATime), "number DESC")
		if err != nil {
			return nil, err
		}
		lines, err := l.seen(entries)
		if err != nil {
			return nil, err
		}
		out = append(out, lines...)
		if len(out) >= most || len(entries) < changesAtATime {
			return out[:min(len(out), most)], nil
		}
		number = entries[len(entries)-1].Number
	}
}

// entries returns whole entries by their numbers.
func (l *changeList) entries(numbers *gorm.DB, order string) ([]inspection.Change, error) {
	var entries []inspection.Change
	err := l.db.Where("number IN (SELECT number FROM (?) AS wanted)", numbers).Order(order).Find(&entries).Error
	return entries, err
}

// folded returns a line for each day with entries that were supplied with the program and that the filter asks for.
func (l *changeList) folded(before int64) ([]ChangeLine, error) {
	var loads []struct {
		At      time.Time
		Last    int64
		Entries int
	}
	err := l.narrowed(wasSupplied).Select("at, MAX(number) AS last, COUNT(*) AS entries").Group("at").Order("at").Scan(&loads).Error
	if err != nil {
		return nil, err
	}
	var out []ChangeLine
	for _, load := range loads {
		day := inspection.DayOf(load.At.In(l.london))
		if n := len(out); n > 0 && out[n-1].Day == day {
			out[n-1].Folded += load.Entries
			out[n-1].Number, out[n-1].At = max(out[n-1].Number, load.Last), load.At
			continue
		}
		line := ChangeLine{Folded: load.Entries, Day: day}
		line.Number, line.At, line.ActorPost, line.ActorRole = load.Last, load.At, inspection.Seeder.Post, inspection.Seeder.Role
		out = append(out, line)
	}
	return slices.DeleteFunc(out, func(line ChangeLine) bool { return before > 0 && line.Number >= before }), nil
}

// seen returns the entries that the reader may see, as they may read them.
func (l *changeList) seen(entries []inspection.Change) ([]ChangeLine, error) {
	hidden, err := l.hiddenNow(entries, l.filter.Reader)
	if err != nil {
		return nil, err
	}
	if err := l.lookFor(l.reader, entries); err != nil {
		return nil, err
	}
	var out []ChangeLine
	listed := func(letter string) bool { return slices.Contains(l.letters, letter) }
	for _, entry := range entries {
		if hidden[entry.RecordID] && entry.RecordKind == inspection.OfAction || !entry.SeenBy(l.filter.Reader, listed) {
			continue
		}
		line := ChangeLine{Change: entry.For(l.filter.Reader), Erased: entry.Erased()}
		if l.withholds(entry) {
			line.Change, line.Withheld = line.Change.WithoutTexts(), true
		}
		out = append(out, line)
	}
	return out, nil
}

// EachChange hands over every entry that a filter asks for and its reader may see, the first one first and none folded, up to
// the last one that there was when it began. It stops at the first error of do. Limit and Before narrow nothing.
func (s *Store) EachChange(ctx context.Context, filter ChangeFilter, do func(ChangeLine, *inspection.ChangeNames) error) error {
	last, err := s.Last(ctx)
	if err != nil {
		return err
	}
	// A transaction for each batch: whoever reads slowly must not hold the database at one state. Entries never change.
	for number, more := int64(0), true; more; {
		var lines []ChangeLine
		var names *inspection.ChangeNames
		err := s.read(ctx, func(r *reader) error {
			l, err := r.newChangeList(filter, s.london)
			if err != nil {
				return err
			}
			numbers := l.narrowed("").Where("number > ? AND number <= ?", number, last.Number).
				Select("number").Order("number").Limit(changesAtATime)
			entries, err := l.entries(numbers, "number")
			if err != nil {
				return err
			}
			if more = len(entries) == changesAtATime; more {
				number = entries[len(entries)-1].Number
			}
			if lines, err = l.seen(entries); err != nil {
				return err
			}
			names, err = r.changeNames(lines, filter.Reader)
			return err
		})
		if err != nil {
			return fmt.Errorf("read the record of changes: %w", err)
		}
		for _, line := range lines {
			if err := do(line, names); err != nil {
				return err
			}
		}
	}
	return nil
}

// Change returns one entry as a reader may see it. It fails with inspection.ErrNotFound, also where they may not.
func (s *Store) Change(ctx context.Context, number int64, filter ChangeFilter) (ChangeLine, *inspection.ChangeNames, error) {
	var line ChangeLine
	var names *inspection.ChangeNames
	err := s.read(ctx, func(r *reader) error {
		l, err := r.newChangeList(ChangeFilter{Reader: filter.Reader, Officer: filter.Officer}, s.london)
		if err != nil {
			return err
		}
		var entries []inspection.Change
		if err := r.db.Where("number = ?", number).Find(&entries).Error; err != nil {
			return err
		}
		lines, err := l.seen(entries)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			return inspection.ErrNotFound
		}
		line = lines[0]
		names, err = r.changeNames(lines, l.filter.Reader)
		return err
	})
	if err != nil {
		return ChangeLine{}, nil, fmt.Errorf("read entry %d: %w", number, err)
	}
	return line, names, nil
}

// ChangePosts returns the posts that have made changes, each once, in order.
func (s *Store) ChangePosts(ctx context.Context) ([]string, error) {
	var posts []string
	err := s.read(ctx, func(r *reader) error {
		return r.db.Model(&inspection.Change{}).Distinct("actor_post").Pluck("actor_post", &posts).Error
	})
	if err != nil {
		return nil, fmt.Errorf("list who made changes: %w", err)
	}
	slices.Sort(posts)
	return posts, nil
}
