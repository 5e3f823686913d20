package chart

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// Size is the width and height of a drawing in CSS pixels.
type Size struct{ Width, Height int }

// Scheme is the colour scheme of a drawing.
type Scheme string

// The two schemes.
const (
	Light Scheme = "light"
	Dark  Scheme = "dark"
)

// Drawing is one picture to draw: an ECharts option as JSON, and the words that stand for the picture where it is not
// seen.
type Drawing struct {
	Option      []byte
	Size        Size
	Scheme      Scheme
	Title       string
	Description string
}

// ErrOption marks a Drawing that cannot be drawn as it was given; every other error of Draw is the engine's.
var ErrOption = errors.New("option not fit to draw")

const (
	drawLimit   = 30 * time.Second // a lane takes about 0.1 s, a hundred times that on a machine with no time left; longer is stuck
	optionLimit = 4 << 20
	sideLimit   = 4000
	stackLimit  = 2000 // calls; ECharts needs a few hundred
)

// Engine draws ECharts options as SVG on the server, in a JavaScript engine written in Go. It is safe for concurrent
// use: drawings queue for its workers, each of which holds about 60 MB once it has drawn.
type Engine struct {
	sources map[string][]byte
	limit   time.Duration

	compile  sync.Once
	programs []*goja.Program
	broken   error

	workers chan *worker // a nil worker is one that has still to be made
}

// NewEngine returns an engine for the ECharts build and the lane script given. Nothing is compiled until the first
// drawing. Fewer than one worker counts as one.
func NewEngine(echartsJS, chartsJS []byte, workers int) *Engine {
	workers = max(workers, 1)
	e := &Engine{
		sources: map[string][]byte{"echarts": echartsJS, "charts": chartsJS},
		limit:   drawLimit,
		workers: make(chan *worker, workers),
	}
	for range workers {
		e.workers <- nil
	}
	return e
}

// Draw returns the drawing as an SVG document that holds no script, no style and no reference out of itself. Equal
// drawings give equal bytes. It waits for a worker, and gives up when ctx ends.
func (e *Engine) Draw(ctx context.Context, d Drawing) ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	var w *worker
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the drawing engine: %w", context.Cause(ctx))
	case w = <-e.workers:
	}
	// A worker whose drawing was stopped half way may hold half a chart, so it goes back only if it finished.
	var keep *worker
	defer func() { e.workers <- keep }()
	if ctx.Err() != nil { // both may be ready at once, and then select picks either
		keep = w
		return nil, fmt.Errorf("wait for the drawing engine: %w", context.Cause(ctx))
	}
	if w == nil {
		var err error
		if w, err = e.newWorker(); err != nil {
			return nil, err
		}
	}
	raw, whole, err := w.draw(ctx, e.limit, d)
	if whole {
		keep = w
	}
	if err != nil {
		return nil, fmt.Errorf("draw chart: %w", err)
	}
	svg, err := cleanSVG(raw, d.Title, d.Description)
	if err != nil {
		return nil, fmt.Errorf("clean chart: %w", err)
	}
	return svg, nil
}

func (d Drawing) check() error {
	if d.Size.Width < 1 || d.Size.Height < 1 || d.Size.Width > sideLimit || d.Size.Height > sideLimit {
		return fmt.Errorf("%w: size %d × %d is outside 1 to %d", ErrOption, d.Size.Width, d.Size.Height, sideLimit)
	}
	if d.Scheme != Light && d.Scheme != Dark {
		return fmt.Errorf("%w: no colour scheme %q", ErrOption, d.Scheme)
	}
	return checkOption(d.Option)
}

// checkOption holds an option to data. go-echarts marks functions inside strings and leaves it to its own pages to turn
// them into code; here such a string would be shown as it is, so it is refused.
func checkOption(option []byte) error {
	const marker = "__f__"
	if len(option) > optionLimit {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrOption, len(option), optionLimit)
	}
	if trimmed := bytes.TrimSpace(option); len(trimmed) == 0 || trimmed[0] != '{' {
		return fmt.Errorf("%w: not a JSON object", ErrOption)
	}
	if !json.Valid(option) {
		return fmt.Errorf("%w: not valid JSON", ErrOption)
	}
	decoder := json.NewDecoder(bytes.NewReader(option))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrOption, err)
		}
		if text, ok := token.(string); ok && strings.HasPrefix(text, marker) && strings.HasSuffix(text, marker) {
			return fmt.Errorf("%w: it holds a function", ErrOption)
		}
	}
}

// A worker is one JavaScript runtime with ECharts and the lane script in it. Only one goroutine may use it at a time.
type worker struct {
	runtime *goja.Runtime
	render  goja.Callable
}

// surroundings are what ECharts expects of a host and what makes a drawing depend on nothing but its option. Timers
// never fire: the picture is taken as soon as the option is set.
const surroundings = `
var self = this;
var console = {log: function () {}, warn: function () {}, error: function () {}, info: function () {}};
function setTimeout() { return 0; }
function clearTimeout() {}
function setInterval() { return 0; }
function clearInterval() {}
Math.random = function () { return 0.5; };
`

const renderer = `(function (text, width, height, scheme) {
	var chart = echarts.init(null, 'inspection-' + scheme, {renderer: 'svg', ssr: true, width: width, height: height});
	try {
		chart.setOption(InspectionCharts.prepare(JSON.parse(text)));
		return chart.renderToSVGString();
	} finally {
		chart.dispose();
	}
})`

func (e *Engine) newWorker() (w *worker, err error) {
	defer recovered(&err)
	e.compile.Do(func() {
		for _, source := range []struct{ name, text string }{
			{"surroundings.js", surroundings},
			{"echarts.js", string(e.sources["echarts"])},
			{"charts.js", string(e.sources["charts"])},
			{"renderer.js", renderer},
		} {
			program, err := goja.Compile(source.name, source.text, false)
			if err != nil {
				e.broken = fmt.Errorf("compile %s: %w", source.name, err)
				return
			}
			e.programs = append(e.programs, program)
		}
		e.sources = nil // the compiled form is all that is needed from here on
	})
	if e.broken != nil {
		return nil, e.broken
	}
	runtime := goja.New()
	runtime.SetMaxCallStackSize(stackLimit)
	runtime.SetTimeSource(func() time.Time { return time.Unix(0, 0) })
	var last goja.Value
	for _, program := range e.programs {
		if last, err = runtime.RunProgram(program); err != nil {
			return nil, fmt.Errorf("start the drawing engine: %w", err)
		}
	}
	render, ok := goja.AssertFunction(last)
	if !ok {
		return nil, errors.New("start the drawing engine: no renderer")
	}
	return &worker{runtime: runtime, render: render}, nil
}

// draw runs one drawing. whole reports that it ran to its end, well or with an error of its own, and that the worker may
// be used again.
func (w *worker) draw(ctx context.Context, limit time.Duration, d Drawing) (svg string, whole bool, err error) {
	defer recovered(&err)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("stopped after %v: %w", limit, context.DeadlineExceeded))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { w.runtime.Interrupt(context.Cause(ctx)) })
	value, err := w.render(goja.Undefined(), w.runtime.ToValue(string(d.Option)),
		w.runtime.ToValue(d.Size.Width), w.runtime.ToValue(d.Size.Height), w.runtime.ToValue(string(d.Scheme)))
	// stop is false once the interrupt is on its way, perhaps too late for this drawing: it must not hit the next one.
	whole = stop()
	if interrupted := (*goja.InterruptedError)(nil); errors.As(err, &interrupted) {
		return "", false, context.Cause(ctx)
	}
	if err != nil {
		return "", whole, fmt.Errorf("%w: %w", ErrOption, err)
	}
	return value.String(), whole, nil
}

// recovered turns a panic of the JavaScript engine into an error: one bad chart must not end the service.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the drawing engine failed: %v", p)
	}
}
