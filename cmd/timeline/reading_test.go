package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The smallest sizes of text, in pixels of the reader's screen.
const (
	smallestBody = 16
	smallestLane = 12
)

// TestFirstScreenFits keeps what answers a councillor's questions within a screen of 1280 by 720, in readable type.
func TestFirstScreenFits(t *testing.T) {
	b := openTab(t, siteURL(t))
	b.look(1280, 720)
	b.open("/")
	for _, part := range []struct{ selector, what string }{
		{"h1", "whose page it is"},
		{".fresh", "how fresh it is"},
		{".changed", "what changed"},
		{".latest table", "the latest of each council"},
		{".latest table tr:last-child td:last-child", "the last line of the latest"},
		{".counts", "the counts"},
		{".counts li:last-child", "the last of the counts"},
	} {
		box := ask[[]float64](b, fmt.Sprintf(`(() => {
			const found = document.querySelector(%q)
			if (!found || !found.innerText.trim()) return []
			const box = found.getBoundingClientRect()
			return [box.left, box.top, box.right, box.bottom]
		})()`, part.selector))
		if len(box) == 0 {
			t.Errorf("%s (%s) is not there", part.what, part.selector)
		} else if box[0] < 0 || box[1] < 0 || box[2] > 1280 || box[3] > 720 {
			t.Errorf("%s (%s) stands at %.0f, not within 1280×720", part.what, part.selector, box)
		}
	}
	if councils := ask[int](b, `document.querySelectorAll(".latest thead th").length`); councils != 3 {
		t.Errorf("the latest has %d columns, want the judgement and the two councils", councils)
	}
	for _, small := range ask[[]string](b, fmt.Sprintf(`(() => {
		const walker = document.createTreeWalker(document.querySelector(".opening"), NodeFilter.SHOW_TEXT), small = []
		while (walker.nextNode()) {
			const text = walker.currentNode, parent = text.parentElement
			if (!text.data.trim() || parent.closest(".govuk-visually-hidden") || !parent.checkVisibility()) continue
			const size = parseFloat(getComputedStyle(parent).fontSize)
			if (size < %d) small.push(size + " px: " + text.data.trim().slice(0, 60))
		}
		return small
	})()`, smallestBody)) {
		t.Errorf("type on the first screen is smaller than %d px: %s", smallestBody, small)
	}
}

// TestWordsInLanesAreReadable measures the words of each drawing as they appear on the screen.
func TestWordsInLanesAreReadable(t *testing.T) {
	b := openTab(t, siteURL(t))
	for _, width := range []int64{1280, 768, 375} {
		b.look(width, 720)
		for _, address := range []string{"/", "/authorities/west-northamptonshire", "/authorities/northamptonshire-county-council", "/authorities", "/england", "/compare"} {
			b.open(address)
			ask[any](b, `document.querySelectorAll("details").forEach(one => one.open = true)`)
			brokenPictures(b) // waits for them
			for _, picture := range ask[[]struct {
				Source string
				Scale  float64
			}](b, `[...document.images].filter(image => image.checkVisibility()).map(image => {
				return {source: image.currentSrc, scale: image.getBoundingClientRect().width / image.naturalWidth}
			})`) {
				size, words := smallestType(t, picture.Source)
				if size*picture.Scale < smallestLane-0.05 {
					t.Errorf("%s at %d px: %q is %.1f px tall in %s", address, width, words, size*picture.Scale, picture.Source)
				}
			}
		}
	}
}

// smallestType returns the smallest size of type in a drawing and the words that have it.
func smallestType(t *testing.T, source string) (smallest float64, words string) {
	t.Helper()
	answer, err := http.Get(source)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	smallest = 1000
	drawing := xml.NewDecoder(answer.Body)
	size := smallest
	for {
		token, err := drawing.Token()
		if errors.Is(err, io.EOF) {
			return smallest, words
		}
		if err != nil {
			t.Fatalf("read %s: %v", source, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			size = 1000
			for _, attribute := range token.Attr {
				if attribute.Name.Local == "font-size" {
					if size, err = strconv.ParseFloat(strings.TrimSuffix(attribute.Value, "px"), 64); err != nil {
						t.Fatalf("%s: font-size %q", source, attribute.Value)
					}
				}
			}
		case xml.CharData:
			if size < smallest && strings.TrimSpace(string(token)) != "" {
				smallest, words = size, string(token)
			}
		}
	}
}

// TestKeyboard goes through the first page without a mouse.
func TestKeyboard(t *testing.T) {
	b := openTab(t, siteURL(t))
	b.look(1280, 720)
	b.open("/")

	b.do(chromedp.KeyEvent(kb.Tab))
	if words := ask[string](b, `document.activeElement.innerText`); words != "Skip to main content" {
		t.Errorf("the first stop is %q", words)
	}
	if box := ask[[]float64](b, `(box => [box.width, box.height, box.top])(document.activeElement.getBoundingClientRect())`); box[0] < 24 || box[1] < 24 || box[2] < 0 {
		t.Errorf("the link that skips cannot be seen when it has the focus: %v", box)
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	if id := ask[string](b, `document.activeElement.id`); id != "main" {
		t.Errorf("skipping leads to %q", id)
	}

	opened := false
	for range 80 {
		b.do(chromedp.KeyEvent(kb.Tab))
		stop := ask[struct {
			Tag, Words string
			Seen       bool
		}](b, `(() => {
			const stop = document.activeElement, style = getComputedStyle(stop)
			const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
			return {tag: stop.tagName, words: stop.innerText.slice(0, 60), seen: outlined || style.boxShadow !== "none"}
		})()`)
		if stop.Tag == "BODY" {
			break // past the last
		}
		if !stop.Seen {
			t.Errorf("nothing shows that %s %q has the focus", stop.Tag, stop.Words)
		}
		if stop.Tag == "SUMMARY" && !opened {
			b.do(chromedp.KeyEvent(kb.Enter))
			if opened = ask[bool](b, `document.activeElement.parentElement.open`); !opened {
				t.Errorf("Enter does not open %q", stop.Words)
			}
		}
	}
	if !opened {
		t.Error("no disclosure was reached")
	}
	b.reportFaults("the first page")
}

// TestForcedColours shows the lists in place of pictures whose colours the reader's system would not follow.
func TestForcedColours(t *testing.T) {
	b := openTab(t, siteURL(t))
	b.look(1280, 720, "forced-colors", "active")
	b.open("/")
	if n := ask[int](b, `[...document.images].filter(image => image.checkVisibility()).length`); n > 0 {
		t.Errorf("%d pictures are still shown", n)
	}
	lists := ask[[]float64](b, `[...document.querySelectorAll(".lane-list .entries")].map(list => list.getBoundingClientRect().height)`)
	if len(lists) < 3 {
		t.Errorf("%d lists of lanes, want the two councils' and the earlier one's", len(lists))
	}
	for i, height := range lists {
		if height == 0 {
			t.Errorf("list %d of the lanes is not shown", i+1)
		}
	}
	b.reportFaults("the first page in forced colours")
}

// TestInteractiveChart makes a picture interactive by keyboard, walks through it and puts the picture back.
func TestInteractiveChart(t *testing.T) {
	origin := siteURL(t)
	for _, address := range []string{"/", "/authorities/west-northamptonshire", "/england", "/england/journeys", "/compare"} {
		t.Run(strings.TrimPrefix(address, "/"), func(t *testing.T) {
			b := openTab(t, origin)
			b.look(1280, 720)
			b.open(address)
			for _, one := range b.loaded() {
				if strings.Contains(one.address, "echarts") {
					t.Errorf("%s is loaded before anybody asks for it", one.address)
				}
			}
			charts := ask[int](b, `document.querySelectorAll("details").forEach(one => one.open = true),
				document.querySelectorAll("figure[data-chart-option]").length`)
			if charts == 0 {
				t.Fatal("the page has no chart")
			}
			for i := range charts {
				figure := fmt.Sprintf(`document.querySelectorAll("figure[data-chart-option]")[%d]`, i)
				title := ask[string](b, figure+`.querySelector(".figure-title").innerText`)
				ask[any](b, figure+`.querySelector("button").focus()`)
				b.do(chromedp.KeyEvent(kb.Enter), chromedp.Poll[chromedp.Void](figure+`.querySelector(".chart-interactive svg") !== null`))
				if ask[bool](b, figure+`.querySelector("picture").checkVisibility()`) {
					t.Errorf("%s: the picture stays beside the interactive chart", title)
				}
				said := ask[string](b, figure+`.querySelector("[role=status]").innerText`)
				b.do(chromedp.KeyEvent(kb.ArrowRight))
				if now := ask[string](b, figure+`.querySelector("[role=status]").innerText`); now == said || now == "" {
					t.Errorf("%s: an arrow key says nothing new: %q", title, now)
				}
				ask[any](b, figure+`.querySelector("button").focus()`)
				b.do(chromedp.KeyEvent(kb.Enter))
				if !ask[bool](b, figure+`.querySelector("picture").checkVisibility()`) {
					t.Errorf("%s: the picture does not come back", title)
				}
			}
			b.reportFaults(address)
		})
	}
}
