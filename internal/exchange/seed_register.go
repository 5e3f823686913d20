package exchange

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
)

func (s *seedReader) readSources() {
	used := map[string]int{}
	for _, r := range s.table("sources.csv", "id title publisher kind address published read_on", "") {
		source := inspection.Source{
			ID: r.slug("id", r.text("id")), Title: r.needed("title"), Publisher: r.needed("publisher"),
			Kind: r.oneOf("kind", r.text("kind"),
				"letter", "official_page", "third_party_listing", "news", "statute", "compiled"),
			Address: r.address("address"), Published: r.dateIn("published"), ReadOn: r.dateIn("read_on"),
		}
		r.once("id", source.ID, used)
		r.inOrder("published", source.Published, "read_on", source.ReadOn)
		s.sources[source.ID] = true
		s.record.Sources = append(s.record.Sources, source)
	}
}

// address returns a cell that is empty or the address of a page on the web.
func (r row) address(column string) string {
	text := r.text(column)
	if text == "" {
		return ""
	}
	if u, err := url.Parse(text); err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		r.wrong(column, "%q is not a web address", text)
	}
	return text
}

// readRegister reads the bodies and what joins them.
func (s *seedReader) readRegister() {
	for _, r := range s.table("authorities.csv", "slug name code urn la_code ons_code region type population_0_25 "+
		"statistical_neighbours created_on ended_on note source", "aliases") {
		body := inspection.Body{
			Kind: inspection.Authority, Code: r.needed("code"), URN: r.text("urn"), LACode: r.text("la_code"),
			ONSCode: r.text("ons_code"), Region: r.text("region"), Type: r.text("type"),
			Population: r.number("population_0_25"), Neighbours: r.text("statistical_neighbours"),
			Created: r.dateIn("created_on"), Ended: r.dateIn("ended_on"),
			Note: r.text("note"), SourceID: r.sourceIn("source"), Aliases: r.list("aliases"),
		}
		r.inOrder("created_on", body.Created, "ended_on", body.Ended)
		s.addBody(r, body)
	}
	s.checkNeighbours()
	for _, r := range s.table("places.csv", "slug name code members", "") {
		place := s.addBody(r, inspection.Body{Kind: inspection.Place, Code: r.text("code")})
		members := strings.Fields(r.needed("members"))
		for i, member := range members {
			r.body("members", member, inspection.Authority)
			s.record.PlaceMembers = append(s.record.PlaceMembers,
				inspection.PlaceMember{PlaceID: place, AuthorityID: member, Position: i + 1})
		}
	}
	for _, r := range s.table("providers.csv", "slug name short_name code created_on source", "") {
		s.addBody(r, inspection.Body{
			Kind: inspection.Provider, Code: r.needed("code"), ShortName: r.text("short_name"),
			Created: r.dateIn("created_on"), SourceID: r.sourceIn("source"),
		})
	}
	for _, r := range s.table("partnerships.csv", "slug name authority", "") {
		s.addBody(r, inspection.Body{
			Kind: inspection.Partnership, ListedOn: r.body("authority", r.text("authority"), inspection.Authority),
		})
	}
	s.readSuccessions()
	s.readServices()
}

func (s *seedReader) addBody(r row, body inspection.Body) (id string) {
	body.ID, body.Name = r.slug("slug", r.text("slug")), r.needed("name")
	r.once("slug", body.ID, s.slugs)
	if body.Code != "" {
		r.once("code", body.Code, s.codes)
	}
	s.bodies[body.ID] = body
	s.record.Bodies = append(s.record.Bodies, body)
	return body.ID
}

func (s *seedReader) checkNeighbours() {
	known := map[string]bool{}
	for _, b := range s.record.Bodies {
		known[b.LACode] = true
	}
	for _, b := range s.record.Bodies {
		for _, code := range b.NeighbourCodes() {
			if !known[code] {
				spot{seed: s, file: "authorities.csv", line: s.slugs[b.ID], prefix: "column "}.
					wrong("statistical_neighbours", "no authority has the la_code %q", code)
			}
		}
	}
}

// list returns the parts of a cell, between semicolons.
func (r row) list(column string) []string {
	text := r.text(column)
	if text == "" {
		return nil
	}
	parts := strings.Split(text, ";")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
		if parts[i] == "" || slices.Contains(parts[:i], parts[i]) {
			r.wrong(column, "%q has an empty part, or one twice", text)
		}
	}
	return parts
}

func (r row) number(column string) int {
	text := r.text(column)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		r.wrong(column, "%q is not a whole number", text)
	}
	return n
}

func (s *seedReader) readSuccessions() {
	used := map[string]int{}
	for _, r := range s.table("successions.csv", "from to on confidence source note", "") {
		succession := inspection.Succession{
			FromID: r.body("from", r.text("from"), inspection.Authority),
			ToID:   r.body("to", r.text("to"), inspection.Authority),
			On:     r.dateIn("on"), Confidence: r.confidenceIn(), SourceID: r.sourceIn("source"), Note: r.text("note"),
		}
		r.needed("on")
		r.once("to", succession.FromID+" to "+succession.ToID, used)
		if from, ok := s.bodies[succession.FromID]; ok && !from.Ended.Known() {
			r.wrong("from", "%s has no last day in authorities.csv", from.ID)
		}
		s.record.Successions = append(s.record.Successions, succession)
	}
}

func (s *seedReader) readServices() {
	used := map[string]int{}
	for _, r := range s.table("provider_authorities.csv", "provider authority from until confidence source", "note") {
		service := inspection.Service{
			ProviderID:  r.body("provider", r.text("provider"), inspection.Provider),
			AuthorityID: r.body("authority", r.text("authority"), inspection.Authority),
			From:        r.dateIn("from"), Until: r.dateIn("until"),
			Confidence: r.confidenceIn(), SourceID: r.sourceIn("source"), Note: r.text("note"),
		}
		r.once("authority", service.ProviderID+" for "+service.AuthorityID, used)
		r.inOrder("from", service.From, "until", service.Until)
		s.record.Services = append(s.record.Services, service)
	}
}
