package web

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store/storetest"
)

// TestAnIndependentReaderOfOpenAPIAgrees has another program read the description, and hold the answer of every operation to
// it, and one problem of each.
func TestAnIndependentReaderOfOpenAPIAgrees(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	doc, err := openapi3.NewLoader().LoadFromData(get(t, s, opendata.Root+"/openapi.json").Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	agrees := func(path string, status int) {
		t.Helper()
		request := httptest.NewRequest(http.MethodGet, path, nil)
		route, values, err := router.FindRoute(request)
		if err != nil {
			t.Errorf("%s is not described: %v", path, err)
			return
		}
		answer := get(t, s, path)
		if answer.Code != status {
			t.Errorf("%s: %d, want %d", path, answer.Code, status)
		}
		err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, PathParams: values, Route: route},
			Status:                 answer.Code, Header: answer.Header(), Body: io.NopCloser(bytes.NewReader(answer.Body.Bytes())),
		})
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range everyAddress(t, s) {
		agrees(path, http.StatusOK)
		if path != opendata.Root+"/search?q=plans" {
			agrees(path+"?colour=red", http.StatusBadRequest)
		}
	}
	for path, item := range doc.Paths.Map() {
		if item.Get == nil {
			continue
		}
		for _, parameter := range item.Get.Parameters {
			_, at, listed := strings.Cut(parameter.Value.Description, "listed at ")
			if at, _, _ = strings.Cut(at, ". "); listed && doc.Paths.Find(at) == nil {
				t.Errorf("%s: the values of %s are listed at %s, which is not described", path, parameter.Value.Name, at)
			}
		}
	}
	if len(doc.Paths.Map()) < 30 {
		t.Errorf("only %d addresses are described", len(doc.Paths.Map()))
	}
}
