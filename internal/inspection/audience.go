package inspection

import "slices"

// Audience says who may read something: each audience also reads what is for those before it.
type Audience string

// The audiences, widest first. What nobody marked is for officers.
const (
	ForPublic   Audience = "public"
	ForMembers  Audience = "members"
	ForOfficers Audience = "officers"
)

var audiences = []Audience{ForPublic, ForMembers, ForOfficers}

var audienceWords = map[Audience]string{
	ForPublic: "everyone", ForMembers: "committee members and officers", ForOfficers: "officers only",
}

// Audiences lists them, widest first.
func Audiences() []Audience { return audiences }

// Known reports whether it is one of the audiences.
func (a Audience) Known() bool { return audienceWords[a] != "" }

// Words says who the audience is.
func (a Audience) Words() string { return audienceWords[a] }

// Rank is 0 for the public, 1 for members and 2 for officers; what is not known counts as the public.
func (a Audience) Rank() int {
	for i, one := range audiences {
		if one == a {
			return i
		}
	}
	return 0
}

// Reads reports whether a reader of this audience may read what is for another.
func (a Audience) Reads(of Audience) bool { return of.Known() && of.Rank() <= a.Rank() }

// Readable lists the audiences whose records a reader of this audience may read.
func (a Audience) Readable() []Audience { return slices.Clip(audiences[:a.Rank()+1]) }

// The roles of people. A visitor has none.
const (
	// RoleMember reads what is marked for members and asks questions.
	RoleMember Role = "member"
	// RoleReviewer accepts evidence and checks what officers say is done; never their own.
	RoleReviewer Role = "reviewer"
	// RoleClerk records what bodies decided and what scrutiny said.
	RoleClerk Role = "clerk"
	// RoleAdministrator looks after people and settings; they read the record and do not rewrite it.
	RoleAdministrator Role = "administrator"
)

var roleWords = map[Role]string{
	RoleMember: "a committee member", RoleOfficer: "an officer", RoleReviewer: "a reviewer", RoleClerk: "a clerk",
	RoleAdministrator: "an administrator",
}

// PeopleRoles lists the roles that somebody can act in.
func PeopleRoles() []Role {
	return []Role{RoleOfficer, RoleReviewer, RoleClerk, RoleMember, RoleAdministrator}
}

// Words says who acts in the role: "a reviewer".
func (r Role) Words() string { return roleWords[r] }

// Audience returns what somebody in the role may read.
func (r Role) Audience() Audience {
	switch r {
	case RoleOfficer, RoleReviewer, RoleClerk, RoleAdministrator, RoleSystem:
		return ForOfficers
	case RoleMember:
		return ForMembers
	}
	return ForPublic
}
