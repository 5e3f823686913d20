package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

// described is the description of the interface as programs get it.
var described = sync.OnceValues(func() (map[string]any, error) {
	var text bytes.Buffer
	if err := opendata.Encode(&text, opendata.Describe("")); err != nil {
		return nil, err
	}
	var out map[string]any
	return out, json.Unmarshal(text.Bytes(), &out)
})

// asDescribed fails where an answer of the interface is not what its description says.
func asDescribed(t *testing.T, method, path string, answer *httptest.ResponseRecorder) {
	t.Helper()
	description, err := described()
	if err != nil {
		t.Fatal(err)
	}
	where, _, _ := strings.Cut(path, "?")
	for _, o := range opendata.Operations() {
		if _, its := o.Names(where); !its || o.HTTPMethod() != method {
			continue
		}
		answers := under(description, "paths", opendata.Root+o.Path, strings.ToLower(method), "responses")
		said, known := answers[fmt.Sprint(answer.Code)].(map[string]any)
		if !known {
			said = answers["default"].(map[string]any)
		}
		kind, _, _ := strings.Cut(answer.Header().Get("Content-Type"), ";")
		media, known := under(said, "content")[kind].(map[string]any)
		if !known {
			t.Errorf("%s: %d %s is not described", path, answer.Code, kind)
			return
		}
		if !strings.HasSuffix(kind, "json") {
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(answer.Body.Bytes()))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		for _, fault := range schemaFaults(description, media["schema"].(map[string]any), value, "") {
			t.Errorf("%s: %d: %s", path, answer.Code, fault)
		}
		return
	}
	t.Errorf("%s %s is not described", method, path)
}

// under returns what stands under some names of a document.
func under(document map[string]any, names ...string) map[string]any {
	for _, name := range names {
		document, _ = document[name].(map[string]any)
	}
	return document
}

// schemaFaults holds a value to a JSON Schema, as far as the description uses one.
func schemaFaults(description, schema map[string]any, value any, at string) []string {
	if ref, is := schema["$ref"].(string); is {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		held := under(description, "components", "schemas", name)
		if held == nil {
			return []string{at + ": there is no schema " + name}
		}
		return schemaFaults(description, held, value, at)
	}
	if either, is := schema["anyOf"].([]any); is {
		for _, one := range either {
			if len(schemaFaults(description, one.(map[string]any), value, at)) == 0 {
				return nil
			}
		}
		return []string{fmt.Sprintf("%s: %v is none of those that it may be", at, value)}
	}
	var types []any
	switch said := schema["type"].(type) {
	case string:
		types = []any{said}
	case []any:
		types = said
	}
	if kind := schemaType(value); len(types) > 0 && !slices.Contains(types, any(kind)) && !(kind == "integer" && slices.Contains(types, any("number"))) {
		return []string{fmt.Sprintf("%s is %s and should be %v", at, kind, types)}
	}
	if codes, is := schema["enum"].([]any); is && value != nil && !slices.Contains(codes, value) {
		return []string{fmt.Sprintf("%s: %v is none of %v", at, value, codes)}
	}
	var out []string
	switch held := value.(type) {
	case []any:
		if items, is := schema["items"].(map[string]any); is {
			for i, one := range held {
				out = append(out, schemaFaults(description, items, one, fmt.Sprintf("%s[%d]", at, i))...)
			}
		}
	case map[string]any:
		out = append(out, propertyFaults(description, schema, held, at)...)
	}
	return out
}

func propertyFaults(description, schema, held map[string]any, at string) (out []string) {
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, there := held[name.(string)]; !there {
			out = append(out, at+"."+name.(string)+" is missing")
		}
	}
	for name, one := range held {
		said, known := under(schema, "properties")[name].(map[string]any)
		more, open := schema["additionalProperties"].(map[string]any)
		switch {
		case known:
			out = append(out, schemaFaults(description, said, one, at+"."+name)...)
		case open:
			out = append(out, schemaFaults(description, more, one, at+"."+name)...)
		case schema["additionalProperties"] == false:
			out = append(out, at+"."+name+" is not described")
		}
	}
	return out
}

func schemaType(value any) string {
	switch one := value.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case json.Number:
		if _, err := one.Int64(); err != nil {
			return "number"
		}
		return "integer"
	}
	return "object"
}

// read reads an answer of the interface.
func read[T any](t *testing.T, answer *httptest.ResponseRecorder) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		t.Fatalf("%d: %v", answer.Code, err)
	}
	return out
}

// latestLetter is an inspection of the seed of which everything is held.
const latestLetter = "north-northamptonshire-ilacs-standard-2026-05-11"

// inPaths are values for the parameters in paths, of things that the seed has.
var inPaths = map[string]string{
	"/authorities/{slug}": "northamptonshire", "/authorities/{slug}/next-inspection": "west-northamptonshire", "/inspections/{id}": latestLetter,
	"/recommendations/{reference}": "NN-ILACS-2026-1", "/sources/{id}": "", "/actions/{id}": "",
}

var inBraces = regexp.MustCompile(`\{\w+\}`)

// everyAddress returns an address of each operation that reads and can be asked on the seed, by name.
func everyAddress(t *testing.T, s *Server) map[string]string {
	t.Helper()
	sources, err := s.store.Sources(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, o := range opendata.Operations() {
		if !o.Reads() || o.Needs != "" {
			continue
		}
		path := opendata.Root + o.Path
		if strings.Contains(path, "{") {
			value := inPaths[o.Path]
			if o.Path == "/sources/{id}" {
				value = sources[0].ID
			}
			if value == "" {
				continue
			}
			path = inBraces.ReplaceAllString(path, value)
		}
		if o.Name == "search" {
			path += "?q=plans"
		}
		out[o.Name] = path
	}
	return out
}

func TestEveryOperationAnswersAsItIsDescribed(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, st *store.Store) {
		s := newServer(t, st)
		for name, path := range everyAddress(t, s) {
			answer := get(t, s, path)
			if answer.Code != http.StatusOK {
				t.Errorf("%s: %s: %d %s", name, path, answer.Code, shortened(answer.Body.String()))
				continue
			}
			asDescribed(t, http.MethodGet, path, answer)
			o, _ := opendata.Find(name)
			for _, p := range o.Parameters {
				if p.Name == asAt {
					sign := map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
					past := path + sign + "as-at=2023-03-01"
					answer := get(t, s, past)
					if answer.Code != http.StatusOK && answer.Code != http.StatusNotFound {
						t.Errorf("%s: %d %s", past, answer.Code, answer.Body.String())
					}
					asDescribed(t, http.MethodGet, past, answer)
				}
			}
		}
	})
}

func TestWhatIsWrongInAnAddressOfTheInterfaceIsAProblemThatNamesIt(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, one := range []struct {
		name, path    string
		status        int
		field, allows string
	}{
		{"a parameter that is not known", "/inspections?colour=red", 400, "colour", "kind"},
		{"a parameter where there are none", "/glossary?page=2", 400, "page", ""},
		{"a value that is not known", "/inspections?kind=tea", 400, "kind", "ilacs-standard"},
		{"an authority that is not known", "/recommendations?authority=atlantis", 400, "authority", "west-northamptonshire"},
		{"a parameter twice", "/inspections?year=2022&year=2023", 400, "year", ""},
		{"a page that is no number", "/inspections?page=two", 400, "page", ""},
		{"a page past the end", "/inspections?page=9999", 404, "page", ""},
		{"a day that is none", "/home?as-at=2022-13-01", 400, "as-at", ""},
		{"a month for a day", "/home?as-at=2022-10", 400, "as-at", ""},
		{"a day to come", "/home?as-at=2030-01-01", 400, "as-at", ""},
		{"a day before the record", "/home?as-at=2001-01-01", 400, "as-at", ""},
		{"an inspection that is not on the record", "/inspections/nothing", 404, "", ""},
		{"an area that is not on the record", "/recommendations/NN-ILACS-1999-1", 404, "", ""},
		{"a provider has no page", "/authorities/northamptonshire-childrens-trust", 404, "", ""},
		{"an address that is not there", "/tea", 404, "", ""},
		{"operators alone", "/search?q=-", 400, "q", ""},
		{"nothing to look for", "/search", 400, "q", ""},
		{"ten thousand characters", "/search?q=" + strings.Repeat("a", 10000), 400, "q", ""},
		{"words of another script alone", "/search?q=" + url.QueryEscape("🙂"), 400, "q", ""},
		{"a letter that was not out yet", "/inspections/" + latestLetter + "?as-at=2023-01-01", 404, "", ""},
		{"a record that has no name", "/changes?record=tea", 400, "record", ""},
	} {
		t.Run(one.name, func(t *testing.T) {
			answer := get(t, s, opendata.Root+one.path)
			if answer.Code != one.status || answer.Header().Get("Content-Type") != opendata.ProblemType {
				t.Fatalf("%d %s: %s", answer.Code, answer.Header().Get("Content-Type"), answer.Body)
			}
			problem := read[opendata.Problem](t, answer)
			if problem.Status != one.status || problem.Title == "" || problem.Detail == "" {
				t.Errorf("the problem says too little: %+v", problem)
			}
			i := slices.IndexFunc(problem.Errors, func(f opendata.Fault) bool { return f.Field == one.field })
			switch {
			case one.field == "":
			case i < 0:
				t.Errorf("%q is not named: %+v", one.field, problem.Errors)
			case one.allows != "" && !slices.Contains(problem.Errors[i].Allowed, one.allows):
				t.Errorf("%q is not among what is allowed: %v", one.allows, problem.Errors[i].Allowed)
			}
			if one.path != "/tea" {
				asDescribed(t, http.MethodGet, opendata.Root+one.path, answer)
			}
		})
	}
}

func TestTheInterfaceSpeaksHTTP(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	path := opendata.Root + "/authorities"
	first := get(t, s, path)
	tag := first.Header().Get("Etag")
	if tag == "" || first.Header().Get("Access-Control-Allow-Origin") != "*" || first.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("headers: %v", first.Header())
	}
	if again := get(t, s, path, "If-None-Match", tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("asked again with its tag: %d with %d bytes", again.Code, again.Body.Len())
	}
	if other := get(t, s, path+"?region=London", "If-None-Match", tag); other.Code != http.StatusOK {
		t.Errorf("another answer passes for the same: %d", other.Code)
	}
	if head := ask(t, s, http.MethodHead, path); head.Code != http.StatusOK || head.Header().Get("Etag") != tag {
		t.Errorf("HEAD: %d %v", head.Code, head.Header())
	}
	options := ask(t, s, http.MethodOptions, path, "Origin", "https://paper.example", "Access-Control-Request-Method", "GET")
	if options.Code != http.StatusNoContent || options.Header().Get("Access-Control-Allow-Methods") != "GET, HEAD" || options.Header().Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("OPTIONS: %d %v", options.Code, options.Header())
	}
	wrong := ask(t, s, http.MethodDelete, path)
	if wrong.Code != http.StatusMethodNotAllowed || wrong.Header().Get("Content-Type") != opendata.ProblemType || wrong.Header().Get("Allow") == "" {
		t.Errorf("DELETE: %d %v %s", wrong.Code, wrong.Header(), wrong.Body)
	}
	page := get(t, s, "/authorities")
	if page.Header().Get("Access-Control-Allow-Origin") != "" || page.Header().Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("a page can be read by other sites: %v", page.Header())
	}
}

func TestWhereSignInIsRequiredTheInterfaceAsksForAToken(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.signInRequired = true
	for name, path := range everyAddress(t, s) {
		answer := get(t, s, path)
		if answer.Code != http.StatusUnauthorized || answer.Header().Get("Content-Type") != opendata.ProblemType {
			t.Errorf("%s: %d %s", name, answer.Code, answer.Header().Get("Content-Type"))
		}
		if answer.Header().Get("Access-Control-Allow-Origin") != "" || answer.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %v", name, answer.Header())
		}
		asDescribed(t, http.MethodGet, path, answer)
	}
}

func TestListsOfTheInterfaceLeadFromPageToPage(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, start := range []string{"/inspections?sort=start", "/recommendations", "/inspections?kind=ilacs-focused-visit", "/england/map?judgement=leaders"} {
		seen := map[string]bool{}
		at, pages, total := opendata.Root+start, 0, 0
		for at != "" {
			answer := get(t, s, at)
			page := read[struct {
				Self       string
				Total      int
				PageNumber int `json:"page_number"`
				Pages      int
				Next, Prev *string
				Items      []json.RawMessage
			}](t, answer)
			pages++
			if page.PageNumber != pages || (page.Prev == nil) != (pages == 1) || (page.Next == nil) != (pages == page.Pages) {
				t.Fatalf("%s: page %d of %d, of which this is the %d.", at, page.PageNumber, page.Pages, pages)
			}
			if page.Prev != nil && get(t, s, *page.Prev).Code != http.StatusOK {
				t.Errorf("%s: the page before does not answer", at)
			}
			if self := get(t, s, page.Self); self.Body.String() != answer.Body.String() {
				t.Errorf("%s: its own address answers something else", at)
			}
			for _, item := range page.Items {
				if seen[string(item)] {
					t.Errorf("%s: an item stands twice", at)
				}
				seen[string(item)] = true
			}
			at, total = "", page.Total
			if page.Next != nil {
				at = *page.Next
			}
		}
		if len(seen) != total {
			t.Errorf("%s: %d items on its pages, and %d said", start, len(seen), total)
		}
	}
}

// addressesIn returns every address of ours in a document.
func addressesIn(document string) []string {
	var out []string
	for _, found := range regexp.MustCompile(`"(?:self|page|next|prev|address)": "([^"{]+)"`).FindAllStringSubmatch(document, -1) {
		if strings.HasPrefix(found[1], "/") && !slices.Contains(out, found[1]) {
			out = append(out, found[1])
		}
	}
	return out
}

func TestEveryAddressThatTheInterfaceNamesAnswers(t *testing.T) {
	storetest.LeaveOutWalk(t)
	s := newServer(t, storetest.Seeded(t))
	asked := map[string]bool{}
	for name, path := range everyAddress(t, s) {
		kinds := map[string]int{}
		for _, at := range addressesIn(get(t, s, path).Body.String()) {
			kind := kindOf(at)
			if kinds[kind]++; kinds[kind] > 3 || asked[at] { // of the same kind a few will do
				continue
			}
			if at == opendata.Root+"/search" || strings.HasPrefix(at, opendata.Root+"/letters") { // one has to say for what, and as whom
				continue
			}
			asked[at] = true
			where, _, _ := strings.Cut(at, "#")
			if answer := get(t, s, where); answer.Code != http.StatusOK {
				t.Errorf("%s names %s: %d", name, at, answer.Code)
			}
		}
	}
	if len(asked) < 60 {
		t.Errorf("only %d addresses were asked", len(asked))
	}
}

func TestAddressesOfTheInterfaceAreFullAndCarryThePrefix(t *testing.T) {
	public, err := url.Parse("https://council.example/timeline")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{
		Store: storetest.Seeded(t), Files: static.Files(), Missing: static.Missing(), Clock: storetest.Now, Address: public, Unlimited: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodGet, "https://council.example/timeline/api/v1/inspections?as-at=2023-03-01", nil)
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	list := read[opendata.List[opendata.Inspection]](t, answer)
	if want := "https://council.example/timeline/api/v1/inspections?as-at=2023-03-01"; list.Self != want {
		t.Errorf("self is %s, want %s", list.Self, want)
	}
	if want := "https://council.example/timeline/inspections?as-at=2023-03-01"; list.Page == nil || *list.Page != want {
		t.Errorf("the page is %v, want %s", list.Page, want)
	}
	if len(list.Items) == 0 || !strings.HasPrefix(list.Items[0].Page, "https://council.example/timeline/inspections/") || !strings.HasSuffix(list.Items[0].Self, "?as-at=2023-03-01") {
		t.Errorf("%d inspections, the first %+v", len(list.Items), list.Items[0])
	}
}

func TestUnknownIsSaidAndNeverNo(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	visits := read[opendata.List[opendata.Inspection]](t, get(t, s, opendata.Root+"/inspections?kind=ilacs-focused-visit"))
	for _, in := range visits.Items {
		if len(in.Judgements) > 0 {
			t.Errorf("%s is a visit, and has judgements", in.ID)
		}
	}
	all := read[opendata.List[opendata.Inspection]](t, get(t, s, opendata.Root+"/inspections"))
	for _, in := range all.Items {
		if (in.Published.Value == nil) != (in.Published.Precision == "unknown") {
			t.Errorf("%s: published %+v", in.ID, in.Published)
		}
		for _, j := range in.Judgements {
			if (j.Grade == nil) == (j.Absence == nil) {
				t.Errorf("%s: %s has a grade and a reason why there is none, or neither", in.ID, j.Judgement)
			}
		}
	}
	areas := read[opendata.AreaList](t, get(t, s, opendata.Root+"/recommendations"))
	for _, area := range areas.Items {
		if area.Progress.Recorded != (area.Progress.Stage != nil) {
			t.Errorf("%s: that something is recorded is %v, and its stage is %v", area.Reference, area.Progress.Recorded, area.Progress.Stage)
		}
	}
}
