package inspection

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// FuzzParseDate holds that a text is either no date, with words that say so, or a date that is written and stored as it is read.
func FuzzParseDate(f *testing.F) {
	for _, text := range []string{"", "2016", "2016-04", "2016-04-27", "2016-04-27~", " 2026-02-29", "0000-01-01", "9999-12-31", "~", "2016-4-2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDate(text)
		if err != nil {
			if d != (Date{}) {
				t.Fatalf("%q is refused and yet read as %v", text, d)
			}
			return
		}
		if d.Known() != (strings.TrimSpace(text) != "") || !d.Known() && d != (Date{}) {
			t.Fatalf("%q is taken for a date and nothing is known of it: %#v", text, d)
		}
		if again, err := ParseDate(d.String()); err != nil || again != d {
			t.Fatalf("%q is written as %q, and that read as %v, %v", text, d, again, err)
		}
		holdsOnDates(t, d)
	})
}

// holdsOnDates checks what is true of every date.
func holdsOnDates(t *testing.T, d Date) {
	t.Helper()
	value, err := d.Value()
	var stored, sent Date
	if err != nil || stored.Scan(value) != nil || stored != d {
		t.Fatalf("%v is stored as %v, %v and comes back as %v", d, value, err, stored)
	}
	data, err := json.Marshal(d)
	if err != nil || json.Unmarshal(data, &sent) != nil || sent != d {
		t.Fatalf("%v is sent as %s, %v and comes back as %v", d, data, err, sent)
	}
	if !d.Known() {
		return
	}
	first, last := d.First(), d.Last()
	if first.Precision() != ToDay || last.Precision() != ToDay || first.After(last) || first.Compare(d) != 0 || last.Year() != d.Year() {
		t.Fatalf("%v lasts from %v to %v", d, first, last)
	}
	if d.Precision() >= ToMonth && (first.Month() != d.Month() || last.Month() != d.Month()) {
		t.Fatalf("%v lasts from %v to %v", d, first, last)
	}
	if last.Year() < 9999 {
		if next := last.AddDays(1); !next.After(last) || last.DaysUntil(next) != 1 || next.AddDays(-1) != last {
			t.Fatalf("the day after %v is %v", last, next)
		}
	}
	if later := d.AddMonths(1); later.Precision() != d.Precision() || later.Approximate() != d.Approximate() || later.Before(d) {
		t.Fatalf("a month after %v is %v", d, later)
	}
	if DayOf(d.Time()) != first || d.Exact() && (d.Approximate() || d != first) || strings.Contains(d.Words(), "not found") || d.ISO() == "" {
		t.Fatalf("%v is %q, %q", d, d.Words(), d.ISO())
	}
}

// FuzzScanDate holds that what a database hands over is a date or an error, whatever its type.
func FuzzScanDate(f *testing.F) {
	f.Add([]byte("2016-04-27"), int64(0))
	f.Add([]byte{0xff}, int64(-1))
	f.Fuzz(func(t *testing.T, text []byte, number int64) {
		var asText, asBytes Date
		one, other := asText.Scan(string(text)), asBytes.Scan(text)
		if (one == nil) != (other == nil) || asText != asBytes {
			t.Fatalf("%q is %v, %v as text and %v, %v as bytes", text, asText, one, asBytes, other)
		}
		held := MustDate("2026-11")
		if held.Scan(number) == nil || held != MustDate("2026-11") {
			t.Fatal("a number is taken for a date")
		}
	})
}

// FuzzReadColour holds that a colour without a problem is six digits that can be read, and so are those made of it.
func FuzzReadColour(f *testing.F) {
	for _, text := range []string{"", "#2b3a9b", "2B3A9B", "#ffffff", "#12", "red;}", " #00703c ", "#０００００0"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := ReadColour(text)
		if again := ReadColour(string(c)); again != c {
			t.Fatalf("%q is read as %q, and that as %q", text, c, again)
		}
		if c.Problem() != "" || c == "" {
			return
		}
		if !writtenColour.MatchString(string(c)) || c.Contrast(LightPanel) < ReadableContrast {
			t.Fatalf("%q is taken as %q", text, c)
		}
		accent, err := json.Marshal(c.Accent())
		if err != nil || bytes.ContainsAny(accent, ";<>()\\") {
			t.Fatalf("%q makes the colours %s, %v", c, accent, err)
		}
	})
}

// FuzzReadLogo holds that whatever is taken for a logo comes out as a small PNG picture of our own writing, and all else is
// refused in words.
func FuzzReadLogo(f *testing.F) {
	for _, size := range []image.Rectangle{image.Rect(0, 0, 1, 1), image.Rect(0, 0, 40, 20), image.Rect(0, 0, MostLogoWidth+1, 1)} {
		picture := image.NewNRGBA(size)
		picture.Set(0, 0, color.NRGBA{R: 9, G: 80, B: 200, A: 128})
		var data bytes.Buffer
		if err := png.Encode(&data, picture); err != nil {
			f.Fatal(err)
		}
		f.Add(data.Bytes())
		f.Add(data.Bytes()[:data.Len()/2])
	}
	f.Add([]byte("<svg onload='alert(1)'/>"))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		logo, err := ReadLogo(data)
		if err != nil {
			if !errors.As(err, &Problems{}) || len(logo.PNG) > 0 {
				t.Fatalf("it is refused without words for who chose it, or kept: %v", err)
			}
			return
		}
		size, err := png.DecodeConfig(bytes.NewReader(logo.PNG))
		if err != nil || size.Width != logo.Width || size.Height != logo.Height || size.Width < 1 || size.Height < 1 ||
			size.Width > MostLogoWidth || size.Height > MostLogoHeight {
			t.Fatalf("a logo of %d by %d is kept as %+v, %v", logo.Width, logo.Height, size, err)
		}
		again, err := ReadLogo(logo.PNG)
		if len(logo.PNG) <= MostLogoBytes && (err != nil || !bytes.Equal(again.PNG, logo.PNG)) {
			t.Fatalf("a logo that was kept is not taken again: %v", err)
		}
	})
}

// FuzzGuardCell holds that no guarded text runs in a spreadsheet, and that the guard comes off again.
func FuzzGuardCell(f *testing.F) {
	for _, text := range []string{"=1+1", "''=1", "\u200b@x", "\t", "plain", "'plain", "－1", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		guarded := GuardCell(text)
		if UnguardCell(guarded) != text {
			t.Fatalf("%q is guarded as %q, and that read as %q", text, guarded, UnguardCell(guarded))
		}
		unseen := func(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) }
		first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(guarded, unseen))
		if strings.ContainsRune("=+-@＝＋－＠", first) || strings.HasPrefix(guarded, "\t") || strings.HasPrefix(guarded, "\r") {
			t.Fatalf("%q is guarded as %q", text, guarded)
		}
	})
}

// FuzzAddresses holds that what is taken for an address of ours leads nowhere else, and what is taken for another page's cannot run.
func FuzzAddresses(f *testing.F) {
	for _, text := range []string{"/", "//x.example", "/\\x", "https://x.example/a?b#c", "javascript:alert(1)", "https://user@x.example", "http:///", "/a\tb", "name@x.example", "a@[::1]"} {
		f.Add(text)
	}
	home := &url.URL{Scheme: "https", Host: "home.example", Path: "/"}
	f.Fuzz(func(t *testing.T, text string) {
		if OwnAddress(text) {
			to, err := home.Parse(text)
			if err != nil || to.Host != home.Host || to.Scheme != home.Scheme {
				t.Fatalf("%q is taken for an address of ours and leads to %v, %v", text, to, err)
			}
		}
		if WebAddress(text) {
			to, err := home.Parse(text)
			if err != nil || to.Scheme != "http" && to.Scheme != "https" || to.Host == "" || to.User != nil {
				t.Fatalf("%q is taken for the address of a page and leads to %v, %v", text, to, err)
			}
		}
		if EmailAddress(text) {
			to, err := url.Parse("mailto:" + text)
			if err != nil || to.RawQuery != "" || strings.ContainsAny(text, "\r\n,;?") {
				t.Fatalf("%q is taken for an email address: %v", text, err)
			}
		}
		if number := Dialed(text); number != "" && strings.Trim(number, "+0123456789") != "" {
			t.Fatalf("%q is dialed as %q", text, number)
		}
	})
}

// FuzzChange reads records of the past: what an entry says is put in words without a fault, and what is put back is a record
// that holds what the entry held before it.
func FuzzChange(f *testing.F) {
	f.Add(uint8(0), `{"topic":"a","number":1}`, `{"topic":"b","number":1}`, `{"topic":"b","number":2}`)
	f.Add(uint8(1), `{"list":[{"a":null},true],"a":{}}`, ``, `{}`)
	f.Add(uint8(2), `{"a":1,"a":2}`, `{"a":3}`, `{"a":3}`)
	f.Add(uint8(3), `{"restores":7,"through":"api"}`, `{"words":"x","on":"2026-11-21"}`, `[`)
	kinds := slices.Sorted(maps.Keys(recordKindWords))
	for i, kind := range kinds {
		f.Add(uint8(i), `{"kind":"plan","state":"open","inspection":"x","number":2,"bodies":[{"body":"a"}]}`, `{"kind":"`+string(kind)+`","reference":"NN-ILACS-2026-1"}`, `{}`)
	}
	names := &ChangeNames{Catalogue: &Catalogue{}}
	f.Fuzz(func(t *testing.T, which uint8, before, after, now string) {
		c := Change{Number: 1, RecordKind: kinds[int(which)%len(kinds)], RecordID: "x", Action: Updated, Before: before, After: after}
		if names.Words(c) == "" {
			t.Fatalf("nothing is said of a change of %s", c.RecordKind)
		}
		c.Mentions()
		c.About()
		for _, one := range names.Differences(c) {
			if one.Field == "" || one.Name == "" || one.Was == one.Says {
				t.Fatalf("a field that changed is said as %+v", one)
			}
		}
		restored, differs, err := c.Restored(now)
		if err != nil {
			return
		}
		record, err := readFields(restored)
		if err != nil {
			t.Fatalf("what is put back is no record: %q, %v", restored, err)
		}
		was, _ := readFields(before)
		wrote, _ := readFields(after)
		for _, name := range namesOf(was, wrote) {
			if !sameValue(was.get(name), wrote.get(name)) && !sameValue(record.get(name), was.get(name)) {
				t.Fatalf("%q holds %v after it was put back, and held %v before", name, record.get(name), was.get(name))
			}
		}
		again, twice, err := c.Restored(restored)
		if err != nil || twice || differs && again != restored {
			t.Fatalf("put back twice it is %q, %v, %v; once %q", again, twice, err, restored)
		}
	})
}

// FuzzParseFramework holds that a framework which is taken is written and read alike, and never ends the program that checks it.
func FuzzParseFramework(f *testing.F) {
	f.Add([]byte(`{"code":"a","from":"2018-01-01","kinds":[{"code":"k"}],"strands":[{"code":"s","scale":"g"}],"scales":[{"code":"g","grades":[{"code":"good"}]}]}`))
	f.Add([]byte(`{"code":"a","from":"2018-01-01","strands":[{"code":"s","scale":"g","covers":["t"]}]}`))
	f.Add([]byte(`{"unknown":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		one, err := ParseFramework(data)
		if err != nil {
			return
		}
		written, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseFramework(written)
		if err != nil {
			t.Fatalf("%s is not read: %v", written, err)
		}
		if rewritten, err := json.Marshal(again); err != nil || !bytes.Equal(written, rewritten) {
			t.Fatalf("%s comes back as %s, %v", written, rewritten, err)
		}
		catalogue, err := NewCatalogue([]Framework{one})
		if err != nil {
			return
		}
		for _, kind := range one.Kinds {
			if found, ok := catalogue.FrameworkFor(kind.Code, one.From); ok && found.Code != one.Code {
				t.Fatalf("%s is under %s", kind.Code, found.Code)
			}
		}
	})
}

// FuzzWorkingDays holds that counting working days forward leads from day to day in order, never onto a free day, and never out of
// the years that are known.
func FuzzWorkingDays(f *testing.F) {
	var holidays []BankHoliday
	for year := 2024; year <= 2027; year++ {
		for month := time.January; month < time.September; month++ {
			holidays = append(holidays, BankHoliday{On: Day(year, month, 1)})
		}
	}
	calendar := NewCalendar(holidays)
	f.Add("2026-11-21", uint8(70))
	f.Add("2027-12-31", uint8(1))
	f.Add("2026-11", uint8(3))
	f.Fuzz(func(t *testing.T, text string, days uint8) {
		from, err := ParseDate(text)
		if err != nil {
			return
		}
		to, ok := calendar.AddWorkingDays(from, int(days))
		if !ok {
			if to.Known() {
				t.Fatalf("%d working days after %v nothing is known, and yet %v is said", days, from, to)
			}
			return
		}
		if days == 0 {
			return
		}
		before, _ := calendar.AddWorkingDays(from, int(days)-1)
		if !calendar.WorkingDay(to) || !to.After(before) || from.DaysUntil(to) < int(days) || !calendar.Holds(to.Year()) {
			t.Fatalf("%d working days after %v is %v, and one less %v", days, from, to, before)
		}
	})
}
