package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"
)

const (
	// deathsInFull and deathsInShort are how often the server dies on each engine.
	deathsInFull, deathsInShort = 300, 6
	// longestLife is for how long officers work before it does.
	longestLife = 1500 * time.Millisecond
	// shownOfRound is how many acknowledged changes of a round are looked for on the pages; the database is asked for all.
	shownOfRound = 24
)

// TestFaultSuddenDeath kills the server again and again while officers update areas to improve, change plans, add evidence with
// files, log letters and publish them, all at once. After each start every change that was acknowledged has to be there, whole,
// and none in part. On PostgreSQL the database server dies too, every few times.
//
// A process that is killed leaves what the operating system holds for it: this cannot show what a power cut would lose. For that
// the settings are checked under which a commit survives one.
func TestFaultSuddenDeath(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts the server many times, for which a short run has no time")
	}
	t.Parallel()
	faultEngines(t, "kill -9 of the server, again and again, under load", func(t *testing.T, dsn string, server *ownPostgres) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("the random numbers begin with %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		o := newOffice(t, dsn, seed, true)
		args := []string{"--addr", "127.0.0.1:0", "--db", dsn, "--unlimited", "--evidence-files", "--scan-command", "cat"}
		deaths, servers, starts := inFull(deathsInFull, deathsInShort), 0, 0
		for death := range deaths {
			round := o.ledger.nextRound()
			p := faultServer(t, nil, args...)
			o.movedTo(t, p.url)
			if round > 1 {
				o.mustShow(t, random, round-1)
				o.mustHoldAll(t, o.ledger.of(round-1))
			}
			stop := o.atWork(t)
			<-time.After(time.Duration(random.Int64N(int64(longestLife))))
			if server != nil && death%3 == 2 {
				server.drop()
				servers++
			}
			p.kill(t)
			stop() // after the death, so that no client goes away first
			if server != nil && death%3 == 2 {
				server.start()
			}
			if death%10 == 3 { // dies again before it has come up
				diesWhileStarting(t, random, args)
				starts++
			}
			if t.Failed() {
				t.Fatalf("in round %d of the random numbers that begin with %d", round, seed)
			}
		}
		if *torture { // in the short form a kind may not have had its turn
			o.ledger.mustHaveEachKind(t)
		}
		p := faultServer(t, nil, args...)
		o.movedTo(t, p.url)
		o.mustHaveSettled(t)
		o.mustTakeEachKind(t)
		o.mustShow(t, random, o.ledger.round)
		o.mustHoldAll(t, o.ledger.of(0))
		documents := o.mustMatchItsHashes(t)
		p.stop(t)
		for i, said := range o.ledger.refusals {
			if i < 5 {
				t.Errorf("refused: %s", said)
			}
		}
		kept, unknown := o.ledger.acknowledged()
		if kept < 10*deaths/3 {
			t.Errorf("only %d changes were acknowledged in %d lives", kept, deaths)
		}
		if server == nil {
			o.ledger.mustNotHaveFailed(t)
		} else {
			o.ledger.mustNotHaveFailed(t, http.StatusServiceUnavailable) // while PostgreSQL was away
		}
		found := fmt.Sprintf("%d changes acknowledged (%s), every one there and whole; %d of which nobody was told, each whole or absent; %d documents match their hashes", kept, o.ledger.kinds(), unknown, documents)
		tried := fmt.Sprintf("kill -9 of the server %d times under load, %d of them followed by another while it starts", deaths, starts)
		if server != nil {
			tried += fmt.Sprintf("; %d times PostgreSQL stopped at once before it", servers)
		}
		tell(t, tried, found)
	})
}

// mustShow looks for some of the acknowledged changes of a round on the pages.
func (o *office) mustShow(t *testing.T, random *rand.Rand, round int) {
	t.Helper()
	deeds := o.ledger.of(round)
	random.Shuffle(len(deeds), func(i, j int) { deeds[i], deeds[j] = deeds[j], deeds[i] })
	o.mustShowAll(t, deeds[:min(len(deeds), shownOfRound)])
}

// diesWhileStarting kills a server at a moment before it listens, or soon after.
func diesWhileStarting(t *testing.T, random *rand.Rand, args []string) {
	t.Helper()
	cmd := exec.Command(programItself(t), append([]string{"serve"}, args...)...)
	cmd.Env, cmd.Dir = []string{asProgram + "=1", "PATH=" + os.Getenv("PATH")}, t.TempDir()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-time.After(time.Duration(random.Int64N(int64(time.Second))))
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed
}

// TestFaultDatabaseServerDies stops PostgreSQL while officers work, and starts it again: the program that served goes on by
// itself, and nothing that it acknowledged is lost.
func TestFaultDatabaseServerDies(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts servers, for which a short run has no time")
	}
	t.Parallel()
	tries(t, "PostgreSQL stopped at once below a server that goes on")
	server := startPostgres(t, "", "")
	o := newOffice(t, server.server(), 1, false)
	p := faultServer(t, nil, "--addr", "127.0.0.1:0", "--db", server.server(), "--unlimited")
	o.movedTo(t, p.url)
	times := inFull(20, 2)
	for range times {
		o.ledger.nextRound()
		stop := o.atWork(t)
		o.mustKeepSomething(t)
		<-time.After(longestLife / 3)
		server.drop()
		if status, body := statusOf(t, p.url+"/readyz"); status != http.StatusServiceUnavailable {
			t.Errorf("without its database the program says that it is ready: %d %s", status, body)
		}
		if status, _ := statusOf(t, p.url+"/healthz"); status != http.StatusOK {
			t.Errorf("without its database the program says that it is ill: %d", status)
		}
		server.start()
		untilSo(t, 10*time.Second, "the program is ready again", func(context.Context) bool {
			status, _ := statusOf(t, p.url+"/readyz")
			return status == http.StatusOK
		})
		o.mustKeepSomething(t)
		<-time.After(longestLife / 3)
		stop()
	}
	if *torture { // in the short form a kind may not have had its turn
		o.ledger.mustHaveEachKind(t)
	}
	o.mustHaveSettled(t)
	o.mustTakeEachKind(t)
	o.mustHoldAll(t, o.ledger.of(0))
	o.ledger.mustNotHaveFailed(t, http.StatusServiceUnavailable) // while PostgreSQL was away
	kept, unknown := o.ledger.acknowledged()
	tell(t, fmt.Sprintf("PostgreSQL stopped at once %d times below a server that goes on", times),
		fmt.Sprintf("%d changes acknowledged (%s), every one there and whole; %d of which nobody was told; ready again within 10 s", kept, o.ledger.kinds(), unknown))
}

// mustKeepSomething fails unless a change is acknowledged soon, of what officers ask for from now on.
func (o *office) mustKeepSomething(t *testing.T) {
	t.Helper()
	before, _ := o.ledger.acknowledged()
	untilSo(t, 20*time.Second, "a change is acknowledged", func(context.Context) bool {
		now, _ := o.ledger.acknowledged()
		return now > before
	})
}
