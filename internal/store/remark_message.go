package store

import (
	"fmt"

	"inspectiontimeline/internal/inspection"
)

// councilAddress returns the address that the council gives its readers, empty where it gives none.
func (r *reader) councilAddress() (string, error) {
	settings, err := r.settings()
	return settings.Email, err
}

// tellCouncil puts a message about a note that came in into the outbox, in the transaction that keeps the note. It goes to the
// address that the council gives its readers, and to nobody where there is none.
func (t *tx) tellCouncil(s *Store, m inspection.Remark) error {
	if !s.messages.Mail {
		return nil
	}
	address, err := (&reader{db: t.db}).councilAddress()
	if err != nil || address == "" {
		return err
	}
	return t.tell(inspection.RemarkMessage, m, m.ID)
}

// tellReader puts a message about the latest answer to a note into the outbox, for whoever wrote the note.
func (t *tx) tellReader(s *Store, m inspection.Remark) error {
	if !s.messages.Mail {
		return nil
	}
	address, err := (&reader{db: t.db}).readerOf(m.ID)
	if err != nil || address == "" {
		return err
	}
	return t.tell(inspection.AnswerMessage, m, fmt.Sprintf("%s/%d", m.ID, len(m.Answers)))
}

func (t *tx) tell(kind inspection.MessageKind, m inspection.Remark, key string) error {
	message := newMessage(kind, key, t.today(), t.at)
	message.RemarkID = m.ID
	_, err := enqueue(t.db, []inspection.Message{message})
	return err
}

// readerOf returns the address to which answers to a note are sent, empty where none is held.
func (r *reader) readerOf(remarkID string) (string, error) {
	var contacts []remarkContact
	if err := r.db.Where("remark_id = ?", remarkID).Find(&contacts).Error; err != nil || len(contacts) == 0 {
		return "", err
	}
	return contacts[0].Address, nil
}

// fillRemark returns a message about a note with what its words are made of, nil where nobody is to have it any more: the note
// is answered already, or the address is no longer held.
func (r *reader) fillRemark(d *Delivery) (*Delivery, error) {
	var err error
	if d.Remark, err = remarkWhere(r.db, "id = ?", d.RemarkID); err != nil {
		return nil, err
	}
	if d.Kind == inspection.AnswerMessage {
		d.Address, err = r.readerOf(d.RemarkID)
	} else if d.Remark.Open() {
		d.Address, err = r.councilAddress()
	}
	if err != nil || d.Address == "" {
		return nil, err
	}
	return d, nil
}
