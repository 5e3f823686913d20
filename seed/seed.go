// Package seed embeds the facts that an empty database starts with: the register of English authorities, every graded
// inspection that is held, and the whole story of Northamptonshire. It is data only; what it means is decided by
// whoever reads it.
//
// CSV files are UTF-8 with a header row. An empty cell means that the fact is not known. Dates are ISO 8601 and may
// stop at the month or the year; a trailing "~" marks one that was inferred or that sources dispute. A confidence is
// one of letter, official_page, third_party_listing, news, single_weak_source and inferred. A source is an id of
// sources.csv, and a body is a slug of authorities.csv, places.csv, providers.csv or partnerships.csv. Texts about
// inspections are in our words, never quotations.
//
//	authorities.csv          slug, name, code, urn, la_code, ons_code, region, type, population_0_25,
//	                         statistical_neighbours (la_codes, nearest first, spaces between), created_on, ended_on
//	                         (its last day), note, source, aliases (other names that letters print for it, ";"
//	                         between). The code begins the references of its areas to improve.
//	successions.csv          from, to, on (the new authority's first day), confidence, source, note
//	places.csv               slug, name, code, members (authorities, in the order pages list them, spaces between)
//	providers.csv            slug, name, short_name, code, created_on, source
//	provider_authorities.csv provider, authority, from, until, confidence, source, note
//	partnerships.csv         slug, name, authority; only those whose own published name is held
//	sources.csv              id, title, publisher, kind (letter, official_page, third_party_listing, news, statute,
//	                         compiled), address (left out where it would tell about a person), published, read_on
//	inspections.csv          authority, kind, fieldwork_start, fieldwork_end, published, published_basis (printed in
//	                         the report, or listing), report_address, lead_inspector, and a grade for each judgement:
//	                         overall, leaders, help_protection, care_and_care_leavers, in_care, care_leavers,
//	                         adoption, lscb, send_outcome. An empty grade: the inspection gives none of that name.
//	completeness.csv         body ("*" for every authority that exists today), record, complete_to, source, note.
//	                         An empty complete_to: the record is not complete.
//	official_figures.csv     id, title, day, published_by and fieldwork_by (which inspections count), judgement, region,
//	                         family (of the rules that count), measure (share_good_or_outstanding, count_by_grade,
//	                         inspected_again), values (code:number, spaces between; a share in whole per cent), differs
//	                         (why the record gives something else), source
//	themes.csv               code, name, meaning, words (that suggest the theme where an area to improve has them, ";"
//	                         between); in the order in which charts list them
//	glossary.csv             term, short, meaning, also (other words for it, "|" between)
//	bank_holidays.csv        date, name, kind (ordinary, moved by a single year, one_off): England and Wales
//	rules.csv                code, about, value, unit (working_days, months), counts_from, valid_from, valid_to, source,
//	                         confidence, words. A second row of a code is its later version, from its valid_from on.
//	frameworks/*.json        one set of inspection rules each: its kinds, judgements and scales
//
// The folder northamptonshire holds JSON arrays:
//
//	inspections.json         each inspection and visit with its bodies, dates, judgements (a null grade was given but
//	                         not found), areas to improve, findings, sources, disagreements and gaps. Where the whole
//	                         list of areas is not held, their numbers are P1, P2 …; an area printed alike in two
//	                         letters carries the same "shared" key. One that is also in inspections.csv (same council,
//	                         kind and start) is the same inspection.
//	milestones.json          events around the inspections; only structural ones belong on a drawing
//	responses.json           who replied to which inspection. Elected members and office-holders are named, everybody
//	                         else appears by role.
//	figures.json             published figures about the places and their services
//	later_views.json         what a later letter said of an earlier area to improve: item (its reference), inspection
//	                         (whose letter says it), view (addressed, improving, still_weak, repeated, not_mentioned),
//	                         paragraph of the letter or page, gloss, and repeated_as, the later item, where it is
//	                         asked for again
//	links.json               later and earlier (references of areas to improve), kind (repeats, supersedes, arises_from:
//	                         what the later one does to the earlier), note
package seed

import (
	"embed"
	"io/fs"
)

//go:embed *.csv frameworks/*.json northamptonshire/*.json
var files embed.FS

// Files returns the seed's files under the names of the package comment.
func Files() fs.FS { return files }
