package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// Messages says by which ways messages leave. Where there is none, none is made.
type Messages struct {
	Mail      bool
	Channels  []string                    // names of those that are told of every letter
	Reminders inspection.ReminderSchedule // the usual one where it is zero
}

// Messages returns by which ways messages leave.
func (s *Store) Messages() Messages { return s.messages }

func (m Messages) any() bool { return m.Mail || len(m.Channels) > 0 }

func (m Messages) schedule() inspection.ReminderSchedule {
	return cmp.Or(m.Reminders, inspection.UsualReminders)
}

const (
	// leaseHolds is how long the program that took a message has to say how it ended. It is longer than any try can take; when
	// it is over, nobody knows whether the message was sent.
	leaseHolds = 5 * time.Minute
	// MessagesStay is how long what is kept of a settled message stays.
	MessagesStay = 30 * 24 * time.Hour
	// StopLinksStay is how long a mail's own way to turn such messages off works.
	StopLinksStay = 400 * 24 * time.Hour
	// reminderHolds is for how many days reminders may wait before they are old.
	reminderHolds = 7
)

// messageToken is what a mail carries so that whoever got it can turn such messages off.
type messageToken struct {
	Hash      string `gorm:"primaryKey"` // SHA-256 of the token in hexadecimal
	AccountID string
	Kind      inspection.MessageKind
	MadeAt    time.Time
}

// Delivery is a message that is to be sent now, with all that its words are made of.
type Delivery struct {
	inspection.Message
	Address string            // of the person that it is for
	Token   string            // with which they can turn such messages off
	News    inspection.News   // of news
	Digest  inspection.Digest // of reminders
	Remark  inspection.Remark // of what is about a note of a reader
}

// enqueue puts messages into the outbox, save those that are in it or were: a key never makes a second message.
func enqueue(db *gorm.DB, messages []inspection.Message) (int, error) {
	if len(messages) == 0 {
		return 0, nil
	}
	made := db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "key"}}, DoNothing: true}).CreateInBatches(messages, batch)
	if made.Error != nil {
		return 0, fmt.Errorf("put messages into the outbox: %w", made.Error)
	}
	return int(made.RowsAffected), nil
}

func newMessage(kind inspection.MessageKind, key string, day inspection.Date, at time.Time) inspection.Message {
	return inspection.Message{
		ID: newID(), Kind: kind, Key: string(kind) + "/" + key, Day: day, State: inspection.MessageWaiting, MadeAt: at, NextAt: at,
	}
}

// announce puts the news of an inspection that was published into the outbox, for everybody who wants it, in the transaction
// that publishes it. A letter that was published before is no news.
func (t *tx) announce(s *Store, inspectionID string) error {
	if !s.messages.any() {
		return nil
	}
	r := &reader{db: t.db, catalogue: s.catalogue}
	in, err := r.wholeInspection(inspectionID)
	if err != nil || in == nil || !in.IsNews(t.today()) {
		return err
	}
	var messages []inspection.Message
	for _, channel := range s.messages.Channels {
		m := newMessage(inspection.NewsMessage, in.ID+"/channel/"+channel, t.today(), t.at)
		m.InspectionID, m.Channel = in.ID, channel
		messages = append(messages, m)
	}
	readers, err := r.newsReaders(s, in)
	if err != nil {
		return err
	}
	for _, account := range readers {
		m := newMessage(inspection.NewsMessage, in.ID+"/"+account, t.today(), t.at)
		m.InspectionID, m.AccountID = in.ID, account
		messages = append(messages, m)
	}
	_, err = enqueue(t.db, messages)
	return err
}

// newsReaders returns the accounts whose holders want to be told of an inspection by mail.
func (r *reader) newsReaders(s *Store, in *inspection.Inspection) ([]string, error) {
	if !s.messages.Mail {
		return nil, nil
	}
	people, err := r.mailed()
	if err != nil {
		return nil, err
	}
	all, err := r.register()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range people {
		if p.wants(inspection.NewsMessage) != inspection.Never && all.Concerns(in, p.account.BodyID) {
			out = append(out, p.account.ID)
		}
	}
	return out, nil
}

// mailed is somebody to whom mail can be sent.
type mailed struct {
	account     auth.Account
	preferences inspection.MessagePreferences
}

func (m mailed) wants(kind inspection.MessageKind) inspection.Frequency {
	return m.preferences.Of(kind, rolesOf(m.account))
}

func (m mailed) actor() inspection.Actor {
	by := inspection.Actor{ID: m.account.ID, Post: m.account.Post}
	if m.account.Post != "" {
		by.PostID = inspection.PostID(m.account.BodyID, m.account.Post)
	}
	return by
}

// audience is the widest of what the roles of an account read.
func (m mailed) audience() inspection.Audience {
	most := inspection.ForPublic
	for _, role := range rolesOf(m.account) {
		if audience := role.Audience(); audience.Reads(most) {
			most = audience
		}
	}
	return most
}

func rolesOf(a auth.Account) []inspection.Role {
	var out []inspection.Role
	for _, role := range a.Roles {
		out = append(out, inspection.Role(role))
	}
	return out
}

// mailed returns everybody to whom mail can be sent: who has an address and may sign in; of all of them, or of the accounts
// that are named.
func (r *reader) mailed(ids ...string) ([]mailed, error) {
	query := r.db.Where("state = ? AND address <> ''", auth.Active).Order("id")
	if len(ids) > 0 {
		query = query.Where("id IN ?", ids)
	}
	var accounts []auth.Account
	if err := query.Find(&accounts).Error; err != nil {
		return nil, err
	}
	var chosen []inspection.MessagePreferences
	if err := r.db.Find(&chosen).Error; err != nil {
		return nil, err
	}
	of := map[string]inspection.MessagePreferences{}
	for _, p := range chosen {
		of[p.AccountID] = p
	}
	var out []mailed
	for _, a := range accounts {
		if a.MaySignIn() {
			p := of[a.ID]
			p.AccountID = a.ID
			out = append(out, mailed{a, p})
		}
	}
	return out, nil
}

// TakeMessage takes the message that is due first and marks it as being sent, so that no other program takes it; it returns
// nil where none is due. Whoever takes one says by SettleMessage how it ended. A message that nobody is to have any more
// leaves the outbox: its letter was taken off the record, what it reminds of is done, or its reader turned such messages off.
func (s *Store) TakeMessage(ctx context.Context) (*Delivery, error) {
	now := moment(s.clock())
	due, err := s.anyDue(ctx, now)
	if err != nil || !due {
		return nil, err
	}
	var taken *Delivery
	err = s.operate(ctx, func(db *gorm.DB) error {
		if err := doubtLapsed(db, now); err != nil {
			return err
		}
		for {
			m, ok, err := s.takeFirst(db, now)
			if err != nil || !ok {
				return err
			}
			if taken, err = s.fill(db, m); err != nil || taken != nil {
				return err
			}
			if err := db.Where("id = ?", m.ID).Delete(&inspection.Message{}).Error; err != nil {
				return err
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("take a message: %w", err)
	}
	return taken, nil
}

const (
	dueMessages    = "state = ? AND next_at <= ?"
	lapsedMessages = "state = ? AND lease_until < ?"
)

// anyDue asks a reader, so that a round in which there is nothing to do holds nobody up.
func (s *Store) anyDue(ctx context.Context, now time.Time) (bool, error) {
	var count int64
	err := s.readPool.WithContext(ctx).Model(&inspection.Message{}).Where(dueMessages, inspection.MessageWaiting, now).
		Or(lapsedMessages, inspection.MessageSending, now).Count(&count).Error
	if err != nil {
		return false, fmt.Errorf("look for messages: %w", translate(err))
	}
	return count > 0, nil
}

// doubtLapsed marks the messages whose program did not say how it ended: they may have been sent, and are not sent again.
func doubtLapsed(db *gorm.DB, now time.Time) error {
	return db.Model(&inspection.Message{}).Where(lapsedMessages, inspection.MessageSending, now).Updates(map[string]any{
		"state": inspection.MessageDoubtful, "settled_at": now,
		"problem": "The program stopped while it sent this, or lost the database",
	}).Error
}

// takeFirst marks the first message that is due as being sent. Several programs do not wait for one another: each passes over what
// another is just taking. The condition is in the update itself, so that one of them gets it in any case.
func (s *Store) takeFirst(db *gorm.DB, now time.Time) (inspection.Message, bool, error) {
	for {
		query := db.Where(dueMessages, inspection.MessageWaiting, now)
		if !s.messages.Mail {
			query = query.Where("channel <> ''")
		}
		var waiting []inspection.Message
		if err := skipLocked(query).Order("next_at, id").Limit(1).Find(&waiting).Error; err != nil || len(waiting) == 0 {
			return inspection.Message{}, false, err
		}
		m := waiting[0]
		until := now.Add(leaseHolds)
		m.State, m.Lease, m.LeaseUntil = inspection.MessageSending, newID(), &until
		took := db.Model(&m).Where("state = ?", inspection.MessageWaiting).Select("state", "lease", "lease_until").Updates(&m)
		if took.Error != nil || took.RowsAffected == 1 {
			return m, took.Error == nil, took.Error
		}
	}
}

// fill returns a message with what its words are made of, nil where nobody is to have it any more.
func (s *Store) fill(db *gorm.DB, m inspection.Message) (*Delivery, error) {
	d := &Delivery{Message: m}
	r := &reader{db: db, catalogue: s.catalogue}
	if m.RemarkID != "" {
		return r.fillRemark(d)
	}
	var to mailed
	if m.AccountID != "" {
		people, err := r.mailed(m.AccountID)
		if err != nil || len(people) == 0 || people[0].wants(m.Kind) == inspection.Never {
			return nil, err
		}
		to = people[0]
		d.Address, d.Token = to.account.Address, auth.NewToken()
	} else if !slices.Contains(s.messages.Channels, m.Channel) {
		return nil, nil
	}
	var ok bool
	var err error
	if m.Kind == inspection.NewsMessage {
		d.News, ok, err = r.news(m.InspectionID, s.today())
	} else {
		d.Digest, ok, err = s.digestFor(r, to, m)
	}
	if err != nil || !ok {
		return nil, err
	}
	if d.Token != "" {
		token := messageToken{Hash: auth.HashToken(d.Token), AccountID: m.AccountID, Kind: m.Kind, MadeAt: moment(s.clock())}
		if err := db.Create(&token).Error; err != nil {
			return nil, err
		}
	}
	return d, nil
}

// news returns what there is to tell of an inspection, false where its letter is not, or no longer, published here or is news no
// more.
func (r *reader) news(id string, day inspection.Date) (inspection.News, bool, error) {
	letter, err := r.publishedLetter(id)
	if err != nil || letter == "" {
		return inspection.News{}, false, err
	}
	in, err := r.wholeInspection(id)
	if err != nil || in == nil || !in.IsNews(day) {
		return inspection.News{}, false, err
	}
	record, err := r.register()
	if err != nil {
		return inspection.News{}, false, err
	}
	record.Catalogue = r.catalogue
	return record.News(in), true, nil
}

// digestFor returns what somebody is reminded of by a message: what is still to be done of what was when it was made.
func (s *Store) digestFor(r *reader, to mailed, m inspection.Message) (inspection.Digest, bool, error) {
	if m.Day.DaysUntil(s.today()) > reminderHolds {
		return inspection.Digest{}, false, nil
	}
	all, err := r.toBeDone(s.today())
	if err != nil {
		return inspection.Digest{}, false, err
	}
	d := s.messages.schedule().Digest(all, to.actor(), to.audience(), m.After, m.Day)
	return d, !d.Empty(), nil
}

// SettleMessage says how it ended to hand over a message that TakeMessage returned. What went wrong is told in words without
// anybody's address. Where the message was given up as lost in the meantime, what is said now counts. It fails with
// inspection.ErrNotFound where the message is not, or no longer, that program's.
func (s *Store) SettleMessage(ctx context.Context, id, lease string, how inspection.Handing, problem string) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		var m inspection.Message
		mine := db.Where("id = ? AND lease = ? AND lease <> '' AND state IN ?", id, lease,
			[]inspection.MessageState{inspection.MessageSending, inspection.MessageDoubtful}).Session(&gorm.Session{})
		if err := mine.Take(&m).Error; err != nil {
			return err
		}
		m.Settle(how, problem, moment(s.clock()))
		saved := mine.Model(&inspection.Message{}).Select(settledColumns).Updates(&m)
		if saved.Error == nil && saved.RowsAffected == 0 {
			return inspection.ErrNotFound
		}
		return saved.Error
	})
	if err != nil {
		return fmt.Errorf("write down how message %s ended: %w", id, err)
	}
	return nil
}

var settledColumns = []string{"state", "tries", "next_at", "lease", "lease_until", "settled_at", "problem"}

// ListedMessage is a message as administrators see it: to whom by post, about what, and never its words.
type ListedMessage struct {
	inspection.Message
	Post  string // of whom it is for; empty for a channel
	About string // of news: the inspection, in words; empty where it is off the record
}

// Outbox is what became of messages.
type Outbox struct {
	List []ListedMessage // those that are not sent, the latest first; at most mostListed
	Sent int             // in the last thirty days
	More int             // that are not sent and not listed
}

// mostListed is how many messages are listed.
const mostListed = 200

// Outbox returns the messages that wait, failed or may have been sent, and how many were sent.
func (s *Store) Outbox(ctx context.Context) (Outbox, error) {
	var box Outbox
	err := s.read(ctx, func(r *reader) (err error) {
		box, err = r.outbox(moment(s.clock()).Add(-MessagesStay))
		return err
	})
	if err != nil {
		return Outbox{}, fmt.Errorf("list messages: %w", err)
	}
	return box, nil
}

func (r *reader) outbox(since time.Time) (box Outbox, err error) {
	var sent, unsent int64
	err = r.db.Model(&inspection.Message{}).Where("state = ? AND settled_at > ?", inspection.MessageSent, since).Count(&sent).Error
	if err != nil {
		return box, err
	}
	kept := r.where("state <> ? AND (settled_at IS NULL OR settled_at > ?)", inspection.MessageSent, since)
	if err := kept.db.Model(&inspection.Message{}).Count(&unsent).Error; err != nil {
		return box, err
	}
	var messages []inspection.Message
	if err := kept.db.Order("made_at DESC, id").Limit(mostListed).Find(&messages).Error; err != nil {
		return box, err
	}
	ids := map[string]bool{}
	for _, m := range messages {
		ids[m.AccountID] = true
	}
	accounts, err := within[auth.Account](r, "id", sortedKeys(ids))
	if err != nil {
		return box, err
	}
	posts := map[string]string{}
	for _, a := range accounts {
		posts[a.ID] = cmp.Or(a.Post, "somebody without a post")
	}
	about, err := r.inspectionWords(messages)
	if err != nil {
		return box, err
	}
	for _, m := range messages {
		box.List = append(box.List, ListedMessage{m, posts[m.AccountID], about[m.InspectionID]})
	}
	box.Sent, box.More = int(sent), int(unsent)-len(messages)
	return box, nil
}

// inspectionWords names the inspections that messages are about, by their IDs: "Focused visit of North Northamptonshire".
func (r *reader) inspectionWords(messages []inspection.Message) (map[string]string, error) {
	ids := map[string]bool{}
	for _, m := range messages {
		ids[m.InspectionID] = true
	}
	list, err := within[*inspection.Inspection](r, "id", sortedKeys(ids))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if err := r.addBodies(list); err != nil {
		return nil, err
	}
	record, err := r.register()
	if err != nil {
		return nil, err
	}
	record.Catalogue = r.catalogue
	words := map[string]string{}
	for _, in := range list {
		n := record.News(in)
		words[in.ID] = n.Kind + " of " + inspection.ListWords(n.Bodies)
	}
	return words, nil
}

// RetryMessage lets a message that failed, or that may have been sent, be sent anew. It fails with inspection.ErrNotFound and
// with inspection.Problems.
func (s *Store) RetryMessage(ctx context.Context, id string) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		var m inspection.Message
		if err := db.Where("id = ?", id).Take(&m).Error; err != nil {
			return err
		}
		was := m.State
		if err := m.TryAgain(moment(s.clock())); err != nil {
			return err
		}
		m.Lease, m.LeaseUntil = "", nil
		return db.Model(&m).Where("state = ?", was).Select(settledColumns).Updates(&m).Error
	})
	if err != nil {
		return fmt.Errorf("send message %s again: %w", id, err)
	}
	return nil
}

// DropMessages drops what is kept of messages that were settled thirty days ago: of news all but that there was some, so that
// nobody is ever told twice; of all others everything, since nothing makes them again.
func (s *Store) DropMessages(ctx context.Context) error {
	now := moment(s.clock())
	err := s.operate(ctx, func(db *gorm.DB) error {
		old := db.Where("settled_at < ?", now.Add(-MessagesStay)).Session(&gorm.Session{})
		return errors.Join(
			old.Where("kind <> ?", inspection.NewsMessage).Delete(&inspection.Message{}).Error,
			old.Model(&inspection.Message{}).Where("problem <> ''").Update("problem", "").Error,
			db.Where("made_at < ?", now.Add(-StopLinksStay)).Delete(&messageToken{}).Error,
		)
	})
	if err != nil {
		return fmt.Errorf("drop old messages: %w", err)
	}
	return nil
}
