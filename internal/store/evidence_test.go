package store_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestEvidence(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		d.moves(northArea, inspection.MakePlan)
		link := func() inspection.EvidenceItem {
			return inspection.EvidenceItem{
				Reference: northArea, Title: "Audit", Address: "https://example.org/audit", On: today().AddDays(-5), Audience: inspection.ForMembers,
			}
		}
		t.Run("it begins as a draft, which counts for nobody and only officers see", func(t *testing.T) {
			d.T = t
			e, err := s.AddEvidence(ctx, storetest.Officer, link(), nil)
			if err != nil || e.State != inspection.EvidenceDraft || e.Version != 1 || e.Recorded != today() || e.ByPost != storetest.Officer.Post {
				t.Fatalf("got %+v, %v", e, err)
			}
			members, officers := d.progress(northArea, inspection.ForMembers, ""), d.progress(northArea, inspection.ForOfficers, "")
			if len(members.Evidence) != 0 || len(officers.Evidence) != 1 || officers.Position.EvidenceOfficers.Known() {
				t.Errorf("members see %d, officers %d, and it counts from %s", len(members.Evidence), len(officers.Evidence), officers.Position.EvidenceOfficers)
			}
			d.day("2026-08-10")
			if _, err := s.StepEvidence(ctx, storetest.Officer, e.ID, inspection.EvidenceSubmitted, ""); err != nil {
				t.Fatal(err)
			}
			if p := d.progress(northArea, inspection.ForMembers, ""); len(p.Evidence) != 1 || p.Position.EvidenceMembers != e.On || p.Position.EvidencePublic.Known() {
				t.Errorf("once submitted members see %+v", p)
			}
			if p := d.progress(northArea, inspection.ForMembers, "2026-08-09"); len(p.Evidence) != 0 || p.Position.EvidenceMembers.Known() {
				t.Errorf("on the day before members saw %+v", p.Evidence)
			}
		})
		t.Run("it is reviewed by somebody else, in steps that stay", func(t *testing.T) {
			d.T = t
			e := d.proof(northArea, inspection.ForPublic)
			read, err := s.Evidence(ctx, e.ID, inspection.ForPublic)
			if err != nil || read.State != inspection.EvidenceIn || len(read.Steps) != 3 || read.Steps[2].ByPost != storetest.Reviewer.Post || read.Steps[2].Number != 3 {
				t.Errorf("got %+v, %v", read, err)
			}
			if entry := s.LastChange(t, inspection.OfEvidenceItem, e.ID); entry.Action != inspection.Updated || entry.ActorID != storetest.Reviewer.ID {
				t.Errorf("the entry is %+v", entry)
			}
			before := everything(t, s)
			_, err = s.StepEvidence(ctx, storetest.Reviewer, e.ID, inspection.EvidenceRejected, "Too old.")
			refusedAt(t, err, "state", "stands at “accepted”")
			_, err = s.StepEvidence(ctx, storetest.Reviewer, e.ID, inspection.EvidenceLapsed, "")
			refusedAt(t, err, "words", "Enter the reason")
			if _, err := s.StepEvidence(ctx, storetest.Reviewer, "nowhere", inspection.EvidenceIn, ""); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
			compareTables(t, before, everything(t, s))
		})
		t.Run("a version follows another of the same item, once", func(t *testing.T) {
			d.T = t
			first := d.proof(northArea, inspection.ForPublic)
			next := link()
			next.Replaces, next.State = first.ID, inspection.EvidenceSubmitted
			second, err := s.AddEvidence(ctx, storetest.Officer, next, nil)
			if err != nil || second.Version != 2 || second.Replaces != first.ID {
				t.Fatalf("got %+v, %v", second, err)
			}
			_, err = s.AddEvidence(ctx, storetest.Officer, next, nil)
			refusedAt(t, err, "replaces", "added already")
			next.Reference = westArea
			_, err = s.AddEvidence(ctx, storetest.Officer, next, nil)
			refusedAt(t, err, "replaces", "of this area to improve")
		})
		t.Run("a file is kept whole, in the database, under its hash", func(t *testing.T) {
			d.T = t
			data := bytes.Repeat([]byte("of more than one piece. "), 100_000)
			e := link()
			e.Address = ""
			kept, err := s.AddEvidence(ctx, storetest.Officer, e, &store.EvidenceFile{Name: "audit.pdf", MediaType: "application/pdf", Bytes: data})
			if err != nil || len(kept.DocumentHash) != 64 || kept.FileName != "audit.pdf" {
				t.Fatalf("got %+v, %v", kept, err)
			}
			read, document, bytesRead, err := s.EvidenceDocument(ctx, kept.ID, inspection.ForOfficers)
			if err != nil || read.ID != kept.ID || document.MediaType != "application/pdf" || !bytes.Equal(bytesRead, data) {
				t.Errorf("got %d bytes of %+v, %v", len(bytesRead), document, err)
			}
		})
		t.Run("a link has no file", func(t *testing.T) {
			d.T = t
			e := d.proof(northArea, inspection.ForPublic)
			if _, _, _, err := s.EvidenceDocument(ctx, e.ID, inspection.ForOfficers); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("what is dated in the future, or is neither link nor file, leaves nothing behind", func(t *testing.T) {
			before := everything(t, s)
			e := link()
			e.On = today().AddDays(1)
			_, err := s.AddEvidence(ctx, storetest.Officer, e, nil)
			refusedAt(t, err, "on", "has not come yet")
			e = link()
			e.Address = ""
			_, err = s.AddEvidence(ctx, storetest.Officer, e, nil)
			refusedAt(t, err, "address", "Enter the address")
			_, err = s.AddEvidence(ctx, storetest.Officer, link(), &store.EvidenceFile{Name: "a.txt", MediaType: "text/plain", Bytes: []byte("a")})
			refusedAt(t, err, "address", "not both")
			compareTables(t, before, everything(t, s))
		})
		t.Run("evidence that has expired opens the question again", func(t *testing.T) {
			d.T = t
			e := link()
			e.Reference, e.Audience, e.State, e.ExpiresOn = westArea, inspection.ForPublic, inspection.EvidenceSubmitted, inspection.MustDate("2026-09-30")
			d.moves(westArea, inspection.MakePlan, inspection.StartWork, inspection.SayDone)
			kept, err := s.AddEvidence(ctx, storetest.Officer, e, nil)
			for _, to := range []inspection.EvidenceState{inspection.EvidenceInReview, inspection.EvidenceIn} {
				if err == nil {
					_, err = s.StepEvidence(ctx, storetest.Reviewer, kept.ID, to, "")
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			d.moves(westArea, inspection.AcceptEvidence)
			day := d.day("2026-10-01")
			p := d.progress(westArea, inspection.ForPublic, "")
			if !p.Position.EvidenceExpired(day) || p.Evidence[0].State != inspection.EvidenceLapsed {
				t.Errorf("it stands at %+v with %+v", p.Position, p.Evidence)
			}
			d.moves(westArea, inspection.SendBack, inspection.SayDone)
			_, err = s.MoveRecommendation(ctx, storetest.Reviewer, westArea, d.made(inspection.AcceptEvidence))
			refusedAt(t, err, "move", "No accepted evidence is in force")
		})
		d.T = t
		d.checkPositions()
	})
}
