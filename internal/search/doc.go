// Package search makes words findable: it folds and stems them, reads what somebody looks for, ranks what was found and
// marks it. It knows no database and no page.
package search
