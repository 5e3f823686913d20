package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// keepRules say how many days, weeks and months of scheduled backups are kept: of each day, week and month the newest.
type keepRules struct{ daily, weekly, monthly int }

const (
	usualKeep = "7 daily, 4 weekly"
	// mostKept is the longest that any backup is kept, in days.
	mostKept = 3650
)

var keepRule = regexp.MustCompile(`^(\d{1,4}) (daily|weekly|monthly)$`)

// parseKeep reads rules as they are written in flags: "7 daily, 4 weekly, 12 monthly".
func parseKeep(text string) (keepRules, error) {
	var rules keepRules
	for part := range strings.SplitSeq(text, ",") {
		match := keepRule.FindStringSubmatch(strings.TrimSpace(part))
		if match == nil {
			return keepRules{}, fmt.Errorf("%q is not how many backups are kept; want words such as %q", text, usualKeep+", 12 monthly")
		}
		number, err := strconv.Atoi(match[1])
		if err != nil {
			return keepRules{}, fmt.Errorf("%q is no number", match[1])
		}
		count := map[string]*int{"daily": &rules.daily, "weekly": &rules.weekly, "monthly": &rules.monthly}[match[2]]
		if *count > 0 {
			return keepRules{}, fmt.Errorf("%q says twice how many %s backups are kept", text, match[2])
		}
		*count = number
	}
	if days := rules.days(); days < 1 || days > mostKept {
		return keepRules{}, fmt.Errorf("keep backups for 1 to %d days", mostKept)
	}
	return rules, nil
}

// days returns how old a backup can become at most while newer ones are made.
func (r keepRules) days() int { return max(r.daily, 7*r.weekly, 31*r.monthly) }

// drops returns which of some backups, by the times when they were made, are not kept any longer. Days are those of a place. The
// newest is always kept. Those from a time to come are passed over, neither dropped nor counted: then a clock was wrong, and nobody
// knows how old they are.
func (r keepRules) drops(made []time.Time, now time.Time, place *time.Location) []time.Time {
	made = slices.DeleteFunc(slices.Clone(made), func(at time.Time) bool { return isToCome(at, now) })
	slices.SortFunc(made, func(a, b time.Time) int { return b.Compare(a) }) // the newest first
	today := dayNumber(now.In(place))
	month := func(at time.Time) int { return at.Year()*12 + int(at.Month()) }
	taken := map[string]bool{}
	keeps := func(kind string, period, latest, count int) bool {
		name := fmt.Sprint(kind, period)
		if taken[name] || latest-period >= count {
			return false
		}
		taken[name] = true
		return true
	}
	var drops []time.Time
	for i, at := range made {
		local := at.In(place)
		day := dayNumber(local)
		daily := keeps("day ", day, today, r.daily)
		weekly := keeps("week ", week(day), week(today), r.weekly)
		monthly := keeps("month ", month(local), month(now.In(place)), r.monthly)
		if i > 0 && !daily && !weekly && !monthly {
			drops = append(drops, at)
		}
	}
	return drops
}

// isToCome reports whether a backup is named after a time that has still to come. Clocks of several machines differ by seconds.
func isToCome(made, now time.Time) bool { return made.After(now.Add(5 * time.Minute)) }

// dayNumber counts the days of the calendar since 1 January 1970, which was a Thursday.
func dayNumber(at time.Time) int {
	return int(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// week counts weeks, which begin on Mondays.
func week(day int) int { return (day + 3) / 7 }

// timeOfDay is a time at which something is done each day.
type timeOfDay struct{ hour, minute int }

func parseTimeOfDay(text string) (timeOfDay, error) {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return timeOfDay{}, errors.New("give a time of day such as 02:30")
	}
	return timeOfDay{at.Hour(), at.Minute()}, nil
}

// last returns when the time of day was last, and next when it will be.
func (t timeOfDay) last(now time.Time, place *time.Location) time.Time {
	now = now.In(place)
	at := time.Date(now.Year(), now.Month(), now.Day(), t.hour, t.minute, 0, 0, place)
	if at.After(now) {
		at = time.Date(now.Year(), now.Month(), now.Day()-1, t.hour, t.minute, 0, 0, place)
	}
	return at
}

func (t timeOfDay) next(now time.Time, place *time.Location) time.Time {
	last := t.last(now, place)
	return time.Date(last.Year(), last.Month(), last.Day()+1, t.hour, t.minute, 0, 0, place)
}
