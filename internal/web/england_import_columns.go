package web

import (
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// listExample is a list as small as it may be. The page on which lists are chosen shows it.
const listExample = "authority,kind,fieldwork_start,published,leaders,help_protection\n" +
	"Leeds,ilacs-short,2026-06-08,2026-07-20,good,requires_improvement\n"

// listHelp says how a list is written.
type listHelp struct {
	Columns []listColumn
	Kinds   []codeName
	Scales  []listScale
	Example string
}

// listColumn is a column that a list may have.
type listColumn struct{ Name, Needed, Holds string }

// codeName is what a cell may hold, and what it means.
type codeName struct{ Code, Name string }

// listScale is the grades that judgements of one scale can have.
type listScale struct {
	Name   string
	Grades []codeName
}

// The three ways to say whose inspection it was. One of them must be there.
const needsCouncil = "One of the three for the council"

// listColumns says of every column but those of the grades of councils what it holds.
var listColumns = map[string]listColumn{
	"urn":             {Needed: needsCouncil, Holds: "The council’s number at Ofsted, such as 80481"},
	"authority_code":  {Needed: needsCouncil, Holds: "The local authority code, such as 383"},
	"authority":       {Needed: needsCouncil, Holds: "The council’s name, such as Leeds"},
	"kind":            {Needed: "Yes", Holds: "The kind of inspection: its code or its name, as listed below"},
	"fieldwork_start": {Needed: "Yes", Holds: "The day on which inspectors began: 2026-06-08 or 08/06/2026"},
	"fieldwork_end":   {Needed: "No", Holds: "The day on which they ended, written in the same way"},
	"published":       {Needed: "For a new inspection", Holds: "The day of publication, written in the same way"},
	"published_basis": {Needed: "No", Holds: "How that day is known: “printed” if the report prints it, “listing” if it is from a list of reports. Empty if the list does not say"},
	"report_address":  {Needed: "No", Holds: "The address of the report. It begins with https://"},
	"send_outcome":    {Needed: "If there is one", Holds: "Outcome of an area SEND inspection: its code or its name, as listed below"},
	"lead_inspector":  {Needed: "No", Holds: "The name of the lead inspector"},
}

// listHelpOf describes the columns, kinds and grades as the frameworks have them.
func listHelpOf(catalogue *inspection.Catalogue) listHelp {
	help := listHelp{Example: listExample}
	names := map[string]string{}
	seen := map[string]bool{}
	for _, f := range catalogue.Frameworks() {
		for _, strand := range f.Strands {
			if _, named := names[strand.Code]; !named || len(f.Kinds) > 0 && f.Kinds[0].Full { // full inspections name it best
				names[strand.Code] = strand.Short
			}
			scale, ok := catalogue.Scale(strand.Scale)
			if !ok || seen[scale.Code] {
				continue
			}
			seen[scale.Code] = true
			one := listScale{Name: capital(scale.Name)}
			if f.Outcome {
				one.Name = capital(f.PlainName) + " (send_outcome)"
			}
			for _, g := range scale.Grades {
				one.Grades = append(one.Grades, codeName{g.Code, g.Name})
			}
			help.Scales = append(help.Scales, one)
		}
	}
	for _, name := range exchange.EnglandColumns() {
		column, ok := listColumns[name]
		if !ok {
			column = listColumn{Needed: "If it was given", Holds: "Grade for " + names[name] + ": its code or its name, as listed below"}
		}
		column.Name = name
		help.Columns = append(help.Columns, column)
	}
	for _, k := range catalogue.Kinds() {
		help.Kinds = append(help.Kinds, codeName{k.Code, k.Name})
	}
	return help
}
