package auth

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// ErrCode says that a one-time code or a recovery code is not the right one, or was used before. It does not say which.
var ErrCode = errors.New("the code is not right or was used already")

// One-time codes are those of RFC 6238 with what every authenticator app takes: SHA-1, six digits, thirty seconds.
const (
	codeStep  = 30 // seconds
	codeSkew  = 1  // steps that a clock may be slow or fast
	codeShape = otp.DigitsSix
)

// NewCodeSecret makes the secret of one-time codes, in base32, and the address with which an app learns it. Service is the
// name that the app shows.
func NewCodeSecret(address, service string) (secret, uri string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: service, AccountName: address, Period: codeStep, Digits: codeShape})
	if err != nil {
		return "", "", fmt.Errorf("make the secret of one-time codes: %w", err)
	}
	return key.Secret(), key.URL(), nil
}

// UseCode uses a one-time code up: the account remembers its time step, so that neither it nor an earlier one works again
// (RFC 6238, 5.2). It fails with ErrCode, and the account is then as it was.
func (a *Account) UseCode(code string, now time.Time) error {
	code = strings.Join(strings.Fields(code), "") // apps show them as "123 456"
	if !a.CodesOn() || len(code) != codeShape.Length() {
		return ErrCode
	}
	for step := now.Unix()/codeStep - codeSkew; step <= now.Unix()/codeStep+codeSkew; step++ {
		if step <= a.CodeUsed {
			continue
		}
		right, err := hotp.ValidateCustom(code, uint64(step), a.CodeSecret, hotp.ValidateOpts{Digits: codeShape})
		if err != nil {
			return fmt.Errorf("check one-time code: %w", err)
		}
		if right {
			a.CodeUsed = step
			return nil
		}
	}
	return ErrCode
}

// The sides of the picture of a code, in pixels.
const (
	codeSide   = 320 // of the modules
	codeMargin = 32  // around them; scanners want four modules of white
)

// CodePicture draws the address of NewCodeSecret as a QR code, in PNG.
func CodePicture(uri string) ([]byte, error) {
	key, err := otp.NewKeyFromURL(uri)
	if err != nil {
		return nil, fmt.Errorf("draw the address of one-time codes: %w", err)
	}
	code, err := key.Image(codeSide, codeSide)
	if err != nil {
		return nil, fmt.Errorf("draw the address of one-time codes: %w", err)
	}
	picture := image.NewGray(image.Rect(0, 0, codeSide+2*codeMargin, codeSide+2*codeMargin))
	draw.Draw(picture, picture.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(picture, code.Bounds().Add(image.Pt(codeMargin, codeMargin)), code, code.Bounds().Min, draw.Src)
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return nil, fmt.Errorf("draw the address of one-time codes: %w", err)
	}
	return out.Bytes(), nil
}
