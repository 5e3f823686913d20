package letter

import (
	"math"
	"strings"
	"testing"
)

func TestTextWithoutPositionsBecomesPages(t *testing.T) {
	pages := ParseText("Judgement     Grade\r\n\r\n  Care leavers\tGood\fSecond\u00a0page\n\f")
	if len(pages) != 2 || pages[1].Number != 2 {
		t.Fatalf("pages are %+v", pages)
	}
	if got := pages[0].String(); got != "Judgement Grade\nCare leavers Good" {
		t.Errorf("the first page says %q", got)
	}
	if got := pages[1].String(); got != "Second page" {
		t.Errorf("the second page says %q", got)
	}
	head, row := pages[0].Lines[0], pages[0].Lines[1]
	if len(head.Texts) != 2 || head.Texts[1].X != 14*textAdvance {
		t.Errorf("the columns of the head are %+v", head.Texts)
	}
	if len(row.Texts) != 2 || row.X() != 2*textAdvance {
		t.Errorf("the columns of the row are %+v", row.Texts)
	}
	if gap := row.Y - head.Y; math.Abs(gap-2*textLeading) > 0.01 {
		t.Errorf("the empty line takes %v points", gap)
	}
}

func TestTextHasNoMorePagesThanAFileMay(t *testing.T) {
	if n := len(ParseText(strings.Repeat("x\f", 3*MaxPages))); n != MaxPages {
		t.Errorf("%d pages", n)
	}
	if n := len(ParseText("")); n > 1 {
		t.Errorf("no text has %d pages", n)
	}
}
