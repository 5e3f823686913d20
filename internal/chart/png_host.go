package chart

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// resvg's WebAssembly was made for JavaScript: wherever it handles an object, it holds a number that stands for it and asks its
// host what is behind it. This file is that host. It knows the few kinds of objects that a drawing needs: bytes, texts, lists
// and a walk through a list.

// hostName is the module from which resvg takes its host's functions.
const hostName = "wbg"

// firstHandle is the number of the first object. wasm-bindgen keeps those below for undefined, null and the like.
const firstHandle = 132

// objects are what one drawing's numbers stand for.
type objects struct {
	held []any
	free []uint32
}

type (
	list   struct{ items []any }
	walk   struct{ left []any }
	step   struct{ value any } // value nil: the walk is over
	memory struct{}            // resvg's own
)

func (o *objects) add(object any) uint32 {
	if n := len(o.free); n > 0 {
		at := o.free[n-1]
		o.free = o.free[:n-1]
		o.held[at-firstHandle] = object
		return at
	}
	o.held = append(o.held, object)
	return firstHandle + uint32(len(o.held)) - 1
}

// get returns nil for what is no object.
func (o *objects) get(handle uint32) any {
	if handle < firstHandle || handle-firstHandle >= uint32(len(o.held)) {
		return nil
	}
	return o.held[handle-firstHandle]
}

func (o *objects) drop(handle uint32) {
	if o.get(handle) != nil {
		o.held[handle-firstHandle] = nil
		o.free = append(o.free, handle)
	}
}

// take returns an object that the number will not stand for any more.
func (o *objects) take(handle uint32) any {
	object := o.get(handle)
	o.drop(handle)
	return object
}

// hosted gives a runtime the functions that resvg asks of its host; their names are those of the build of resvg that
// package.json names. A panic in one of them ends the call into resvg with an error.
func hosted(ctx context.Context, runtime wazero.Runtime, o *objects) error {
	host := runtime.NewHostModuleBuilder(hostName)
	for name, function := range map[string]any{
		"__wbg_new_28c511d9baebfa89": func(_ context.Context, m api.Module, at, size uint32) uint32 {
			return o.add(errors.New(string(peek(m, at, size))))
		},
		"__wbindgen_memory":             func() uint32 { return o.add(memory{}) },
		"__wbg_buffer_12d079cc21e14bdb": func(handle uint32) uint32 { return o.add(o.get(handle)) },
		"__wbindgen_object_drop_ref":    func(handle uint32) { o.drop(handle) },
		"__wbg_new_63b92bc8671ed464":    func(handle uint32) uint32 { return o.add(o.get(handle)) },
		"__wbg_values_839f3396d5aac002": func(handle uint32) uint32 { return o.add(&walk{o.get(handle).(*list).items}) },
		"__wbg_next_196c84450b364254":   func(handle uint32) uint32 { return o.add(o.get(handle).(*walk).next()) },
		"__wbg_done_298b57d23c0fc80c":   func(handle uint32) uint32 { return truth(o.get(handle).(step).value == nil) },
		"__wbg_value_d93c65011f51a456":  func(handle uint32) uint32 { return o.add(o.get(handle).(step).value) },
		"__wbg_new_16b304a2cfa7ff4a":    func() uint32 { return o.add(&list{}) },
		"__wbg_length_c20a40f15020d68a": func(handle uint32) uint32 { return uint32(len(o.get(handle).([]byte))) },
		"__wbg_push_a5b05aedc7234f9f":   func(to, handle uint32) uint32 { return o.get(to).(*list).push(o.get(handle)) },
		"__wbg_newwithbyteoffsetandlength_aa4a17c33a06e5cb": func(_ context.Context, m api.Module, _, at, size uint32) uint32 {
			return o.add(append([]byte(nil), peek(m, at, size)...))
		},
		"__wbg_instanceof_Uint8Array_2b3bbecd033d19f6": func(handle uint32) uint32 {
			_, ok := o.get(handle).([]byte)
			return truth(ok)
		},
		"__wbindgen_string_get": func(ctx context.Context, m api.Module, out, handle uint32) {
			text, ok := o.get(handle).(string)
			var at, size uint32
			if ok {
				at64, err := poke(ctx, m, text)
				if err != nil {
					panic(err)
				}
				at, size = api.DecodeU32(at64), uint32(len(text))
			}
			m.Memory().WriteUint32Le(out, at)
			m.Memory().WriteUint32Le(out+4, size)
		},
		"__wbindgen_string_new": func(_ context.Context, m api.Module, at, size uint32) uint32 {
			return o.add(string(peek(m, at, size)))
		},
		// The one place that bytes are put is resvg's memory.
		"__wbg_set_a47bac70306a19a7": func(_ context.Context, m api.Module, _, from, at uint32) {
			m.Memory().Write(at, o.get(from).([]byte))
		},
		"__wbindgen_throw": func(_ context.Context, m api.Module, at, size uint32) {
			panic(errors.New(string(peek(m, at, size))))
		},
	} {
		host.NewFunctionBuilder().WithFunc(function).Export(name)
	}
	if _, err := host.Instantiate(ctx); err != nil {
		return fmt.Errorf("give resvg its host: %w", err)
	}
	return nil
}

func (w *walk) next() step {
	if len(w.left) == 0 {
		return step{}
	}
	first := w.left[0]
	w.left = w.left[1:]
	return step{first}
}

func (l *list) push(object any) uint32 {
	l.items = append(l.items, object)
	return uint32(len(l.items))
}

func truth(is bool) uint32 {
	if is {
		return 1
	}
	return 0
}

// peek returns a piece of resvg's memory, which the next call may change.
func peek(m api.Module, at, size uint32) []byte {
	bytes, ok := m.Memory().Read(at, size)
	if !ok {
		panic(fmt.Errorf("resvg names %d bytes at %d, outside its memory", size, at))
	}
	return bytes
}

// poke lays a text into resvg's memory and returns where.
func poke(ctx context.Context, m api.Module, text string) (uint64, error) {
	at, err := callExported(ctx, m, "__wbindgen_malloc", uint64(len(text)), 1)
	if err != nil {
		return 0, err
	}
	if !m.Memory().WriteString(api.DecodeU32(at), text) {
		return 0, fmt.Errorf("resvg makes room at %d, outside its memory", at)
	}
	return at, nil
}
