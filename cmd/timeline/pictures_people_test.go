package main

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"inspectiontimeline/internal/auth"
)

// peoplePictures makes the pictures of how people sign in and are looked after. The accounts are made up.
func peoplePictures(t *testing.T) {
	t.Helper()
	origin, s := closedSite(t)
	link := invited(t, s, "systems@west.example", "Systems manager", auth.Administrator, auth.Officer)
	invited(t, s, "officer@west.example", "Improvement officer", auth.Officer, auth.Reviewer)
	invited(t, s, "chair@west.example", "Chair of scrutiny", auth.Member)
	invited(t, s, "clerk@west.example", "Democratic services officer", auth.Clerk)
	b := openTab(t, origin)
	b.look(1280, 700, "prefers-color-scheme", "light")
	shoot := func(name, address string, width, height int64) {
		b.look(width, height, "prefers-color-scheme", "light")
		if status := b.open(address); status != http.StatusOK {
			t.Fatalf("%s is answered %d", address, status)
		}
		shot, err := act(b, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		keepPicture(t, name, shot)
	}
	shoot("sign-in", "/sign-in", 1280, 640)
	b.open(link)
	send(b, "main form", fields{"new-password": phrase, "again": phrase})
	shoot("account", "/account", 1280, 1500)
	shoot("people", "/people", 1280, 1100)
	shoot("changes", "/changes", 1280, 900)
}
