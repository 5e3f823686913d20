package web

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// englandMapPage shows where every authority stood in one judgement on a day: a tile for each, its regions laid out about as
// they lie in the country, and the same as a table.
type englandMapPage struct {
	Page
	englandBase
	Lead     string
	Complete string // how far the lists go, where that is not to the day shown
	Found    string
	Key      []mapKey
	Regions  []mapRegion
	Apart    bool // whether one region stands by itself, and not where it lies in the country
	OneOf    *mapOneOf
}

// mapKey is one look of the tiles: its words, how many tiles have it and, where it is no grade, what it means.
type mapKey struct {
	Look    string // of the swatch
	Words   string
	Number  int
	Meaning string
}

// mapRegion is a block of tiles.
type mapRegion struct {
	ID     string
	Name   string
	Counts string // "25 authorities: outstanding 4, good 12"
	Stands []mapStand
	Next   Link // what comes after it, for those who go from tile to tile
}

// mapStand is where one authority stood: a tile, and a row of the table.
type mapStand struct {
	Authority Link
	Name      string // on the tile, which is narrower than some names
	Look      string // of the swatch
	Words     string // the grade in full, or why there is none
	Short     string // as much of the words as a tile has room for
	Rest      string // and what it leaves out, for those who hear it
	Month     string // on the tile: "Jul 2026"; empty where no report is held
	Published string // in the table
	Report    string // address of the inspection
	Rules     string
	Details   string // what the tile says besides, in one line
}

// mapOneOf says that the map shows one region because all would be too many.
type mapOneOf struct {
	Most   int // that are shown at once
	Region string
	Ways   []Link // to the regions before and after it
}

// regionsAsTheyLie are the regions of England from north to south, and in each row from west to east. england_map.css lays
// them out; a region that is not among them stands after them.
var regionsAsTheyLie = []string{
	"North West", "North East", "Yorkshire and the Humber",
	"West Midlands", "East Midlands", "East of England",
	"South West", "London", "South East",
}

func (s *Server) mapRoutes(r router) {
	r.get("/england/map", auth.ReadPublic, s.page(s.showEnglandMap, reads{chosen: []string{"judgement", "region", "type", asAt}}))
}

func (s *Server) showEnglandMap(c *gin.Context) error {
	a, err := s.askEngland(c)
	if err != nil {
		return err
	}
	a.askJudgement()
	a.askWhere(s.homeAuthority(c))
	stands := a.england.Stands(a.judgement.Code, a.day, inspection.StandingBasis{PublishedBy: a.day}, a.listed)
	page := englandMapPage{
		Lead: fmt.Sprintf("Each tile is one authority, with its grade for %s in its latest full inspection published by %s.",
			a.judgement.Phrase, a.day.Words()),
		Found: a.mapFound(len(stands)),
		Key:   a.mapKeys(stands), Complete: a.completeWords(),
	}
	page.Page, page.englandBase = s.englandPage(c, a, "Map of England: "+a.judgement.Short)
	page.Regions = mapRegionsOf(a.england, stands, page.Key)
	page.Apart = len(page.Regions) == 1
	if a.oneRegion() {
		page.OneOf = a.oneOfRegions()
	}
	return s.render(c, a.filter.status(), "england_map", page)
}

// completeWords says how far the lists of full inspections go, where that is not to the day shown.
func (a *englandAsked) completeWords() string {
	seen := a.england.Seen(a.day)
	if seen == a.day {
		return ""
	}
	return fmt.Sprintf("The lists of full inspections are complete to %s. Reports published after that day may be missing.", seen.Words())
}

// mapFound names what the map shows: "Leaders: London, 33 authorities".
func (a *englandAsked) mapFound(number int) string {
	found := inspection.CountWords(number, "authority", "authorities")
	if words := a.listed.Words(); words != "" {
		found = words + ", " + found
	}
	return a.judgement.Short + ": " + found
}

// mapKeys lists the grades of the judgement, the best first, and then the reasons why there is none, each with the number of
// authorities that stand at it. A reason that no authority has is left out.
func (a *englandAsked) mapKeys(stands []inspection.Stand) []mapKey {
	counted := inspection.Count(a.day, stands)
	scale, _ := a.england.Catalogue.Scale(a.judgement.Scale)
	grades := slices.Clone(scale.Grades)
	for _, one := range stands {
		known := func(g inspection.Grade) bool { return g.Code == one.Grade.Code }
		if one.Graded() && !slices.ContainsFunc(grades, known) { // of a scale that other rules have
			grades = append(grades, one.Grade)
		}
	}
	var out []mapKey
	for _, grade := range grades {
		out = append(out, mapKey{Look: grade.Fill, Words: grade.Name, Number: counted.Grades[grade.Code]})
	}
	absent := map[inspection.Absence]int{}
	for _, one := range stands {
		if !one.Graded() && !one.NotHeld {
			absent[one.Absence]++
		}
	}
	for _, absence := range inspection.Absences() {
		if n := absent[absence]; n > 0 {
			out = append(out, mapKey{string(absence), capital(absence.Words()), n, a.absenceOnMap(absence, stands)})
		}
	}
	if counted.NotHeld > 0 {
		out = append(out, mapKey{
			notHeldLook, notHeldWords, counted.NotHeld, "The council has since ended. We hold none of the reports of its inspections.",
		})
	}
	return out
}

// How an authority stands that has ended and of which no report is held. It does not read as if it had never been inspected.
const (
	notHeldLook  = string(inspection.AbsentNotPublished)
	notHeldWords = "Report not held"
)

// absenceOnMap says what it means that authorities have no grade. Where a report graded two subjects together, its grade is
// that of neither alone.
func (a *englandAsked) absenceOnMap(absence inspection.Absence, stands []inspection.Stand) string {
	if absence != inspection.AbsentNoSuchJudgement {
		return absenceMeanings[absence]
	}
	out := []string{"The inspection rules of the latest report have no such judgement."}
	say := func(words string) {
		if words != "" && !slices.Contains(out, words) {
			out = append(out, words)
		}
	}
	for _, one := range stands {
		if one.Absence != absence {
			continue
		}
		f, _ := a.england.Catalogue.Framework(one.Inspection.Framework)
		if a.judgement.Code == inspection.OverallStrand {
			say(f.NoOverall)
		}
		if over, ok := f.Covering(a.judgement.Code); ok {
			say(fmt.Sprintf("One grade for %s together is not the grade for %s alone.", over.Phrase, a.judgement.Phrase))
		}
	}
	return strings.Join(out, " ")
}

// oneOfRegions says which region is shown where all would be too many.
func (a *englandAsked) oneOfRegions() *mapOneOf {
	out := &mapOneOf{Most: mostAuthorities, Region: a.listed.Region}
	regions := a.england.Regions()
	at := slices.Index(regions, a.listed.Region)
	for _, i := range []int{at - 1, at + 1} {
		if i >= 0 && i < len(regions) {
			out.Ways = append(out.Ways, Link{Name: regions[i], Address: a.filter.with("region", regions[i])})
		}
	}
	return out
}

// mapRegionsOf puts the tiles into their regions, each in the order of names.
func mapRegionsOf(e *inspection.England, stands []inspection.Stand, keys []mapKey) []mapRegion {
	var out []mapRegion
	at := map[string]int{}
	for _, one := range stands {
		name := cmp.Or(one.Body.Region, "Region not recorded")
		i, begun := at[name]
		if !begun {
			i = len(out)
			at[name] = i
			out = append(out, mapRegion{Name: name, ID: "region-" + strings.ReplaceAll(strings.ToLower(name), " ", "-")})
		}
		out[i].Stands = append(out[i].Stands, mapStandOf(e, one))
	}
	slices.SortFunc(out, func(x, y mapRegion) int {
		return cmp.Or(cmp.Compare(x.place(), y.place()), cmp.Compare(x.Name, y.Name))
	})
	for i := range out {
		out[i].Counts = out[i].countsWords(keys)
		out[i].Next = Link{Name: "the table", Address: "#table"}
		if i+1 < len(out) {
			out[i].Next = Link{Name: out[i+1].Name, Address: "#" + out[i+1].ID}
		}
	}
	return out
}

// place is the region's place among those of the map, and behind them all where it is none of them.
func (r mapRegion) place() int {
	if i := slices.Index(regionsAsTheyLie, r.Name); i >= 0 {
		return i
	}
	return len(regionsAsTheyLie)
}

// countsWords says how many stand at each grade or have none for each reason, in the order of the key.
func (r mapRegion) countsWords(keys []mapKey) string {
	var parts []string
	for _, key := range keys {
		n := 0
		for _, one := range r.Stands {
			if one.Words == key.Words {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", lowerFirst(key.Words), n))
		}
	}
	return inspection.CountWords(len(r.Stands), "authority", "authorities") + ": " + strings.Join(parts, ", ")
}

// goesWithoutSaying is what a tile has no room for in the name of the longest grade. The key has it in full, and so have
// those who hear the tile.
const goesWithoutSaying = " to be good"

// longShire is a word that is longer than a tile is wide. It may break before its last part, with a hyphen.
var longShire = regexp.MustCompile(`(\p{L}{10,})(shire)`)

func mapStandOf(e *inspection.England, one inspection.Stand) mapStand {
	out := mapStand{
		Authority: bodyLink(one.Body), Name: longShire.ReplaceAllString(one.Body.Name, "$1\u00ad$2"),
		Look: string(one.Absence), Words: capital(one.Absence.Words()),
	}
	switch {
	case one.Graded():
		out.Look, out.Words = one.Grade.Fill, one.Grade.Name
	case one.NotHeld:
		out.Look, out.Words = notHeldLook, notHeldWords
	}
	out.Short = out.Words
	if short, cut := strings.CutSuffix(out.Words, goesWithoutSaying); cut {
		out.Short, out.Rest = short, goesWithoutSaying
	}
	if one.Inspection == nil {
		out.Published = "None held"
		return out
	}
	day, published := one.Inspection.OutDay()
	f, _ := e.Catalogue.Framework(one.Inspection.Framework)
	out.Month, out.Published, out.Report = day.ShortMonthWords(), day.Words(), inspectionAddress(one.Inspection)
	out.Rules = f.PlainName
	said := "published " + day.Words()
	if !published {
		out.Published = "Not known. Inspectors came until " + day.Words()
		said = "publication date not found"
	}
	out.Details = fmt.Sprintf("%s, %s, under %s", out.Words, said, out.Rules)
	return out
}
