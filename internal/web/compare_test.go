package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestScenariosOfComparing(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "where nothing is asked, the home's first council stands beside its statistical neighbours",
				path: "/compare",
				wants: []string{
					`main[data-page="compare_show"]`, `.nav a[href="/compare"][aria-current="page"]`,
					`#authority option[value="north-northamptonshire"][selected]`, `.compare-table tbody tr:nth-child(11)`,
					`.compare-table tbody tr.own:first-child th .own-tag`, `.compare-table thead th[aria-sort="none"] a`,
					`figure#compare-north-northamptonshire img[alt]`, `figure a[href^="/charts/compare/north-northamptonshire.csv"]`,
				},
				shows: []string{
					"North Northamptonshire beside its statistical neighbours", "the ten that the public register lists for North Northamptonshire",
					"None given (last: Requires improvement to be good, Nov 2022)", "Last inspected: 3 under the inspection rules of 2018, without an overall grade since April 2026; 8 under",
					"North Northamptonshire stands first, then the others, nearest first",
					"The lists of full inspections are complete to 22 August 2026. Reports published after that day may be missing.",
				},
				hides: append([]string{"average grade", "The list is today’s", "RI,"}, notOnAnyPage...),
			},
			{
				name:  "a place is compared by its first council, and says so",
				path:  "/compare?authority=cumbria&group=region",
				wants: []string{`#authority option[value="cumberland"][selected]`, `.compare-table tbody tr:nth-child(2)`},
				shows: []string{"Cumbria is a place, and inspectors grade its councils. This page is about Cumberland.", "Authorities of the same region in the register: North West."},
				hides: notOnAnyPage,
			},
			{
				name:  "councils of one type",
				path:  "/compare?authority=kent&group=type",
				wants: []string{`.compare-table tbody tr:nth-child(21)`, `a[href="/authorities/essex"]`},
				shows: []string{"Councils of the same type in the register: County."},
				hides: append([]string{"Cumbria County Council"}, notOnAnyPage...),
			},
			{
				name:  "of very many authorities the table shows all and the drawing the first",
				path:  "/compare?authority=derby&group=type",
				wants: []string{`.compare-table tbody tr:nth-child(60)`},
				shows: []string{"Councils of the same type in the register: Unitary Authority.", "The latest published grade of the first 40 of "},
				hides: notOnAnyPage,
			},
			{
				name:  "the same children's trust, named",
				path:  "/compare?authority=west-northamptonshire&group=trust",
				wants: []string{`.compare-table tbody tr:nth-child(2) a[href="/authorities/north-northamptonshire"]`},
				shows: []string{"Children’s services of West Northamptonshire were run by Northamptonshire Children’s Trust on 21 November 2026."},
				hides: append([]string{"not confirmed"}, notOnAnyPage...),
			},
			{
				name:  "on a day on which the trust served another council",
				path:  "/compare?authority=northamptonshire-county-council&group=trust&as-at=2021-01-31",
				shows: []string{"were run by Northamptonshire Children’s Trust on 31 January 2021", "No other authority that it served on that day is on this record."},
				hides: notOnAnyPage,
			},
			{
				name:  "a provider that nobody has confirmed is said to be not confirmed",
				path:  "/compare?authority=kingston-upon-thames&group=trust",
				wants: []string{`.compare-table tbody tr:nth-child(3) .doubt`},
				shows: []string{"were run by Achieving for Children on 21 November 2026 (not confirmed: from one weak source)"},
				hides: notOnAnyPage,
			},
			{
				name:  "no trust on the record does not mean that there was none",
				path:  "/compare?authority=kent&group=trust",
				shows: []string{"No children’s trust that ran children’s services of Kent on 21 November 2026 is on this record. That does not mean that there was none"},
				hides: notOnAnyPage,
			},
			{
				name: "the reader's own choice can be added to and taken from",
				path: "/compare?authority=kent&group=chosen&with=isles-of-scilly,city-of-london",
				wants: []string{
					`.compare-adding select[name="with"] option[value="leeds"]`, `.compare-adding input[name="with"][value="isles-of-scilly,city-of-london"]`,
					`.compare-adding input[name="group"][value="chosen"]`, `.compare-table a.remove[href*="with=city-of-london"]`,
					`.compare-table tbody tr:nth-child(2) a[href="/authorities/isles-of-scilly"]`,
				},
				shows: []string{"Kent beside authorities of your choice", "in the order in which they were added"},
				hides: notOnAnyPage,
			},
			{
				name:  "nobody is in the list from which authorities are added that stands there already",
				path:  "/compare?authority=kent&group=chosen&with=leeds",
				wants: []string{`.compare-adding:not(:has(option[value="leeds"])):not(:has(option[value="kent"]))`},
			},
			{
				name:  "in 2015 the columns are those of the rules of 2015, and neighbours that had not begun are told",
				path:  "/compare?authority=lincolnshire&as-at=2015-06-01",
				wants: []string{`.compare-table tbody tr:nth-child(10)`, `input[name="as-at"][value="2015-06-01"]`, `.sorter[href*="as-at=2015-06-01"]`},
				shows: []string{
					"As it stood on 1 June 2015", "The list is today’s, on this past day too.", "North Northamptonshire did not exist yet on 1 June 2015: its first day is 1 April 2021. " +
						"Its area belonged to Northamptonshire County Council, whose grades are its own.", "rules of 2013", "Last inspected: 4 under the single inspection framework of 2013; 6 with no full report",
				},
				hides: append([]string{"rules of 2018"}, notOnAnyPage...),
			},
			{
				name:  "before the home's councils began, the page is about the council before them",
				path:  "/compare?as-at=2018-06-01",
				wants: []string{`#authority option[value="northamptonshire-county-council"][selected]`},
				shows: []string{
					"North Northamptonshire did not exist yet on 1 June 2018. This page is about Northamptonshire County Council, to which its area belonged then.",
					"The register lists no statistical neighbours for Northamptonshire County Council.", "Grade not found",
				},
				hides: append([]string{"July 2026"}, notOnAnyPage...),
			},
			{
				name:  "a new council that is named on a day before it began",
				path:  "/compare?authority=west-northamptonshire&as-at=2020-01-01",
				wants: []string{`main a[href="/compare?as-at=2020-01-01&authority=northamptonshire-county-council"]`, `main:not(:has(table))`},
				shows: []string{"West Northamptonshire did not exist yet on 1 January 2020: its first day is 1 April 2021."},
				hides: notOnAnyPage,
			},
			{
				name:  "a council that has ended leads to its last day and to those after it",
				path:  "/compare?authority=poole",
				wants: []string{`main a[href="/compare?as-at=2019-03-31&authority=poole"]`, `main a[href="/compare?authority=bournemouth-christchurch-and-poole"]`},
				shows: []string{"Poole ended on 31 March 2019, so it is not shown on 21 November 2026.", "Its grades are its own and nobody else’s."},
				hides: notOnAnyPage,
			},
			{
				name:  "a report that is not held does not read as no inspection",
				path:  "/compare?authority=bournemouth-christchurch-and-poole&group=chosen&with=leeds&as-at=2019-03-31",
				shows: []string{"Bournemouth, Christchurch and Poole did not exist yet on 31 March 2019", "Its area belonged to Poole"},
				hides: notOnAnyPage,
			},
			{
				name:  "an ended council on a day on which it existed",
				path:  "/compare?authority=poole&group=chosen&with=leeds,dorset&as-at=2019-03-31",
				shows: []string{"Report not held", "Dorset did not exist yet on 31 March 2019: its first day is 1 April 2019."},
				hides: append([]string{"Poole No graded inspection yet"}, notOnAnyPage...),
			},
			{
				name:  "where no report of anybody is held, words say so and no empty lane is drawn",
				path:  "/compare?authority=cumbria-county-council&as-at=2022-03-01",
				wants: []string{`main:not(:has(figure))`, `.compare-ways a[href^="/england/map?"][href*="as-at=2022-03-01"]`},
				shows: []string{"This record holds no full report of Cumbria County Council, so it has no grades to show.", "Last inspected: 1 whose report is not held."},
				hides: append([]string{"The same judgement over time", "with no full report"}, notOnAnyPage...),
			},
			{
				name:  "a report that is not held is counted apart from those of others",
				path:  "/compare?authority=leeds&group=chosen&with=poole&as-at=2019-03-31",
				wants: []string{`figure#compare-leeds img[alt]`},
				shows: []string{"Last inspected: 1 under the inspection rules of 2018; 1 whose report is not held."},
				hides: append([]string{"This record holds no full report of"}, notOnAnyPage...),
			},
			{
				name: "the ways on keep what is chosen",
				path: "/compare?authority=kent&group=chosen&with=leeds,dorset&judgement=overall",
				wants: []string{
					`.compare-ways a[href="/england/map?judgement=overall&region=South+East"]`, `.compare-ways a[href="/england/journeys?judgement=overall&region=South+East"]`,
					`.compare-ways a[href="/england/asked?authority=kent&group=chosen&with=leeds%2Cdorset"]`,
				},
				shows: []string{"What happened elsewhere?"},
				hides: notOnAnyPage,
			},
			{
				name:  "a council that had not been inspected yet",
				path:  "/compare?authority=west-northamptonshire&as-at=2021-06-01",
				shows: []string{"No graded inspection yet", "Without a grade: 2 no graded inspection yet"},
				hides: append([]string{"Inadequate July 2019"}, notOnAnyPage...),
			},
			{
				name: "every wrong value is named, and the rest is kept", status: http.StatusBadRequest,
				path: "/compare?authority=atlantis&group=friends&judgement=happiness&sort=luck&order=sideways&with=leeds",
				wants: []string{
					`.govuk-error-summary a[href="#authority"]`, `#group-problem`, `#judgement-problem`, `#sort-problem`, `.govuk-error-message#order`,
					`.compare-choice input[name="with"][value="leeds"]`, `.compare-table tbody tr:nth-child(11)`,
				},
				shows: []string{"“atlantis” is not on it", "“friends” is not on it", "“happiness” is not on it", "“luck” is not on it", "“sideways” is not a direction"},
				hides: notOnAnyPage,
			},
			{
				name: "wrong authorities of the reader's own choice are named, and the right ones stay", status: http.StatusBadRequest,
				path:  "/compare?group=chosen&with=leeds,atlantis,northamptonshire",
				wants: []string{`#with[aria-describedby="with-problem"]`, `.compare-table a[href="/authorities/leeds"]`},
				shows: []string{"“atlantis” is not on it", "Northamptonshire is a place with several councils: add one of its councils"},
				hides: notOnAnyPage,
			},
			{
				name: "a day that is none", status: http.StatusBadRequest, path: "/compare?as-at=yesterday", shows: []string{"“yesterday” is not a day"},
			},
			{
				name:  "an order by a judgement that the rules of the day do not have waits for a day that does",
				path:  "/compare?authority=kent&sort=care_leavers&as-at=2020-01-01",
				wants: []string{`.sorter[href*="sort=leaders"]`, `.compare-table:not(:has([aria-sort="ascending"]))`},
				shows: []string{"Children in care and care leavers"},
				hides: notOnAnyPage,
			},
		})
	})
}

func TestAWrongChoiceIsNamedOnceAndNotWithoutEnd(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	var unknown []string
	for i := range 500 {
		unknown = append(unknown, "x", fmt.Sprintf("nowhere-%d", i))
	}
	for _, path := range []string{"/compare?group=chosen&with=", "/england/asked?group=chosen&with="} {
		answer := get(t, s, path+strings.Join(unknown, ","))
		problems := document(t, answer).Find(`.govuk-error-summary a[href="#with"]`)
		if answer.Code != http.StatusBadRequest || problems.Length() != mostChosen+1 {
			t.Errorf("%s: status %d, %d problems, want %d", path, answer.Code, problems.Length(), mostChosen+1)
		}
	}
}

func TestMoreThanTwentyAuthoritiesAreTooMany(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	var others []string
	for _, row := range csvRows(t, "authorities.csv") {
		if row["ended_on"] == "" && row["slug"] != "kent" {
			others = append(others, row["slug"])
		}
	}
	answer := get(t, s, "/compare?authority=kent&group=chosen&with="+strings.Join(others[:20], ","))
	if page := document(t, answer); answer.Code != http.StatusOK || page.Find(".compare-table tbody tr").Length() != 21 || page.Find("select#with").Length() != 0 {
		t.Errorf("twenty others: status %d, %d rows", answer.Code, page.Find(".compare-table tbody tr").Length())
	}
	answer = get(t, s, "/compare?authority=kent&group=chosen&with="+strings.Join(others[:21], ","))
	page := document(t, answer)
	if words := seen(page.Find(".govuk-error-summary").Text()); answer.Code != http.StatusBadRequest || !strings.Contains(words, "At most 20 authorities can be added") {
		t.Errorf("twenty-one others: status %d, %s", answer.Code, words)
	}
	if n := page.Find(".compare-table tbody tr").Length(); n != 21 {
		t.Errorf("twenty-one others: %d rows, want 21", n)
	}
}

func TestOwnChoiceHasOneAddress(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for asked, want := range map[string]string{
		"/compare?group=chosen&with=leeds&with=kent":                                     "/compare?group=chosen&with=leeds%2Ckent",
		"/compare?authority=kent&group=chosen&with=leeds,kent,+leeds&sort=name":          "/compare?authority=kent&group=chosen&sort=name&with=leeds",
		"/compare?group=chosen&with=leeds&with=&as-at=2022-01-01":                        "/compare?as-at=2022-01-01&group=chosen&with=leeds",
		"/compare?group=chosen&with=":                                                    "/compare?group=chosen",
		"/compare?group=region&with=leeds&with=poole&judgement=overall&order=descending": "/compare?group=region&judgement=overall&order=descending&with=leeds%2Cpoole",
	} {
		answer := get(t, s, asked)
		if got := answer.Header().Get("Location"); answer.Code != http.StatusSeeOther || got != want {
			t.Errorf("%s leads to %d %s, want %s", asked, answer.Code, got, want)
		}
		if again := get(t, s, want); again.Code != http.StatusOK {
			t.Errorf("%s is not the one address: %d", want, again.Code)
		}
	}
}

// rowNames are the authorities of the table from the top.
func rowNames(page *goquery.Document) []string {
	return page.Find(".compare-table tbody th > a:first-child").Map(func(_ int, a *goquery.Selection) string { return seen(a.Text()) })
}

func TestSortingAComparison(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, one := range []struct{ name, query, sorted, others, first, last string }{
		{"by name", "sort=name", "ascending", "Sorted by name, A to Z.", "Lincolnshire", "West Northamptonshire"},
		{"by name, turned round", "sort=name&order=descending", "descending", "Sorted by name, Z to A.", "West Northamptonshire", "Lincolnshire"},
		{"by date, latest first unless asked otherwise", "sort=date", "descending", "Sorted by date, latest first.", "North Northamptonshire", "Lincolnshire"},
		{"by leaders, best first", "sort=leaders", "ascending", "Sorted by leadership, best grade first.", "Lincolnshire", "Swindon"},
		{"by leaders, lowest first", "sort=leaders&order=descending", "descending", "Sorted by leadership, lowest grade first.", "Swindon", "West Northamptonshire"},
		{"what is not given stands last whichever way", "sort=overall&order=descending", "descending", "authorities without a grade last", "Swindon", "West Northamptonshire"},
	} {
		t.Run(one.name, func(t *testing.T) {
			page := document(t, get(t, s, "/compare?"+one.query))
			names := rowNames(page)
			if len(names) != 11 || names[0] != one.first || names[10] != one.last {
				t.Errorf("from %s to %s, want %s to %s: %s", names[0], names[len(names)-1], one.first, one.last, names)
			}
			if head := page.Find(".compare-table th[aria-sort=" + one.sorted + "]"); head.Length() != 1 {
				t.Errorf("%d heads say that they sort %s", head.Length(), one.sorted)
			}
			if words := seen(page.Find(".sorted").Text()); !strings.Contains(words, one.others) {
				t.Errorf("it says %q", words)
			}
			turned := document(t, get(t, s, page.Find(".sorted a").AttrOr("href", "")))
			if again := rowNames(turned); again[0] == names[0] {
				t.Errorf("turned round, %s still stands first", again[0])
			}
		})
	}
}

func TestPictureOfAComparison(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	page := document(t, get(t, s, "/compare?authority=kent&group=chosen&with=leeds,poole&judgement=overall&as-at=2018-06-01"))
	csvAddress := page.Find("figure .figure-links a[href*='.csv']").AttrOr("href", "")
	rows, err := csv.NewReader(get(t, s, csvAddress).Body).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s: %v", csvAddress, err)
	}
	shown := page.Find("figure tbody tr").Map(func(_ int, row *goquery.Selection) string {
		return strings.Join(row.Children().Map(func(_ int, cell *goquery.Selection) string { return cell.Text() }), "|")
	})
	var told []string
	for _, row := range rows[1:] {
		told = append(told, strings.Join(row, "|"))
	}
	if !slices.Equal(shown, told) {
		t.Errorf("the file says\n%s\nthe page\n%s", strings.Join(told, "\n"), strings.Join(shown, "\n"))
	}
	picture := get(t, s, page.Find("figure img").AttrOr("src", ""))
	if picture.Code != http.StatusOK || !strings.Contains(picture.Body.String(), "<svg") || !strings.Contains(picture.Body.String(), "Leeds") {
		t.Errorf("the picture: status %d", picture.Code)
	}
	for _, address := range []string{"/charts/compare/atlantis.svg", "/charts/compare/poole.svg", "/charts/compare/northamptonshire.svg",
		"/charts/compare/kent.svg?group=friends", "/charts/compare/cumbria-county-council.svg?as-at=2022-03-01"} {
		if answer := get(t, s, address); answer.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", address, answer.Code)
		}
	}
}

// csvRows reads a table of the seed by the names of its columns.
func csvRows(t *testing.T, name string) []map[string]string {
	t.Helper()
	file, err := os.Open("../../seed/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("read %s: %v", name, err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		out = append(out, row)
	}
	return out
}

var gradeNames = map[string]string{
	"outstanding": "Outstanding", "good": "Good", "requires_improvement": "Requires improvement to be good", "inadequate": "Inadequate",
}

// TestComparisonAgainstTheSeed works out the table of West Northamptonshire's neighbours from the seed's files alone.
func TestComparisonAgainstTheSeed(t *testing.T) {
	slugs, names, neighbours := map[string]string{}, map[string]string{}, ""
	for _, row := range csvRows(t, "authorities.csv") {
		slugs[row["la_code"]], names[row["slug"]] = row["slug"], row["name"]
		if row["slug"] == "west-northamptonshire" {
			neighbours = row["statistical_neighbours"]
		}
	}
	latest := map[string]map[string]string{}
	for _, row := range csvRows(t, "inspections.csv") {
		full := row["kind"] == "sif" || row["kind"] == "ilacs-standard" || row["kind"] == "ilacs-short"
		if full && row["published"] > latest[row["authority"]]["published"] && row["published"] <= "2026-11-21" {
			latest[row["authority"]] = row
		}
	}
	members := []string{"west-northamptonshire"}
	for _, code := range strings.Fields(neighbours) {
		members = append(members, slugs[code])
	}
	if len(members) != 11 {
		t.Fatalf("the seed lists %d neighbours, want 10", len(members)-1)
	}
	counted := map[string]map[string]int{"leaders": {}, "help_protection": {}, "in_care": {}, "care_leavers": {}}
	var want [][]string
	for _, slug := range members {
		row := latest[slug]
		day, err := time.Parse(time.DateOnly, row["published"])
		if err != nil {
			t.Fatalf("%s: %v", slug, err)
		}
		line := []string{names[slug], day.Format("2 January 2006")}
		for _, column := range []string{"leaders", "help_protection", "in_care", "care_leavers", "overall"} {
			grade := gradeNames[row[column]]
			if grade != "" && column != "overall" {
				counted[column][row[column]]++
			}
			line = append(line, grade+" "+day.Format("January 2006"))
		}
		want = append(want, line)
	}
	page := document(t, get(t, newServer(t, storetest.Seeded(t)), "/compare?authority=west-northamptonshire"))
	rows := page.Find(".compare-table tbody tr")
	if rows.Length() != len(want) {
		t.Fatalf("%d rows, want %d", rows.Length(), len(want))
	}
	rows.Each(func(i int, row *goquery.Selection) {
		if got := seen(row.Find("th > a").First().Text()); got != want[i][0] {
			t.Errorf("row %d is %s, want %s", i+1, got, want[i][0])
		}
		if got := seen(row.Find("td").First().Text()); got != want[i][1] {
			t.Errorf("%s: published %s, want %s", want[i][0], got, want[i][1])
		}
		row.Find("td").Slice(1, goquery.ToEnd).Each(func(j int, cell *goquery.Selection) {
			when, _, _ := strings.Cut(seen(cell.Find(".compare-when").Text()), ":")
			if got := seen(cell.Find(".grade").Text()) + " " + when; got != want[i][j+2] {
				t.Errorf("%s, column %d: %q, want %q", want[i][0], j+1, got, want[i][j+2])
			}
		})
	})
	counts := seen(page.Find(".compare-counts").Text())
	for column, name := range map[string]string{"leaders": "Leaders", "help_protection": "Help and protection", "in_care": "Children in care", "care_leavers": "Care leavers"} {
		var parts []string
		for _, grade := range []string{"outstanding", "good", "requires_improvement", "inadequate"} {
			if n := counted[column][grade]; n > 0 {
				parts = append(parts, fmt.Sprintf("%d at %s", n, strings.ToLower(gradeNames[grade])))
			}
		}
		if sentence := name + ": " + strings.Join(parts, ", "); !strings.Contains(counts, sentence) {
			t.Errorf("the page says %q, want %q in it", counts, sentence)
		}
	}
}
