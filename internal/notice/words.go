package notice

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"unicode"

	"inspectiontimeline/internal/inspection"
)

// Words is what a message says. The plain text, the HTML and the card of a channel are all made from it, so that they cannot
// differ.
type Words struct {
	Subject string
	Opening []string // sentences, a paragraph each
	Lists   []List
	Link    Link     // where all of it can be read
	Closing []string // why it was sent
	Ways    []Link   // to change that
}

// List is things under a heading.
type List struct {
	Heading string
	Lines   []Line
}

// Line is one thing: what it is, and what is said of it.
type Line struct {
	Name    string // "NN-ILACS-2026-1"; empty where it has none
	Address string // of its page; empty where it has none
	Words   string
	Notes   []string
}

// Link is a name that leads somewhere.
type Link struct{ Name, Address string }

// Site is the service as messages lead to it.
type Site struct {
	Address string // public, with its path prefix and no slash at its end: "https://timeline.example.gov.uk"
}

func (s Site) to(path string) string { return strings.TrimRight(s.Address, "/") + path }

const (
	// mostWords bounds how much of one text a message quotes; the page has all of it.
	mostWords = 300
	// mostLines bounds a list; a message says how many more there are.
	mostLines = 40
	// ours stands by words of ours for something that inspectors asked for.
	ours = "In our words, not a quotation."
)

// Reminders words a digest for the owner whose mail carries a token.
func (s Site) Reminders(d inspection.Digest, token string) Words {
	past, next := len(d.Past), len(d.Next)
	w := Words{Link: Link{"All areas to improve", s.to("/recommendations")}}
	var counts []string
	if past > 0 {
		counts = append(counts, inspection.CountWords(past, "past its date", "past their date"))
	}
	if next > 0 {
		counts = append(counts, fmt.Sprintf("%d soon", next))
	}
	w.Subject = "To be done by you: " + strings.Join(counts, ", ")
	w.Opening = []string{"The record says that this is still to be done by you, as " + oneLine(d.Post) + "."}
	w.addList("Past its date", s.reminders(d.Past))
	w.addList("To be done soon", s.reminders(d.Next))
	w.Closing = []string{
		"If something is done, say so on its page. If it needs another day, ask for one there, with the reason.",
		"You get this because the record names your post as the owner.",
	}
	w.Ways = s.ways(token)
	return w
}

func (s Site) reminders(list []inspection.Reminder) []Line {
	var out []Line
	for _, r := range list {
		line := Line{Name: r.Reference, Address: s.to("/recommendations/" + r.Reference), Words: shortened(r.Words)}
		if r.ActionID != "" {
			line.Name, line.Address = "Action", s.to("/actions/"+r.ActionID)
		}
		if r.Wording == inspection.Paraphrase {
			line.Notes = append(line.Notes, ours)
		}
		line.Notes = append(line.Notes, "Date: "+r.Due.Words()+".")
		if r.AskedDue.Known() {
			line.Notes = append(line.Notes, "Another day, "+r.AskedDue.Words()+", is asked for and waits for a decision.")
		}
		out = append(out, line)
	}
	return out
}

// News words the news of a letter for a reader whose mail carries a token; without one, for a channel.
func (s Site) News(n inspection.News, token string) Words {
	bodies := inspection.ListWords(n.Bodies)
	w := Words{
		Subject: oneLine("New letter: " + bodies + ", " + n.Kind),
		Opening: []string{
			oneLine(n.Kind+" of "+bodies) + ": the letter was published on " + n.Published.Words() + " and is now on the record.",
		},
		Link: Link{"Read it on the record", s.to("/inspections/" + n.InspectionID)},
	}
	if n.Topic != "" {
		w.Opening = append(w.Opening, "It was about "+oneLine(n.Topic)+".")
	}
	var judgements []Line
	for _, j := range n.Judgements {
		judgements = append(judgements, Line{Words: oneLine(j)})
	}
	w.addList("Judgements", judgements)
	w.addList("Areas to improve", s.areas(n.Areas))
	if len(n.Areas) == 0 {
		w.Opening = append(w.Opening, "No areas to improve are on the record from it.")
	}
	if token != "" {
		w.Closing = []string{"You get this because you are told of each letter that is put on the record."}
		w.Ways = s.ways(token)
	}
	return w
}

func (s Site) areas(items []inspection.Recommendation) []Line {
	var out []Line
	for _, item := range items {
		line := Line{Name: item.Reference, Address: s.to("/recommendations/" + item.Reference), Words: shortened(item.Words)}
		if item.Kind == inspection.PriorityAction {
			line.Notes = append(line.Notes, "Area for priority action.")
		}
		if item.Wording == inspection.Paraphrase {
			line.Notes = append(line.Notes, ours)
		}
		out = append(out, line)
	}
	return out
}

// PasswordLink words the mail with a link, by its address, to set a first password or another one. Holds says how long it works.
func (s Site) PasswordLink(address string, first bool, holds string) Words {
	w := Words{
		Subject: "Set another password for Inspection Timeline",
		Opening: []string{"Somebody asked for a link to set another password for your account on Inspection Timeline."},
		Closing: []string{"If that was not you, you need do nothing: your password stays as it is, and the link ends by itself."},
	}
	if first {
		w.Subject = "Your account on Inspection Timeline"
		w.Opening = []string{"An administrator made an account for you on Inspection Timeline. Set a password to use it."}
		w.Closing = []string{"If you expected no account, you need do nothing, or ask whoever runs the service at your council."}
	}
	w.Opening = append(w.Opening, "The link works once, for "+holds+".")
	w.Link = Link{"Set your password", address}
	return w
}

// ways are those to fewer messages.
func (s Site) ways(token string) []Link {
	return []Link{
		{"Stop these messages", s.Unsubscribe(token)},
		{"Choose which messages you get", s.to("/account#messages")},
	}
}

// Unsubscribe is the address at which messages of a mail's kind are turned off.
func (s Site) Unsubscribe(token string) string { return s.to("/messages/unsubscribe/" + token) }

func (w *Words) addList(heading string, lines []Line) {
	if len(lines) == 0 {
		return
	}
	if more := len(lines) - mostLines; more > 0 {
		lines = append(lines[:mostLines:mostLines], Line{Words: "And " + inspection.CountWords(more, "more.", "more.")})
	}
	w.Lists = append(w.Lists, List{heading, lines})
}

// oneLine returns a text without line breaks and other control characters, as headers and sentences need it.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// shortened returns a text on one line, cut at a word where it is long.
func shortened(s string) string {
	s = oneLine(s)
	runes := []rune(s)
	if len(runes) <= mostWords {
		return s
	}
	cut := string(runes[:mostWords])
	if space := strings.LastIndexByte(cut, ' '); space > 0 {
		cut = cut[:space]
	}
	return cut + " …"
}

// Plain returns the words as plain text.
func (w Words) Plain() string {
	var b strings.Builder
	for _, sentence := range w.Opening {
		b.WriteString(sentence + "\n\n")
	}
	for _, list := range w.Lists {
		b.WriteString(list.Heading + "\n\n")
		for _, line := range list.Lines {
			b.WriteString("- ")
			if line.Name != "" {
				b.WriteString(line.Name + ": ")
			}
			b.WriteString(line.Words + "\n")
			for _, note := range line.Notes {
				b.WriteString("  " + note + "\n")
			}
			if line.Address != "" {
				b.WriteString("  " + line.Address + "\n")
			}
		}
		b.WriteString("\n")
	}
	b.WriteString(w.Link.Name + ": " + w.Link.Address + "\n")
	for _, sentence := range w.Closing {
		b.WriteString("\n" + sentence + "\n")
	}
	for _, way := range w.Ways {
		b.WriteString("\n" + way.Name + ": " + way.Address + "\n")
	}
	return b.String()
}

//go:embed templates/mail.html
var mailSource string

var mailTemplate = template.Must(template.New("mail").Parse(mailSource))

// HTML returns the words as a page for a mail: without pictures, styles from elsewhere, or anything that tells who opened it.
func (w Words) HTML() (string, error) {
	var b bytes.Buffer
	if err := mailTemplate.Execute(&b, w); err != nil {
		return "", fmt.Errorf("write a message as HTML: %w", err)
	}
	return b.String(), nil
}
