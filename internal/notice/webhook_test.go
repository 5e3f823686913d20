package notice_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/notice"
)

// channel is a webhook of a chat channel that answers as it is told to.
func channel(t *testing.T, answer http.HandlerFunc) (*notice.Webhook, string) {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	address := server.URL + "/workflows/very-secret"
	channels, err := notice.ParseChannels("members " + address)
	if err != nil {
		t.Fatal(err)
	}
	return notice.NewWebhook(channels, server.Client().Transport), address
}

func letterNews() notice.Words {
	return site.News(inspection.News{
		InspectionID: "north-2026", Bodies: []string{"North Northamptonshire"}, Kind: "Focused visit", Topic: "care leavers",
		Published: inspection.MustDate("2026-11-16"), Judgements: []string{"Leaders: good"},
		Areas: []inspection.Recommendation{
			{Reference: "NN-FV-2026-1", Words: "The [plans](https://evil.example) of **every** child.", Kind: inspection.PriorityAction, Wording: inspection.Verbatim},
			{Reference: "NN-FV-2026-2", Words: "Supervision.", Wording: inspection.Paraphrase},
		},
	}, "")
}

func TestChannelIsTold(t *testing.T) {
	var sent string
	webhook, _ := channel(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = string(body)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	if err := webhook.Send(t.Context(), "members", letterNews()); err != nil {
		t.Fatal(err)
	}
	var message struct {
		Type        string
		Attachments []struct {
			ContentType string
			Content     struct {
				Type, Version string
				Body          []struct {
					Type    string
					Inlines []struct{ Type, Text string }
				}
				Actions []struct{ Type, URL string }
			}
		}
	}
	if err := json.Unmarshal([]byte(sent), &message); err != nil {
		t.Fatal(err)
	}
	if message.Type != "message" || len(message.Attachments) != 1 || message.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
		t.Fatalf("it is %s", sent)
	}
	card := message.Attachments[0].Content
	var words []string
	for _, block := range card.Body {
		for _, run := range block.Inlines {
			// Other blocks would make links of what looks like one.
			if block.Type != "RichTextBlock" || run.Type != "TextRun" {
				t.Errorf("%q stands in a %s", run.Text, block.Type)
			}
			words = append(words, run.Text)
		}
	}
	said := strings.Join(words, "\n")
	for _, want := range []string{"New letter: North Northamptonshire, Focused visit", "16 November 2026", "Leaders: good",
		"NN-FV-2026-1: The [plans](https://evil.example) of **every** child. Area for priority action.", "Supervision. In our words, not a quotation."} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q but\n%s", want, said)
		}
	}
	if len(card.Actions) != 1 || card.Actions[0].URL != "https://timeline.example.gov.uk/record/inspections/north-2026" || strings.Contains(sent, "unsubscribe") {
		t.Errorf("it leads to %+v", card.Actions)
	}
}

func TestChannelThatIsNotTold(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   inspection.Handing
	}{
		{"too often", status(http.StatusTooManyRequests), inspection.NotTaken},
		{"away for a while", status(http.StatusServiceUnavailable), inspection.NotTaken},
		{"failed inside, perhaps after it had written", status(http.StatusInternalServerError), inspection.MaybeHanded},
		{"no such channel any more", status(http.StatusGone), inspection.Refused},
		{"leads elsewhere, where nothing goes", func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/elsewhere") {
				t.Error("it went elsewhere")
			}
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, inspection.Refused},
		{"breaks off without an answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, inspection.MaybeHanded},
	} {
		t.Run(c.name, func(t *testing.T) {
			webhook, address := channel(t, c.answer)
			err := webhook.Send(t.Context(), "members", letterNews())
			if got := notice.How(err); got != c.want {
				t.Errorf("it ended as %s: %v", got, err)
			}
			if err != nil && (strings.Contains(err.Error(), "very-secret") || strings.Contains(err.Error(), address)) {
				t.Errorf("the error names the address: %v", err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		server := httptest.NewServer(http.NotFoundHandler())
		channels, err := notice.ParseChannels("members " + server.URL + "/very-secret")
		if err != nil {
			t.Fatal(err)
		}
		server.Close()
		err = notice.NewWebhook(channels, nil).Send(t.Context(), "members", letterNews())
		if notice.How(err) != inspection.NotTaken || strings.Contains(err.Error(), "very-secret") {
			t.Errorf("it ended as %s: %v", notice.How(err), err)
		}
		if err := notice.NewWebhook(channels, nil).Send(t.Context(), "others", letterNews()); notice.How(err) != inspection.NotTaken {
			t.Errorf("a channel that there is not ended as %s: %v", notice.How(err), err)
		}
	})
}

func TestParseChannels(t *testing.T) {
	channels, err := notice.ParseChannels("# those who are told\n\nmembers https://chat.example/a?sig=1\n staff\thttps://chat.example/b \n")
	if err != nil || len(channels) != 2 || channels[0].Name != "members" || channels[1].Name != "staff" {
		t.Errorf("%+v, %v", channels, err)
	}
	for text, words := range map[string]string{
		"https://chat.example/secret":               "line 1: want a name",
		"\nmembers http://chat.example/secret":      "line 2: the address of members does not begin with https",
		"members https://user:secret@chat.example/": "no address",
		"members secret":                            "no address",
		"members https://chat.example/secret\nmembers https://chat.example/secret": "another channel members",
	} {
		if _, err := notice.ParseChannels(text); err == nil || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
