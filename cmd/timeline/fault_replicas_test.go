package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
)

const (
	// clusterAddress is the service as everybody types it.
	clusterAddress = "https://" + publicName
	// longestDeath is for how long a server stays away: sometimes it is back before HAProxy has noticed.
	longestDeath = 2 * time.Second
	// witnessed is what the one changes who looks whether a change is seen. No officer of the load works on it.
	witnessed = "NN-ILACS-2026-1"
)

// TestFaultReplicas kills each of three servers in turn while officers work and others read through HAProxy. No acknowledged
// change may be lost, none may be there in part, and nobody who reads may see a failure. A change that was made through one server
// has to be seen through the others within a second, and by whoever made it at once. Servers that are stopped and started as an
// upgrade does must not be noticed at all.
//
// Once more it runs on a database that lacks NOTIFY and advisory locks. Where it lacks NOTIFY nobody asks it for such locks, so that
// those are taken away alone too.
func TestFaultReplicas(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts many servers, for which a short run has no time")
	}
	t.Parallel()
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		tries(t, killEach)
		c := newCluster(t, true, func(string) {})
		untilSo(t, 20*time.Second, "each server listens for changes", func(context.Context) bool { return c.listeners(t) == len(c.servers) })
		c.endure(t)
	})
	t.Run("PostgreSQL without NOTIFY and locks", func(t *testing.T) {
		t.Parallel()
		tries(t, killEach)
		c := newCluster(t, true, func(primary string) { takeAway(t, primary, notification, lockOfASession) })
		for _, server := range c.servers {
			server.mustHaveSaid(t, "the database cannot tell of changes: each server asks for them once a second")
		}
		c.quiet = true
		c.endure(t)
		if n := c.listeners(t); n != 0 {
			t.Errorf("%d servers listen for changes of which nobody can tell", n)
		}
	})
	t.Run("PostgreSQL behind a pooler alone", func(t *testing.T) {
		t.Parallel()
		const tried = "three servers of which none knows the database but through its pooler"
		tries(t, tried)
		c := newCluster(t, false, func(string) {})
		o := newOffice(t, c.primary.Address, 1, true)
		o.officers[0].client = c.reader(t, o.officers[0].client.Jar)
		o.officers, o.links = o.officers[:1], o.links[:1]
		o.movedTo(t, clusterAddress)
		for _, server := range c.servers {
			server.mustHaveSaid(t, "changes of other servers are seen after up to a second")
		}
		w := c.newWitness(t, o.officers[0])
		w.mustBeSeenEverywhere(t)
		o.mustHoldAll(t, w.ledger.of(0))
		tell(t, tried, fmt.Sprintf("each says so; a change is seen through the other servers by whoever asked at most %s later", w.longest.Round(time.Millisecond)))
	})
	t.Run("PostgreSQL without locks", func(t *testing.T) {
		t.Parallel()
		tries(t, migrateAtOnce)
		c := newCluster(t, true, func(primary string) { takeAway(t, primary, lockOfASession) })
		const words = "the database has no locks of its own for migrations: a row is taken instead"
		untilSo(t, 20*time.Second, "a server says: "+words, func(context.Context) bool {
			return slices.ContainsFunc(c.servers, func(server *clusterServer) bool { return strings.Contains(server.log(t), words) })
		})
		mustSucceed(t, runCommand(t, nil, "check", "--db", c.primary.Address))
		tell(t, migrateAtOnce, "each came up; a row of a table held them back one by one")
	})
}

// What the tests of several servers try.
const (
	killEach      = "kill -9 of each of three servers behind HAProxy, under load"
	migrateAtOnce = "three servers start at once on an empty database that lacks advisory locks"
)

// Functions of PostgreSQL that other engines which speak its protocol lack.
const (
	notification   = "pg_notify(text, text)"
	lockOfASession = "pg_advisory_lock(bigint)"
)

// takeAway has a server answer as an engine does that lacks some functions.
func takeAway(t *testing.T, dsn string, functions ...string) {
	t.Helper()
	db := openTables(t, dsn)
	defer db.Close()
	statements := []string{"ALTER ROLE timeline SET search_path = public, pg_catalog"}
	for _, function := range functions {
		statements = append(statements, "CREATE FUNCTION public."+function+" RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE feature_not_supported; END $$")
	}
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// listeners counts the connections on which somebody waits to be told of changes.
func (c *cluster) listeners(t *testing.T) (listening int) {
	t.Helper()
	db := openTables(t, c.primary.Address)
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'").Scan(&listening); err != nil {
		t.Fatal(err)
	}
	return listening
}

// endure does everything to a cluster that is to be endured.
func (c *cluster) endure(t *testing.T) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("the random numbers begin with %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	o := newOffice(t, c.primary.Address, seed, true)
	for _, one := range o.officers {
		one.client = c.reader(t, one.client.Jar)
	}
	o.movedTo(t, clusterAddress)
	w := c.newWitness(t, o.officers[0])
	round := o.ledger.nextRound()
	visitor, member := c.readAll(t, c.reader(t, nil)), c.readAll(t, c.newMember(t))
	stop := o.atWork(t)
	deaths := 0
	for range inFull(10, 1) {
		for _, server := range c.servers {
			<-time.After(time.Duration(random.Int64N(int64(longestLife))))
			server.kill(t)
			deaths++
			<-time.After(time.Duration(random.Int64N(int64(longestDeath))))
			server.start(t)
			c.balancer.awaitState(t, "timeline", server, "UP")
			w.mustBeSeenEverywhere(t)
		}
	}
	again, elsewhere := c.balancer.retries(t)
	o.ledger.mustHaveShown(t)
	// What changes something is not asked again, so that HAProxy says where a server went away.
	o.ledger.mustNotHaveFailed(t, http.StatusBadGateway, http.StatusServiceUnavailable)
	tried := fmt.Sprintf("kill -9 of each of three servers behind HAProxy, %d times in all, under load", deaths)
	if replaced := inFull(len(c.servers), 1); !c.quiet || *torture {
		c.mustStopUnnoticed(t, o.ledger, c.servers[:replaced])
		tried += fmt.Sprintf("; %s stopped and started as for an upgrade", inspection.CountWords(replaced, "server", "servers"))
	}
	stop()
	asked, longest := visitor.finish(t)
	askedToo, longestToo := member.finish(t)
	if *torture { // in the short form a kind may not have had its turn
		o.ledger.mustHaveEachKind(t)
	}
	o.mustHaveSettled(t)
	o.mustTakeEachKind(t)
	if !c.quiet || *torture {
		c.mustShowWithoutDatabase(t)
		tried += "; the database stopped, and everybody's pages read"
	}
	o.mustShow(t, random, round)
	o.mustHoldAll(t, append(o.ledger.of(0), w.ledger.of(0)...))
	documents := o.mustMatchItsHashes(t)
	c.awaitStandby(t)
	o.dsn = c.standby.Address
	o.mustHoldAll(t, append(o.ledger.of(0), w.ledger.of(0)...))
	for i, said := range append(o.ledger.refusals, w.ledger.refusals...) {
		if i < 5 {
			t.Errorf("refused: %s", said)
		}
	}
	kept, unknown := o.ledger.acknowledged()
	if kept < 10*deaths {
		t.Errorf("only %d changes were acknowledged while %d servers died", kept, deaths)
	}
	tell(t, tried, fmt.Sprintf("%d changes acknowledged (%s), every one there and whole, also at the server that follows; %d of which nobody was told, each whole or absent; "+
		"%d documents match their hashes; %d pages read without a failure, the longest wait %s; HAProxy asked again %d times and another server %d times, only for what reads; "+
		"seen through the other servers by whoever asked at most %s later, and by whoever made the change at once", kept, o.ledger.kinds(), unknown, documents, asked+askedToo,
		max(longest, longestToo).Round(time.Millisecond), again, elsewhere, w.longest.Round(time.Millisecond)))
}

// readAll has somebody read one page after another, until it is finished. How long an answer takes is not what is looked at here,
// since the servers, their databases and those who ask share one machine.
func (c *cluster) readAll(t *testing.T, client *http.Client) *ordinaryReader {
	t.Helper()
	return readAs(t, client, client.Timeout, clusterAddress, "/", "/recommendations/WN-ILACS-2022-1", "/inspections", "/authorities/west-northamptonshire", "/search?q=care")
}

// newMember returns a councillor who has signed in.
func (c *cluster) newMember(t *testing.T) *http.Client {
	t.Helper()
	added := runCommand(t, nil, "user", "add", "--db", c.primary.Address, "--roles", "member", "--post", "Councillor", "councillor@council.example")
	_, link, ok := strings.Cut(added.stdout, "/links/")
	if added.code != exitDone || !ok {
		t.Fatalf("adding an account ends with %d: %s", added.code, added.stderr)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := c.reader(t, jar)
	answer, err := client.PostForm(clusterAddress+"/links/"+strings.TrimSpace(link), url.Values{"new-password": {phrase}, "again": {phrase}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("setting a password is answered %d", answer.StatusCode)
	}
	return client
}

// mustStopUnnoticed stops servers and starts them again as an upgrade does, one after the other, while officers and readers go on.
func (c *cluster) mustStopUnnoticed(t *testing.T, l *ledger, servers []*clusterServer) {
	t.Helper()
	before := l.brokenOff()
	for _, server := range servers {
		server.stop(t)
		server.start(t)
		c.balancer.awaitState(t, "timeline", server, "UP")
	}
	if n := l.brokenOff() - before; n != 0 {
		status, said := l.last()
		t.Errorf("%d changes were not answered while servers were stopped and started in turn; the last answer was %d %s", n, status, said)
	}
}

// mustShowWithoutDatabase takes the database away from all servers: what is for everybody can be read all the same, from memory
// and from the server that follows.
func (c *cluster) mustShowWithoutDatabase(t *testing.T) {
	t.Helper()
	<-time.After(noticeWait) // so that nothing is new to any server
	reader := c.reader(t, nil)
	c.primary.Stop("immediate")
	for _, server := range c.servers {
		c.balancer.awaitState(t, "timeline", server, "DOWN")
		c.balancer.awaitState(t, "unready", server, "UP")
	}
	for _, address := range []string{"/", "/glossary"} { // of which nobody has asked for the second before
		for range c.servers {
			if answer, body := visits(t, reader, clusterAddress+address); answer.StatusCode != http.StatusOK {
				t.Errorf("without a database %s is answered %d: %s", address, answer.StatusCode, failureWords([]byte(body)))
			}
		}
	}
	c.primary.Start()
	for _, server := range c.servers {
		c.balancer.awaitState(t, "timeline", server, "UP")
	}
}

// awaitStandby waits until the server that follows has everything.
func (c *cluster) awaitStandby(t *testing.T) {
	t.Helper()
	primary, standby := openTables(t, c.primary.Address), openTables(t, c.standby.Address)
	defer primary.Close()
	defer standby.Close()
	var written string
	if err := primary.QueryRowContext(t.Context(), "SELECT pg_current_wal_lsn()").Scan(&written); err != nil {
		t.Fatal(err)
	}
	untilSo(t, 30*time.Second, "the server that follows has everything", func(ctx context.Context) bool {
		var reached bool
		err := standby.QueryRowContext(ctx, "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn", written).Scan(&reached)
		return err == nil && reached
	})
}

// witness changes something through one server and looks whether it is seen through the others.
type witness struct {
	officer
	cluster *cluster
	longest time.Duration // from an answer to when somebody asked another server who then saw what was acknowledged
}

// newWitness returns a witness who works in an officer's session.
func (c *cluster) newWitness(t *testing.T, as *officer) *witness {
	t.Helper()
	w := &witness{officer: officer{number: as.number, ledger: &ledger{}, site: as.site, client: as.client}, cluster: c}
	w.made = 1 << 20 // their marks are others than the officer's
	return w
}

// mustBeSeenEverywhere fails unless what is changed through each server is seen through the others in time.
func (w *witness) mustBeSeenEverywhere(t *testing.T) {
	t.Helper()
	servers, session := w.cluster.servers, w.client.Jar
	const page = clusterAddress + "/recommendations/" + witnessed
	for i, server := range servers {
		own, other := servers[(i+1)%len(servers)], servers[(i+2)%len(servers)]
		visitor := w.cluster.at(other, nil)
		visits(t, visitor, page) // so that there is one which must not be shown again
		w.client = w.cluster.at(server, session)
		mark := w.mark("Update")
		d := w.ledger.ask(w.number, anUpdate, witnessed, mark, "")
		w.post(t.Context(), d, "/recommendations/"+witnessed+"/updates", url.Values{"words": {mark}, "on": {"1 August 2026"}, "audience": {"public"}})
		acknowledged := time.Now()
		if status, said := w.ledger.last(); status != http.StatusSeeOther {
			t.Fatalf("%s is answered %d: %s", mark, status, said)
		}
		// They have signed out, and only know what they changed.
		if _, body := visits(t, w.cluster.at(own, w.onlyChanged(t, session)), page); !strings.Contains(body, mark) {
			t.Errorf("whoever made %q through server %s does not see it through server %s", mark, server.name, own.name)
		}
		if _, body := visits(t, w.cluster.at(own, session), page); !strings.Contains(body, mark) {
			t.Errorf("whoever made %q through server %s does not see it through server %s, where they are signed in", mark, server.name, own.name)
		}
		for seen := false; !seen; {
			asked := time.Since(acknowledged)
			w.longest = max(w.longest, asked)
			_, body := visits(t, visitor, page)
			if seen = strings.Contains(body, mark); !seen && asked > patience() {
				t.Fatalf("%q is not seen through server %s when it is asked for %s after it was made through server %s", mark, other.name, asked, server.name)
			}
		}
	}
}

// onlyChanged returns of a browser's cookies the one that says with which change its work ended.
func (w *witness) onlyChanged(t *testing.T, cookies http.CookieJar) http.CookieJar {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	site := &url.URL{Scheme: "https", Host: publicName, Path: "/"}
	for _, cookie := range cookies.Cookies(site) {
		if strings.HasSuffix(cookie.Name, "changed") {
			cookie.Path, cookie.Secure = "/", true
			jar.SetCookies(site, []*http.Cookie{cookie})
			return jar
		}
	}
	t.Fatal("whoever changed something was sent no cookie that says so")
	return nil
}
