package inspection

import (
	"slices"
	"strings"
	"testing"
)

func TestSettingsAreChecked(t *testing.T) {
	homes := []Body{{ID: "camden", Kind: Authority, Name: "Camden"}}
	for name, c := range map[string]struct {
		change func(*Settings)
		field  string // empty: nothing is wrong
		words  string
	}{
		"nothing is claimed": {func(*Settings) {}, "", ""},
		"a whole set": {func(s *Settings) {
			*s = Settings{
				Council: "Camden Council", Home: "camden", Colour: "#1b5e20", Email: "children@camden.gov.uk", Page: "https://camden.gov.uk/children",
				Telephone: "+44 (0)20 7974-4444", PrivacyNotice: "https://camden.gov.uk/privacy", Officer: "Head of information",
				OfficerEmail: "dpo@camden.gov.uk", CookieNotice: "We set none.",
			}
		}, "", ""},
		"markup in a name is a name":          {func(s *Settings) { s.Council = "<b>Camden</b> & Co" }, "", ""},
		"a name of a page":                    {func(s *Settings) { s.Council = strings.Repeat("long ", 30) }, "council", "120 is the most"},
		"a place that there is not":           {func(s *Settings) { s.Home = "narnia" }, "home", "from the list"},
		"a logo without words":                {func(s *Settings) { s.Logo = "5c3a" }, "logo_words", "what the logo says"},
		"a colour too light to read":          {func(s *Settings) { s.Colour = "#ffcc00" }, "colour", "is 1.3 to 1, and 4.5 to 1"},
		"a colour by its name":                {func(s *Settings) { s.Colour = "#teal" }, "colour", "six digits"},
		"a colour that would end the rule":    {func(s *Settings) { s.Colour = "#000000;}*{display:none" }, "colour", "six digits"},
		"no email address":                    {func(s *Settings) { s.Email = "the web team" }, "email", "name@council.gov.uk"},
		"an email address with a subject":     {func(s *Settings) { s.Email = "a@council.gov.uk?bcc=b@example.org" }, "email", "name@council.gov.uk"},
		"an email address with a line":        {func(s *Settings) { s.Email = "a@council.gov.uk\nBcc: b@example.org" }, "email", "name@council.gov.uk"},
		"a script for an address":             {func(s *Settings) { s.Page = "javascript:alert(1)" }, "page", "beginning with https://"},
		"data for an address":                 {func(s *Settings) { s.PrivacyNotice = "data:text/html,x" }, "privacy_notice", "beginning with https://"},
		"an address that carries a password":  {func(s *Settings) { s.Page = "https://a:b@council.gov.uk" }, "page", "beginning with https://"},
		"words for a telephone number":        {func(s *Settings) { s.Telephone = "ask at the desk" }, "telephone", "0300"},
		"a telephone number of twenty digits": {func(s *Settings) { s.Telephone = "01234567890123456789" }, "telephone", "0300"},
		"no email address of the officer":     {func(s *Settings) { s.OfficerEmail = "@" }, "officer_email", "name@council.gov.uk"},
		"a long notice":                       {func(s *Settings) { s.CookieNotice = strings.Repeat("x", 1001) }, "cookie_notice", "1001 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			var s Settings
			c.change(&s)
			problems := s.Check(homes)
			switch {
			case c.field == "" && len(problems) > 0:
				t.Errorf("it is refused: %v", problems)
			case c.field != "" && (len(problems) != 1 || problems[0].Field != c.field || !strings.Contains(problems[0].Words, c.words)):
				t.Errorf("got %v, want %s: …%s…", problems, c.field, c.words)
			}
		})
	}
	t.Run("what nobody sees is taken out, and words without a logo are not kept", func(t *testing.T) {
		s := Settings{Council: " Cam\u200bden \n Council\x00 ", LogoWords: "Camden", CookieNotice: "\r\nOne.\r\nTwo.\n"}
		if problems := s.Check(homes); len(problems) > 0 || s.Council != "Camden Council" || s.LogoWords != "" || s.CookieNotice != "One.\nTwo." {
			t.Errorf("got %+v, %v", s, problems)
		}
	})
}

func TestAudiencesOfAServiceWithoutMembers(t *testing.T) {
	if got := (Settings{}).Audiences(); !slices.Equal(got, Audiences()) {
		t.Errorf("with members: %v", got)
	}
	if got := (Settings{WithoutMembers: true}).Audiences(); !slices.Equal(got, []Audience{ForPublic, ForOfficers}) || len(Audiences()) != 3 {
		t.Errorf("without: %v", got)
	}
}

func TestTelephoneNumbersAreDialed(t *testing.T) {
	for text, want := range map[string]string{
		"0300 126 1000": "03001261000", "+44 (0)20 7974-4444": "+4402079744444", "101": "101",
		"1": "", "": "", "0300;ext=1": "", "++44 1": "", "٠١٢٣٤": "",
	} {
		if got := Dialed(text); got != want {
			t.Errorf("%q is dialed as %q, want %q", text, got, want)
		}
	}
}

func TestColoursCanBeRead(t *testing.T) {
	t.Run("contrast is that of WCAG", func(t *testing.T) {
		for pair, want := range map[[2]Colour]float64{{"#000000", "#ffffff"}: 21, {"#777777", "#ffffff"}: 4.48, {"#2b3a9b", "#ffffff"}: 9.63} {
			if got := pair[0].Contrast(pair[1]); got < want-0.05 || got > want+0.05 {
				t.Errorf("%v: %.2f, want %.2f", pair, got, want)
			}
		}
	})
	t.Run("every shade of a colour that is taken can be read where it stands", func(t *testing.T) {
		taken := 0
		for n := 0; n < 1<<24; n += 30011 {
			c := Colour("#000000").mixed(Colour("#"+hex6(n)), 1)
			if c.Problem() != "" {
				continue
			}
			taken++
			a := c.Accent()
			for what, pair := range map[string][2]Colour{
				"on paper": {a.Light, LightPage}, "on a panel": {a.Light, LightPanel}, "on its tint": {a.Light, a.LightTint}, "ink on its tint": {LightInk, a.LightTint},
				"on a dark page": {a.Dark, DarkPage}, "on a dark panel": {a.Dark, DarkPanel}, "on its dark tint": {a.Dark, a.DarkTint},
				"ink on its dark tint": {DarkInk, a.DarkTint},
			} {
				if pair[0].Contrast(pair[1]) < ReadableContrast {
					t.Errorf("%s %s: %s on %s", c, what, pair[0], pair[1])
				}
			}
		}
		if taken < 100 {
			t.Errorf("only %d colours were taken", taken)
		}
	})
	t.Run("the darker colour that is named instead is taken", func(t *testing.T) {
		words := Colour("#ffcc00").Problem()
		_, after, _ := strings.Cut(words, "such as ")
		if other := Colour(after[:7]); other.Problem() != "" {
			t.Errorf("%s: %s", other, other.Problem())
		}
	})
	for text, want := range map[string]Colour{" 2B3A9B ": "#2b3a9b", "#2B3A9B": "#2b3a9b", "": "", "red": "#red"} {
		if got := ReadColour(text); got != want {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}

// hex6 writes a number as six hexadecimal digits.
func hex6(n int) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 6)
	for i := 5; i >= 0; i-- {
		out[i] = digits[n&15]
		n >>= 4
	}
	return string(out)
}
