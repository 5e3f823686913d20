package chart

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"inspectiontimeline/internal/inspection"
)

// lanesSummary tells each lane's story in a clause, once for lanes whose stories are the same.
func lanesSummary(lanes inspection.Lanes) string {
	type story struct {
		names []string
		words string
	}
	var stories []story
	for _, lane := range lanes.Main {
		words := laneStory(lane)
		i := slices.IndexFunc(stories, func(s story) bool { return s.words == words && len(lane.Blocks) > 0 })
		if i < 0 {
			stories = append(stories, story{words: words})
			i = len(stories) - 1
		}
		stories[i].names = append(stories[i].names, lane.Name)
	}
	var parts []string
	for i, s := range stories {
		for n := range s.names {
			if n > 0 {
				s.names[n] = lowerFirst(s.names[n])
			}
		}
		parts = append(parts, inspection.ListWords(s.names)+": "+stories[i].words)
	}
	return strings.Join(parts, ". ") + "."
}

// laneStory says what a lane shows in order of time.
func laneStory(lane inspection.Lane) string {
	if len(lane.Blocks) == 0 {
		return marksStory(lane)
	}
	var parts []string
	for i, b := range lane.Blocks {
		from := b.From.Words()
		if b.Inspection != nil {
			day, _ := b.Inspection.OutDay()
			from = day.Words()
		}
		words := b.Words()
		if i < len(lane.Blocks)-1 {
			words = strings.TrimSuffix(words, " yet") // it has come since
		}
		switch {
		case i == 0:
			words += fmt.Sprintf(" from %s to %s", from, b.Until.Words())
		default:
			words = "then " + words + " from " + from
		}
		if b.Unpublished {
			words += " (end of fieldwork)"
		}
		parts = append(parts, words)
	}
	if len(lane.Marks) > 0 {
		parts = append(parts, marksStory(lane))
	}
	return strings.Join(parts, ", ")
}

func marksStory(lane inspection.Lane) string {
	n := len(lane.Marks)
	if n == 0 {
		return "none known"
	}
	if laneOfVisits(lane) {
		return visitsStory(lane.Marks)
	}
	var parts []string
	for _, m := range lane.Marks {
		parts = append(parts, m.Words+", "+m.When)
	}
	out := strings.Join(parts, "; then ")
	if lane.Later != "" {
		out += "; " + lane.Later
	}
	return out
}

// visitsStory counts visits. One that is not confirmed to be of this council is told and not counted.
func visitsStory(marks []inspection.Mark) string {
	var sure, unsure []string
	for _, m := range marks {
		if m.Confirmed {
			sure = append(sure, m.When)
		} else {
			unsure = append(unsure, m.When)
		}
	}
	out := fmt.Sprint(len(sure))
	switch len(sure) {
	case 0:
	case 1:
		out += ", " + sure[0]
	default:
		out += ", the last " + sure[len(sure)-1]
	}
	if len(unsure) > 0 {
		out += "; perhaps also " + inspection.ListWords(unsure) + ", not confirmed"
	}
	return out
}

func marksSummary(lane inspection.Lane) string { return lane.Name + ": " + marksStory(lane) }

// years says the years that a picture covers: "2013 to 2021".
func years(from, until inspection.Date) string {
	if from.Year() == until.Year() {
		return fmt.Sprint(from.Year())
	}
	return fmt.Sprintf("%d to %d", from.Year(), until.Year())
}

func sentenceCase(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return strings.ToUpper(string(r)) + s[n:]
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return strings.ToLower(string(r)) + s[n:]
}
