package web

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// oddTexts are what no form of ours sends: what a database refuses in a text, what is no day and no number, what is far too
// long, and what would mean something elsewhere.
var oddTexts = []string{
	"a\x00b", "\xed\xa0\x80", "\u202e\U0010ffff", "-1", "99999999999999999999", "31 February 2026", "0000-00-00", "9999-12-31",
	"../../etc/passwd", "//example.org", "' OR 1=1 --", "<em>", "%", " ", strings.Repeat("é", 30_000),
}

// someOdd returns the two texts that PostgreSQL refuses and one other, another one for each n. SQLite takes the two as it takes any
// text, and is given the other alone.
func (d *oddDesk) someOdd(n int) []string {
	other := oddTexts[2+n%(len(oddTexts)-2)]
	if d.takesAnyText {
		return []string{other}
	}
	return append(slices.Clone(oddTexts[:2]), other)
}

// oddDesk is a service in which one of everything is recorded, with an address for each kind of thing.
type oddDesk struct {
	*itemDesk
	takesAnyText bool              // whether the database refuses no text, and another in the same run does
	addresses    map[string]string // for each part of a route that has a name, by the route and by the name alone
}

func newOddDesk(d *itemDesk) *oddDesk {
	t := d.t
	d.plans()
	question := strings.TrimPrefix(askedQuestion(t, d.Server), "/scrutiny/questions/")
	action, err := d.store.SaveAction(t.Context(), anOfficer, inspection.Action{
		Words: "Audit plans", OwnerID: d.owner, LeadBodyID: theTrust, Due: inspection.MustDate("2027-03-31"), References: []string{anItem},
	}, "")
	d.must(err)
	evidence, err := d.store.AddEvidence(t.Context(), anOfficer, inspection.EvidenceItem{
		Reference: anItem, Title: "Audit", Address: "https://example.org/audit", On: inspection.MustDate("2026-09-01"), State: inspection.EvidenceSubmitted,
	}, nil)
	d.must(err)
	letter := strings.TrimPrefix(led(t, adds(t, d.Server, url.Values{"do": {"hand"}})), "/letters/")
	tracker := strings.TrimPrefix(led(t, chooses(t, d.Server, anOfficer, "plan.csv", "", []byte(trackerOfTest))), "/tracker/")
	return &oddDesk{itemDesk: d, addresses: map[string]string{
		"reference": anItem, "slug": "northamptonshire", "name": "moved-dates", "file": "northamptonshire.svg",
		"/inspections/:id": "north-northamptonshire-ilacs-standard-2026-05-11", "/letters/:id": letter, "/tracker/:id": tracker,
		"/actions/:id": action.ID, "/recommendations/:reference/evidence/:id": evidence.ID, "/evidence/:id": evidence.ID, "/scrutiny/questions/:id": question,
	}}
}

// address fills in a route; where odd is given, the part of that name is odd.
func (d *oddDesk) address(route, part, odd string) string {
	var out []string
	at := ""
	for one := range strings.SplitSeq(strings.TrimPrefix(route, "/"), "/") {
		at += "/" + one
		name, named := strings.CutPrefix(one, ":")
		switch {
		case named && name == part:
			one = url.PathEscape(odd)
		case named && d.addresses[at] != "":
			one = d.addresses[at]
		case named:
			one = d.addresses[name]
		}
		out = append(out, one)
	}
	return "/" + strings.Join(out, "/")
}

// fields lists the names of a page's forms by the address that each is sent to, with what stands in them.
func (d *oddDesk) fields(by inspection.Actor, pages []string) map[string]url.Values {
	forms := map[string]url.Values{}
	for _, path := range pages {
		page := document(d.t, seesAs(d.t, d.Server, by, path))
		for _, form := range page.Find("form[method=post]").EachIter() {
			values := forms[form.AttrOr("action", path)]
			if values == nil {
				values = url.Values{}
				forms[form.AttrOr("action", path)] = values
			}
			for _, field := range form.Find("[name]").EachIter() {
				value := field.AttrOr("value", field.Text())
				if options := field.Find("option[value!='']"); options.Length() > 0 {
					value = options.Last().AttrOr("value", "")
				}
				values.Set(field.AttrOr("name", ""), value)
			}
		}
	}
	return forms
}

// stands reports an answer that is a fault of the program, or leads away from it.
func (d *oddDesk) stands(what string, answer *httptest.ResponseRecorder) {
	d.t.Helper()
	if answer.Code >= http.StatusInternalServerError {
		d.t.Errorf("%s: status %d", what, answer.Code)
	}
	if to := answer.Header().Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, "\\")) {
		d.t.Errorf("%s: leads to %q", what, to)
	}
}

func eachOddDesk(t *testing.T, test func(*oddDesk)) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		d := newOddDesk(deskOn(t, db))
		d.takesAnyText = strings.HasSuffix(t.Name(), "/sqlite") && os.Getenv("TEST_DATABASE_URL") != ""
		test(d)
	})
}

func TestNoAddressIsTooOddToBeAnswered(t *testing.T) {
	storetest.LeaveOutWalk(t)
	parameters := []string{"authority", "inspection", "theme", "stage", "show", "page", asAt, "since", "day", "region", "type", "q", "kind", "framework",
		"year", "sort", "order", "category", "size", "scheme", "v", "back", "reference", "saved", "mapping", "sheet", "heading_row", "body", "item", "paragraph"}
	eachOddDesk(t, func(d *oddDesk) {
		for n, route := range d.engineGin.Routes() {
			if route.Method != http.MethodGet {
				continue
			}
			for part := range strings.SplitSeq(route.Path, "/") {
				if name, named := strings.CutPrefix(part, ":"); named {
					for _, odd := range d.someOdd(n) {
						path := d.address(route.Path, name, odd)
						d.stands(fmt.Sprintf("GET %.80q", path), seesAs(d.t, d.Server, anOfficer, path))
					}
				}
			}
			plain := d.address(route.Path, "", "")
			for _, odd := range d.someOdd(n) {
				query := url.Values{}
				for _, name := range parameters {
					query.Set(name, odd)
				}
				d.stands(fmt.Sprintf("GET %s with %.80q in all", plain, odd), seesAs(d.t, d.Server, anOfficer, plain+"?"+query.Encode()))
			}
			for i := range 5 {
				name, odd := parameters[(5*n+i)%len(parameters)], oddTexts[2+(n+i)%(len(oddTexts)-2)]
				d.stands(fmt.Sprintf("GET %s with %s %.80q", plain, name, odd), get(d.t, d.Server, plain+"?"+url.Values{name: {odd}}.Encode()))
			}
			d.stands("GET "+plain+" with a broken query", get(d.t, d.Server, plain+"?%zz&a=%;b"))
		}
	})
}

func TestNoFormIsTooOddToBeAnswered(t *testing.T) {
	storetest.LeaveOutWalk(t)
	eachOddDesk(t, func(d *oddDesk) {
		var pages, posts []string
		for _, route := range d.engineGin.Routes() {
			if path := d.address(route.Path, "", ""); route.Method == http.MethodGet {
				pages = append(pages, path)
			} else if route.Method == http.MethodPost {
				posts = append(posts, path)
			}
		}
		forms := map[inspection.Role]map[string]url.Values{}
		// A file has no forms, and the longest take seconds to make.
		pages = slices.DeleteFunc(pages, func(path string) bool {
			answer := seesAs(t, d.Server, anOfficer, path)
			return answer.Code == http.StatusOK && !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html")
		})
		people := []inspection.Actor{anOfficer, aReviewer, aClerk, aMember}
		for _, by := range people {
			forms[by.Role] = d.fields(by, pages)
		}
		for _, path := range posts {
			for _, by := range people {
				values := forms[by.Role][path]
				if values == nil {
					continue
				}
				for i, name := range slices.Sorted(maps.Keys(values)) {
					for _, odd := range d.someOdd(i) {
						d.stands(fmt.Sprintf("POST %s as %s with %s %.40q", path, by.Role, name, odd), sendsAs(d.t, d.Server, by, path, with(values, name, odd)))
					}
					twice := with(values)
					twice[name] = append(slices.Clone(twice[name]), "x")
					d.stands(fmt.Sprintf("POST %s with %s twice", path, name), sendsAs(d.t, d.Server, by, path, twice))
					d.stands(fmt.Sprintf("POST %s without %s", path, name), sendsAs(d.t, d.Server, by, path, with(values, name, "")))
				}
				break // the form is the same for the others
			}
			for _, odd := range d.someOdd(len(path)) {
				all := url.Values{odd: {odd}}
				for name := range forms[anOfficer.Role][path] {
					all.Set(name, odd)
				}
				d.stands(fmt.Sprintf("POST %s with %.40q in all", path, odd), sendsAs(d.t, d.Server, anOfficer, path, all))
			}
			for kind, body := range map[string]string{
				"": "", "text/plain": "x", "application/json": "{", "multipart/form-data": "x", "multipart/form-data; boundary=x": "--x\r\n",
				"application/x-www-form-urlencoded": "%zz=%00;&&=", "application/x-www-form-urlencoded; charset=\xff": "a=b",
			} {
				d.stands(fmt.Sprintf("POST %s of kind %q", path, kind), asksAs(d.t, d.Server, anOfficer, http.MethodPost, path, kind, strings.NewReader(body)))
			}
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			for _, name := range []string{"file", "title", "on", "mapping", "do", "note"} {
				part, err := form.CreateFormField(name)
				d.must(err)
				_, err = part.Write([]byte("\x00\xff"))
				d.must(err)
			}
			part, err := form.CreateFormFile("file", "../\x00\xff.csv")
			d.must(err)
			_, err = part.Write([]byte("What\n\x00\xff\n"))
			d.must(err)
			d.must(form.Close())
			d.stands(fmt.Sprintf("POST %s in parts", path), asksAs(d.t, d.Server, anOfficer, http.MethodPost, path, form.FormDataContentType(), &body))
		}
	})
}
