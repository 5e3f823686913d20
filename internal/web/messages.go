package web

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// unsubscribePath stands before the token of a mail.
const unsubscribePath = "/messages/unsubscribe/"

// messageRoutes registers the pages about messages. Turning them off needs no account: whoever has the mail has the token.
func (s *Server) messageRoutes(r router) {
	r.get(unsubscribePath+":token", auth.Anything, s.private(s.askToStop))
	r.post(unsubscribePath+":token", auth.Anything, s.private(s.stopMessages))
	r.post("/account/messages", auth.UseAccount, s.private(s.saveMessagePreferences))
	r.get("/people/messages", auth.ManagePeople, s.private(s.listMessages))
	r.post("/people/messages", auth.ManagePeople, s.private(s.retryMessage))
}

// messagePreferencesView is the form, on the page of one's account, for which messages somebody gets.
type messagePreferencesView struct {
	Boxes []letterBox
	Notes []string
}

var frequencyWords = map[inspection.Frequency]string{
	inspection.AtOnce: "As soon as it is on the record", inspection.Daily: "On each day on which there is something",
	inspection.Weekly: "Once a week, on Monday", inspection.Never: "Never",
}

var messageLabels = map[inspection.MessageKind]struct{ label, hint string }{
	inspection.ReminderMessage: {"Reminders of what you own", "Areas to improve and actions of your post: before their date, and after it until you say that they are done. Everything of a day is in one message."},
	inspection.NewsMessage:     {"Each letter that is published here", "Letters to the council of your post; to every council where your post is in none."},
}

// messagePreferences returns the form for which messages the holder of an account gets.
func (s *Server) messagePreferences(c *gin.Context, account auth.Account) (*messagePreferencesView, error) {
	chosen, err := s.store.MessagePreferences(c.Request.Context(), account.ID)
	if err != nil {
		return nil, err
	}
	view := &messagePreferencesView{}
	switch {
	case !s.store.Messages().Mail:
		view.Notes = append(view.Notes, "This service sends no mail now. What you choose here counts once it does.")
	case account.Address == "":
		view.Notes = append(view.Notes, "No mail address is known for your account, so no mail reaches you. Ask an administrator.")
	default:
		view.Notes = append(view.Notes, "Mail goes to "+account.Address+".")
	}
	var roles []inspection.Role
	for _, role := range account.Roles {
		roles = append(roles, inspection.Role(role))
	}
	for _, kind := range inspection.MessageKinds() {
		label := messageLabels[kind]
		box := letterBox{Name: string(kind), ID: "message-" + string(kind), Label: label.label, Hint: label.hint, Type: "select"}
		var options []selectOption
		for _, f := range kind.Frequencies() {
			options = append(options, selectOption{Value: string(f), Name: frequencyWords[f], Chosen: f == chosen.Of(kind, roles)})
		}
		box.Groups = []optionGroup{{Options: options}}
		view.Boxes = append(view.Boxes, box)
	}
	return view, nil
}

var unknownFrequency = &refusal{http.StatusUnprocessableEntity, "This choice is not known", []string{
	"Go back to your account and choose from the lists how often you want messages.", "Nothing has been changed.",
}}

func (s *Server) saveMessagePreferences(c *gin.Context) error {
	p, err := s.person(c)
	switch {
	case err != nil:
		return err
	case p == nil || p.open:
		return inspection.ErrNotFound
	}
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	chosen := inspection.MessagePreferences{AccountID: p.account.ID}
	for _, kind := range inspection.MessageKinds() {
		if chosen.Set(kind, inspection.Frequency(values.Get(string(kind)))) != nil {
			return unknownFrequency
		}
	}
	if err := s.store.SetMessagePreferences(c.Request.Context(), chosen); err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, "/account?saved=messages")
}

// messageStopPage asks whether messages are to stop, and says that they have. Opening it changes nothing: programs that look
// through mail open every address in it.
type messageStopPage struct {
	Page
	Kind    string // "reminders"
	Address string // of this page; empty once they have stopped
}

var oldMailLink = &refusal{http.StatusNotFound, "This link does not work", []string{
	"It may be more than a year old, or not whole.",
	"Use the link in a newer message, or sign in and choose on the page of your account which messages you get.",
}}

func (s *Server) askToStop(c *gin.Context) error {
	token := c.Param("token")
	kind, err := s.store.MessagesTurnedOff(c.Request.Context(), auth.HashToken(token))
	if errors.Is(err, inspection.ErrNotFound) {
		return oldMailLink
	}
	if err != nil {
		return err
	}
	page := messageStopPage{Page: s.base(c, "Stop "+kind.Words()), Kind: kind.Words(), Address: unsubscribePath + token}
	return s.render(c, http.StatusOK, "message_stop", page)
}

// stopMessages turns messages off. Mail programs ask for it too, when their reader presses their own button.
func (s *Server) stopMessages(c *gin.Context) error {
	kind, err := s.store.TurnOffMessages(c.Request.Context(), auth.HashToken(c.Param("token")))
	if errors.Is(err, inspection.ErrNotFound) {
		return oldMailLink
	}
	if err != nil {
		return err
	}
	page := messageStopPage{Page: s.base(c, "Messages stopped"), Kind: kind.Words()}
	return s.render(c, http.StatusOK, "message_stop", page)
}

// messageListPage is what became of messages, for administrators. It shows none of their words.
type messageListPage struct {
	Page
	Ways  string // by which messages leave
	Sent  string
	Rows  []messageRow
	More  string // what is not listed
	Again string // what was just done
}

// messageRow is one message that is not sent.
type messageRow struct {
	ID      string
	What    string
	About   *Link
	To      string
	Made    string
	State   string
	Look    string
	Problem string
	Next    string
	Retry   string // the words of the button; empty where nothing has to be done
}

var messageLooks = map[inspection.MessageState]string{
	inspection.MessageWaiting: "blue", inspection.MessageSending: "light-blue", inspection.MessageFailed: "red", inspection.MessageDoubtful: "yellow",
}

func (s *Server) listMessages(c *gin.Context) error {
	box, err := s.store.Outbox(c.Request.Context())
	if err != nil {
		return err
	}
	page := messageListPage{Page: s.officerBase(c, "Messages"), Ways: waysWords(s.store.Messages())}
	page.Sent = "None was sent in the last 30 days."
	if box.Sent > 0 {
		page.Sent = inspection.CountWords(box.Sent, "message was", "messages were") + " sent in the last 30 days."
	}
	if c.Query("again") != "" {
		page.Again = "The message waits and is sent with the next ones."
	}
	if box.More > 0 {
		page.More = inspection.CountWords(box.More, "older message is", "older messages are") + " not sent and not listed here."
	}
	for _, m := range box.List {
		page.Rows = append(page.Rows, s.messageRow(m))
	}
	return s.render(c, http.StatusOK, "message_list", page)
}

func waysWords(m store.Messages) string {
	switch n := len(m.Channels); {
	case m.Mail && n > 0:
		return "Messages leave by mail, and news of letters also to " + inspection.CountWords(n, "channel.", "channels.")
	case m.Mail:
		return "Messages leave by mail."
	case n > 0:
		return "News of letters goes to " + inspection.CountWords(n, "channel", "channels") + ". No mail is sent."
	}
	return "No messages are sent: whoever runs the service has set no mail server."
}

func (s *Server) messageRow(m store.ListedMessage) messageRow {
	row := messageRow{
		ID: m.ID, To: messageTo(m), Made: s.moment(m.MadeAt),
		State: m.State.Words(), Look: messageLooks[m.State], Problem: m.Problem,
	}
	switch m.Kind {
	case inspection.NewsMessage:
		row.What = "News of a letter that is off the record"
		if m.About != "" {
			row.What, row.About = "News:", &Link{Name: m.About, Address: "/inspections/" + m.InspectionID}
		}
	case inspection.RemarkMessage:
		row.What, row.About = "That there is", &Link{Name: "a note from a reader", Address: remarkAddress(m.RemarkID)}
	case inspection.AnswerMessage:
		row.What, row.About = "That there is an answer to", &Link{Name: "a note from a reader", Address: remarkAddress(m.RemarkID)}
	default:
		row.What = "Reminders of " + m.Day.Words()
	}
	switch m.State {
	case inspection.MessageWaiting:
		if m.Tries > 0 {
			row.Next = "To be tried again: " + s.moment(m.NextAt) + "."
		}
	case inspection.MessageFailed:
		row.Retry = "Try again"
	case inspection.MessageDoubtful:
		row.Next = "It may have arrived. Ask whoever it is for before it is sent again, or they may get it twice."
		row.Retry = "Send it again"
	}
	return row
}

// messageTo says whom a message is for, and no address of theirs.
func messageTo(m store.ListedMessage) string {
	switch m.Kind {
	case inspection.RemarkMessage:
		return "The council"
	case inspection.AnswerMessage:
		return "The reader who wrote it"
	}
	return cmp.Or(m.Post, "Channel "+m.Channel)
}

func (s *Server) retryMessage(c *gin.Context) error {
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	err = s.store.RetryMessage(c.Request.Context(), values.Get("message"))
	var problems inspection.Problems
	if errors.As(err, &problems) {
		return &refusal{http.StatusConflict, "This message needs nothing", []string{problems[0].Words + ".", "Open the list again to see how it stands."}}
	}
	if err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, "/people/messages?again=1")
}
