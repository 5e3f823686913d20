package notice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// webhookWait bounds one try.
const webhookWait = 10 * time.Second

// Channel is a webhook of a chat channel, as Workflows in Microsoft Teams makes one. Its address is a secret: whoever has it can
// write into the channel.
type Channel struct {
	Name    string
	address string
}

// ParseChannels reads channels, one on each line: a name, a space, and an address. Empty lines, and those that begin with #,
// are left out. The address is the administrator's own setting and may lead into their network; it has to be https, save on this
// machine. What is wrong is told without the addresses.
func ParseChannels(text string) ([]Channel, error) {
	var out []Channel
	known := map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Fields(line)
		if len(parts) != 2 {
			return nil, fmt.Errorf("line %d: want a name without spaces, a space, and the address of a webhook", i+1)
		}
		u, err := url.Parse(parts[1])
		switch {
		case err != nil || u.Host == "" || u.User != nil:
			return nil, fmt.Errorf("line %d: what stands after %s is no address", i+1, parts[0])
		case u.Scheme != "https" && !(u.Scheme == "http" && onThisMachine(u.Hostname())):
			return nil, fmt.Errorf("line %d: the address of %s does not begin with https://", i+1, parts[0])
		case known[parts[0]]:
			return nil, fmt.Errorf("line %d: there is another channel %s", i+1, parts[0])
		}
		known[parts[0]] = true
		out = append(out, Channel{parts[0], u.String()})
	}
	return out, nil
}

// Webhook writes into channels. It is safe for concurrent use.
type Webhook struct {
	channels []Channel
	client   *http.Client
}

// NewWebhook returns a Webhook that asks through a transport, the system's with its proxies where nil.
func NewWebhook(channels []Channel, transport http.RoundTripper) *Webhook {
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &Webhook{channels, &http.Client{
		Transport: transport, Timeout: webhookWait,
		// An address that leads on might lead anywhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Send writes a message into the channel of a name. How says by the error what became of it; no error names the address.
func (w *Webhook) Send(ctx context.Context, channel string, words Words) error {
	i := slices.IndexFunc(w.channels, func(c Channel) bool { return c.Name == channel })
	if i < 0 {
		return notTaken(fmt.Errorf("there is no channel %s", channel))
	}
	to := w.channels[i]
	body, err := json.Marshal(card(words))
	if err != nil {
		return refused(fmt.Errorf("write a card: %w", err))
	}
	var written atomic.Bool // whether anything of it can have arrived
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.address, bytes.NewReader(body))
	if err != nil {
		return refused(errors.New("the address of the channel cannot be used"))
	}
	request.Header.Set("Content-Type", "application/json")
	request.GetBody = nil // it is not sent a second time on a connection that broke
	answer, err := w.client.Do(request)
	if err != nil {
		err = fmt.Errorf("write to channel %s: %w", to.Name, withoutAddress(err))
		if written.Load() {
			return maybe(err)
		}
		return notTaken(err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10) // so that the connection can be used again
	err = fmt.Errorf("write to channel %s: it answered %s", to.Name, answer.Status)
	switch status := answer.StatusCode; {
	case status < 300:
		return nil
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return notTaken(err)
	case status >= 500:
		return maybe(err)
	}
	return refused(err)
}

// withoutAddress returns what went wrong with a request and not where it went.
func withoutAddress(err error) error {
	var asked *url.Error
	if errors.As(err, &asked) {
		return asked.Err
	}
	return err
}

// The parts of a card, as Adaptive Cards have them.
type (
	cardMessage struct {
		Type        string           `json:"type"`
		Attachments []cardAttachment `json:"attachments"`
	}
	cardAttachment struct {
		ContentType string      `json:"contentType"`
		ContentURL  *string     `json:"contentUrl"`
		Content     cardContent `json:"content"`
	}
	cardContent struct {
		Schema  string       `json:"$schema"`
		Type    string       `json:"type"`
		Version string       `json:"version"`
		Body    []cardBlock  `json:"body"`
		Actions []cardAction `json:"actions"`
	}
	cardBlock struct {
		Type    string    `json:"type"`
		Inlines []cardRun `json:"inlines"`
	}
	cardRun struct {
		Type   string `json:"type"`
		Text   string `json:"text"`
		Weight string `json:"weight,omitempty"`
		Size   string `json:"size,omitempty"`
	}
	cardAction struct {
		Type  string `json:"type"`
		Title string `json:"title"`
		URL   string `json:"url"`
	}
)

// card writes words as a card. They stand in runs of text, in which no sign means anything: a letter's own words can make no
// link of themselves.
func card(w Words) cardMessage {
	run := func(text string) cardRun { return cardRun{Type: "TextRun", Text: text} }
	block := func(runs ...cardRun) cardBlock { return cardBlock{"RichTextBlock", runs} }
	heading := func(text, size string) cardBlock {
		return block(cardRun{Type: "TextRun", Text: text, Weight: "Bolder", Size: size})
	}
	content := cardContent{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4",
		Body: []cardBlock{heading(oneLine(w.Subject), "Medium")},
	}
	for _, sentence := range w.Opening {
		content.Body = append(content.Body, block(run(sentence)))
	}
	for _, list := range w.Lists {
		content.Body = append(content.Body, heading(list.Heading, ""))
		for _, line := range list.Lines {
			text := "– "
			if line.Name != "" {
				text += line.Name + ": "
			}
			text += strings.Join(append([]string{line.Words}, line.Notes...), " ")
			content.Body = append(content.Body, block(run(text)))
		}
	}
	content.Actions = []cardAction{{"Action.OpenUrl", w.Link.Name, w.Link.Address}}
	return cardMessage{"message", []cardAttachment{{ContentType: "application/vnd.microsoft.card.adaptive", Content: content}}}
}
