package inspection

import (
	"encoding/json"
	"slices"
)

// dateFields hold a Date.
var dateFields = []string{
	"agreed", "answer_by", "asked", "come_back_by", "complete_to", "created_on", "date", "due", "ended_on", "ends", "expires_on", "fieldwork_end",
	"fieldwork_start", "from", "on", "original_due", "planned_for", "published", "read_on", "received", "recorded", "recorded_on",
	"revoked", "statement_due", "until", "valid_from", "valid_until", "withdrawn",
}

// codeFields hold a code that has no name but itself.
var codeFields = []string{
	"category", "counts_from", "holds", "matched", "means", "purpose", "record", "region", "roles", "rows", "type", "unit",
}

var documentWords = map[DocumentState]string{
	DocumentHeld: "Read here", DocumentPublished: "Published, known through others", DocumentNotFound: "Not found",
	DocumentNotPublished: "Not published",
}

var publishedBasisWords = map[string]string{"printed": "Printed in the document", "listing": "From an official listing"}

var wordingWords = map[Wording]string{Verbatim: "The inspectors’ own words", Paraphrase: "In our words, not a quotation"}

var bodyKindWords = map[BodyKind]string{Authority: "Council", Provider: "Provider", Partnership: "Partnership", Place: "Place"}

var sourceKindWords = map[string]string{
	"letter": "Letter or report", "official_page": "Official page", "third_party_listing": "Official listing, through a third party",
	"news": "News", "statute": "Law", "compiled": "Compiled from several",
}

var answerSaid = map[Answer]string{Accepted: "Accepted", AcceptedInPart: "Accepted in part", NotAccepted: "Not accepted"}

// value says one value of a field.
func (n *ChangeNames) value(kind RecordKind, name string, value any, of fields) string {
	switch v := value.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "Yes"
		}
		return "No"
	case json.Number:
		return v.String()
	case string:
		if v == "" {
			return ""
		}
		if words := n.known(kind, name, v, of); words != "" {
			return words
		}
		return v
	}
	return ""
}

// known says a value that stands for something else: a date, a name or a code. It is empty for what says itself.
func (n *ChangeNames) known(kind RecordKind, name, value string, of fields) string {
	switch {
	case kind == OfMove && (name == "from" || name == "to"):
		return ProgressState(value).Words()
	case kind == OfLink && (name == "from" || name == "to"):
		return value
	case kind == OfSuccession && (name == "from" || name == "to"):
		return n.body(value)
	case slices.Contains(dateFields, name):
		if date, err := ParseDate(value); err == nil {
			return date.Words()
		}
	case slices.Contains(codeFields, name):
		return sentenceCase(plainCode(value))
	}
	switch name {
	case "kind":
		return n.kindOf(kind, value)
	case "state":
		return stateWords(kind, value)
	case "framework":
		if n.Catalogue != nil {
			if framework, ok := n.Catalogue.Framework(value); ok {
				return sentenceCase(framework.PlainName)
			}
		}
	case "body", "bodies", "lead_body", "provider", "authority", "place", "listed_on", "delivered_by":
		return n.body(value)
	case "home":
		return n.body(value)
	case "logo":
		return "A picture with the sign " + value[:min(len(value), 8)]
	case "owner":
		return n.post(value)
	case "committee":
		return n.committee(value)
	case "meeting":
		return n.meeting(value)
	case "inspection", "twin_of":
		return n.inspectionTitle(value)
	case "action":
		return n.action(value)
	case "source":
		for _, one := range n.Sources {
			if one.ID == value {
				return one.Title
			}
		}
	case "themes":
		for _, one := range n.Themes {
			if one.Code == value {
				return one.Name
			}
		}
	case "rule":
		return n.rule(value)
	case "through":
		return throughWords[value]
	case "confidence":
		return sentenceCase(Confidence(value).Words())
	case "outcome":
		return RemarkOutcome(value).Words()
	case "audience":
		return sentenceCase(Audience(value).Words())
	case "document":
		return documentWords[DocumentState(value)]
	case "wording":
		return wordingWords[Wording(value)]
	case "answer":
		return answerSaid[Answer(value)]
	case "view":
		if words := ScrutinyView(value).Words(); words != "" {
			return words
		}
		return ViewOfProgress(value).Words()
	case "published_basis":
		return publishedBasisWords[value]
	case "by_role":
		return sentenceCase(Role(value).Words())
	case "record_kind":
		return RecordKind(value).Words()
	case "reason":
		if kind == OfErasure {
			return ErasureReason(value).Words()
		}
	}
	return ""
}

// kindOf says what kind a record is of, or a part of one.
func (n *ChangeNames) kindOf(kind RecordKind, value string) string {
	switch kind {
	case OfInspection, OfLetter:
		switch RecommendationKind(value) {
		case Improvement:
			return "Area to improve"
		case PriorityAction:
			return "Area for priority action"
		}
		return n.kind(value)
	case OfRecommendation:
		if RecommendationKind(value) == PriorityAction {
			return "Area for priority action"
		}
		return "Area to improve"
	case OfBody:
		return bodyKindWords[BodyKind(value)]
	case OfLink:
		return sentenceCase(LinkKind(value).Words())
	case OfSource:
		return sourceKindWords[value]
	}
	return sentenceCase(plainCode(value))
}

func stateWords(kind RecordKind, value string) string {
	switch kind {
	case OfAction:
		return ActionState(value).Words()
	case OfEvidenceItem:
		return EvidenceState(value).Words()
	case OfLetter:
		return sentenceCase(LetterState(value).words())
	case OfRemark:
		return RemarkState(value).Words()
	}
	return sentenceCase(plainCode(value))
}

func (n *ChangeNames) rule(code string) string {
	for _, one := range n.Rules {
		if one.Code == code {
			return one.About
		}
	}
	return sentenceCase(plainCode(code))
}
