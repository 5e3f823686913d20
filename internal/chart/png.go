package chart

import (
	"context"
	"errors"
	"fmt"
	"image"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// PixelsEach is how many pixels of a PNG picture stand for one CSS pixel, so that it stays sharp in print.
const PixelsEach = 2

const (
	paintLimit  = 30 * time.Second // a sheet takes about half a second; longer than this nobody waits for one
	waitLimit   = 20 * time.Second
	mostWaiting = 8
	paintPages  = 4096 // 256 MiB, in pages of WebAssembly; the tallest sheet takes about 100
)

// ErrBusy marks a picture that was not painted because too many others were asked for.
var ErrBusy = errors.New("too many pictures wait to be painted")

// Painter paints sheets as PNG pictures with resvg, which is a program in WebAssembly: it can reach nothing but the document,
// its fonts and its own memory. One sheet is painted at a time. It is safe for concurrent use.
//
// What resvg has begun is not stopped: to let it be, wazero makes it three times as slow. It draws no loops and runs no scripts,
// so every document of ours comes to an end; should one not, there are no more PNG pictures, and everything else goes on.
type Painter struct {
	engine *Engine
	wasm   []byte
	fonts  *list
	limit  time.Duration

	waiting atomic.Int32
	turn    chan struct{} // holds one token while nobody paints

	compile  sync.Once
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	broken   error
	objects  objects // of the sheet being painted
}

// NewPainter returns a painter of what an engine draws, with the WebAssembly of npm's @resvg/resvg-wasm and the fonts given, of
// which the first is taken for every family that a document names. Nothing is compiled until the first picture.
func NewPainter(engine *Engine, resvgWasm []byte, fonts ...[]byte) *Painter {
	p := &Painter{engine: engine, wasm: resvgWasm, fonts: &list{}, limit: paintLimit, turn: make(chan struct{}, 1)}
	for _, font := range fonts {
		p.fonts.push(font)
	}
	p.turn <- struct{}{}
	return p
}

// PNG returns a sheet as a PNG picture of PixelsEach pixels to a CSS pixel, with its words in it as text. Equal sheets give equal
// bytes. It fails with ErrBusy where too many wait already. The sheet is not even drawn before its turn: however many pictures are
// asked for, a page's drawing waits for no more than one of theirs.
func (p *Painter) PNG(ctx context.Context, s Sheet) ([]byte, error) {
	if err := p.wait(ctx); err != nil {
		return nil, err
	}
	svg, err := p.engine.DrawSheet(ctx, s)
	if err != nil {
		p.turn <- struct{}{}
		return nil, err
	}
	type outcome struct {
		picture *image.RGBA
		err     error
	}
	painted := make(chan outcome, 1)
	unhurried := context.WithoutCancel(ctx)
	go func() {
		defer func() { p.turn <- struct{}{} }()
		picture, err := p.paint(unhurried, svg)
		painted <- outcome{picture, err}
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, p.limit, fmt.Errorf("not done after %v: %w", p.limit, context.DeadlineExceeded))
	defer cancel()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("paint chart: %w", context.Cause(ctx))
	case done := <-painted:
		if done.err != nil {
			return nil, fmt.Errorf("paint chart: %w", done.err)
		}
		return encodePNG(done.picture, s)
	}
}

// wait returns when it is this picture's turn.
func (p *Painter) wait(ctx context.Context) error {
	defer p.waiting.Add(-1)
	if p.waiting.Add(1) > mostWaiting {
		return ErrBusy
	}
	ctx, cancel := context.WithTimeoutCause(ctx, waitLimit, ErrBusy)
	defer cancel()
	select {
	case <-p.turn:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to paint: %w", context.Cause(ctx))
	}
}

// paint returns the pixels of an SVG document. Each has an instance of resvg for itself, so that nothing of it is left behind.
func (p *Painter) paint(ctx context.Context, svg []byte) (*image.RGBA, error) {
	p.compile.Do(func() { p.broken = p.prepare(ctx) })
	if p.broken != nil {
		return nil, p.broken
	}
	p.objects = objects{}
	module, err := p.runtime.InstantiateModule(ctx, p.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("start resvg: %w", err)
	}
	defer module.Close(ctx) // it holds nothing that could fail to close
	return resvg{module, &p.objects}.render(ctx, svg, p.fonts)
}

func (p *Painter) prepare(ctx context.Context) error {
	p.runtime = wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(paintPages))
	if err := hosted(ctx, p.runtime, &p.objects); err != nil {
		return err
	}
	var err error
	if p.compiled, err = p.runtime.CompileModule(ctx, p.wasm); err != nil {
		return fmt.Errorf("compile resvg: %w", err)
	}
	p.wasm = nil // the compiled form is all that is needed from here on
	runtime.GC() // compiling leaves much behind, once
	return nil
}

// resvg is one instance of the program.
type resvg struct {
	module  api.Module
	objects *objects
}

// resvgOptions are read by resvg as JSON.
var resvgOptions = fmt.Sprintf(
	`{"font":{"loadSystemFonts":false,"defaultFontFamily":%[1]q,"sansSerifFamily":%[1]q},"fitTo":{"mode":"zoom","value":%[2]d}}`,
	"Arimo", PixelsEach)

// render calls what npm's index.js calls, in the same order.
func (r resvg) render(ctx context.Context, svg []byte, fonts *list) (*image.RGBA, error) {
	out, err := r.call(ctx, "__wbindgen_add_to_stack_pointer", api.EncodeI32(-16))
	if err != nil {
		return nil, err
	}
	options, err := poke(ctx, r.module, resvgOptions)
	if err != nil {
		return nil, err
	}
	document, err := r.made(ctx, "resvg_new", out, r.handle(svg), options, uint64(len(resvgOptions)), r.handle(fonts))
	if err != nil {
		return nil, err
	}
	rendered, err := r.made(ctx, "resvg_render", out, document)
	if err != nil {
		return nil, err
	}
	width, err := r.call(ctx, "renderedimage_width", rendered)
	if err != nil {
		return nil, err
	}
	height, err := r.call(ctx, "renderedimage_height", rendered)
	if err != nil {
		return nil, err
	}
	handle, err := r.call(ctx, "renderedimage_pixels", rendered)
	if err != nil {
		return nil, err
	}
	pixels, _ := r.objects.take(api.DecodeU32(handle)).([]byte)
	picture := image.NewRGBA(image.Rect(0, 0, int(api.DecodeU32(width)), int(api.DecodeU32(height))))
	if len(pixels) != len(picture.Pix) {
		return nil, fmt.Errorf("resvg made %d bytes for a picture of %v", len(pixels), picture.Rect)
	}
	picture.Pix = pixels
	return picture, nil
}

func (r resvg) handle(object any) uint64 { return api.EncodeU32(r.objects.add(object)) }

// made calls a function that makes something, or fails, and says so at an address in resvg's memory.
func (r resvg) made(ctx context.Context, name string, out uint64, args ...uint64) (uint64, error) {
	if _, err := r.call(ctx, name, append([]uint64{out}, args...)...); err != nil {
		return 0, err
	}
	var said [3]uint32 // what was made, what went wrong, whether anything did
	for i := range said {
		said[i], _ = r.module.Memory().ReadUint32Le(api.DecodeU32(out) + 4*uint32(i))
	}
	if said[2] != 0 {
		return 0, fmt.Errorf("%s: %v", name, r.objects.take(said[1]))
	}
	return api.EncodeU32(said[0]), nil
}

func (r resvg) call(ctx context.Context, name string, args ...uint64) (uint64, error) {
	return callExported(ctx, r.module, name, args...)
}

// callExported calls a function of a module and returns its result, nothing where it has none.
func callExported(ctx context.Context, module api.Module, name string, args ...uint64) (uint64, error) {
	function := module.ExportedFunction(name)
	if function == nil {
		return 0, fmt.Errorf("resvg has no %s", name)
	}
	results, err := function.Call(ctx, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	if len(results) == 0 {
		return 0, nil
	}
	return results[0], nil
}
