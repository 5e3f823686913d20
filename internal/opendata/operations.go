package opendata

import (
	"reflect"
	"sync"
)

var problemType = reflect.TypeFor[Problem]()

// Operations is the table of everything that programs can ask or do, in the order in which documents list it.
func Operations() []Operation {
	table.Do(func() {
		table.all = append([]Operation{
			home(), authorities(), places(), oneAuthority(), nextInspection(),
			inspections(), oneInspection(),
			recommendations(), oneRecommendation(), themes(), recurrence(), actions(), oneAction(),
			scrutiny(), committees(), meetings(),
			milestones(), sources(), oneSource(), gaps(), frameworks(), glossary(), workingDays(),
			england(), englandMap(), journeys(), journeyAuthorities(), compare(), askedOthers(), reorganisations(),
			searching(), changes(),
			index(), dictionary(), openAPI(), dump(),
		}, writing()...)
	})
	return table.all
}

// table is made when it is first asked for: what answers operations asks for it too.
var table struct {
	sync.Once
	all []Operation
}
