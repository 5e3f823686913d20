package web

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed templates
var templateFiles embed.FS

// pageTemplates are the templates of pages by their names. Each is made when it is first asked for: with its own copy of the layout and
// of every part it takes 0.4 MB, and hardly any reader comes to most of them.
type pageTemplates map[string]func() (*template.Template, error)

// parseTemplates returns a template for each file of templates/page, each with the layout and the parts.
// frame writes the piece of HTML with which another site shows a figure, if any may.
func parseTemplates(a *assets, missing []string, frame func(figure) *frameView) (pageTemplates, error) {
	functions := template.FuncMap{
		"asset": func(name string) (string, error) {
			if address, ok := a.addresses[name]; ok {
				return address, nil
			}
			if slices.Contains(missing, name) {
				return "/static/" + name, nil // the page says that it is missing, and does without
			}
			return "", fmt.Errorf("no asset %q", name)
		},
	}
	functions["strokes"] = func(name string) (string, error) {
		for _, one := range a.signs {
			if one.name == name {
				return one.path, nil
			}
		}
		return "", fmt.Errorf("no sign %q", name)
	}
	functions["frame"] = frame
	functions["page"] = func() string { return "" } // each page's own is set below
	shared, err := template.New("").Funcs(functions).ParseFS(templateFiles, "templates/layout/*.html", "templates/part/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	pages, err := fs.Glob(templateFiles, "templates/page/*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	out := pageTemplates{}
	for _, file := range pages {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if _, err := template.New("").Funcs(functions).ParseFS(templateFiles, file); err != nil { // the program does not start with it
			return nil, fmt.Errorf("parse template %s: %w", file, err)
		}
		out[name] = sync.OnceValues(func() (*template.Template, error) {
			page, err := shared.Clone()
			if err == nil {
				page, err = page.Funcs(template.FuncMap{"page": func() string { return name }}).ParseFS(templateFiles, file)
			}
			if err != nil {
				return nil, fmt.Errorf("parse template %s: %w", file, err)
			}
			return page, nil
		})
	}
	return out, nil
}
