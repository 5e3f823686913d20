package inspection

import (
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// SettingsID is the ID of the one record of settings that a service has.
const SettingsID = "service"

// ErrSettingsChanged says that somebody else saved the settings since they were read.
var ErrSettingsChanged = errors.New("the settings were changed meanwhile")

// Settings says whose service it is. What is empty is not claimed: pages then speak of the council that runs the service.
type Settings struct {
	ID             string `gorm:"primaryKey" json:"-"`
	Revision       int    `json:"revision"`          // counts how often they were saved; 0: never
	Council        string `json:"council,omitempty"` // the council, trust or partnership that runs the service
	Home           string `json:"home,omitempty"`    // ID of the council or place that the first page is about
	Colour         Colour `json:"colour,omitempty"`  // of links and buttons
	Logo           string `json:"logo,omitempty"`    // SHA-256 of the picture, in hexadecimal
	LogoWords      string `json:"logo_words,omitempty"`
	LogoWidth      int    `json:"-"` // pixels
	LogoHeight     int    `json:"-"` // pixels
	Email          string `json:"email,omitempty"`
	Page           string `json:"page,omitempty"` // address of the web page of those to whom readers turn
	Telephone      string `json:"telephone,omitempty"`
	PrivacyNotice  string `json:"privacy_notice,omitempty"` // address of the council's own
	Officer        string `json:"officer,omitempty"`        // for data protection, by name or post
	OfficerEmail   string `json:"officer_email,omitempty"`
	CookieNotice   string `json:"cookie_notice,omitempty"`   // the council's own words about cookies
	WithoutMembers bool   `json:"without_members,omitempty"` // whether committee members have no accounts here
}

// TableName keeps the table's name as it is said.
func (Settings) TableName() string { return "settings" }

// The most characters that settings hold.
const (
	mostOwnName        = 120
	mostLogoWords      = 200
	mostCookieNotice   = 1000
	mostEmailAddress   = 254 // what one message's envelope can carry
	fewestDialedDigits = 3
	mostDialedDigits   = 15 // of a telephone number, as E.164 has it
)

// Check trims what was entered and lists what is wrong with it, in the order of the form. Homes are the bodies that the first
// page can be about.
func (s *Settings) Check(homes []Body) Problems {
	c := &checks{}
	c.name("council", &s.Council, "name of the council", mostOwnName)
	if s.Home != "" && !slices.ContainsFunc(homes, func(b Body) bool { return b.ID == s.Home }) {
		c.wrong("home", "Choose the council or place of the first page from the list")
	}
	if s.Logo == "" {
		s.LogoWords, s.LogoWidth, s.LogoHeight = "", 0, 0
	} else if c.name("logo_words", &s.LogoWords, "words for the logo", mostLogoWords); s.LogoWords == "" {
		c.wrong("logo_words", "Enter what the logo says, for people who do not see it, such as the council’s name")
	}
	if problem := s.Colour.Problem(); problem != "" {
		c.wrong("colour", "%s", problem)
	}
	c.email("email", &s.Email)
	c.webAddress("page", &s.Page)
	if s.Telephone = seenLine(s.Telephone); s.Telephone != "" && Dialed(s.Telephone) == "" {
		c.wrong("telephone", "Enter a telephone number, such as 0300 126 1000")
	}
	c.webAddress("privacy_notice", &s.PrivacyNotice)
	c.name("officer", &s.Officer, "name or post", mostOwnName)
	c.email("officer_email", &s.OfficerEmail)
	s.CookieNotice = strings.TrimSpace(strings.ReplaceAll(s.CookieNotice, "\r\n", "\n"))
	if n := len([]rune(s.CookieNotice)); n > mostCookieNotice {
		c.wrong("cookie_notice", "Shorten the words about cookies: they have %d characters, and 1,000 is the most", n)
	}
	return c.problems
}

// name checks a text of one line.
func (c *checks) name(field string, text *string, what string, most int) {
	*text = seenLine(*text)
	if n := len([]rune(*text)); n > most {
		c.wrong(field, "Shorten the %s: it has %d characters, and %d is the most", what, n, most)
	}
}

func (c *checks) email(field string, text *string) {
	*text = strings.TrimSpace(*text)
	if *text != "" && !EmailAddress(*text) {
		c.wrong(field, "Enter an email address, such as name@council.gov.uk")
	}
}

func (c *checks) webAddress(field string, text *string) {
	*text = strings.TrimSpace(*text)
	if *text != "" && !WebAddress(*text) {
		c.wrong(field, "Enter the whole address of the page, beginning with https://")
	}
}

// seenLine puts single spaces between the words of a text, and takes away what nobody sees.
func seenLine(text string) string {
	unseen := func(r rune) bool {
		return r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf) && !unicode.IsSpace(r)
	}
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, text)), " ")
}

// EmailAddress reports whether a text is one bare e-mail address, with nothing that could mean more in a link.
func EmailAddress(text string) bool {
	if len(text) > mostEmailAddress || strings.ContainsAny(text, "?&%\"<>") {
		return false
	}
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Name == "" && parsed.Address == text && !strings.HasSuffix(text, "]")
}

var telephone = regexp.MustCompile(`^\+?[0-9() -]+$`)

// Dialed returns a telephone number as it is dialed: its digits, behind a plus where it has one. It is empty for what is no
// telephone number.
func Dialed(text string) string {
	if !telephone.MatchString(text) {
		return ""
	}
	digits := strings.NewReplacer("(", "", ")", "", " ", "", "-", "").Replace(text)
	if n := len(strings.TrimPrefix(digits, "+")); n < fewestDialedDigits || n > mostDialedDigits {
		return ""
	}
	return digits
}

// Audiences lists those for whom something new can be marked, widest first: committee members only where they have accounts.
func (s Settings) Audiences() []Audience {
	return slices.DeleteFunc(slices.Clone(audiences), func(a Audience) bool { return s.WithoutMembers && a == ForMembers })
}

// Runs names who runs the service, as sentences do.
func (s Settings) Runs() string { return cmp.Or(s.Council, "the council that runs this service") }

// Homes lists the bodies that the first page can be about, from all that there are.
func Homes(bodies []Body) []Body {
	return slices.DeleteFunc(slices.Clone(bodies), func(b Body) bool { return !b.HasPage() })
}

// HasPage reports whether a body has a page of its own. Partnerships and providers stand on those of their authorities.
func (b Body) HasPage() bool { return b.Kind == Authority || b.Kind == Place }

// Colour is a colour as #rrggbb, in lower case. The empty one is the program's own.
type Colour string

var writtenColour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// ReadColour reads a colour as people write it: in either case, with or without the sign before it.
func ReadColour(text string) Colour {
	text = strings.ToLower(strings.TrimSpace(text))
	if text != "" && !strings.HasPrefix(text, "#") {
		text = "#" + text
	}
	return Colour(text)
}

// Problem says what is wrong with a colour for links and buttons, and what to do: it has to be readable on every light ground
// of the pages (WCAG 2.2, 1.4.3). It is empty where nothing is wrong.
func (c Colour) Problem() string {
	switch {
	case c == "":
		return ""
	case !writtenColour.MatchString(string(c)):
		return "Enter the colour as a sign and six digits, such as #2b3a9b"
	}
	ratio := c.Contrast(LightPanel)
	if ratio >= ReadableContrast {
		return ""
	}
	return fmt.Sprintf("Choose a darker colour, such as %s: the contrast of this one with the pages is %s to 1, and %.1f to 1 is the least that can be read",
		c.readableOn(LightPanel, black), ratioWords(ratio), ReadableContrast)
}
