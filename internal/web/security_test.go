package web

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/seed"
)

func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, path := range []string{"/", "/authorities", "/nowhere", "/authorities?region=Narnia", "/healthz", s.assets.addresses["site.css"], "/charts/lanes/bradford.csv"} {
		header := get(t, s, path).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'",
			"X-Content-Type-Options":  "nosniff",
			"Referrer-Policy":         "same-origin",
			"Permissions-Policy":      "geolocation=()",
		} {
			if got := header.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q, want %q in it", path, name, got, want)
			}
		}
		policy := header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "data:") {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
}

func TestPagesCanOnlyBeRead(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		if answer := ask(t, s, method, "/"); answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") == "" {
			t.Errorf("%s: status %d, Allow %q", method, answer.Code, answer.Header().Get("Allow"))
		}
	}
	if answer := ask(t, s, http.MethodPost, "/", "Sec-Fetch-Site", "cross-site"); answer.Code != http.StatusForbidden {
		t.Errorf("a form of another site: status %d", answer.Code)
	}
	whole, head := get(t, s, "/"), ask(t, s, http.MethodHead, "/")
	if head.Code != http.StatusOK || head.Header().Get("Content-Length") != whole.Header().Get("Content-Length") {
		t.Errorf("HEAD: status %d, length %s", head.Code, head.Header().Get("Content-Length"))
	}
}

func TestWhatGoesWrongIsSaidInSafeWords(t *testing.T) {
	var log bytes.Buffer
	s := newServer(t, storetest.Seeded(t))
	s.log = slog.New(slog.NewTextHandler(&log, nil))
	secret := errors.New("dial tcp 10.1.2.3:5432: password for timeline is wrong")
	s.engineGin.GET("/fails", s.page(func(*gin.Context) error { return secret }, reads{}))
	s.engineGin.GET("/panics", s.page(func(*gin.Context) error { panic(secret) }, reads{}))
	s.engineGin.GET("/silent", s.handle(func(*gin.Context) error { return nil }))
	s.engineGin.GET("/broken", s.handle(func(c *gin.Context) error { return s.render(c, http.StatusOK, "fail_show", struct{}{}) }))
	for _, path := range []string{"/fails", "/panics", "/silent", "/broken"} {
		log.Reset()
		answer := get(t, s, path)
		if answer.Code != http.StatusInternalServerError {
			t.Errorf("%s: status %d", path, answer.Code)
		}
		if text := answer.Body.String(); strings.Contains(text, "10.1.2.3") || !strings.Contains(text, "Something went wrong") || strings.Count(text, "<html") != 1 {
			t.Errorf("%s: the page is %s", path, text)
		}
		if log.Len() == 0 {
			t.Errorf("%s: nothing is logged", path)
		}
		if answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, answer.Header().Get("Cache-Control"))
		}
	}
}

// texts are the fields that hold words for readers. Codes and identifiers are the program's own.
var texts = map[string]bool{
	"Name": true, "Note": true, "Title": true, "Publisher": true, "Supports": true, "Topic": true, "WhenWords": true, "OnWords": true,
	"LeadInspector": true, "Words": true, "Responsible": true, "FrameworkTag": true, "Role": true, "Gist": true, "Detail": true, "Why": true,
	"Says": true, "Used": true, "Value": true, "Unit": true, "Term": true, "Short": true, "Meaning": true, "Region": true, "Type": true, "About": true,
}

const hostile = `<em>x</em>"'><script>alert(1)</script>`

// poison appends mark-up to every text of a value.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			switch {
			case !field.IsExported() || field.Name == "Catalogue" || field.Name == "Calendar":
			case field.Type.Kind() == reflect.String && field.Type.Name() == "string" && texts[field.Name] && v.Field(i).String() != "":
				v.Field(i).SetString(v.Field(i).String() + hostile)
			case field.Name == "ReportAddress" && v.Field(i).String() != "":
				v.Field(i).SetString("javascript:alert(1)")
			case field.Name == "Address" && v.Field(i).String() != "":
				v.Field(i).SetString("javascript:alert(1)")
			default:
				poison(v.Field(i))
			}
		}
	}
}

func TestNoPageShowsMarkUpFromTheRecord(t *testing.T) {
	record, err := exchange.ReadSeed(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	poison(reflect.ValueOf(record))
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		if _, err := db.LoadSeed(t.Context(), record); err != nil {
			t.Fatal(err)
		}
		s := newServer(t, db)
		for _, path := range append(everyKindOfPage(record), "/authorities?q=%3Cem%3E", "/authorities?region=%3Cem%3E", "/%3Cem%3E") {
			answer := get(t, s, path)
			if answer.Code >= http.StatusInternalServerError {
				t.Errorf("%s: status %d", path, answer.Code)
			}
			page := document(t, answer)
			if n := page.Find("em, script:not([src]), [href^='javascript:'], [onerror]").Length(); n > 0 || strings.Contains(answer.Body.String(), "<em>") {
				t.Errorf("%s: mark-up of the record is mark-up of the page", path)
			}
			if page.Find("main").Length() != 1 {
				t.Errorf("%s: the page is broken", path)
			}
		}
		if text := get(t, s, "/").Body.String(); !strings.Contains(text, "&lt;em&gt;x&lt;/em&gt;") {
			t.Error("/: the test's own mark-up did not reach the page")
		}
	})
}

// everyKindOfPage lists pages of each kind, the richest of the record among them.
func everyKindOfPage(r *inspection.Record) []string {
	paths := []string{
		"/", "/authorities", "/authorities/west-northamptonshire", "/authorities/northamptonshire-county-council", "/authorities/bradford",
		"/inspections", "/recommendations", "/milestones", "/sources", "/glossary", "/about", "/themes",
	}
	for _, in := range r.Inspections {
		if len(in.Findings) > 0 {
			paths = append(paths, inspectionAddress(in))
		}
		if len(in.Recommendations) > 0 {
			paths = append(paths, "/recommendations/"+in.Recommendations[0].Reference)
		}
	}
	return paths
}
