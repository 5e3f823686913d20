package inspection

import (
	"fmt"
	"math"
	"strconv"
)

// ReadableContrast is the least contrast of text with its ground (WCAG 2.2, success criterion 1.4.3).
const ReadableContrast = 4.5

// The grounds of pages: paper and panels in the light scheme and in the dark one, and the ink of the dark one. The style
// sheet of the pages says the same.
const (
	LightPage  Colour = "#ffffff"
	LightPanel Colour = "#f4f6f7"
	LightInk   Colour = "#16202a"
	DarkPage   Colour = "#14181c"
	DarkPanel  Colour = "#1c2228"
	DarkInk    Colour = "#f2f5f7"

	black Colour = "#000000"
	white Colour = "#ffffff"
)

// How much of a colour the grounds that are tinted with it take, at most.
const (
	lightTint = 0.14
	darkTint  = 0.40
	tintSteps = 100
)

// Accent is a colour as both schemes of the pages show it: of links and buttons, and of grounds tinted with it.
type Accent struct {
	Light, LightTint Colour
	Dark, DarkTint   Colour
}

// Accent works out the shades in which a colour can be read. The light scheme shows the colour itself; the dark one a lighter
// shade of it. On both tints the colour and the ink stay readable.
func (c Colour) Accent() Accent {
	dark := c.readableOn(DarkPanel, white)
	return Accent{
		Light: c, LightTint: c.tint(LightPage, lightTint, c, LightInk),
		Dark: dark, DarkTint: c.tint(DarkPage, darkTint, dark, DarkInk),
	}
}

// readableOn returns the shade nearest to a colour, towards black or white, that can be read on a ground.
func (c Colour) readableOn(ground, towards Colour) Colour {
	for step := range tintSteps {
		if shade := c.mixed(towards, float64(step)/tintSteps); shade.Contrast(ground) >= ReadableContrast {
			return shade
		}
	}
	return towards
}

// tint returns a ground with as much of a colour in it, up to a share, as lets everything be read that stands on it.
func (c Colour) tint(ground Colour, most float64, on ...Colour) Colour {
	for step := range tintSteps {
		shade := ground.mixed(c, most*float64(tintSteps-step)/tintSteps)
		readable := true
		for _, text := range on {
			readable = readable && text.Contrast(shade) >= ReadableContrast
		}
		if readable {
			return shade
		}
	}
	return ground
}

// Contrast returns the contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it.
func (c Colour) Contrast(other Colour) float64 {
	a, b := c.luminance(), other.luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

func (c Colour) luminance() float64 {
	var linear [3]float64
	for i, value := range c.channels() {
		v := value / 255
		if v <= 0.04045 {
			linear[i] = v / 12.92
		} else {
			linear[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]
}

// mixed returns the colour with a share of another in it.
func (c Colour) mixed(other Colour, share float64) Colour {
	a, b := c.channels(), other.channels()
	var out [3]int
	for i := range out {
		out[i] = int(math.Round(a[i] + (b[i]-a[i])*share))
	}
	return Colour(fmt.Sprintf("#%02x%02x%02x", out[0], out[1], out[2]))
}

// channels returns red, green and blue, each from 0 to 255; black for what is no colour.
func (c Colour) channels() [3]float64 {
	if !writtenColour.MatchString(string(c)) {
		return [3]float64{}
	}
	n, _ := strconv.ParseUint(string(c[1:]), 16, 32) // its digits are known to be some
	return [3]float64{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}
}

// ratioWords says a ratio with one digit after the point, never more than it is.
func ratioWords(ratio float64) string { return fmt.Sprintf("%.1f", math.Floor(ratio*10)/10) }
