package opendata

import (
	"net/http"
	"strconv"

	"inspectiontimeline/internal/inspection"
)

// pageParameter asks for one page of a list.
var pageParameter = Parameter{Name: "page", Summary: "Number of the page of the list, from 1", Kind: NumberValue}

// perPage is how many items a page of a list holds, as the pages do.
const perPage = 50

// listOf returns one page of a list of which everything is at hand.
func listOf[T any](c *Call, items []T, total, pages int) (List[T], error) {
	pages = max(pages, 1)
	number := c.number(pageParameter.Name, 1)
	if number > pages {
		return List[T]{}, pastTheLast(number, pages)
	}
	if items == nil {
		items = []T{}
	}
	out := List[T]{
		Self: c.self(), Page: c.page(), AsItStoodOn: c.Day().ISO(), Total: total, PageNumber: number, Pages: pages, Items: items,
	}
	if number < pages {
		out.Next = address(c.self(pageParameter.Name, strconv.Itoa(number+1)))
	}
	if number > 1 {
		before := ""
		if number > 2 {
			before = strconv.Itoa(number - 1)
		}
		out.Prev = address(c.self(pageParameter.Name, before))
	}
	return out, nil
}

// whole returns a list that has one page.
func whole[T any](c *Call, items []T) (List[T], error) { return listOf(c, items, len(items), 1) }

// cut returns one page of all that there is.
func cut[T any](c *Call, all []T, size int) (List[T], error) {
	pages := pagesOf(len(all), size)
	first := min((c.number(pageParameter.Name, 1)-1)*size, len(all))
	return listOf(c, all[first:min(first+size, len(all))], len(all), pages)
}

func pagesOf(total, size int) int { return max(1, (total+size-1)/size) }

// pastTheLast says that a list has no such page.
func pastTheLast(number, pages int) error {
	return &Refusal{
		Status: http.StatusNotFound, Title: "There is no such page",
		Faults: []Fault{{Field: pageParameter.Name, Words: "There is no page " + strconv.Itoa(number) + ": this list has " + inspection.CountWords(pages, "page", "pages")}},
	}
}
