// Package exchange reads and writes files that travel between this program and others: the seed now, spreadsheets and
// documents with the parts that need them.
package exchange
