package main

import (
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/notice/noticetest"
	"inspectiontimeline/internal/store/storetest"
)

func TestANoteOfAReaderReachesTheCouncilOnceAndItsAnswerTheReaderOnce(t *testing.T) {
	o := newSortingOffice(t, noticetest.Setup{})
	o.clockAt("2026-08-03 06:00") // before the hour of reminders
	one, other := o.postman(""), o.postman("")
	ctx := t.Context()
	if _, err := one.store.SaveSettings(ctx, storetest.Administrator, inspection.Settings{Email: "scrutiny@example.org"}); err != nil {
		t.Fatal(err)
	}
	m, err := one.store.AddRemark(ctx, inspection.Remark{Page: "/search?q=quillwort", Words: "You name quillwort."}, "reader@example.org")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		one.round(ctx)
		other.round(ctx)
	}
	if got := o.arrived(); got != "scrutiny@example.org" {
		t.Errorf("when it came in mail went to %q", got)
	}
	_, err = one.store.AnswerRemark(ctx, storetest.Officer, m.ID, inspection.RemarkAnswer{Outcome: inspection.RemarkPutRight, Words: "Quillwort is gone."}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		one.round(ctx)
		other.round(ctx)
	}
	if got := o.arrived(); got != "reader@example.org scrutiny@example.org" {
		t.Errorf("when it was answered mail had gone to %q", got)
	}
	for _, mail := range o.server.Mails() {
		if header := mail.Header.Get("List-Unsubscribe"); header != "" {
			t.Errorf("a mail about one note says how to stop such mail: %s", header)
		}
		if strings.Contains(strings.ToLower(mail.Plain+mail.HTML), "quillwort") {
			t.Error("a mail repeats what was written")
		}
	}
	if strings.Contains(o.log.String(), "example.org") || strings.Contains(o.log.String(), m.Reference) {
		t.Errorf("the log names somebody: %s", o.log)
	}
}
