package letter

import (
	"strings"
	"testing"
)

func TestDaysAreReadInEveryWayThatTheyArePrinted(t *testing.T) {
	for phrase, want := range map[string]string{
		"6 to 17 December 2021":                      "2021-12-06 2021-12-17",
		"25 October 2021 to 5 November 2021":         "2021-10-25 2021-11-05",
		"27 September to 8 October 2021":             "2021-09-27 2021-10-08",
		"11 – 22 July 2022":                          "2022-07-11 2022-07-22",
		"6-17 June 2022":                             "2022-06-06 2022-06-17",
		"4 and 5 October 2022":                       "2022-10-04 2022-10-05",
		"30 November 2023 to 5 January 2024":         "2023-11-30 2024-01-05",
		"30 November to 5 January 2024":              "2023-11-30 2024-01-05",
		"Monday 6th to Friday 17th June 2022":        "2022-06-06 2022-06-17",
		"6 to 17 June 2022 and 4 to 5 July 2022":     "2022-06-06 2022-06-17 2022-07-04 2022-07-05",
		"6 to 10 June, 20 June and 4 July 2022":      "2022-06-06 2022-06-10 2022-06-20 2022-07-04",
		"17 December 2021 and 10 January":            "2021-12-17 2022-01-10",
		"June 2022 and 4 July 2022":                  "2022-07-04",
		"12/09/2016 to 6.10.2016":                    "2016-09-12 2016-10-06",
		"31 June 2022":                               "",
		"in 24 hours":                                "",
		strings.Repeat("1 ", 3) + "and 2 Sept. 2013": "2013-09-01 2013-09-01 2013-09-01 2013-09-02",
	} {
		var got []string
		for _, d := range datesIn(phrase) {
			got = append(got, d.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is read as %q, want %q", phrase, strings.Join(got, " "), want)
		}
	}
}
