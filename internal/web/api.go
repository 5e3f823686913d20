package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/opendata"
)

// apiRoutes registers the interface for programs: every operation that reads, from the table from which it is described too.
func (s *Server) apiRoutes(r router) {
	r.get("/open-data", auth.ReadPublic, s.page(s.showOpenData, reads{}))
	dump, _ := opendata.Find("dump")
	r.get(dump.RoutePath(), auth.ReadPublic, s.sendDump(dump))
	preflight := map[string]bool{}
	for _, operation := range opendata.Operations() {
		if !operation.Reads() || operation.Needs != "" { // those are where programs write
			continue
		}
		r.get(operation.RoutePath(), auth.ReadPublic, s.operation(operation))
		if !preflight[operation.RoutePath()] {
			preflight[operation.RoutePath()] = true
			r.register(http.MethodOptions, operation.RoutePath(), auth.Anything, s.preflight)
		}
	}
}

// tooManyDumps answers while others wait for the record already.
var tooManyDumps = &turnedAway{&refusal{status: http.StatusServiceUnavailable, heading: "The record is being written out for others", words: []string{
	"Ask again in a minute.",
}}, toFirstPage, 60}

// sendDump hands out the whole public record as one file. It is made for everybody, whoever asks, and written out before the
// first of it is sent, so that what cannot be made is a problem and no half a file.
func (s *Server) sendDump(o opendata.Operation) gin.HandlerFunc {
	return func(c *gin.Context) {
		if s.forEverybody(c) {
			shared(c)
		}
		begun, err := s.writeDump(c, o)
		switch {
		case err == nil:
		case !begun:
			s.problem(c, err).send(c.Writer, c.Request)
		case c.Request.Context().Err() != nil: // the reader has gone
		default:
			// Half a file must not pass for a whole one: the connection breaks off.
			s.log.ErrorContext(c.Request.Context(), "the dump broke off", "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}

// writeDump reports whether it has begun to send.
func (s *Server) writeDump(c *gin.Context, o opendata.Operation) (begun bool, err error) {
	if err := s.unhurried(c); err != nil {
		return false, err
	}
	if faults := o.Unknown(c.Request.URL.Query()); len(faults) > 0 {
		return false, &opendata.Refusal{Faults: faults}
	}
	header := c.Writer.Header()
	if c.Request.Method == http.MethodHead {
		header.Set("Content-Type", opendata.DumpType)
		return true, nil
	}
	made, err := s.dumps.take(c.Request.Context()) // it reads all of the record: one at a time
	if errors.Is(err, errNoTurn) {
		err = tooManyDumps
	}
	if err != nil {
		return false, err
	}
	var dump *opendata.Dump
	err = wherever(func(c *gin.Context) (err error) {
		dump, err = opendata.MakeDump(c.Request.Context(), s.interfaceFor(c))
		return err
	})(c)
	made()
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, dump.Close()) }()
	header.Set("Content-Type", opendata.DumpType)
	header.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "inspection-timeline-"+s.today().ISO()+".zip"))
	header.Set("Cache-Control", neverKept[0])
	c.Writer.WriteHeader(http.StatusOK)
	_, err = dump.WriteTo(&unhurriedWriter{c.Writer, http.NewResponseController(c.Writer)})
	return true, err
}

// unhurriedWriter gives each part of a long answer the time that an export has for a part.
type unhurriedWriter struct {
	io.Writer
	control *http.ResponseController
}

func (w *unhurriedWriter) Write(p []byte) (int, error) {
	// Nothing sets a time where there is no connection, and then nobody waits.
	if err := w.control.SetWriteDeadline(time.Now().Add(exportTakes)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return w.Writer.Write(p)
}

// operation answers a question of a program. Answers for everybody are kept as pages are; what somebody sees who is known is
// made for them alone.
func (s *Server) operation(o opendata.Operation) gin.HandlerFunc {
	chosen, free := o.Chosen()
	slices.Sort(chosen)
	known := reads{chosen: chosen, free: free}
	return func(c *gin.Context) {
		if s.forEverybody(c) {
			shared(c)
		}
		r, err := s.operationAnswer(c, o, known)
		if err != nil {
			r = s.problem(c, err)
		}
		if s.signInRequired {
			unkept := *r
			unkept.unkept = true
			r = &unkept
		}
		r.send(c.Writer, c.Request)
	}
}

func (s *Server) operationAnswer(c *gin.Context, o opendata.Operation, known reads) (*response, error) {
	// A part of the address that is not known must not be passed over, which what is kept under the known ones would do.
	if faults := o.Unknown(c.Request.URL.Query()); len(faults) > 0 {
		return nil, s.unhurriedOr(c, &opendata.Refusal{Faults: faults})
	}
	return s.cached(c, func(c *gin.Context) error { return s.answerOperation(c, o) }, known)
}

func (s *Server) answerOperation(c *gin.Context, o opendata.Operation) error {
	eyes, err := s.changeEyes(c)
	if err != nil {
		return err
	}
	asked := opendata.Asked{Reader: eyes.Reader, Officer: eyes.Officer, Path: map[string]string{}, Query: c.Request.URL.Query()}
	for _, one := range c.Params {
		asked.Path[one.Key] = one.Value
	}
	document, err := o.Ask(c.Request.Context(), s.interfaceFor(c), asked)
	if err != nil {
		return err
	}
	if o.Notes != "" {
		for _, id := range asked.Path {
			if err := s.noteInternal(c, o.Notes, id); err != nil {
				return err
			}
		}
	}
	return answerJSON(c, http.StatusOK, "application/json", document)
}

// interfaceFor returns what operations are answered from: the database, and what the pages keep of it in memory.
func (s *Server) interfaceFor(c *gin.Context) *opendata.Interface {
	return &opendata.Interface{
		Store: s.store, Home: s.home(c.Request.Context()), Address: s.publicAddress(), Today: s.today,
		Bodies: func(ctx context.Context) ([]inspection.Body, error) {
			known, err := s.registerData(ctx)
			if err != nil {
				return nil, err
			}
			return known.bodies, nil
		},
		Rules: func(ctx context.Context) (*inspection.Catalogue, error) {
			known, err := s.registerData(ctx)
			if err != nil {
				return nil, err
			}
			return known.catalogue, nil
		},
		England: func(ctx context.Context) (*inspection.England, error) {
			known, err := s.referenceData(ctx)
			if err != nil {
				return nil, err
			}
			return known.england, nil
		},
	}
}

// publicAddress is that of the service, without a slash at its end; empty where none is set, and addresses then begin at the
// root of whatever host was asked.
func (s *Server) publicAddress() string {
	return strings.TrimRight(cmp.Or(s.doors.address, s.doors.prefix), "/")
}

// answerJSON leaves a document as the answer.
func answerJSON(c *gin.Context, status int, kind string, document any) error {
	body, err := encoded(document)
	if err != nil {
		return fmt.Errorf("write a document: %w", err)
	}
	c.Set(answered, newResponse(status, kind, body, brotli.DefaultCompression))
	return nil
}

func encoded(document any) ([]byte, error) {
	var out bytes.Buffer
	err := opendata.Encode(&out, document)
	return out.Bytes(), err
}

// problem answers what goes wrong for programs, as problem details (RFC 9457). Nothing of it is kept.
func (s *Server) problem(c *gin.Context, err error) *response {
	said := s.problemOf(c, err)
	body, err := encoded(said)
	if err != nil { // it is made of texts and numbers
		body = []byte("{}\n")
	}
	r := newResponse(said.Status, opendata.ProblemType, body, brotli.DefaultCompression)
	r.unkept = true
	return r
}

func (s *Server) problemOf(c *gin.Context, err error) opendata.Problem {
	var away *turnedAway
	var refused *refusal
	var elsewhere *detour
	var personal *personalQuestion
	said, expected := opendata.ProblemOf(err)
	switch {
	case errors.As(err, &elsewhere):
		said = plainProblem(http.StatusUnauthorized, tokenFirst.heading, strings.Join(tokenFirst.words, " "))
	case errors.As(err, &refused): // of the doors too
		if errors.As(err, &away) && away.after > 0 {
			c.Header("Retry-After", fmt.Sprint(away.after))
		}
		said = plainProblem(refused.status, refused.heading, strings.Join(refused.words, " "))
	case errors.Is(err, errMethod):
		said = plainProblem(http.StatusMethodNotAllowed, "This address cannot be asked in this way",
			"The header Allow names the methods that it takes. Nothing has been changed.")
	case errors.As(err, &personal):
		said = plainProblem(http.StatusUnprocessableEntity, "This looks like something about a person",
			"What you sent may name a child or tell of a case. Look at it, and send it on the page, where it can be confirmed. Nothing has been changed.")
	case !expected:
		said.Detail += " " + tellReference(c.Request.Context())
		s.log.ErrorContext(c.Request.Context(), "request failed", "path", loggedPath(c.Request.URL), "error", err)
	}
	return said
}

func plainProblem(status int, title, detail string) opendata.Problem {
	return (&opendata.Refusal{Status: status, Title: title, Detail: detail}).Problem()
}

// forEverybody reports whether a request is answered as everybody would be: it brings no token and nobody is known by it.
func (s *Server) forEverybody(c *gin.Context) bool {
	return !s.signInRequired && c.GetHeader("Authorization") == "" && s.reader(c) == inspection.ForPublic
}

// shared lets pages of other sites read an answer that is for everybody. They bring no cookie and so are told what a visitor is.
func shared(c *gin.Context) {
	header := c.Writer.Header()
	header["Access-Control-Allow-Origin"] = []string{"*"}
	header["Access-Control-Expose-Headers"] = []string{"ETag, Retry-After"}
	header["Cross-Origin-Resource-Policy"] = []string{"cross-origin"}
}

// preflight tells a browser what pages of other sites may ask here.
func (s *Server) preflight(c *gin.Context) {
	header := c.Writer.Header()
	header["Allow"] = []string{"GET, HEAD, OPTIONS"}
	if !s.signInRequired {
		shared(c)
		header["Access-Control-Allow-Methods"] = []string{"GET, HEAD"}
		header["Access-Control-Allow-Headers"] = []string{"If-None-Match"}
		header["Access-Control-Max-Age"] = []string{"86400"}
	}
	c.Status(http.StatusNoContent)
}

// openDataShowPage says what the data of the record can be had as: the interface for programs, files, feeds, with their licence
// and the meaning of each field.
type openDataShowPage struct {
	Page
	Root        string // full address of the interface
	Examples    []openDataExample
	StandIn     string // what stands for the service's address in examples; empty where its own does
	Groups      []openDataGroup
	Records     []opendata.DictionaryRecord
	Follow      feedLinks
	Licence     outsideLink
	Attribution string
	Required    bool // whether everything needs an account
}

// openDataExample is a question in the words of a reader, with the command that asks it.
type openDataExample struct{ Question, Command, Address string }

// openDataGroup is a part of the operations.
type openDataGroup struct {
	Name       string
	Operations []openDataOperation
}

// openDataOperation is one operation as people read of it.
type openDataOperation struct {
	ID         string
	Summary    string
	Words      string
	Method     string
	Path       string
	Try        string // address that can be followed; empty where one has to say for what first
	Token      bool
	Parameters []openDataParameter
}

// openDataParameter is one thing that an operation is asked with.
type openDataParameter struct{ Name, Summary, Values string }

func (s *Server) showOpenData(c *gin.Context) error {
	page := openDataShowPage{
		Page: s.base(c, "Open data"), Root: s.publicAddress() + opendata.Root, Records: opendata.Dictionary(), Follow: s.feedLinks(inspection.Body{}),
		Licence: outsideLink{Name: opendata.LicenceName, Address: opendata.LicenceAddress, Where: "The National Archives"}, Attribution: opendata.Attribution,
		Required: s.signInRequired,
	}
	if s.doors.address == "" {
		page.StandIn = standInAddress
	}
	for _, one := range []struct{ question, path string }{
		{"What did inspectors last say of our councils?", "/home"},
		{"Which full inspections were published in 2022?", "/inspections?" + url.Values{"year": {"2022"}, "kind": {"ilacs-standard"}}.Encode()},
		{"Which areas to improve are open, and where does each stand?", "/recommendations?" + url.Values{"show": {"open"}}.Encode()},
		{"Where did every authority stand on 31 March 2024?", "/england/map?" + url.Values{asAt: {"2024-03-31"}}.Encode()},
	} {
		at := opendata.Root + one.path
		page.Examples = append(page.Examples, openDataExample{one.question, "curl '" + s.exampleAddress() + at + "'", at})
	}
	for _, name := range opendata.Groups() {
		group := openDataGroup{Name: name}
		for _, o := range opendata.Operations() {
			if o.Group == name {
				group.Operations = append(group.Operations, openDataOperationOf(o))
			}
		}
		page.Groups = append(page.Groups, group)
	}
	return s.render(c, http.StatusOK, "open_data_show", page)
}

// standInAddress stands for the service's own in examples where no public address is set. The page is kept for everybody, so
// the host that one request named may not stand on it.
const standInAddress = "https://timeline.example"

// exampleAddress is the public address or, where none is set, one that stands for it.
func (s *Server) exampleAddress() string {
	if s.doors.address != "" {
		return s.publicAddress()
	}
	return standInAddress + s.publicAddress()
}

func openDataOperationOf(o opendata.Operation) openDataOperation {
	out := openDataOperation{
		ID: "operation-" + strings.ReplaceAll(o.Name, "_", "-"), Summary: o.Summary, Words: o.Words, Method: o.HTTPMethod(), Path: opendata.Root + o.Path, Token: o.Needs != "",
	}
	needs := false
	for _, p := range o.Parameters {
		one := openDataParameter{Name: p.Name, Summary: p.Summary + ".", Values: strings.Join(p.OneOf, ", ")}
		if p.At != "" {
			one.Summary += " The values are listed at " + opendata.Root + p.At + "."
		}
		needs = needs || p.InPath || p.Name == "q" && o.Name == "search"
		out.Parameters = append(out.Parameters, one)
	}
	if !needs && !out.Token && out.Method == http.MethodGet {
		out.Try = out.Path
	}
	return out
}
