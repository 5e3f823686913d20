package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/web"
)

// config is what flags and environment say. A flag given on the command line wins over its variable.
type config struct {
	addr  string
	db    string
	home  string // empty: that of the settings
	since string
	mark  *store.Mark // what since names
	ready bool
	json  bool

	synthetic int // how many times the England of the seed is loaded; 1: as it is

	officers string // addresses of those who see imported letters, with commas between

	tracker trackerConfig
	england englandConfig
	user    userConfig
	setup   setupConfig

	question questionConfig
	export   exportConfig

	evidenceFiles bool   // whether evidence may be a file
	scanCommand   string // that looks through each of them
	backupDays    int
	backup        backupConfig
	copies        copyConfig

	servers      serversConfig
	operation    operationConfig
	doors        doorsConfig
	messages     messagesConfig
	organisation organisationConfig
	embed        embedConfig

	telemetry *web.Telemetry // nil save in serve

	getenv func(string) string
	in     io.Reader
	log    io.Writer
	copied func(name string) // is told of the copy of a database that is migrated; a line on log says it when nil
}

const (
	defaultAddr = "127.0.0.1:8080"
	defaultDB   = "timeline.db"
	defaultHome = web.DefaultHome

	mostSynthetic = 1000
)

func databaseFlags(set *flag.FlagSet, c *config) {
	set.StringVar(&c.db, "db", defaultDB, "path of the SQLite file, or a postgres:// address")
	directFlag(set, &c.servers)
}

func seedFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	set.IntVar(&c.synthetic, "synthetic", 1, "for measurements: fill an empty database with so many times the authorities of England, all but the first made up")
}

func serveFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	set.StringVar(&c.addr, "addr", defaultAddr, "address and port to listen on")
	replicaFlag(set, &c.servers)
	homeFlag(set, c)
	doorFlags(set, &c.doors)
	organisationFlags(set, &c.organisation)
	messageFlags(set, &c.messages)
	embedFlags(set, &c.embed)
	operationFlags(set, &c.operation)
	set.BoolVar(&c.evidenceFiles, "evidence-files", false, "let evidence be a file and not only a link; needs --scan-command")
	backupScheduleFlags(set, &c.backup)
	set.IntVar(&c.backupDays, "backup-days", web.DefaultBackupDays, "for how many days a backup is kept anywhere, so that pages can say until when one holds what was erased; never fewer than --backup-keep says")
	set.StringVar(&c.scanCommand, "scan-command", "", "command, with its arguments, that scans a file on its standard input and ends with 0 where it is clean")
}

// homeFlag takes a home that wins over that of the settings.
func homeFlag(set *flag.FlagSet, c *config) {
	set.StringVar(&c.home, "home", "", "slug of the place or authority that the first page is about, whatever the settings say; without it theirs, or "+defaultHome)
}

// homePlace returns the slug of the place that the first page is about.
func (c config) homePlace(ctx context.Context, s *store.Store) (string, error) {
	settings, err := s.Settings(ctx)
	return cmp.Or(c.home, settings.Home, defaultHome), err
}

func doctorFlags(set *flag.FlagSet, c *config) {
	serveFlags(set, c)
	set.BoolVar(&c.ready, "ready", false, "only ask the running server whether it is ready")
}

func readFlags(set *flag.FlagSet, c *config) {
	set.BoolVar(&c.json, "json", false, "print JSON for other programs instead of tables")
}

func noFlags(*flag.FlagSet, *config) {}

// fromEnvironment fills each flag that was not given from its variable: --scan-command from TIMELINE_SCAN_COMMAND.
func (c *config) fromEnvironment(set *flag.FlagSet) error {
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var errs []error
	set.VisitAll(func(f *flag.Flag) {
		name := "TIMELINE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value := c.getenv(name)
		if value == "" || given[f.Name] {
			return
		}
		if err := f.Value.Set(value); err != nil {
			errs = append(errs, fmt.Errorf("%s=%q: %w", name, value, err))
		}
	})
	return errors.Join(errs...)
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// validate reports every mistake at once, each with what would be right.
func (c *config) validate(set *flag.FlagSet) error {
	var problems inspection.Problems
	wrong := func(name, format string, args ...any) {
		if set.Lookup(name) != nil {
			problems = append(problems, inspection.Problem{Field: "--" + name, Words: fmt.Sprintf(format, args...)})
		}
	}
	if host, port, err := net.SplitHostPort(c.addr); err != nil {
		wrong("addr", "%q is not an address and a port, such as %s", c.addr, defaultAddr)
	} else {
		if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
			wrong("addr", "%q is not a port between 0 and 65535", port)
		}
		if host != "" && host != "localhost" && net.ParseIP(host) == nil {
			wrong("addr", "%q is not an IP address or localhost", host)
		}
	}
	c.servers.validate(c.db, wrong)
	c.doors.validate(c.addr, wrong)
	c.operation.validate(c.addr, c.getenv, wrong)
	c.organisation.validate(c.doors, c.getenv, wrong)
	c.messages.validate(c.doors, c.getenv, wrong)
	c.embed.validate(c.doors, wrong)
	c.england.validate(wrong)
	c.backup.validate(wrong)
	c.backupDays = max(c.backupDays, c.backup.schedule.keep.days())
	c.copies.validate(wrong)
	if c.db == "" {
		wrong("db", "give the path of the SQLite file or a postgres:// address")
	} else if scheme, _, ok := strings.Cut(c.db, "://"); ok && scheme != "postgres" && scheme != "postgresql" {
		wrong("db", "%q databases are not known; give a path or a postgres:// address", scheme)
	}
	if c.home != "" && !slugPattern.MatchString(c.home) {
		wrong("home", "%q is not a slug, such as %s", c.home, defaultHome)
	}
	if command := strings.Fields(c.scanCommand); len(command) > 0 {
		if _, err := exec.LookPath(command[0]); err != nil {
			wrong("scan-command", "%q is no program that can be run here", command[0])
		}
	} else if c.evidenceFiles {
		wrong("evidence-files", "files are taken only where a command scans them; give it with --scan-command")
	}
	if c.backupDays < 1 || c.backupDays > mostKept {
		wrong("backup-days", "give the days for which a backup is kept, from 1 to %d", mostKept)
	}
	if c.synthetic < 1 || c.synthetic > mostSynthetic {
		wrong("synthetic", "give how many times England is wanted, from 1 to %d", mostSynthetic)
	}
	if c.since != "" {
		mark, err := store.ParseMark(c.since)
		if err != nil {
			wrong("since", "%v", err)
		}
		c.mark = &mark
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}
