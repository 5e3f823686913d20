package store_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// notWalked are the methods that reach what can be written to and that no walk is for, each with its reason.
var notWalked = map[string]string{
	"CheckTracker":   "it takes back what it tried",
	"PlanErasure":    "it takes back what it tried",
	"Close":          "it gives up connections",
	"Pools":          "it counts connections",
	"Facts":          "it asks the database what it is",
	"Durability":     "it asks the database for its settings",
	"Search":         "before it reads it does what IndexSearch does",
	"SearchHoldings": "before it reads it does what IndexSearch does",
	"Migrate":        "a migration is a transaction of its own, and has its own tests",
	"InTurn":         "it writes nothing but a lock, before and after what others do",
}

// walkedMethods collects the methods of the store that begin a transaction while it is told to.
type walkedMethods struct {
	mu      sync.Mutex
	collect bool
	names   map[string]bool
}

// while collects the methods that do calls.
func (w *walkedMethods) while(do func() error) error {
	w.set(true)
	defer w.set(false)
	return do()
}

func (w *walkedMethods) set(collect bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.collect = collect
}

// observe is for store.Options. It notes every exported method through which a transaction was begun.
func (w *walkedMethods) observe(_ context.Context, kind string, _ func() string) func(error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.collect && kind == "write" {
		var callers [40]uintptr
		frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers[:])])
		for more := true; more; {
			var frame runtime.Frame
			frame, more = frames.Next()
			if name, ok := strings.CutPrefix(frame.Function, "inspectiontimeline/internal/store.(*Store)."); ok {
				name, _, _ = strings.Cut(name, ".") // a function within it
				w.names[name] = true
			}
		}
	}
	return func(error) {}
}

// everyOneThatWrites fails where a method that writes was not walked, and has no reason.
func (w *walkedMethods) everyOneThatWrites(t *testing.T, kinds int) {
	writing := methodsThatWrite(t)
	methods := 0
	for _, name := range writing {
		reason, left := notWalked[name]
		switch {
		case w.names[name] && left:
			t.Errorf("%s is walked, though it is left out because %s", name, reason)
		case !w.names[name] && !left:
			t.Errorf("%s writes and is in no walk: give it a line in one of the lists", name)
		case w.names[name]:
			methods++
		}
	}
	for name := range notWalked {
		if !slices.Contains(writing, name) {
			t.Errorf("%s is left out, and does not write", name)
		}
	}
	t.Logf("%d kinds of write, by %d methods", kinds, methods)
}

// methodsThatWrite reads in the source of the store which exported methods reach, through others of its methods, the connections on
// which it writes.
func methodsThatWrite(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string][]string{} // what each method names of its store
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if method, ok := declaration.(*ast.FuncDecl); ok && method.Body != nil {
				if of := receiverNamed(method, "Store"); of != "" {
					uses[method.Name.Name] = namedOf(method.Body, of)
				}
			}
		}
	}
	writes := map[string]bool{"writePool": true}
	for before := 0; before < len(writes); {
		before = len(writes)
		for name, named := range uses {
			if slices.ContainsFunc(named, func(one string) bool { return writes[one] }) {
				writes[name] = true
			}
		}
	}
	exported := slices.DeleteFunc(slices.Sorted(maps.Keys(writes)), func(name string) bool { return !ast.IsExported(name) })
	if len(exported) < 80 || !writes["write"] || !writes["operate"] || writes["Version"] {
		t.Fatalf("these write, and others that are known do not, or the other way round: %q", exported)
	}
	return exported
}

// receiverNamed returns the name that a method gives its receiver where that is a pointer to a type, else "".
func receiverNamed(method *ast.FuncDecl, of string) string {
	if method.Recv == nil || len(method.Recv.List[0].Names) == 0 {
		return ""
	}
	pointer, ok := method.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return ""
	}
	if named, ok := pointer.X.(*ast.Ident); !ok || named.Name != of {
		return ""
	}
	return method.Recv.List[0].Names[0].Name
}

// namedOf returns the fields and methods of a variable that are named in a body.
func namedOf(body ast.Node, variable string) []string {
	var named []string
	ast.Inspect(body, func(node ast.Node) bool {
		if selected, ok := node.(*ast.SelectorExpr); ok {
			if of, ok := selected.X.(*ast.Ident); ok && of.Name == variable {
				named = append(named, selected.Sel.Name)
			}
		}
		return true
	})
	return named
}
