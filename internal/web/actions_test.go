package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
)

// acts records an action that serves the item and its twin, and returns its address.
func (d *itemDesk) acts(audience string) string {
	d.t.Helper()
	to := led(d.t, sendsAs(d.t, d.Server, anOfficer, "/actions/new", d.anAction("audience", audience)))
	address, saved, _ := strings.Cut(to, "?")
	if !strings.HasPrefix(address, "/actions/") || saved != "saved=action#saved" {
		d.t.Fatalf("the action leads to %s", to)
	}
	return address
}

// recordedAction records an action of a service on which nothing else is recorded, and returns its address.
func recordedAction(t testing.TB, s *Server) string {
	t.Helper()
	post, err := s.store.SavePost(t.Context(), anOfficer, inspection.Post{BodyID: theTrust, Name: "Director of practice"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.store.SaveAction(t.Context(), anOfficer, inspection.Action{
		Words: "Train every team manager", OwnerID: post.ID, LeadBodyID: theTrust, Due: inspection.MustDate("2026-12-15"), References: []string{anItem},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	return actionAddress(a.ID)
}

func (d *itemDesk) anAction(changes ...string) url.Values {
	return with(form("words", "Train every team manager", "references", anItem+"\r\n"+itsTwin, "owner", d.owner, "lead_body", theTrust,
		"due", "15 December 2026", "state", "under_way", "audience", "public"), changes...)
}

func TestOneActionServesAreasOfBothCouncilsAndOneUpdateCountsForAll(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		blank := sees(t, d.Server, "/actions/new?reference="+anItem)
		says(t, blank, http.StatusOK, "Record an action", "No names of children", "Director of practice")
		address := d.acts("public")
		says(t, sees(t, d.Server, address+"?saved=action"), http.StatusOK, "The action is saved.", "Train every team manager", anItem, itsTwin,
			"North Northamptonshire", "West Northamptonshire", "Under way, by its owner’s word", "Add an update", "Change this action")
		led(t, sendsAs(t, d.Server, anOfficer, address+"/updates", form("on", "20 November 2026", "words", "Nine of twelve are trained", "audience", "public")))
		for _, path := range []string{"/recommendations/" + anItem, "/recommendations/" + itsTwin, address} {
			says(t, get(t, d.Server, path), http.StatusOK, "Train every team manager", "Nine of twelve are trained")
		}
		listed := get(t, d.Server, "/recommendations?theme=children-in-need-plans")
		says(t, listed, http.StatusOK, "Last update 20 November 2026")
		says(t, get(t, d.Server, "/actions?authority=west-northamptonshire"), http.StatusOK, "1 action", "Train every team manager")
		says(t, get(t, d.Server, "/actions?authority=leeds"), http.StatusOK, "0 actions", "That does not mean that nothing is done")
		if document(t, get(t, d.Server, address)).Find("form[method=post]").Length() > 0 {
			t.Error("everybody is offered the forms of officers")
		}
	})
}

func TestTheDayOfAnActionMovesOnlyWithAReasonAndTheOldOneStays(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		address := d.acts("officers")
		revision := func() string {
			value, _ := document(t, sees(t, d.Server, address)).Find(`input[name="revision"]`).Attr("value")
			return value
		}
		first := revision()
		before := d.stored()
		without := sendsAs(t, d.Server, anOfficer, address, d.anAction("due", "31 January 2027", "revision", first, "words", "Train <em>all</em>", "audience", "officers"))
		says(t, without, http.StatusUnprocessableEntity, "Enter why the day moves from 15 December 2026 to 31 January 2027")
		page := document(t, without)
		if page.Find(`#action-due[value="31 January 2027"]`).Length() != 1 || page.Find("#action-words").Text() != "Train <em>all</em>" || d.stored() != before {
			t.Error("the words are lost, or something was stored")
		}
		led(t, sendsAs(t, d.Server, anOfficer, address, d.anAction("due", "31 January 2027", "revision", first, "reason", "The trainer is ill", "audience", "officers")))
		says(t, sees(t, d.Server, address), http.StatusOK, "Original day 15 December 2026", "Latest day 31 January 2027", "The trainer is ill")
		stale := sendsAs(t, d.Server, anOfficer, address, d.anAction("due", "31 March 2027", "revision", first, "reason", "It is kept", "audience", "officers"))
		if stale.Code != http.StatusUnprocessableEntity || !stillHolds(document(t, stale), "It is kept") {
			t.Errorf("a change made on an older state is answered %d: %s", stale.Code, seenText(t, stale))
		}
		for path, want := range map[string]int{address: http.StatusNotFound, "/actions/none": http.StatusNotFound} {
			if answer := get(t, d.Server, path); answer.Code != want {
				t.Errorf("%s: everybody gets %d", path, answer.Code)
			}
		}
		says(t, get(t, d.Server, "/actions"), http.StatusOK, "0 actions")
		if text := seenText(t, get(t, d.Server, "/recommendations/"+anItem)); strings.Contains(text, "Train every") {
			t.Error("everybody reads an action for officers")
		}
	})
}

func TestAnActionThatIsNotRightComesBackWithItsWords(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		for _, tt := range []struct{ box, value, words string }{
			{"words", "", "Enter what is to be done"},
			{"references", "XX-ILACS-1999-1", "no area to improve here has “XX-ILACS-1999-1”"},
			{"references", "", "area to improve"},
			{"owner", "nobody/at-all", "there is no such post on it"},
			{"lead_body", "atlantis", "Choose the body that leads from the list"},
			{"due", "soon", "Enter the day by which it is to be done like 7 July 2026"},
			{"due", "", "Enter the day by which it is to be done"},
			{"state", "perfect", "Choose how far this is"},
			{"audience", "friends", "Choose who may read this"},
		} {
			before := d.stored()
			answer := sendsAs(t, d.Server, anOfficer, "/actions/new", d.anAction(tt.box, tt.value))
			says(t, answer, http.StatusUnprocessableEntity, tt.words)
			page := document(t, answer)
			if page.Find(`.govuk-error-summary a[href="#action-`+tt.box+`"]`).Length() != 1 || page.Find("#action-"+tt.box+"-problem").Length() != 1 {
				t.Errorf("%s: the problem does not stand at its box", tt.words)
			}
			if tt.box != "words" && page.Find("#action-words").Text() != "Train every team manager" {
				t.Errorf("%s: the words are lost", tt.words)
			}
			if d.stored() != before {
				t.Errorf("%s: something was stored", tt.words)
			}
		}
		says(t, sendsAs(t, d.Server, anOfficer, d.acts("public"), d.anAction("revision", "x")), http.StatusBadRequest, "This form cannot be read")
	})
}

func TestAnActionThatIsHeldAlreadyCanServeOneMoreArea(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		address := d.acts("public")
		const other = "NN-ILACS-2026-2"
		work := sees(t, d.Server, "/recommendations/"+other+"/work")
		says(t, work, http.StatusOK, "Let an action that is recorded already serve this area")
		id := strings.TrimPrefix(address, "/actions/")
		if document(t, work).Find(`#action-action option[value="`+id+`"]`).Length() != 1 {
			t.Fatal("the action is not offered")
		}
		says(t, sendsAs(t, d.Server, anOfficer, "/recommendations/"+other+"/actions", form("action", "")), http.StatusUnprocessableEntity, "Choose the action that serves this area")
		led(t, sendsAs(t, d.Server, anOfficer, "/recommendations/"+other+"/actions", form("action", id)))
		var served []string
		document(t, get(t, d.Server, address)).Find(`#serves ~ ul a[href^="/recommendations/"]`).Each(func(_ int, a *goquery.Selection) {
			served = append(served, a.Text())
		})
		if strings.Join(served, " ") != anItem+" "+itsTwin+" "+other {
			t.Errorf("the action serves %v", served)
		}
		says(t, seesAs(t, d.Server, inPost("Another officer", inspection.RoleOfficer), "/recommendations/"+other+"/work"), http.StatusOK, "Train every team manager")
	})
}
