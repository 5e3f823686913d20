package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/web"
	"inspectiontimeline/seed"
)

// setupConfig is what the flags of `timeline setup` say.
type setupConfig struct {
	council        string
	contact        string
	withoutExample bool
}

func setupFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	set.StringVar(&c.home, "home", "", "slug of the council or place that the service is for; without any of these flags it is asked for")
	set.StringVar(&c.setup.council, "council", "", "name of the council, trust or partnership that runs the service, as pages show it")
	set.StringVar(&c.setup.contact, "contact", "", "email address to which readers turn")
	set.BoolVar(&c.setup.withoutExample, "without-example", false, "take away what is told of Northamptonshire beyond its grades")
}

// example is what the seed tells of Northamptonshire beyond what it tells of every council.
var example = sync.OnceValues(func() (inspection.Example, error) { return exchange.ReadExample(seed.Files()) })

// preparedWithSeed opens a database as prepared does, and loads the seed where there is nothing in it.
func preparedWithSeed(ctx context.Context, cfg config) (*store.Store, error) {
	s, err := prepared(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := seedIfEmpty(ctx, s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// mostOffered is how many councils are offered to choose from.
const mostOffered = 20

// setUp says for whom the service is. What is not said stays as it was, so that it is safe to repeat.
func setUp(ctx context.Context, cfg config, _ []string, out io.Writer) (err error) {
	s, err := preparedWithSeed(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	story, err := example()
	if err != nil {
		return fmt.Errorf("read the example: %w", err)
	}
	register, err := s.Reorganisations(ctx)
	if err != nil {
		return err
	}
	settings, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	if cfg.home == "" && cfg.setup == (setupConfig{}) {
		questions := asking{in: bufio.NewReader(cfg.in), out: out}
		if err := questions.all(ctx, s, register, story, settings, &cfg); err != nil {
			return err
		}
	}
	settings.Home, settings.Council = cmp.Or(cfg.home, settings.Home), cmp.Or(cfg.setup.council, settings.Council)
	settings.Email = cmp.Or(cfg.setup.contact, settings.Email)
	home, ok := register.Body(cmp.Or(settings.Home, web.DefaultHome))
	today := inspection.DayOf(time.Now().In(london()))
	switch {
	case !ok || !home.HasPage():
		return usageError{fmt.Errorf("--home: %s", noSuchHome(register, settings.Home, today))}
	case home.EndedBy(today):
		return usageError{fmt.Errorf("--home: %s ended on %s; give %s", home.Name, home.Ended.Words(), slugsOf(register.Successors(home.ID)))}
	case cfg.setup.withoutExample && story.About(home.ID):
		return usageError{fmt.Errorf("--without-example: what is told of %s is its own record; give another council with --home", home.Name)}
	}
	saved, err := s.SaveSettings(ctx, commandLine, settings)
	if err != nil {
		return setupProblems(err)
	}
	fmt.Fprintf(out, "the service is set up for %s\n", home.Name)
	for _, earlier := range register.EarlierCouncils(register.Members(home.ID)...) {
		fmt.Fprintf(out, "its pages go on from those of %s, which ended on %s\n", earlier.Name, earlier.Ended.Words())
	}
	if cfg.setup.withoutExample {
		taken, err := s.TakeExampleAway(ctx, commandLine, story, func(now inspection.Settings) string {
			return cmp.Or(now.Home, web.DefaultHome)
		})
		if err != nil {
			return err
		}
		fmt.Fprintln(out, takenWords(taken))
	}
	return nextSteps(ctx, s, cfg, saved, out)
}

// setupProblems names the flags for what is wrong in the settings.
func setupProblems(err error) error {
	var problems inspection.Problems
	if !errors.As(err, &problems) {
		return err
	}
	flags := map[string]string{"home": "--home", "council": "--council", "email": "--contact"}
	for i, problem := range problems {
		problems[i].Field = cmp.Or(flags[problem.Field], problem.Field)
	}
	return usageError{problems}
}

// noSuchHome says what to do where no council has a slug.
func noSuchHome(register *inspection.Record, slug string, today inspection.Date) string {
	words := fmt.Sprintf("no council or place has the slug %q", slug)
	if near := register.HomesNamed(strings.ReplaceAll(slug, "-", " "), today); len(near) > 0 {
		var bodies []inspection.Body
		for _, home := range near[:min(len(near), mostOffered)] {
			bodies = append(bodies, home.Body)
		}
		return words + "; there is " + slugsOf(bodies)
	}
	return words + "; timeline list authorities prints them all"
}

func slugsOf(bodies []inspection.Body) string {
	var slugs []string
	for _, b := range bodies {
		slugs = append(slugs, b.ID)
	}
	return inspection.JoinWords(slugs, "or")
}

// takenWords says what was taken away with the example.
func takenWords(taken store.ExampleHeld) string {
	if !taken.Any() {
		return "the example is not in this database"
	}
	return fmt.Sprintf("the example is taken away: %s, %s, %s and %s; the dates and grades of %s stay",
		inspection.CountWords(taken.Inspections, "inspection or visit", "inspections and visits"),
		inspection.CountWords(taken.Areas, "area to improve", "areas to improve"),
		inspection.CountWords(taken.Milestones, "milestone", "milestones"),
		inspection.CountWords(taken.Figures, "figure", "figures"),
		inspection.CountWords(taken.Told, "full inspection", "full inspections"))
}

// nextSteps prints what there is to do after the service is set up, with the database that was named.
func nextSteps(ctx context.Context, s *store.Store, cfg config, settings inspection.Settings, out io.Writer) error {
	db := ""
	if cfg.db != defaultDB {
		db = " --db " + forShell(plain(cfg.db))
	}
	accounts, err := s.AnyAccount(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nwhat to do next:")
	if !accounts {
		fmt.Fprintf(out, "  add the first administrator   timeline user add%s --roles administrator --post 'Service administrator' ADDRESS\n", db)
	}
	fmt.Fprintf(out, "  start the service             timeline serve%s\n", db)
	fmt.Fprintf(out, "  bring in letters              timeline import%s letters DIR\n", db)
	fmt.Fprintf(out, "  bring in a tracker            timeline import%s tracker FILE\n", db)
	if settings.Email == "" {
		fmt.Fprintf(out, "  say whom readers turn to      timeline setup%s --contact ADDRESS\n", db)
	}
	fmt.Fprintln(out, "the page /setup of the running service has the same steps and says which are done")
	return nil
}

// asking asks on a terminal for what the flags would say.
type asking struct {
	in  *bufio.Reader
	out io.Writer
}

// line asks for one line. At the end of what is typed it fails with the flags to use instead.
func (a asking) line(question string) (string, error) {
	fmt.Fprintf(a.out, "%s ", question)
	text, err := a.in.ReadString('\n')
	if err != nil && (text == "" || !errors.Is(err, io.EOF)) {
		fmt.Fprintln(a.out)
		return "", usageError{errors.New("nothing was typed, and nothing is changed; give --home SLUG, and --council and --contact if you like")}
	}
	return strings.TrimSpace(text), nil
}

// all asks for everything, and puts the answers where the flags would.
func (a asking) all(
	ctx context.Context, s *store.Store, register *inspection.Record, story inspection.Example, settings inspection.Settings, cfg *config,
) error {
	home, err := a.home(register)
	if err != nil {
		return err
	}
	cfg.home = home.ID
	name := cmp.Or(settings.Council, home.Name)
	if cfg.setup.council, err = a.line(fmt.Sprintf("Who runs the service, as pages show it? [%s]", name)); err != nil {
		return err
	}
	cfg.setup.council = cmp.Or(cfg.setup.council, name)
	for asked := false; !asked || cfg.setup.contact != "" && !inspection.EmailAddress(cfg.setup.contact); asked = true {
		if asked {
			fmt.Fprintln(a.out, "Enter an email address, such as name@council.gov.uk, or nothing.")
		}
		if cfg.setup.contact, err = a.line(fmt.Sprintf("Email address to which readers turn? [%s]", cmp.Or(settings.Email, "none"))); err != nil {
			return err
		}
	}
	held, err := s.Example(ctx, story)
	if err != nil || !held.Any() || story.About(home.ID) || len(held.Worked) > 0 {
		return err
	}
	fmt.Fprintln(a.out, "The whole story of Northamptonshire is here as an example. Its grades stay, as those of every council.")
	answer, err := a.line("Take the example away now? You can do so later. [no]")
	cfg.setup.withoutExample = strings.HasPrefix(strings.ToLower(answer), "y")
	return err
}

// home asks which council the service is for, until one is chosen.
func (a asking) home(register *inspection.Record) (inspection.Home, error) {
	today := inspection.DayOf(time.Now().In(london()))
	for {
		words, err := a.line("Which council is the service for? Type a part of its name:")
		if err != nil {
			return inspection.Home{}, err
		}
		found := register.HomesNamed(words, today)
		if len(found) == 0 || len(found) > mostOffered {
			problem := "No council or place is called that."
			if len(found) > 0 {
				problem = "Many are called that."
			}
			fmt.Fprintln(a.out, problem, "Type another part of its name.")
			continue
		}
		for i, home := range found {
			fmt.Fprintf(a.out, "  %2d  %s (%s): %s\n", i+1, home.Name, home.ID, home.Why)
		}
		number, err := a.line("Its number, or nothing to look for another:")
		if err != nil {
			return inspection.Home{}, err
		}
		if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= len(found) {
			return found[n-1], nil
		}
	}
}

// withoutTaken leaves the example out of what is loaded into a database from which somebody took it away.
func withoutTaken(ctx context.Context, s *store.Store, record *inspection.Record) (*inspection.Record, error) {
	if empty, err := s.Empty(ctx); err != nil || empty {
		return record, err
	}
	story, err := example()
	if err != nil {
		return nil, fmt.Errorf("read the example: %w", err)
	}
	held, err := s.Example(ctx, story)
	if err == nil && held.Taken {
		record = story.Left(record)
	}
	return record, err
}
