package main

import (
	"net"
	"net/http"
	"testing"
)

func TestTheConnectionThatIsQuietForLongestMakesRoom(t *testing.T) {
	c := newConnections(2)
	made := make([]net.Conn, 4)
	for i := range made {
		made[i], _ = net.Pipe()
	}
	for _, step := range []struct {
		what   string
		which  int
		state  http.ConnState
		closes int // -1: none
	}{
		{"the first", 0, http.StateNew, -1},
		{"it is being answered", 0, http.StateActive, -1},
		{"the second, on which nothing is asked", 1, http.StateNew, -1},
		{"the third is one too many: the first is being answered, the second goes", 2, http.StateNew, 1},
		{"the second has gone", 1, http.StateClosed, -1},
		{"the first is quiet now", 0, http.StateIdle, -1},
		{"the fourth is one too many: the third is quiet for longest", 3, http.StateNew, 2},
		{"the third has gone", 2, http.StateClosed, -1},
		{"the fourth is being answered", 3, http.StateActive, -1},
		{"and is quiet again, which is none too many", 3, http.StateIdle, -1},
	} {
		over := c.count(made[step.which], step.state)
		if step.closes < 0 && over != nil || step.closes >= 0 && over != made[step.closes] {
			t.Errorf("%s: it closes %v", step.what, over)
		}
	}
	t.Run("where twice as many are all being answered, a new one goes", func(t *testing.T) {
		c := newConnections(1)
		for i := range 3 {
			over := c.count(made[i], http.StateNew)
			if i < 2 && over != nil || i == 2 && over != made[2] {
				t.Errorf("of %d connections it closes %v", i+1, over)
			}
			c.count(made[i], http.StateActive)
		}
	})
	if c.open != 2 || c.quiet.Len() != 2 || len(c.at) != 2 {
		t.Errorf("it counts %d open and %d quiet", c.open, c.quiet.Len())
	}
}
