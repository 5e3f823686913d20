package auth

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// midnight is when a day in a British summer begins; steps of thirty seconds begin there too.
var midnight = time.Date(2026, 7, 1, 0, 0, 0, 0, time.FixedZone("BST", 3600))

// codeAt is what an app shows at a time.
func codeAt(t *testing.T, a *Account, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(a.CodeSecret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func withCodes(t *testing.T) *Account {
	t.Helper()
	secret, _, err := NewCodeSecret("ann@east-shire.example", "Inspection Timeline")
	if err != nil {
		t.Fatal(err)
	}
	account := officer()
	account.CodeSecret = secret
	return &account
}

func TestACodeIsTheOneOfTheStandard(t *testing.T) {
	// RFC 6238, appendix B, for SHA-1: the last six of its eight digits.
	for unix, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037",
		20000000000: "353130",
	} {
		account := Account{CodeSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}
		if err := account.UseCode(code, time.Unix(unix, 0)); err != nil {
			t.Errorf("%s at %d: %v", code, unix, err)
		}
		if account.CodeUsed != unix/30 {
			t.Errorf("at %d the step is %d", unix, account.CodeUsed)
		}
	}
}

func TestHowFarAClockMayBeOff(t *testing.T) {
	for off, works := range map[time.Duration]bool{
		0: true, 29 * time.Second: true, 30 * time.Second: true, 59 * time.Second: true, 60 * time.Second: false,
		-time.Second: true, -30 * time.Second: true, -31 * time.Second: false, -time.Hour: false, 24 * time.Hour: false,
	} {
		account := withCodes(t)
		err := account.UseCode(codeAt(t, account, midnight.Add(off)), midnight)
		if works && err != nil || !works && !errors.Is(err, ErrCode) {
			t.Errorf("a code of %s later: %v", off, err)
		}
		if !works && account.CodeUsed != 0 {
			t.Errorf("a code of %s later was used up", off)
		}
	}
}

func TestNoCodeWorksTwice(t *testing.T) {
	account := withCodes(t)
	earlier, now := codeAt(t, account, midnight.Add(-30*time.Second)), codeAt(t, account, midnight)
	later := codeAt(t, account, midnight.Add(30*time.Second))
	if err := account.UseCode(now, midnight); err != nil {
		t.Fatal(err)
	}
	for name, code := range map[string]string{"the same code": now, "the code before": earlier} {
		if err := account.UseCode(code, midnight); !errors.Is(err, ErrCode) {
			t.Errorf("%s: %v", name, err)
		}
		if err := account.UseCode(code, midnight.Add(29*time.Second)); !errors.Is(err, ErrCode) {
			t.Errorf("%s, later: %v", name, err)
		}
	}
	if err := account.UseCode(later, midnight.Add(30*time.Second)); err != nil {
		t.Errorf("the next code: %v", err)
	}
}

func TestACodeAsItIsTyped(t *testing.T) {
	account := withCodes(t)
	code := codeAt(t, account, midnight)
	for _, typed := range []string{code[:3] + " " + code[3:], " " + code + "\n", code[:3] + "\u00a0" + code[3:]} {
		copied := *account
		if err := copied.UseCode(typed, midnight); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for _, typed := range []string{
		"", "000", code + "0", code[:5], "abcdef", "-" + code[:5], strings.Repeat("1", 10<<20), "\u0661\u0662\u0663",
	} {
		if err := account.UseCode(typed, midnight); !errors.Is(err, ErrCode) {
			t.Errorf("%.20q: %v", typed, err)
		}
	}
	if account.CodeUsed != 0 {
		t.Error("a wrong code used a step up")
	}
}

func TestWithoutASecretNoCodeWorks(t *testing.T) {
	account := officer()
	if err := account.UseCode("287082", time.Unix(59, 0)); !errors.Is(err, ErrCode) {
		t.Errorf("codes are off: %v", err)
	}
	account.CodeSecret = "not base 32!"
	if err := account.UseCode("287082", time.Unix(59, 0)); err == nil || errors.Is(err, ErrCode) {
		t.Errorf("a secret that is none: %v", err)
	}
}

func TestWhatAnAppLearns(t *testing.T) {
	secret, uri, err := NewCodeSecret("ann@east-shire.example", "Inspection Timeline")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	if parsed.Scheme != "otpauth" || parsed.Host != "totp" || parsed.Path != "/Inspection Timeline:ann@east-shire.example" {
		t.Errorf("the address is %s", uri)
	}
	for name, want := range map[string]string{
		"secret": secret, "issuer": "Inspection Timeline", "period": "30", "digits": "6", "algorithm": "SHA1",
	} {
		if got := parsed.Query().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if strings.Contains(uri, "+") {
		t.Errorf("apps show a plus for a space: %s", uri)
	}
	if len(secret) != 32 {
		t.Errorf("the secret has %d characters, not 160 bits", len(secret))
	}
	if again, _, err := NewCodeSecret("ann@east-shire.example", "Inspection Timeline"); err != nil || again == secret {
		t.Errorf("two secrets are the same, or none: %v", err)
	}
	if _, _, err := NewCodeSecret("", "Inspection Timeline"); err == nil {
		t.Error("a secret for nobody")
	}
}

func TestThePictureOfACode(t *testing.T) {
	_, uri, err := NewCodeSecret("ann@east-shire.example", "Inspection Timeline")
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := CodePicture(uri)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(drawn))
	if err != nil {
		t.Fatal(err)
	}
	left, top := firstDark(picture)
	runs := runsOf(picture, left, top+1)
	module := runs[0] / 7 // the top edge of the corner's square is seven modules long
	if module < 3 || runs[0]%7 != 0 {
		t.Fatalf("the first runs are %v", runs[:5])
	}
	if quiet := 4 * module; left < quiet || top < quiet {
		t.Errorf("%d and %d pixels of white around modules of %d", left, top, module)
	}
	// Through the middle of the square the runs are as 1 to 1 to 3 to 1 to 1.
	for i, want := range []int{1, 1, 3, 1, 1} {
		if got := runsOf(picture, left, top+3*module+1)[i]; got != want*module {
			t.Errorf("run %d of the square is %d pixels, want %d", i, got, want*module)
		}
	}
	for _, wrong := range []string{"://", strings.Repeat("a", 5000)} {
		if picture, err := CodePicture(wrong); err == nil {
			t.Errorf("%.10q has a picture of %d bytes", wrong, len(picture))
		}
	}
}

func dark(picture image.Image, x, y int) bool {
	red, _, _, _ := picture.At(x, y).RGBA()
	return red < 0x8000
}

// firstDark finds the corner of what is drawn.
func firstDark(picture image.Image) (x, y int) {
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if dark(picture, x, y) {
				return x, y
			}
		}
	}
	return 0, 0
}

// runsOf measures a row: how many pixels dark, light, dark and so on.
func runsOf(picture image.Image, x, y int) []int {
	var runs []int
	for was := false; x < picture.Bounds().Dx(); x++ {
		if is := dark(picture, x, y); is != was {
			runs, was = append(runs, 0), is
		}
		if len(runs) > 0 {
			runs[len(runs)-1]++
		}
	}
	return runs
}
