package inspection

import (
	"errors"
	"slices"
	"testing"
)

func TestWhoSeesALetter(t *testing.T) {
	listed := Actor{ID: "a1", Role: RoleOfficer}
	for name, c := range map[string]struct {
		state    LetterState
		officers []string
		by       Actor
		want     bool
	}{
		"an officer who is listed":                         {LetterReady, []string{"a2", "a1"}, listed, true},
		"an officer who is not":                            {LetterReady, []string{"a2"}, listed, false},
		"an officer, where nobody is listed":               {LetterReady, nil, listed, false},
		"an officer who is not, of one that waits":         {LetterEmbargoed, []string{"a2"}, listed, false},
		"an officer who is not, of one that was set aside": {LetterSetAside, []string{"a2"}, listed, false},
		"an officer who is not, of one that is published":  {LetterPublished, []string{"a2"}, listed, true},
		"whoever is listed, in another role":               {LetterReady, []string{"a1"}, Actor{ID: "a1", Role: RoleAdministrator}, false},
		"an administrator, of one that is published":       {LetterPublished, nil, Actor{ID: "a1", Role: RoleAdministrator}, false},
		"an officer of the demonstration":                  {LetterReady, []string{"a2"}, Actor{ID: "/improvement-officer", Role: RoleOfficer}, true},
		"a reviewer of the demonstration":                  {LetterReady, nil, Actor{ID: "/reviewer", Role: RoleReviewer}, false},
		"nobody in particular":                             {LetterReady, []string{""}, Actor{}, false},
		"the program":                                      {LetterReady, []string{"seed"}, Seeder, false},
	} {
		t.Run(name, func(t *testing.T) {
			letter := Letter{State: c.state, Officers: c.officers}
			if got := letter.SeenBy(c.by); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestListingOfficersOnALetter(t *testing.T) {
	var letter Letter
	letter.List("a1")
	before := letter
	letter.List("a2")
	letter.List("a1")
	letter.List("")
	if !slices.Equal(letter.Officers, []string{"a1", "a2"}) || !slices.Equal(before.Officers, []string{"a1"}) {
		t.Errorf("listed are %q, before %q", letter.Officers, before.Officers)
	}
	if err := letter.Unlist("a3"); !errors.Is(err, ErrNotFound) {
		t.Errorf("taking off somebody who is not listed: %v", err)
	}
	before = letter
	if err := letter.Unlist("a1"); err != nil || !slices.Equal(letter.Officers, []string{"a2"}) || !slices.Equal(before.Officers, []string{"a1", "a2"}) {
		t.Errorf("listed are %q, before %q: %v", letter.Officers, before.Officers, err)
	}
	var problems Problems
	if err := letter.Unlist("a2"); !errors.As(err, &problems) || problems[0].Field != "officer" || len(letter.Officers) != 1 {
		t.Errorf("taking off the last: %v, listed are %q", err, letter.Officers)
	}
}
