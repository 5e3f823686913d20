package inspection

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// reminded lists the days of some on which there is a reminder of something with a due day.
func reminded(s ReminderSchedule, due, from, until string) string {
	var days []string
	for day := MustDate(from); !day.After(MustDate(until)); day = day.AddDays(1) {
		if latest, ok := s.Latest(MustDate(due), day); ok && latest == day {
			days = append(days, day.String())
		}
	}
	return strings.Join(days, " ")
}

func TestReminderDays(t *testing.T) {
	usual := UsualReminders
	for _, c := range []struct {
		name             string
		schedule         ReminderSchedule
		due, from, until string
		want             string
	}{
		{"the first is 45 days before, and then there is one a week", usual, "2026-10-31", "2026-09-01", "2026-10-31",
			"2026-09-16 2026-09-23 2026-09-30 2026-10-07 2026-10-14 2026-10-21 2026-10-28"},
		{"after its date there is one at once, and then one a week", usual, "2026-10-31", "2026-10-29", "2026-11-20",
			"2026-11-01 2026-11-08 2026-11-15"},
		{"a month is due on its last day", usual, "2026-10", "2026-10-26", "2026-11-03", "2026-10-28 2026-11-01"},
		{"both numbers can be set", ReminderSchedule{Ahead: 10, Every: 5}, "2026-10-31", "2026-10-01", "2026-11-07",
			"2026-10-21 2026-10-26 2026-10-31 2026-11-01 2026-11-06"},
		{"a leap day counts", usual, "2028-03-10", "2028-02-20", "2028-03-03", "2028-02-22 2028-02-29"},
		{"the day on which clocks change counts once", usual, "2026-11-08", "2026-10-24", "2026-10-30", "2026-10-29"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := reminded(c.schedule, c.due, c.from, c.until); got != c.want {
				t.Errorf("reminded on %s, want %s", got, c.want)
			}
		})
	}
	if _, ok := usual.Latest(Date{}, MustDate("2026-10-31")); ok {
		t.Error("there is a reminder of what has no day")
	}
	if problems := (ReminderSchedule{Ahead: 0, Every: 40}).Check(); len(problems) != 2 {
		t.Errorf("a schedule of nothing has the problems %v", problems)
	}
	if problems := usual.Check(); len(problems) != 0 {
		t.Errorf("the usual schedule has the problems %v", problems)
	}
}

func TestWhatIsRemindedOf(t *testing.T) {
	item := Recommendation{Reference: "NN-ILACS-2026-1", Words: "The first matter."}
	for _, state := range ProgressStates() {
		_, got := RemindOfItem(item, Position{State: state, OwnerID: "north/head", Due: MustDate("2026-10-31")})
		if want := slices.Contains([]ProgressState{Issued, Planned, InProgress, Reopened, Recurred}, state); got != want {
			t.Errorf("an item that stands at %s is reminded of: %v", state, got)
		}
	}
	for name, p := range map[string]Position{
		"no owner": {State: Planned, Due: MustDate("2026-10-31")},
		"no day":   {State: Planned, OwnerID: "north/head"},
		"nothing":  Unmoved("NN-ILACS-2026-1"),
	} {
		if _, got := RemindOfItem(item, p); got {
			t.Errorf("an item of which there is %s is reminded of", name)
		}
	}
	for _, state := range ActionStates() {
		_, got := RemindOfAction(Action{ID: "a", State: state, OwnerID: "north/head", Due: MustDate("2026-10-31")})
		if want := state == ActionPlanned || state == ActionUnderWay; got != want {
			t.Errorf("an action that is %s is reminded of: %v", state, got)
		}
	}
}

func TestDigest(t *testing.T) {
	day := MustDate("2026-11-02")
	all := []Reminder{
		{OwnerID: "north/head", Audience: ForPublic, Reference: "A-2", Due: MustDate("2026-10-18")}, // the 2nd: 15 days after
		{OwnerID: "north/head", Audience: ForPublic, Reference: "A-1", Due: MustDate("2026-11-01")}, // 1 day after
		{OwnerID: "north/head", Audience: ForPublic, Reference: "A-3", Due: MustDate("2026-12-17")}, // 45 days before
		{OwnerID: "north/head", Audience: ForPublic, Reference: "A-4", Due: MustDate("2026-12-18")}, // 46 days before
		{OwnerID: "west/head", Audience: ForPublic, Reference: "B-1", Due: MustDate("2026-11-01")},
		{OwnerID: "north/head", Audience: ForOfficers, ActionID: "x", Due: MustDate("2026-11-01")},
	}
	who := Actor{ID: "account", PostID: "north/head", Post: "Head"}
	names := func(d Digest) string {
		var out []string
		for _, list := range [][]Reminder{d.Past, d.Next} {
			for _, r := range list {
				out = append(out, r.Reference+r.ActionID)
			}
			out = append(out, "|")
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		name   string
		reader Audience
		after  string
		want   string
	}{
		{"one message holds all that fell due since the last, what is past its date first, of the owner alone", ForOfficers, "2026-11-01", "A-2 A-1 x | A-3 |"},
		{"what only officers may read is not for a member", ForMembers, "2026-11-01", "A-2 A-1 | A-3 |"},
		{"what was reminded of on the day is not again", ForOfficers, "2026-11-02", "| |"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := UsualReminders.Digest(all, who, c.reader, MustDate(c.after), day)
			if got := names(d); got != c.want || d.Empty() != (c.want == "| |") {
				t.Errorf("it holds %s, want %s", got, c.want)
			}
		})
	}
}

func TestWhenRemindersAreMade(t *testing.T) {
	for _, c := range []struct {
		name      string
		frequency Frequency
		on, day   string
		after     string
		made      bool
	}{
		{"daily: since the day before", Daily, "2026-11-01", "2026-11-02", "2026-11-01", true},
		{"daily: once a day", Daily, "2026-11-02", "2026-11-02", "2026-11-02", false},
		{"daily: nothing is lost in days on which the program did not run", Daily, "2026-10-29", "2026-11-02", "2026-10-29", true},
		{"daily: but it looks no further back than a week", Daily, "2026-05-01", "2026-11-02", "2026-10-26", true},
		{"daily: somebody new is told of the last week", Daily, "", "2026-11-02", "2026-10-26", true},
		{"weekly: on Mondays", Weekly, "2026-10-26", "2026-11-02", "2026-10-26", true},
		{"weekly: not on a Sunday", Weekly, "2026-10-26", "2026-11-01", "2026-10-26", false},
		{"weekly: on the Tuesday if the program did not run on Monday", Weekly, "2026-10-26", "2026-11-03", "2026-10-27", true},
		{"never", Never, "", "2026-11-02", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			after, made := MessagePreferences{RemindedOn: MustDate(c.on)}.RemindOn(c.frequency, MustDate(c.day))
			if made != c.made || made && after != MustDate(c.after) {
				t.Errorf("made: %v, after %s", made, after)
			}
		})
	}
}

func TestMessagePreferences(t *testing.T) {
	var p MessagePreferences
	if p.Of(ReminderMessage, []Role{RoleOfficer}) != Daily || p.Of(NewsMessage, []Role{RoleOfficer}) != Never || p.Of(NewsMessage, []Role{RoleClerk, RoleMember}) != AtOnce {
		t.Error("owners are not reminded, or others than members are told of letters")
	}
	if err := p.Set(ReminderMessage, Weekly); err != nil || p.Of(ReminderMessage, nil) != Weekly {
		t.Errorf("what was chosen does not count: %v", err)
	}
	if err := p.Set(NewsMessage, Never); err != nil || p.Of(NewsMessage, []Role{RoleMember}) != Never {
		t.Errorf("what was chosen does not count: %v", err)
	}
	var problems Problems
	if err := p.Set(NewsMessage, Weekly); !errors.As(err, &problems) || p.News != Never {
		t.Errorf("news can come weekly: %v", err)
	}
}

func TestMessageAfterATry(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	sending := func() Message {
		until := now.Add(time.Minute)
		return Message{State: MessageSending, Lease: "mine", LeaseUntil: &until}
	}
	for how, want := range map[Handing]MessageState{
		HandedOver: MessageSent, NotTaken: MessageWaiting, Refused: MessageFailed, MaybeHanded: MessageDoubtful,
	} {
		m := sending()
		m.Settle(how, "why", now)
		if m.State != want || m.Lease != "" || m.LeaseUntil != nil || (m.SettledAt == nil) != (want == MessageWaiting) || (m.Problem == "") != (want == MessageSent) {
			t.Errorf("%s leaves %+v", how, m)
		}
	}
	t.Run("tries get rarer and end", func(t *testing.T) {
		m, at, waits := sending(), now, []time.Duration{}
		for m.State = MessageWaiting; m.State == MessageWaiting; {
			m.Settle(NotTaken, "away", at)
			if m.State == MessageWaiting {
				waits = append(waits, m.NextAt.Sub(at))
				at = m.NextAt
			}
		}
		if m.State != MessageFailed || !slices.IsSorted(waits) || at.Sub(now) < 24*time.Hour || at.Sub(now) > 4*24*time.Hour {
			t.Errorf("it ended as %s after waits of %v", m.State, waits)
		}
	})
	t.Run("an administrator can let it be tried anew, but nothing that was sent", func(t *testing.T) {
		for state, again := range map[MessageState]bool{
			MessageFailed: true, MessageDoubtful: true, MessageSent: false, MessageWaiting: false, MessageSending: false,
		} {
			m := Message{State: state, Tries: 3}
			if err := m.TryAgain(now); (err == nil) != again || again && (m.State != MessageWaiting || m.Tries != 0) {
				t.Errorf("a message that is %s becomes %s: %v", state, m.State, err)
			}
		}
	})
}

func TestNews(t *testing.T) {
	r := newRecord(t)
	in := r.inspect("east-shire", "ilacs-short", "2026-10-05", "2026-11-16", "leaders good, help_protection requires_improvement")
	t.Run("a letter is news for thirty days from its publication", func(t *testing.T) {
		for day, want := range map[string]bool{"2026-11-15": false, "2026-11-16": true, "2026-12-16": true, "2026-12-17": false} {
			if in.IsNews(MustDate(day)) != want {
				t.Errorf("on %s: %v", day, !want)
			}
		}
		if (&Inspection{FieldworkEnd: MustDate("2026-11-16")}).IsNews(MustDate("2026-11-16")) {
			t.Error("a letter whose publication is not known is news")
		}
	})
	t.Run("it says whom the letter is of and what it found", func(t *testing.T) {
		n := r.News(in)
		if strings.Join(n.Bodies, ", ") != "East Shire" || n.Kind == in.Kind || n.Published != MustDate("2026-11-16") || len(n.Judgements) != 2 ||
			!strings.HasSuffix(n.Judgements[1], ": requires improvement to be good") {
			t.Errorf("it says %+v", n)
		}
	})
	t.Run("it is for those of the council, of its place, and of nowhere", func(t *testing.T) {
		for body, want := range map[string]bool{"east-shire": true, "shire": true, "": true, "west-shire": false, "old-town": false, "nowhere": false} {
			if r.Concerns(in, body) != want {
				t.Errorf("somebody of %q: %v", body, !want)
			}
		}
	})
}
