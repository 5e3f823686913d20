package web

import (
	"strings"
	"testing"
	"testing/fstest"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestDesignShowsEveryPart(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		runScenarios(t, s, []scenario{{
			name: "how pages look", path: "/design",
			wants: []string{
				`main[data-page="design_show"]`, `meta[name="robots"][content="noindex"]`, `.type-size--step-6`, `figure.lanes img`, `.sign-list path[d^="M6 3h9"]`,
				`.swatch--requires_improvement`, `.button[disabled]`, `.counts .number`, `.dates .date`, `.areas > li`, `.stage--closed`, `.govuk-tag`,
				`.filters .field-problem`, `.wide-table.stacks td[data-label]`, `.govuk-pagination [aria-current="page"]`, `.govuk-error-summary a[href="#example-published"]`,
				`#example-published[aria-describedby]`, `.evidence q`, `.certainty--check`, `.as-it-stood`, `.govuk-inset-text`, `.govuk-notification-banner`, `.notice`, `.dialog-shown`,
			},
			shows: []string{"Requires improvement to be good", "None are on this record yet.", "Past its date"},
			hides: []string{"<nil>", "ZgotmplZ", "too little"},
		}})
		page := document(t, get(t, s, "/design"))
		if n := page.Find(".colour-table tbody tr").Length(); n != 2*len(coloursUsed) {
			t.Errorf("%d pairs of colours are shown, want %d in each of two schemes", n, len(coloursUsed))
		}
		first := page.Find(".colour-table tbody tr").First()
		if got := strings.Join(strings.Fields(first.Text()), " "); !strings.Contains(got, "#16202a on #ffffff 16.4 to 1 4.5") {
			t.Errorf("ink on paper: %q", got)
		}
		if signs := page.Find(".sign-list path[d^=M]").Length(); signs != len(s.assets.signs) || signs == 0 {
			t.Errorf("%d signs are drawn, want each of %d", signs, len(s.assets.signs))
		}
	})
}

func TestStylesheetsNameOtherAssetsByTheirHashes(t *testing.T) {
	a, err := loadAssets(fstest.MapFS{
		"app.css":        {Data: []byte(`a { src: url("asset:letters.woff2") } b { src: url("asset:none.woff2") }`)},
		"letters.css":    {Data: []byte(`c { src: url("asset:letters.woff2") }`)},
		"letters.woff2":  {Data: []byte("letters")},
		"untouched.json": {Data: []byte(`url("asset:letters.woff2")`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	hashed, _ := strings.CutPrefix(a.addresses["letters.woff2"], "/static/")
	for name, want := range map[string]string{
		siteSheet:        `a { src: url("` + hashed + `") } b { src: url("none.woff2") }`, // beside the sheet, so that it holds below any path
		"letters.css":    `c { src: url("` + hashed + `") }`,
		"untouched.json": `url("asset:letters.woff2")`,
	} {
		if got := string(a.files[strings.TrimPrefix(a.addresses[name], "/static/")].body); strings.TrimSpace(got) != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if kind := a.files[hashed].kind; kind != "font/woff2" {
		t.Errorf("the font is sent as %q", kind)
	}
	if r := a.files[hashed].response(); r.bodies[brotlied] != nil || r.bodies[gzipped] != nil {
		t.Error("a font, which is packed already, is packed again")
	}
}

func TestPagesSayWhatOtherSitesShowBesideALink(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	page := document(t, get(t, s, "/about"))
	if title := page.Find(`meta[property="og:title"]`).AttrOr("content", ""); title != "About this record" {
		t.Errorf("its title there is %q", title)
	}
	if page.Find(`meta[property="og:image"]`).Length() != 0 {
		t.Error("a picture is named without the host on which it can be found")
	}
	s.doors.address = "https://council.example/timeline/"
	for _, want := range []string{
		`meta[property="og:image"][content="https://council.example/timeline` + s.assets.addresses["social.png"] + `"]`,
		`link[rel="preload"][as="font"][crossorigin]`, `link[rel="apple-touch-icon"]`, `link[rel="icon"][sizes="32x32"]`,
	} {
		if document(t, get(t, s, "/sources")).Find(want).Length() != 1 {
			t.Errorf("lacks %s", want)
		}
	}
}
