// Package opendata is the interface for programs. One table of operations says what may be asked for, by which filters, and
// what is answered; the routes, the OpenAPI document, the data dictionary and the command line are made from it.
package opendata
