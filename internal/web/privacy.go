package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// privacyShowPage says what is kept about whom, why and for how long.
type privacyShowPage struct {
	Page
	Account []privateView // about whoever has an account
	Told    []privateView // about whoever says that something is wrong
	Cookies []privateView
	Backups string // how long backups are kept
	Recheck string // within how long somebody is signed out whom their organisation no longer knows
}

// privateView is one thing that is kept about somebody.
type privateView struct{ What, Why, Until string }

// showPrivacy takes every time from the constant that the program goes by.
func (s *Server) showPrivacy(c *gin.Context) error {
	page := privacyShowPage{
		Page: s.base(c, "Privacy"), Account: keptOfAccounts(), Told: keptOfRemarks(), Cookies: keptInBrowsers(),
		Backups: inspection.CountWords(s.backupDays, "day", "days"), Recheck: spanWords(auth.RecheckBy),
	}
	if s.open {
		page.Cookies = []privateView{{"acting", "In this demonstration: the post and the role in which you act.", spanWords(actingFor*time.Second) + "."}}
	}
	return s.render(c, http.StatusOK, "privacy_show", page)
}

func keptOfAccounts() []privateView {
	return []privateView{
		{
			"Your email address", "You sign in with it. Messages that you want go to it.",
			"Until your account is closed. Then it is removed.",
		},
		{
			"Your post, your council and your roles", "The record says who did what by post, and not by name.",
			"For as long as the record. They stay with what you recorded when your account is closed.",
		},
		{
			"Your password", "You sign in with it. It is kept in a scrambled form only, from which nobody can read it back.",
			"Until you change it or your account is closed.",
		},
		{
			"The secret of your one-time codes, and your recovery codes", "Only if you switch codes on. The recovery codes are scrambled too.",
			"Until you switch codes off or your account is closed.",
		},
		{
			"The name that your organisation’s sign-in has for you", "Only if you sign in through your organisation. It tells us that it is you again.",
			"Until your account is closed. Then it is removed.",
		},
		{
			"That you are signed in: since when, in which browser, and the network address you came from",
			"You do not have to sign in on every page. You can see your browsers on the page of your account and sign each of them out.",
			"Until you sign out. At most " + spanWords(auth.SessionLongest) + ", or " + spanWords(auth.SessionIdle) + " in which you do nothing.",
		},
		{
			"When you signed in or out, when a try did not work, and which internal records you read, with the network address",
			"The council can look into it if somebody misuses an account or reads what they should not.",
			"For as long as the record. The network address is removed after " + spanWords(inspection.NetworkHolds) + ".",
		},
		{
			"How many tries to sign in did not work", "Whoever guesses passwords is slowed down. What was typed is not kept.",
			"They count for " + spanWords(auth.SlowForgets) + ".",
		},
		{
			"That a link was made with which you set a password", "It works once. It is kept in a scrambled form only.",
			"It works for " + spanWords(auth.InvitationHolds) + " as an invitation, otherwise for " + spanWords(auth.ResetHolds) +
				". What is left of it is removed " + spanWords(store.LinksStay) + " later.",
		},
		{
			"Tokens that you made for programs: what you call them, what they are for, and on which day each was last used",
			"A program that has one acts for you. Each is kept in a scrambled form only. You can revoke it on the page of your account.",
			"A token works for at most a year. What is left of it is removed " + spanWords(store.TokensStay) +
				" after it ended or was revoked. That it was made and revoked stays in the record of changes.",
		},
		{
			"Which messages you want, and which were sent to you", "You get each of them once. Their words are not kept.",
			"What you want: until you change it. That you were reminded: " + spanWords(store.MessagesStay) +
				". That you were told of a letter: for as long as the record, so that you are never told twice. The link in a mail that stops such mail: " +
				spanWords(store.StopLinksStay) + ".",
		},
		{
			"What you write down", "It is the record. Each change says when it was made and by which post.",
			"For as long as the record. Nothing on it is deleted, except what must not be there.",
		},
	}
}

func keptOfRemarks() []privateView {
	return []privateView{
		{
			"What you wrote, the page that it is about, and where it says something else", "Officers, clerks and administrators read it and answer. Nobody else sees it.",
			"For as long as the record. If it names somebody, two administrators together can destroy it.",
		},
		{
			"Your email address, if you left it", "You are told of the answer. It is kept apart from what you wrote.",
			spanWords(inspection.ContactAfterAnswer) + " after the answer, and at most " + spanWords(inspection.ContactHolds) + ".",
		},
		{
			"Your network address", "So that nobody sends very many notes. It is held in memory, and not with your note.",
			"Until the service is started again, or until others take its place.",
		},
	}
}

func keptInBrowsers() []privateView {
	return []privateView{
		{
			"session", "It keeps you signed in.",
			"Until you sign out or close the browser, at most " + spanWords(auth.SessionLongest) + ".",
		},
		{
			"device", "It shows that you signed in with this browser before. So you need not wait when somebody else guesses at your password.",
			spanWords(deviceFor*time.Second) + ", or until you change your password.",
		},
		{
			"begun", "It is there while your organisation signs you in, so that nobody else can finish that in your place.",
			"Until you come back, at most " + spanWords(auth.BegunHolds) + ".",
		},
		{
			"changed", "It is there after you changed the record. Whichever of our machines answers you next shows it as you left it. It holds the number of your change.",
			spanWords(ownWritesFor*time.Second) + ".",
		},
	}
}

// spanWords says a span of time in the largest unit of which it is a whole number: "12 hours", "30 days".
func spanWords(span time.Duration) string {
	for _, unit := range []struct {
		length    time.Duration
		one, many string
	}{{24 * time.Hour, "day", "days"}, {time.Hour, "hour", "hours"}, {time.Minute, "minute", "minutes"}} {
		if span >= unit.length && span%unit.length == 0 {
			return inspection.CountWords(int(span/unit.length), unit.one, unit.many)
		}
	}
	return inspection.CountWords(int(span/time.Second), "second", "seconds")
}
