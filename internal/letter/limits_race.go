//go:build race

package letter

const raceDetector = true
