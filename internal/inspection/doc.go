// Package inspection is the domain: inspections of local authority children's services, the judgements and areas to
// improve they gave, and the rules by which they may be shown. It does no input or output and imports the standard
// library alone.
//
// Rules name their source in the comment beside them. Words follow the field: a judgement is what inspectors say of
// one strand; an authority has a life, and an earlier council's grade is never its successor's.
package inspection
