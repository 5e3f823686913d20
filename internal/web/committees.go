package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// committeeListPage is where officers keep the bodies that decide and scrutinise, their meetings, and the posts that own
// the work. Nothing is removed from it: what has ended stays, with its last day.
type committeeListPage struct {
	Page
	Saved      string
	Deciders   []deciderView
	Bodies     keptTable
	ToCome     []meetingView
	Past       []meetingView
	Posts      keptTable
	AddBody    []letterBox
	AddMeeting []letterBox
	AddPost    []letterBox
	NoMeeting  string // why no meeting can be added; empty where one can
}

// deciderView says which body decides on one council's areas to improve.
type deciderView struct {
	Council string
	Words   string
	Missing bool
}

// keptTable lists bodies or posts with their first and last days.
type keptTable struct {
	Caption string
	Heads   [2]string // of the name and of whose it is
	Kinds   bool      // whether it says what each does
	Rows    []keptView
}

// keptView is a body or a post as it is kept.
type keptView struct {
	Name    string
	Address string
	Of      string
	Does    string
	From    string
	Until   string // empty while no last day is recorded
	Ending  endingForm
}

// endingForm asks for the last day of a body or a post.
type endingForm struct {
	ID      string
	Name    string
	Address string // of the form
	Box     letterBox
}

type meetingView struct {
	When      string
	Committee string
	Papers    string
}

// committeesSaved are the words after something was recorded.
var committeesSaved = map[string]string{
	"body": "The body is recorded.", "meeting": "The meeting is recorded.", "post": "The post is recorded.", "end": "Its last day is recorded.",
}

// committeesData is what the pages about bodies and their meetings show.
type committeesData struct {
	naming
	known    *registerData
	meetings []inspection.Meeting // the latest first
}

// committees reads the committees, meetings and posts of some bodies; of all where none is named.
func (s *Server) committees(c *gin.Context, bodies []string) (data committeesData, err error) {
	known, err := s.register(c)
	if err != nil {
		return data, err
	}
	ctx := c.Request.Context()
	data.known = known
	if data.naming, err = namesOf(ctx, s.store, known.bodies, bodies...); err != nil {
		return data, err
	}
	data.meetings, err = s.store.Meetings(ctx, bodies)
	slices.SortStableFunc(data.meetings, func(a, b inspection.Meeting) int { return b.On.Compare(a.On) })
	return data, err
}

func (s *Server) listCommittees(c *gin.Context) error {
	return s.showCommittees(c, http.StatusOK, "", url.Values{}, nil)
}

// showCommittees shows the page; after a form that could not be taken, with that form's own words in its boxes.
func (s *Server) showCommittees(c *gin.Context, status int, form string, values url.Values, problems inspection.Problems) error {
	data, err := s.committees(c, nil)
	if err != nil {
		return err
	}
	home := s.home(c.Request.Context())
	record, err := s.store.Record(c.Request.Context(), home)
	if err != nil {
		return err
	}
	page := committeeListPage{
		Page: s.officerBase(c, "Bodies, meetings and posts"), Saved: committeesSaved[c.Query("saved")],
		Deciders: deciders(record.Members(home), placesOf(record), data.committees, s.today()),
		Bodies:   keptTable{Caption: "The bodies that decide or scrutinise", Heads: [2]string{"Body", "Of"}, Kinds: true},
		Posts:    keptTable{Caption: "The posts that own areas to improve and actions", Heads: [2]string{"Post", "In"}},
	}
	page.wrong(inForm(form, values.Get("id"), problems))
	for _, one := range data.committees {
		page.Bodies.Rows = append(page.Bodies.Rows, keptView{
			Name: one.Name, Address: one.Address, Of: data.body(one.BodyID), Does: doesWords(one),
			From: dayText(one.From), Until: dayText(one.Until), Ending: endingForm{one.ID, one.Name, "/committees/ends", page.endBox("end-body", one.ID, values)},
		})
	}
	for _, met := range data.meetings {
		view := meetingView{When: met.On.Words(), Committee: data.committeeOf(met.CommitteeID), Papers: met.Address}
		if met.On.Before(s.today()) {
			page.Past = append(page.Past, view)
		} else {
			page.ToCome = slices.Insert(page.ToCome, 0, view)
		}
	}
	for _, post := range data.posts {
		page.Posts.Rows = append(page.Posts.Rows, keptView{
			Name: post.Name, Of: data.body(post.BodyID), From: dayText(post.From), Until: dayText(post.Until),
			Ending: endingForm{post.ID, post.Name, "/committees/posts/ends", page.endBox("end-post", post.ID, values)},
		})
	}
	page.addForms(data, form, values, s.today())
	page.Problems = inBoxOrder(page.Problems, slices.Concat(page.AddBody, page.AddMeeting, page.AddPost)...)
	return s.render(c, status, "committee_list", page)
}

// inForm names the field of each problem as the page does, on which several forms have boxes of one name.
func inForm(form, id string, problems inspection.Problems) inspection.Problems {
	out := slices.Clone(problems)
	for i := range out {
		out[i].Field = boxID(form, id, out[i].Field)
	}
	return out
}

// boxID returns the ID of a box. The slash in a post's own would be written otherwise in a link.
func boxID(form, id, field string) string {
	if id != "" {
		return form + "." + strings.ReplaceAll(id, "/", ".") + "." + field
	}
	return form + "." + field
}

// endBox asks for the last day of a body or a post.
func (p *committeeListPage) endBox(form, id string, values url.Values) letterBox {
	box := letterBox{Name: "until", ID: boxID(form, id, "until"), Label: "Its last day", Hint: "Like 31 March 2027", Type: "text", Short: true}
	box.Problem = p.Problem(box.ID)
	if values.Get("id") == id {
		box.Value = values.Get("until")
	}
	return box
}

func (p *committeeListPage) addForms(data committeesData, form string, sent url.Values, today inspection.Date) {
	box := func(of, name, kind, label, hint string) letterBox {
		one := letterBox{Name: name, ID: boxID(of, "", name), Label: label, Hint: hint, Type: kind}
		one.Problem = p.Problem(one.ID)
		if of == form {
			one.Value = sent.Get(name)
		}
		return one
	}
	short := func(one letterBox) letterBox { one.Short = true; return one }
	p.AddBody = []letterBox{
		box("body", "name", "text", "Name of the body", "Such as Improvement board, Cabinet or Children’s scrutiny committee"),
		box("body", "body", "select", "The council or place that it belongs to", "A body of a place acts for each of its councils.").choosing(data.known.homeFirst(councilOptions(data.known.near(sent.Get("body")), today))),
		box("body", "kind", "select", "What it does", "A body that decides agrees new dates and closes areas to improve. Scrutiny says what it thinks, and decides nothing.").choosing(kindsOfCommittee()),
		short(box("body", "from", "text", "Its first day", "Like 1 April 2026. Leave this empty where it is not known.")),
		box("body", "address", "url", "Its page on the web", "Not needed"),
	}
	p.AddMeeting = []letterBox{
		box("meeting", "body", "select", "The body that meets", "").choosing(data.committeeOptions(today)),
		short(box("meeting", "on", "text", "The day of the meeting", "Past or to come, like 3 March 2027")),
		box("meeting", "address", "url", "Address of its papers", "Not needed"),
	}
	p.AddPost = []letterBox{
		box("post", "name", "text", "Name of the post", "A post and never a person, such as Head of quality"),
		box("post", "body", "select", "The body that the post is in", "").choosing(data.known.homeFirst(anyBodyOptions(data.known.near(sent.Get("body")), today))),
		short(box("post", "from", "text", "Its first day", "Leave this empty where it is not known.")),
	}
	if len(p.AddMeeting[0].Groups) < 2 {
		p.NoMeeting = "Record the body first: a meeting is of one that is recorded here and sits today."
	}
}

// choosing gives a box its options, with an empty one before them, and chooses the one that the box holds.
func (b letterBox) choosing(groups []optionGroup) letterBox {
	b.Groups = []optionGroup{{Options: []selectOption{{Name: "Choose"}}}}
	for _, group := range groups {
		group.Options = slices.Clone(group.Options)
		for i := range group.Options {
			group.Options[i].Chosen = b.Value != "" && group.Options[i].Value == b.Value
		}
		if len(group.Options) > 0 {
			b.Groups = append(b.Groups, group)
		}
	}
	return b
}

// What a body does, as the form sends it.
const (
	decidesKind     = "decides"
	scrutinisesKind = "scrutinises"
	bothKinds       = "both"
)

func kindsOfCommittee() []optionGroup {
	return []optionGroup{{Options: []selectOption{
		{Value: decidesKind, Name: "It decides"}, {Value: scrutinisesKind, Name: "It scrutinises"}, {Value: bothKinds, Name: "It does both"},
	}}}
}

// councilOptions lists the places and councils whose bodies are recorded.
func councilOptions(bodies []inspection.Body, today inspection.Date) []optionGroup {
	return slices.DeleteFunc(bodyOptions(bodies, today), func(g optionGroup) bool { return g.Heading == "Providers" })
}

// anyBodyOptions lists every body: also the partnerships.
func anyBodyOptions(bodies []inspection.Body, today inspection.Date) []optionGroup {
	partnerships := optionGroup{Heading: "Partnerships"}
	for _, b := range bodies {
		if b.Kind == inspection.Partnership {
			partnerships.Options = append(partnerships.Options, selectOption{Value: b.ID, Name: b.Name})
		}
	}
	return append(bodyOptions(bodies, today), partnerships)
}

// committeeOf names a committee with whose it is, since several councils have one of the same name.
func (d committeesData) committeeOf(id string) string {
	for _, one := range d.committees {
		if one.ID == id {
			return one.Name + ", " + d.body(one.BodyID)
		}
	}
	return id
}

// committeeOptions lists the bodies that sit on a day.
func (d committeesData) committeeOptions(day inspection.Date) []optionGroup {
	var out optionGroup
	for _, one := range d.committees {
		if one.SitsOn(day) {
			out.Options = append(out.Options, selectOption{Value: one.ID, Name: d.committeeOf(one.ID)})
		}
	}
	slices.SortFunc(out.Options, func(a, b selectOption) int { return cmp.Compare(a.Name, b.Name) })
	return []optionGroup{out}
}

func doesWords(one inspection.Committee) string {
	switch {
	case one.Decides && one.Scrutinises:
		return "Decides and scrutinises"
	case one.Decides:
		return "Decides"
	}
	return "Scrutinises"
}

// placesOf returns the places of each authority of a record.
func placesOf(r *inspection.Record) map[string][]string {
	out := map[string][]string{}
	for _, m := range r.PlaceMembers {
		out[m.AuthorityID] = append(out[m.AuthorityID], m.PlaceID)
	}
	return out
}

// deciders says for each council which body decides on its areas to improve. Where none is recorded nothing can be
// closed, and the page says so.
func deciders(councils []inspection.Body, places map[string][]string, committees []inspection.Committee, day inspection.Date) []deciderView {
	var out []deciderView
	for _, council := range councils {
		var names []string
		for _, one := range committees {
			of := one.BodyID == council.ID || slices.Contains(places[council.ID], one.BodyID)
			if of && one.Decides && one.SitsOn(day) {
				names = append(names, one.Name)
			}
		}
		view := deciderView{Council: council.Name}
		switch len(names) {
		case 0:
			view.Missing = true
			view.Words = "No body is recorded that agrees new dates and closes areas to improve. Until one is, nothing can be closed."
		case 1:
			view.Words = names[0] + " agrees new dates and closes areas to improve."
		default:
			view.Words = inspection.ListWords(names) + " agree new dates and close areas to improve; the plan of each area names which."
		}
		out = append(out, view)
	}
	return out
}

// saveOne takes one of the page's forms. What is to be saved is read first, since nothing is saved of a form in which a day
// cannot be read.
func (s *Server) saveOne(c *gin.Context, form, saved, place string, read func(*draftForm) func(inspection.Actor) error) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	sent := &draftForm{values: values}
	if save := read(sent); len(sent.problems) == 0 {
		err = save(by)
	}
	return s.afterSaving(c, "/committees?saved="+saved+"#"+place, err, sent.problems, func(problems inspection.Problems) error {
		return s.showCommittees(c, http.StatusUnprocessableEntity, form, values, problems)
	})
}

func (s *Server) addCommittee(c *gin.Context) error {
	return s.saveOne(c, "body", "body", "bodies", func(f *draftForm) func(inspection.Actor) error {
		kind := f.line("kind")
		committee := inspection.Committee{
			Name: f.line("name"), BodyID: f.line("body"), Address: f.address("address"), From: f.day("from", "the first day"),
			Decides: kind == decidesKind || kind == bothKinds, Scrutinises: kind == scrutinisesKind || kind == bothKinds,
		}
		return func(by inspection.Actor) error {
			held, err := s.store.Committees(c.Request.Context(), []string{committee.BodyID})
			if err != nil {
				return err
			}
			if slices.ContainsFunc(held, func(one inspection.Committee) bool { return one.Name == committee.Name && !one.Until.Known() }) {
				return inspection.Problems{{Field: "name", Words: "This body is recorded already: it stands in the list above"}}
			}
			_, err = s.store.SaveCommittee(c.Request.Context(), by, committee)
			return err
		}
	})
}

func (s *Server) addMeeting(c *gin.Context) error {
	return s.saveOne(c, "meeting", "meeting", "meetings", func(f *draftForm) func(inspection.Actor) error {
		meeting := inspection.Meeting{CommitteeID: f.line("body"), On: f.day("on", "the day of the meeting"), Address: f.address("address")}
		return func(by inspection.Actor) error {
			_, err := s.store.SaveMeeting(c.Request.Context(), by, meeting)
			return err
		}
	})
}

func (s *Server) addPost(c *gin.Context) error {
	return s.saveOne(c, "post", "post", "posts", func(f *draftForm) func(inspection.Actor) error {
		post := inspection.Post{Name: f.line("name"), BodyID: f.line("body"), From: f.day("from", "the first day")}
		return func(by inspection.Actor) error {
			held, err := s.store.Posts(c.Request.Context(), []string{post.BodyID})
			if err != nil {
				return err
			}
			// The same words are the same post: saving it again would take away its last day.
			if id := inspection.PostID(post.BodyID, post.Name); slices.ContainsFunc(held, func(one inspection.Post) bool { return one.ID == id }) {
				return inspection.Problems{{Field: "name", Words: "This post is recorded already: give a new one another name"}}
			}
			_, err = s.store.SavePost(c.Request.Context(), by, post)
			return err
		}
	})
}

func (s *Server) endCommittee(c *gin.Context) error {
	return s.endOne(c, "end-body", "bodies", s.store.EndCommittee)
}

func (s *Server) endPost(c *gin.Context) error {
	return s.endOne(c, "end-post", "posts", s.store.EndPost)
}

func (s *Server) endOne(c *gin.Context, form, place string, end func(context.Context, inspection.Actor, string, inspection.Date) error) error {
	return s.saveOne(c, form, "end", place, func(f *draftForm) func(inspection.Actor) error {
		id, until := f.line("id"), f.day("until", "its last day")
		return func(by inspection.Actor) error { return end(c.Request.Context(), by, id, until) }
	})
}
