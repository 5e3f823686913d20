package exchange_test

import (
	"strings"
	"testing/fstest"
)

// smallSeed is a seed of one county that was split in two, small enough to be seen whole.
var smallSeed = map[string]string{
	"frameworks/ilacs-2018.json": `{"code": "ilacs-2018", "name": "ILACS", "plain_name": "the rules of 2018", "family": "ilacs",
		"inspectors": "Ofsted", "from": "2018-01", "until": "2022-12",
		"kinds": [
			{"code": "ilacs-standard", "name": "Full inspection", "reference": "ILACS", "record": "ilacs_graded", "graded": true, "full": true},
			{"code": "ilacs-focused-visit", "name": "Focused visit", "reference": "FV", "record": "visits", "graded": false}],
		"judgements": [
			{"code": "leaders", "name": "Leaders", "short": "Leaders", "phrase": "leadership", "scale": "four"},
			{"code": "overall", "name": "Overall", "short": "Overall", "phrase": "overall", "scale": "four", "main": true}],
		"scales": [{"code": "four", "name": "four grades", "grades": [
			{"code": "outstanding", "name": "Outstanding", "fill": "outstanding"}, {"code": "good", "name": "Good", "fill": "good"},
			{"code": "inadequate", "name": "Inadequate", "fill": "inadequate"}]}]}`,
	"frameworks/area-send-2023.json": `{"code": "area-send-2023", "name": "Area SEND", "plain_name": "area SEND", "family": "area-send",
		"inspectors": "Ofsted and CQC", "from": "2023-01", "until": "",
		"kinds": [{"code": "area-send", "name": "Area SEND inspection", "reference": "SEND", "record": "area_send_full", "graded": true}],
		"judgements": [{"code": "send_outcome", "name": "Outcome", "short": "SEND", "phrase": "SEND", "scale": "three"}],
		"scales": [{"code": "three", "name": "three outcomes", "grades": [
			{"code": "1", "name": "Positive", "fill": "neutral"}, {"code": "2", "name": "Mixed", "fill": "neutral"}, {"code": "3", "name": "Failing", "fill": "neutral"}]}]}`,
	"sources.csv": `id,title,publisher,kind,address,published,read_on
england-record,Report pages,Ours,compiled,,,2026-08-22
register,The register,Ours,compiled,https://register.example/,,2026-08-22
echo,The Echo on the visit,The Echo,news,https://echo.example/1,2021-05,
`,
	"authorities.csv": `slug,name,code,urn,la_code,ons_code,region,type,population_0_25,statistical_neighbours,created_on,ended_on,note,source,aliases
loamshire-county-council,Loamshire County Council,LCC,,900,,East,County,,901 902,,2021-03-31,,register,
north-loamshire,North Loamshire,NL,1,901,,East,Unitary,100,902 900,2021-04-01,,,register,Loamshire North; N. Loamshire
south-loamshire,South Loamshire,SL,2,902,,East,Unitary,200,901,2021-04-01,,,register,
`,
	"places.csv": `slug,name,code,members
loamshire,Loamshire,,north-loamshire south-loamshire
`,
	"providers.csv": `slug,name,short_name,code,created_on,source
loamshire-trust,Loamshire Trust,the trust,LT,2021-04-01,register
`,
	"provider_authorities.csv": `provider,authority,from,until,confidence,source
loamshire-trust,north-loamshire,2021-04-01,,letter,register
`,
	"partnerships.csv": `slug,name,authority
north-loamshire-partnership,North Loamshire Partnership,north-loamshire
`,
	"successions.csv": `from,to,on,confidence,source,note
loamshire-county-council,north-loamshire,2021-04-01,letter,register,
loamshire-county-council,south-loamshire,2021-04-01,letter,register,
`,
	"themes.csv": `code,name,meaning,words
neglect,Neglect,Not looking after a child.,neglect;neglected
`,
	"glossary.csv": `term,short,meaning,also
Focused visit,a short look,A visit to one part of the service.,
Children’s trust,,A body that runs services for a council.,trust|company
`,
	"rules.csv": `code,about,value,unit,counts_from,valid_from,valid_to,source,confidence,words
statement_of_action,The statement,70,working_days,received,,,register,single_weak_source,Seventy working days.
`,
	"bank_holidays.csv": `date,name,kind
2022-09-19,State funeral,one_off
`,
	"completeness.csv": `body,record,complete_to,source,note
*,ilacs_graded,2026-08-22,england-record,
north-loamshire,visits,,register,Not complete.
`,
	"official_figures.csv": `id,title,day,published_by,fieldwork_by,judgement,region,family,measure,values,differs,source
overall-2022,Good or outstanding,2022-12-31,2022-12-31,,overall,East,ilacs,share_good_or_outstanding,share:50,,register
`,
	"inspections.csv": `authority,kind,fieldwork_start,fieldwork_end,published,published_basis,report_address,lead_inspector,overall,leaders,help_protection,care_and_care_leavers,in_care,care_leavers,adoption,lscb,send_outcome
north-loamshire,ilacs-standard,2022-10-03,2022-10-14,2022-11-25,printed,https://reports.example/1,A Reader,good,outstanding,,,,,,,
south-loamshire,ilacs-standard,2022-10-03,2022-10-14,2022-11-25,listing,,,inadequate,not_judged,,,,,,,
north-loamshire,area-send,2024-01-22,2024-01-26,2024-03-25,listing,,,,,,,,,,,3
south-loamshire,area-send,2024-03-18,2024-03-22,2024-07-12,listing,,,,,,,,,,,2
`,
	"northamptonshire/inspections.json": `[
  {
    "id": "north-loamshire-ilacs-standard-2022-10-03",
    "kind": "ilacs-standard", "framework": "ilacs-2018",
    "bodies": [{"body": "north-loamshire", "confirmed": true}],
    "delivered_by": "loamshire-trust",
    "fieldwork_start": {"date": "2022-10-03", "confidence": "letter"},
    "document": "held",
    "judgements": [{"judgement": "overall", "grade": null}],
    "areas": {"count": 2, "whole_list_held": true, "items": [
      {"number": "1", "kind": "improvement", "words": "Do this.", "themes": ["neglect"]},
      {"number": "2", "kind": "priority_action", "words": "Do that.", "themes": ["neglect"], "shared": "one"}]},
    "findings": [{"kind": "strength", "words": "It was calm."}],
    "sources": [{"source": "register", "supports": "All of it.", "confidence": "letter"}],
    "disagreements": [{"about": "published", "versions": [{"says": "May", "source": "echo"}, {"says": "June", "source": "register"}], "used": "June", "why": "It is nearer."}],
    "gaps": [{"about": "topic", "words": "Not found."}],
    "confidence": "letter"
  },
  {
    "id": "loamshire-focused-visit-2021-05",
    "kind": "ilacs-focused-visit", "framework": "ilacs-2018",
    "bodies": [{"body": "north-loamshire", "confirmed": true}, {"body": "south-loamshire", "confirmed": false}],
    "fieldwork_start": {"date": "2021-05~", "confidence": "news"},
    "document": "not_found", "judgements": [],
    "areas": {"count": 3, "whole_list_held": false, "items": [
      {"number": "P1", "kind": "improvement", "words": "Do that.", "themes": ["neglect"], "shared": "one"}]},
    "sources": [{"source": "echo", "supports": "The visit."}],
    "confidence": "news"
  }
]
`,
	"northamptonshire/milestones.json": `[
  {"id": "ms-01", "date": "2021-04-01", "title": "The county was split", "category": "reorganisation", "structural": true,
   "bodies": ["loamshire-county-council"], "sources": [{"source": "register", "supports": "The day."}], "confidence": "letter"}
]
`,
	"northamptonshire/responses.json": `[
  {"inspection": "north-loamshire-ilacs-standard-2022-10-03", "body": "north-loamshire", "role": "The council", "gist": "Was pleased.", "date": "2022-11-25", "source": "echo"}
]
`,
	"northamptonshire/figures.json": `[
  {"id": "schools", "body": "north-loamshire", "name": "Schools", "value": "144", "unit": "schools", "date": "2024", "source": "register"}
]
`,
	"northamptonshire/later_views.json": `[
  {"item": "NL-FV-2021-P1", "inspection": "north-loamshire-ilacs-standard-2022-10-03", "view": "repeated", "page": 1, "repeated_as": "NL-ILACS-2022-2", "gloss": "It is asked for again."}
]
`,
	"northamptonshire/links.json": `[
  {"later": "NL-ILACS-2022-2", "earlier": "NL-FV-2021-P1", "kind": "repeats", "note": "Word for word."}
]
`,
}

// small returns the small seed with a text of one file exchanged for another; where the text is empty, the file is gone.
func small(file, text, instead string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, content := range smallSeed {
		if name == file {
			if text == "" {
				continue
			}
			if !strings.Contains(content, text) {
				panic("the small seed has no " + text + " in " + file)
			}
			content = strings.Replace(content, text, instead, 1)
		}
		files[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return files
}
