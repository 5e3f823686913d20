package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// userConfig is what the flags of `timeline user` say.
type userConfig struct {
	roles     string
	post      string
	body      string
	emergency bool
	url       string // the public address, so that a link is printed whole
}

func userFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	set.StringVar(&c.user.roles, "roles", "", "for add: what they may do, with commas between: officer, reviewer, clerk, member, administrator")
	set.StringVar(&c.user.post, "post", "", "for add: the post that they hold, such as \"Improvement officer\"; never a name")
	set.StringVar(&c.user.body, "body", "", "for add: slug of the council or trust that the post is in")
	set.BoolVar(&c.user.emergency, "emergency", false, "for add: the one administrator for when the organisation's signing in is down")
	set.StringVar(&c.user.url, "url", "", "public address of the service, to print links whole")
}

// commandLine is who changes accounts here: whoever may run the program on its own machine.
var commandLine = inspection.Actor{ID: "command-line", Post: "the command line", Role: inspection.RoleSystem}

// lookAfterUsers adds, disables, enables or resets an account, or lists them all. It prints no address but those it is given.
func lookAfterUsers(ctx context.Context, cfg config, args []string, out io.Writer) (err error) {
	does, rest := args[0], args[1:]
	if does == "list" && len(rest) > 0 || does != "list" && len(rest) != 1 {
		return usageError{errors.New("say whose account it is: timeline user add|disable|enable|reset ADDRESS, or timeline user list")}
	}
	var roles []auth.Role
	for name := range strings.SplitSeq(cfg.user.roles, ",") {
		if name = strings.TrimSpace(name); name != "" {
			roles = append(roles, auth.Role(name))
		}
	}
	_, missing := os.Stat(cfg.db)
	made := does == "add" && errors.Is(missing, fs.ErrNotExist) && !strings.Contains(cfg.db, "://")
	s, err := openStore(ctx, cfg, does != "add")
	if err == nil {
		err = s.Migrate(ctx)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if made {
		fmt.Fprintf(out, "there was no database at %s: it is made now; give the service the same --db\n", cfg.db)
	}
	switch does {
	case "add":
		// A post is in a body, and a database that holds an account is no longer taken for a new one.
		if err := seedIfEmpty(ctx, s); err != nil {
			return err
		}
		return addUser(ctx, s, cfg, auth.Account{
			Address: rest[0], Roles: roles, Post: strings.TrimSpace(cfg.user.post), BodyID: cfg.user.body,
			State: auth.Invited, Emergency: cfg.user.emergency,
		}, out)
	case "list":
		return listUsers(ctx, s, out)
	case "disable", "enable", "reset":
	default:
		return usageError{fmt.Errorf("%q is not known; want add, disable, enable, reset or list", does)}
	}
	a, err := s.AccountByAddress(ctx, rest[0])
	if errors.Is(err, inspection.ErrNotFound) {
		return fmt.Errorf("look up %s: no account has this address", rest[0])
	}
	if err != nil {
		return err
	}
	switch does {
	case "disable":
		_, err = s.ChangeAccount(ctx, commandLine, a.ID, func(a *auth.Account) error { a.State = auth.Disabled; return nil })
	case "enable":
		_, err = s.ChangeAccount(ctx, commandLine, a.ID, enable)
	case "reset":
		return printLink(ctx, s, cfg, a, auth.Reset, out)
	}
	if err == nil {
		fmt.Fprintf(out, "the account of %s is %sd\n", rest[0], does)
	}
	return err
}

// enable lets the holder of an account sign in again; one who never set a password stays invited.
func enable(a *auth.Account) error {
	a.State = auth.Active
	if a.PasswordHash == "" && a.Issuer == "" {
		a.State = auth.Invited
	}
	return nil
}

func addUser(ctx context.Context, s *store.Store, cfg config, a auth.Account, out io.Writer) error {
	if a.BodyID != "" {
		if _, err := s.Body(ctx, a.BodyID); err != nil {
			return fmt.Errorf("look up the body %q: %w; give its short name with --body, as it stands in the address of its page", a.BodyID, err)
		}
	}
	added, err := s.AddAccount(ctx, commandLine, a)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "the account of %s is added\n", added.Address)
	if added.Post == "" {
		fmt.Fprintln(out, "it has no post yet: its holder is asked for one when they first sign in; --post names it")
	}
	return printLink(ctx, s, cfg, added, auth.Invitation, out)
}

// printLink makes a link with which the holder of an account sets a password, and prints it: it is in no log and no mail.
func printLink(ctx context.Context, s *store.Store, cfg config, a auth.Account, purpose auth.Purpose, out io.Writer) error {
	token, now := auth.NewToken(), time.Now()
	link := auth.Link{Hash: auth.HashToken(token), AccountID: a.ID, Purpose: purpose, CreatedAt: now, ExpiresAt: now.Add(purpose.Holds())}
	if err := s.AddLink(ctx, commandLine, link); err != nil {
		return err
	}
	place := strings.TrimSuffix(cfg.user.url, "/")
	if place == "" {
		place = "http://" + defaultAddr
		fmt.Fprintln(out, "give --url to print the link with the public address of the service")
	}
	fmt.Fprintf(out, "with this link they set a password, once, until %s:\n%s/links/%s\n",
		link.ExpiresAt.In(london()).Format("2 January 2006, 15:04"), place, token)
	return nil
}

func listUsers(ctx context.Context, s *store.Store, out io.Writer) error {
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "ACCOUNT\tSTATE\tROLES\tPOST")
	for _, a := range accounts {
		var roles []string
		for _, role := range a.Roles {
			roles = append(roles, string(role))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", a.ID, a.State, strings.Join(roles, ","), a.Post)
	}
	return table.Flush()
}

// london is the time zone of what is printed. The program brings its own zone files, so it cannot be missing.
func london() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC
	}
	return zone
}
