//go:build !race

package letter

const raceDetector = false
