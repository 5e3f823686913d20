package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Only what is listed here gets into a chart. An element that is not listed is an error, not a silent loss: the picture
// would say less than its table.
var (
	svgElements = set("svg", "g", "defs", "clipPath", "linearGradient", "radialGradient", "stop", "pattern",
		"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan")
	svgAttributes = set("width", "height", "viewBox", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy",
		"d", "points", "transform", "id", "clip-path", "clip-rule", "fill", "fill-opacity", "fill-rule", "opacity",
		"stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap",
		"stroke-linejoin", "stroke-miterlimit", "paint-order", "offset", "stop-color", "stop-opacity", "gradientUnits",
		"gradientTransform", "patternUnits", "patternContentUnits", "patternTransform", "preserveAspectRatio",
		"text-anchor", "dominant-baseline", "font-family", "font-size", "font-style", "font-weight")
	// svgStyles are the properties that ECharts writes in a style attribute and that exist as attributes of their own.
	svgStyles = set("font-family", "font-size", "font-style", "font-weight")
	// svgDropped are elements that go with all they hold: styles of hover and animation, which a picture does not have.
	svgDropped = set("style")

	localReference = regexp.MustCompile(`^url\(#([^()"'\s]+)\)$`)
	shorthandFont  = regexp.MustCompile(`^((?:[a-z0-9]+ )*?)(\d+(?:\.\d+)?px) (.+)$`)
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}

// cleanSVG rewrites the SVG that ECharts makes so that it may be served under "default-src 'none'": no style, script,
// handler or outside reference. It names the picture for assistive technology and numbers the ids by their order, since
// ECharts counts them over the life of the engine and equal charts would differ.
func cleanSVG(raw, title, description string) ([]byte, error) {
	c := svgCleaner{ids: map[string]string{}, title: title, description: description}
	decoder := xml.NewDecoder(strings.NewReader(raw))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read svg: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if svgDropped[t.Name.Local] {
				if err := decoder.Skip(); err != nil {
					return nil, fmt.Errorf("read svg: %w", err)
				}
				continue
			}
			if err := c.start(t); err != nil {
				return nil, err
			}
		case xml.EndElement:
			c.end(t.Name.Local)
		case xml.CharData:
			if c.depth > 0 && (c.inside == "text" || c.inside == "tspan") {
				c.closeTag()
				escape(&c.out, string(t))
			}
		}
	}
	if c.out.Len() == 0 {
		return nil, errors.New("read svg: no elements")
	}
	return c.out.Bytes(), nil
}

type svgCleaner struct {
	out                bytes.Buffer
	ids                map[string]string
	title, description string
	depth              int
	open               bool   // the last start tag still lacks its ">", so that it can close itself if it stays empty
	inside             string // the element last opened
}

func (c *svgCleaner) start(t xml.StartElement) error {
	name := t.Name.Local
	if !svgElements[name] {
		return fmt.Errorf("svg element %q is not allowed in a chart", name)
	}
	if (c.depth == 0) != (name == "svg") {
		return fmt.Errorf("svg element %q in the wrong place", name)
	}
	c.closeTag()
	c.out.WriteString("<" + name)
	if name == "svg" {
		c.out.WriteString(` xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description"`)
	}
	for _, a := range t.Attr {
		if a.Name.Space != "" {
			continue
		}
		if a.Name.Local == "style" {
			c.styles(a.Value)
			continue
		}
		if err := c.attribute(a.Name.Local, a.Value); err != nil {
			return fmt.Errorf("svg element %q: %w", name, err)
		}
	}
	c.depth, c.open, c.inside = c.depth+1, true, name
	if name == "svg" {
		c.closeTag()
		c.out.WriteString(`<title id="title">`)
		escape(&c.out, c.title)
		c.out.WriteString(`</title><desc id="description">`)
		escape(&c.out, c.description)
		c.out.WriteString(`</desc>`)
	}
	return nil
}

func (c *svgCleaner) end(name string) {
	c.depth--
	if c.open {
		c.out.WriteString("/>")
	} else {
		c.out.WriteString("</" + name + ">")
	}
	c.open, c.inside = false, ""
}

func (c *svgCleaner) closeTag() {
	if c.open {
		c.out.WriteString(">")
		c.open = false
	}
}

func (c *svgCleaner) attribute(name, value string) error {
	if !svgAttributes[name] {
		return nil
	}
	if name == "id" {
		value = c.id(value)
	} else if strings.Contains(strings.ToLower(value), "url(") {
		reference := localReference.FindStringSubmatch(value)
		if reference == nil {
			return fmt.Errorf("attribute %q refers outside the picture", name)
		}
		value = "url(#" + c.id(reference[1]) + ")"
	}
	c.write(name, value)
	return nil
}

// styles writes the font of a style attribute as attributes. ECharts gives either single properties or "font: …" whole.
func (c *svgCleaner) styles(text string) {
	for property := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(property, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if strings.Contains(strings.ToLower(value), "url(") {
			continue
		}
		if name == "font" {
			c.font(value)
		} else if svgStyles[name] {
			c.write(name, value)
		}
	}
}

func (c *svgCleaner) font(value string) {
	parts := shorthandFont.FindStringSubmatch(value)
	if parts == nil {
		return
	}
	for word := range strings.FieldsSeq(parts[1]) {
		switch word {
		case "italic", "oblique":
			c.write("font-style", word)
		case "normal":
		default:
			c.write("font-weight", word)
		}
	}
	c.write("font-size", parts[2])
	c.write("font-family", parts[3])
}

func (c *svgCleaner) write(name, value string) {
	c.out.WriteString(" " + name + `="`)
	escape(&c.out, value)
	c.out.WriteString(`"`)
}

func (c *svgCleaner) id(old string) string {
	if c.ids[old] == "" {
		c.ids[old] = "c" + strconv.Itoa(len(c.ids)+1)
	}
	return c.ids[old]
}

// escape writes text so that it is safe in both an element and a quoted attribute.
func escape(out *bytes.Buffer, text string) {
	_ = xml.EscapeText(out, []byte(text)) // a bytes.Buffer takes every write
}
