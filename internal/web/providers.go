package web

import (
	"slices"

	"inspectiontimeline/internal/inspection"
)

func (sub subject) providers() []providerView {
	var out []providerView
	for _, p := range sub.record.Providers(sub.members...) {
		v := providerView{Name: p.Name}
		for _, service := range sub.record.Services {
			if service.ProviderID != p.ID || v.Words != "" {
				continue
			}
			v.Words = "Runs children’s services"
			if service.From.Known() {
				v.Words += " since " + service.From.Words()
			}
			if service.Confidence.Weak() {
				v.Words += " (" + service.Confidence.Words() + ")"
			}
		}
		if others := sub.servedToo(p.ID); len(others) > 0 {
			v.Words += ". Also serves " + inspection.JoinWords(others, "and") + ". Each council has its own letters and grades"
		}
		out = append(out, v)
	}
	return out
}

// servedToo names the other councils that a provider serves: one provider, and yet grades of each council's own.
func (sub subject) servedToo(provider string) []string {
	var names []string
	for _, service := range sub.record.Services {
		other, ok := sub.record.Body(service.AuthorityID)
		ours := slices.ContainsFunc(sub.members, func(m inspection.Body) bool { return m.ID == service.AuthorityID })
		if !ok || ours || service.ProviderID != provider || service.Until.Known() && service.Until.Before(sub.asOf) {
			continue
		}
		names = append(names, other.Name)
	}
	return names
}
