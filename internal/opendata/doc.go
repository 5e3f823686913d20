// Package opendata is the interface for programs. One table of operations says what can be asked; the routes, the OpenAPI
// document, the page for people, the data dictionary and the command line are all made from it, so none of them can say
// something else than another. Documents are Go types: their schemas are read off the types, with the meaning of each field
// beside it.
//
// # Adding an operation
//
//  1. Declare the type of its document. Each field has a json name in snake_case and a doc tag, which says what it means. A
//     pointer is a value that may be missing: null means that it is not on the record, and never "no".
//  2. Write a function that answers it from a Call, which has checked every parameter, and add it to the table in
//     operations.go with its parameters.
//
// What a Call reads is what its reader may read: everything asks the store with Call.Reader, and nothing else decides.
package opendata
