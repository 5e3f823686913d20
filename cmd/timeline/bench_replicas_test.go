package main

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"
)

// leastOfReplicas is how much of what one server answers three have to answer, one of which is killed meanwhile.
const leastOfReplicas = 0.8

// TestBenchReplicas prints how much several servers answer, alone.
func TestBenchReplicas(t *testing.T) { benchPart(t, "several servers", (*report).measureReplicas) }

// measureReplicas compares three servers behind HAProxy, one of which is killed half way, with one that nothing happens to. They
// share the cores of this machine with each other, with HAProxy and with those who ask, so that three cannot answer more than one.
func (r *report) measureReplicas() {
	r.section("Several servers behind HAProxy")
	if os.Getenv("TEST_DATABASE_URL") == "" {
		r.add("TEST_DATABASE_URL names no server", "not measured", "none", true, false)
		return
	}
	c := newCluster(r.t, true, func(string) {})
	single := c.network + "8:8443"
	before := c.startBalancer(r.t, single, c.servers[:1])
	rounds, lasts := 5, 10*time.Second // on a small machine one differs from the next by a tenth
	if *benchShort {
		rounds, lasts = 1, 2*time.Second
	}
	var alone, together []float64
	for round := range rounds {
		r.makeKept(c)
		rate, _ := load(r.t, "https://"+single+"/", lasts)
		alone = append(alone, rate)
		dies := c.servers[round%len(c.servers)]
		killed := make(chan error, 1)
		time.AfterFunc(lasts/2, func() { killed <- dies.cmd.Process.Kill() })
		rate, _ = load(r.t, "https://"+c.public+"/", lasts) // fails where anybody is told of an error
		together = append(together, rate)
		if err := <-killed; err != nil {
			r.t.Fatalf("kill the server: %v", err)
		}
		_ = dies.cmd.Wait() // says that it was killed
		dies.start(r.t)
		c.balancer.awaitState(r.t, "timeline", dies, "UP")
		before.awaitState(r.t, "timeline", c.servers[0], "UP")
	}
	one, three := median(alone), median(together)
	again, elsewhere := c.balancer.retries(r.t)
	r.add(fmt.Sprintf("three servers, one of them killed, and one: %.0f and %.0f requests a second without an error; HAProxy asked again %d times, another server %d times",
		three, one, again, elsewhere), fmt.Sprintf("%.2f", three/one), fmt.Sprintf("at least %.2f", leastOfReplicas), three >= leastOfReplicas*one, !*benchShort)
}

// makeKept asks each server for the first page, so that all have it in memory.
func (r *report) makeKept(c *cluster) {
	for _, server := range c.servers {
		if answer, _ := visits(r.t, c.at(server, nil), clusterAddress+"/"); answer.StatusCode != http.StatusOK {
			r.t.Fatalf("server %s answers %d", server.name, answer.StatusCode)
		}
	}
}
