package inspection

// DraftConflict says that somebody else saved a draft first. RebaseDraft brings the two together.
type DraftConflict struct {
	Base   Draft // what both began from
	Theirs Draft // as it was saved meanwhile
	Letter Letter
}

// Error says what happened.
func (c *DraftConflict) Error() string { return "somebody else has saved this draft meanwhile" }

// DraftCheck is something that is wrong with a draft or needs an officer's eye.
type DraftCheck struct {
	Field string // of the form
	Words string // what is wrong and what to do, as a sentence without a full stop
	Stops bool   // whether the letter cannot be published like this
}

// DraftDifference is one field in which two versions differ: the record and a draft, or two officers' drafts.
type DraftDifference struct {
	Field      string
	Title      string     // what the form calls the field
	Was        string     // in words; empty where there was nothing
	Confidence Confidence // of what the record says; empty between drafts
	Says       string     // what stands there now or, in the record, will stand there
	Mine       string     // where both officers changed the field: what stays in the second one's box
	Clash      bool       // whether both changed it
}

// Framework returns the framework under which the inspection falls by its kind and the start of its fieldwork.
func (d Draft) Framework(c *Catalogue) (Framework, bool) {
	if !d.FieldworkStart.Known() {
		return Framework{}, false
	}
	return c.FrameworkFor(d.Kind, d.FieldworkStart)
}
