package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms are the packages in which problems are worded for whoever sent a form or an address.
var rooms = []string{"inspection", "auth", "store", "web"}

// todo are the words with which somebody is told what to do.
var todo = strings.Fields(`Accept Add Agree Ask Attach Change Check Choose Clear Close Confirm Copy Correct Enter Fill Follow Give Go Keep Leave Let Link Log
	Look Make Map Mark Move Name Open Paste Pick Publish Put Quote Read Record Reload Remove Revoke Save Say Select Send Set Share Shorten Show Sign Split Start Take
	Tell Tick Try Turn Type Undo Unpublish Update Upload Use Wait Withdraw Write`)

// tells matches words that say what to do next, at their beginning or after what they state.
var tells = regexp.MustCompile(`(^|[:;.,] |, and |, or |and |or )(?i:` + strings.Join(todo, "|") + `)\b`)

// TestEveryProblemSaysWhatToDo reads the problems that the source words.
func TestEveryProblemSaysWhatToDo(t *testing.T) {
	found := 0
	for _, room := range rooms {
		for _, problem := range problemsWorded(t, filepath.Join("..", "..", "internal", room)) {
			found++
			if !tells.MatchString(problem.words) {
				t.Errorf("%s: %q does not say what to do", problem.at, problem.words)
			}
			if blames.MatchString(problem.words) {
				t.Errorf("%s: %q blames", problem.at, problem.words)
			}
			if strings.HasSuffix(problem.words, ".") {
				t.Errorf("%s: %q ends in a full stop", problem.at, problem.words)
			}
		}
	}
	if found < 200 {
		t.Errorf("only %d problems were found: the test looks in the wrong place", found)
	}
}

// blames matches what puts a mistake on whoever made it.
var blames = regexp.MustCompile(`(?i)\b(you (failed|forgot|must|did not)|invalid|illegal|wrong input|please|bad (value|input)|not allowed|forbidden)\b`)

// worded is a problem as the source words it.
type worded struct{ at, words string }

// problemsWorded finds the words of problems in a package: those of literals, and those handed to functions that make a
// problem of them, or hand them on to such a function.
func problemsWorded(t *testing.T, folder string) []worded {
	t.Helper()
	files := token.NewFileSet()
	var parsed []*ast.File
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
	}
	makers := map[maker]int{} // the place of the words among the arguments of each function
	var all []worded
	take := func(words ast.Expr) {
		if text, ok := leading(words); ok {
			all = append(all, worded{files.Position(words.Pos()).String(), text})
		}
	}
	for known := -1; known < len(makers); {
		known = len(makers)
		for _, file := range parsed {
			eachFunction(file, func(name maker, parameters []string, body ast.Node) {
				eachWording(file, body, makers, func(words ast.Expr) {
					if at := slices.IndexFunc(parameters, func(p string) bool { return mentions(words, p) }); at >= 0 {
						makers[name] = at
					}
				})
			})
		}
	}
	for _, file := range parsed {
		eachWording(file, file, makers, take)
	}
	return all
}

// maker is a function that makes problems. One kept in a variable is known by its file: others have variables of that name too.
type maker struct {
	name string
	file *ast.File // nil for a declared function
}

// eachFunction visits the functions of a file that have a name: declared ones, and those kept in a variable.
func eachFunction(file *ast.File, visit func(name maker, parameters []string, body ast.Node)) {
	names := func(list *ast.FieldList) (out []string) {
		for _, field := range list.List {
			for _, name := range field.Names {
				out = append(out, name.Name)
			}
		}
		return out
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			if node.Body != nil {
				visit(maker{name: node.Name.Name}, names(node.Type.Params), node.Body)
			}
		case *ast.AssignStmt:
			if literal, ok := node.Rhs[0].(*ast.FuncLit); ok {
				if name, ok := node.Lhs[0].(*ast.Ident); ok {
					visit(maker{name.Name, file}, names(literal.Type.Params), literal.Body)
				}
			}
		}
		return true
	})
}

// eachWording visits what becomes the words of a problem.
func eachWording(file *ast.File, in ast.Node, makers map[maker]int, visit func(ast.Expr)) {
	ast.Inspect(in, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CompositeLit:
			kind, named := node.Type.(*ast.Ident)
			if selector, ok := node.Type.(*ast.SelectorExpr); ok {
				kind, named = selector.Sel, true
			}
			if !named || kind.Name != "Problem" {
				return true
			}
			for _, element := range node.Elts {
				if pair, ok := element.(*ast.KeyValueExpr); ok {
					if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "Words" {
						visit(pair.Value)
					}
				}
			}
		case *ast.CallExpr:
			name := ""
			switch called := node.Fun.(type) {
			case *ast.Ident:
				name = called.Name
			case *ast.SelectorExpr:
				name = called.Sel.Name
			}
			at, ok := makers[maker{name, file}]
			if !ok {
				at, ok = makers[maker{name: name}]
			}
			if ok && at < len(node.Args) {
				visit(node.Args[at])
			}
		}
		return true
	})
}

// mentions says whether an expression is a parameter, or a text made from one.
func mentions(words ast.Expr, parameter string) bool {
	switch words := words.(type) {
	case *ast.Ident:
		return words.Name == parameter
	case *ast.BinaryExpr:
		return mentions(words.X, parameter)
	case *ast.CallExpr:
		return len(words.Args) > 0 && mentions(words.Args[0], parameter)
	}
	return false
}

// leading returns the text with which an expression begins, and what follows it where that is text too.
func leading(words ast.Expr) (string, bool) {
	switch words := words.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(words.Value)
		return text, err == nil && strings.Contains(text, " ")
	case *ast.BinaryExpr:
		first, ok := leading(words.X)
		rest, _ := leading(words.Y)
		return first + rest, ok
	case *ast.CallExpr:
		if called, ok := words.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "Sprintf" {
			return leading(words.Args[0])
		}
	}
	return "", false
}
