package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestCleanSVG(t *testing.T) {
	const head = `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" width="9">` +
		`<title id="title">T &lt;1&gt;</title><desc id="description">D &amp; e</desc>`
	for _, c := range []struct{ name, raw, want string }{
		{"fonts become attributes", `<text style="font-size:12px;font-family:Arial, sans-serif;font-weight:600;cursor:pointer">Good</text>`,
			`<text font-size="12px" font-family="Arial, sans-serif" font-weight="600">Good</text>`},
		{"a font in one piece too", `<text style="font: italic bold 12px Arial, sans-serif">Good</text>`,
			`<text font-style="italic" font-weight="bold" font-size="12px" font-family="Arial, sans-serif">Good</text>`},
		{"styles and classes go", `<style ><![CDATA[.a:hover{fill:red}]]></style><path d="M0 0" class="a" style="fill:red" ecmeta_index="3"></path>`,
			`<path d="M0 0"/>`},
		{"handlers and outside references go", `<g onclick="x()" href="http://example.org" xlink:href="#a"></g>`, `<g/>`},
		{"ids are numbered by their order", `<g clip-path="url(#zr7-c4)"></g><defs ><clipPath id="zr7-c4"></clipPath><clipPath id="zr7-c0"></clipPath></defs>`,
			`<g clip-path="url(#c1)"/><defs><clipPath id="c1"/><clipPath id="c2"/></defs>`},
		{"text stays text", `<text>&lt;em&gt; &amp; "quoted"</text>`, `<text>&lt;em&gt; &amp; &#34;quoted&#34;</text>`},
		{"room between elements goes", "<g >\n<g >\n</g>\n</g>", `<g><g/></g>`},
		{"comments and instructions go", `<!-- a --><?xml-stylesheet href="http://example.org"?><g></g>`, `<g/>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := cleanSVG(`<svg width="9" xmlns:xlink="http://www.w3.org/1999/xlink">`+c.raw+`</svg>`, "T <1>", "D & e")
			if err != nil {
				t.Fatal(err)
			}
			if want := head + c.want + "</svg>"; string(got) != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestCleanSVGRefuses(t *testing.T) {
	for name, raw := range map[string]string{
		"a script":                   `<svg><script>alert(1)</script></svg>`,
		"a picture":                  `<svg><image href="http://example.org/a.png"/></svg>`,
		"foreign content":            `<svg><foreignObject/></svg>`,
		"an outside fill":            `<svg><path fill="url(http://example.org/#a)"/></svg>`,
		"a fill with two parts":      `<svg><path fill="url(#a) url(http://example.org/)"/></svg>`,
		"a document of another kind": `<html></html>`,
		"an svg in an svg":           `<svg><svg/></svg>`,
		"two documents":              `<svg></svg><g/>`,
		"an attribute torn open":     `<svg><path fill=""red""/></svg>`,
		"half a document":            `<svg><g>`,
		"nothing":                    ``,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := cleanSVG(raw, "", ""); err == nil {
				t.Errorf("accepted as %s", got)
			}
		})
	}
}

// TestDrawingsServeUnderStrictPolicy reads real drawings as a browser would and looks for what "default-src 'none'" bars.
func TestDrawingsServeUnderStrictPolicy(t *testing.T) {
	decoder := xml.NewDecoder(bytes.NewReader(draw(t, testEngine(t), lanes(720, 340, Dark))))
	elements := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		elements++
		if name := element.Name.Local; name != "title" && name != "desc" && !svgElements[name] {
			t.Errorf("element %s", name)
		}
		for _, a := range element.Attr {
			name := a.Name.Local
			if name == "style" || name == "class" || name == "href" || strings.HasPrefix(name, "on") {
				t.Errorf("%s has the attribute %s", element.Name.Local, name)
			}
		}
	}
	if elements < 50 {
		t.Errorf("%d elements: that is no drawing of lanes", elements)
	}
}
