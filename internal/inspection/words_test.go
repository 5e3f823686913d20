package inspection

import "testing"

func TestShortenedWords(t *testing.T) {
	for _, c := range []struct {
		says, words string
		most        int
		want        string
	}{
		{"what fits stays as it is", "Plans for care leavers", 22, "Plans for care leavers"},
		{"what does not ends with a whole word", "Plans for care leavers", 21, "Plans for care …"},
		{"nothing hangs before the ellipsis", "Plans, visits, and reviews", 15, "Plans, visits …"},
		{"one long word is cut", "Incomprehensibilities", 6, "Incomp …"},
		{"an accent is one character", "Café au lait", 7, "Café …"},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := ShortenedWords(c.words, c.most); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
