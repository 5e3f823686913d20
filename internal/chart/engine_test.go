package chart

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// sources reads what the engine runs, from where `make assets` lays it.
var sources = sync.OnceValues(func() (echarts, charts []byte) {
	echarts, _ = os.ReadFile("../../static/assets/echarts.min.js")
	charts, _ = os.ReadFile("../../static/charts.js")
	return echarts, charts
})

func newTestEngine(t *testing.T) *Engine {
	t.Helper()
	echarts, charts := sources()
	if len(echarts) == 0 || len(charts) == 0 {
		t.Fatal("static/assets/echarts.min.js is missing: run make assets")
	}
	return NewEngine(echarts, charts, 1)
}

// testEngine is shared, as a service shares one: most tests draw on an engine that has drawn before.
var shared struct {
	once   sync.Once
	engine *Engine
}

func testEngine(t *testing.T) *Engine {
	t.Helper()
	shared.once.Do(func() { shared.engine = newTestEngine(t) })
	if shared.engine == nil {
		t.Fatal("static/assets/echarts.min.js is missing: run make assets")
	}
	return shared.engine
}

func TestDrawTwiceGivesTheSameBytes(t *testing.T) {
	engine := testEngine(t)
	first := draw(t, engine, lanes(720, 340, Light))
	draw(t, engine, lanes(340, 520, Dark))
	if again := draw(t, engine, lanes(720, 340, Light)); !bytes.Equal(first, again) {
		t.Error("the same engine drew the same option in two ways")
	}
	if other := draw(t, newTestEngine(t), lanes(720, 340, Light)); !bytes.Equal(first, other) {
		t.Error("another engine drew the same option in another way")
	}
}

func draw(t *testing.T, engine *Engine, d Drawing) []byte {
	t.Helper()
	svg, err := engine.Draw(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return svg
}

func TestDrawRefuses(t *testing.T) {
	fit := Drawing{Option: []byte(`{"series": []}`), Size: Size{100, 50}, Scheme: Light}
	for name, spoil := range map[string]func(*Drawing){
		"no option":                  func(d *Drawing) { d.Option = nil },
		"an option that is not JSON": func(d *Drawing) { d.Option = []byte(`{"series": function () {}}`) },
		"two options":                func(d *Drawing) { d.Option = []byte(`{} {}`) },
		"an option that is a list":   func(d *Drawing) { d.Option = []byte(`[]`) },
		"a function of go-echarts":   func(d *Drawing) { d.Option = []byte(`{"a": {"b": ["__f__function () { return 1 }__f__"]}}`) },
		"a function in escapes":      func(d *Drawing) { d.Option = []byte(`{"a": "\u005f_f__x => x__f__"}`) },
		"a series that nobody can draw": func(d *Drawing) {
			d.Option = []byte(`{"xAxis": {}, "yAxis": {}, "series": [{"type": "custom", "renderItem": "none", "data": [[1, 1]]}]}`)
		},
		"no width":                    func(d *Drawing) { d.Size.Width = 0 },
		"a height beyond all screens": func(d *Drawing) { d.Size.Height = 40_000 },
		"an unknown colour scheme":    func(d *Drawing) { d.Scheme = "sepia" },
	} {
		t.Run(name, func(t *testing.T) {
			d := fit
			spoil(&d)
			if _, err := testEngine(t).Draw(t.Context(), d); !errors.Is(err, ErrOption) {
				t.Errorf("got %v, want ErrOption", err)
			}
		})
	}
	t.Run("and draws the next one", func(t *testing.T) { draw(t, testEngine(t), fit) })
}

func TestDrawShowsHostileTextAsText(t *testing.T) {
	const hostile = `</text><script>alert(1)</script> & <em>"x"</em> __f__`
	d := lanesOf(LanePayload{Items: []LaneItem{
		{Kind: KindBlock, Look: LookGood, Start: day("2021-01-01"), End: day("2026-12-31"), Words: []string{hostile}},
	}}, []string{hostile})
	d.Title, d.Description = hostile, hostile
	svg := string(draw(t, testEngine(t), d))
	for _, markup := range []string{"<script", "<em", "<style", " style=", " class="} {
		if strings.Contains(svg, markup) {
			t.Errorf("the drawing holds %s", markup)
		}
	}
	if n := strings.Count(svg, `&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;em&gt;&#34;x&#34;&lt;/em&gt; __f__`); n != 4 {
		t.Errorf("the text stands %d times in the drawing, want 4: title, description, row and block\n%s", n, svg)
	}
}

// stuckEngine runs forever on every drawing; only an interrupt from outside ends it.
func stuckEngine() *Engine {
	return NewEngine(nil, []byte(`
		var drawings = 0;
		var echarts = {init: function () { return {setOption: function () {}, dispose: function () {}, renderToSVGString: function () {
			for (;;) {}
		}}; }};
		var InspectionCharts = {prepare: function (option) { return option; }};`), 1)
}

func TestDrawStopsAtItsLimit(t *testing.T) {
	engine := stuckEngine()
	engine.limit = 20 * time.Millisecond
	d := Drawing{Option: []byte(`{}`), Size: Size{100, 50}, Scheme: Light}
	for range 2 { // the second finds a fresh worker, not a poisoned one and not none
		if _, err := engine.Draw(t.Context(), d); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v, want the deadline", err)
		}
		if w := <-engine.workers; w != nil {
			t.Fatal("a worker that was stopped half way is used again")
		}
		engine.workers <- nil
	}
}

func TestDrawStopsWithItsContext(t *testing.T) {
	d := Drawing{Option: []byte(`{}`), Size: Size{100, 50}, Scheme: Light}
	left := errors.New("the reader left")
	leaving := func() context.Context {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Millisecond, left)
		t.Cleanup(cancel)
		return ctx
	}
	engine := stuckEngine()
	if _, err := engine.Draw(leaving(), d); !errors.Is(err, left) {
		t.Errorf("while it draws: got %v, want the context's cause", err)
	}
	busy := <-engine.workers
	if _, err := engine.Draw(leaving(), d); !errors.Is(err, left) {
		t.Errorf("while it waits: got %v, want the context's cause", err)
	}
	engine.workers <- busy
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := engine.Draw(ended, d); !errors.Is(err, context.Canceled) {
		t.Errorf("on a context that had ended: got %v, want context.Canceled", err)
	}
}

func TestDrawSurvivesItsEngine(t *testing.T) {
	for name, script := range map[string]string{
		"a script that does not compile": `var = 1`,
		"a script that throws":           `throw new Error("no")`,
		"endless recursion": `var echarts = {init: function f() { return f(); }};
			var InspectionCharts = {prepare: function (option) { return option; }};`,
	} {
		t.Run(name, func(t *testing.T) {
			engine := NewEngine(nil, []byte(script), 0)
			d := Drawing{Option: []byte(`{}`), Size: Size{100, 50}, Scheme: Light}
			for range 2 { // the worker must come back to the queue, or the second would wait for ever
				if _, err := engine.Draw(t.Context(), d); err == nil {
					t.Fatal("no error")
				}
			}
		})
	}
}

func TestDrawFromManyAtOnce(t *testing.T) {
	engine := testEngine(t)
	want := draw(t, engine, lanes(720, 340, Light))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got, err := engine.Draw(t.Context(), lanes(720, 340, Light))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("a drawing among others differs (%v)", err)
			}
		})
	}
	group.Wait()
}
