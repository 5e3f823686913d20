package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// namesNobody is the field of a form whose sender says that no child, family or case is named in it.
const namesNobody = "names_nobody"

// personalQuestion is the error of a form in which something looks as if it named a child. It is answered with the question
// whether it does, and the form ready to be sent again as it is.
type personalQuestion struct {
	values url.Values
	found  []inspection.Suspicion
}

func (q *personalQuestion) Error() string { return "a form looks as if it named a child" }

// namesNoChild asks back where a form holds what looks as if it named a child, unless its sender has said that it does not.
func (s *Server) namesNoChild(c *gin.Context, values url.Values) error {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		texts = append(texts, values[name]...)
	}
	return s.textsNameNoChild(c, values, texts)
}

// mostSuspicions is how many pieces of texts a sender is asked about at once.
const mostSuspicions = 20

// textsNameNoChild asks back, as namesNoChild does, where only some of what a form brings was written here.
func (s *Server) textsNameNoChild(c *gin.Context, values url.Values, texts []string) error {
	if values.Get(namesNobody) == "yes" {
		return nil
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	q := &personalQuestion{values: values}
	for _, text := range texts {
		q.found = append(q.found, inspection.Suspicions(text, known.names, s.today())...)
		if len(q.found) >= mostSuspicions {
			break
		}
	}
	if len(q.found) == 0 {
		return nil
	}
	s.log.InfoContext(c.Request.Context(), "asked whether a form names a child", "route", c.FullPath())
	return q
}

// personalAskPage asks whether a form names a child.
type personalAskPage struct {
	Page
	Address string
	Found   []inspection.Suspicion
	Hidden  []carried
}

func (s *Server) askPersonal(c *gin.Context, q *personalQuestion) error {
	page := personalAskPage{Page: s.base(c, "Error: Does this name a child?"), Address: c.Request.URL.RequestURI(), Found: q.found}
	page.AsOf = nil
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		for _, value := range q.values[name] {
			page.Hidden = append(page.Hidden, carried{name, value})
		}
	}
	page.Hidden = append(page.Hidden, carried{namesNobody, "yes"})
	return s.render(c, http.StatusUnprocessableEntity, "personal_ask", page)
}

// names reports whether a word, in lower case, is part of the name of a body.
func (d *registerData) names(word string) bool { return d.nameWords[word] }

func wordsOfNames(bodies []inspection.Body) map[string]bool {
	words := map[string]bool{}
	for _, b := range bodies {
		for word := range strings.FieldsSeq(strings.ToLower(b.Name)) {
			words[strings.Trim(word, ".,()")] = true
		}
	}
	return words
}
