// Package docs carries the guides that the service shows as its help, with the pictures that they show, inside the binary.
// The other documents of this folder are for those who run or change the program, and stay with its files.
package docs

import (
	"embed"
	"io/fs"
)

//go:embed members.md officers.md administrators.md
//go:embed pictures/as-it-stood.png pictures/briefing.png pictures/changes.png pictures/compare.png
//go:embed pictures/home-1280.png pictures/item.png pictures/later-letters.png pictures/letters.png pictures/map.png
//go:embed pictures/next-inspection.png pictures/people.png pictures/publish.png pictures/review.png pictures/scrutiny.png
//go:embed pictures/search.png pictures/tracker.png pictures/work.png
var embedded embed.FS

// Guides returns the guides, as Markdown, and their pictures, each under its path in this folder: "members.md",
// "pictures/home-1280.png".
func Guides() fs.FS { return embedded }
