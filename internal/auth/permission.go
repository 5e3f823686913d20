package auth

import "slices"

// Role is what an account may do. A visitor has none.
type Role string

// The roles of accounts.
const (
	Member        Role = "member"        // reads what is marked for members and asks questions
	Officer       Role = "officer"       // logs letters, records plans, updates and evidence
	Reviewer      Role = "reviewer"      // accepts evidence and checks what is said to be done; never their own
	Clerk         Role = "clerk"         // records what bodies decided and what scrutiny said
	Administrator Role = "administrator" // looks after people and settings; reads the record and does not rewrite it
)

// Roles lists them.
func Roles() []Role { return []Role{Officer, Reviewer, Clerk, Member, Administrator} }

// Known reports whether it is one of the roles.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Permission is something that some may do. Every route names the one that it needs.
type Permission string

// The permissions.
const (
	Anything        Permission = "anything"         // what nobody is ever kept from: signing in, styles, health
	ReadPublic      Permission = "read_public"      // what is public; everybody's, unless signing in is required for everything
	UseAccount      Permission = "use_account"      // one's own account
	AskQuestions    Permission = "ask_questions"    // and see one's own form for them
	AnswerQuestions Permission = "answer_questions" //
	LogLetters      Permission = "log_letters"      // drafts, their originals and publication
	RecordProgress  Permission = "record_progress"  // plans, updates, actions, evidence and later views
	MoveItems       Permission = "move_items"       // the forms of an area to improve; each move has a role of its own
	KeepBodies      Permission = "keep_bodies"      // bodies that decide or scrutinise, meetings and posts
	KeepRegister    Permission = "keep_register"    // councils to come, and who takes over from whom
	KeepDates       Permission = "keep_dates"       // of inspections, and days on which nobody works
	ImportTracker   Permission = "import_tracker"   //
	RestoreValues   Permission = "restore_values"   // write an earlier value again, as a new change
	ManagePeople    Permission = "manage_people"    // accounts, roles and who is listed on a letter
	EraseTexts      Permission = "erase_texts"      // ask for an erasure, or agree to another's
	ChangeSettings  Permission = "change_settings"  // whose service it is: name, home, logo, colour, contact, notices
	AnswerRemarks   Permission = "answer_remarks"   // what readers say is wrong
)

// permissions is the one table of who may do what. Anything and ReadPublic are not in it: they need no account.
var permissions = map[Permission][]Role{
	UseAccount:      Roles(),
	AskQuestions:    {Member, Clerk, Officer},
	AnswerQuestions: {Officer},
	LogLetters:      {Officer},
	RecordProgress:  {Officer},
	MoveItems:       {Officer, Reviewer, Clerk},
	KeepBodies:      {Officer, Clerk},
	KeepRegister:    {Officer},
	KeepDates:       {Officer},
	ImportTracker:   {Officer},
	RestoreValues:   {Officer},
	ManagePeople:    {Administrator},
	EraseTexts:      {Administrator},
	ChangeSettings:  {Administrator},
	AnswerRemarks:   {Officer, Clerk, Administrator},
}

// Permissions lists those that need an account, in no order that means anything.
func Permissions() []Permission {
	var out []Permission
	for p := range permissions {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// Roles lists who has a permission, none for one that needs no account.
func (p Permission) Roles() []Role { return permissions[p] }

// NeedsAccount reports whether only somebody who is signed in can have the permission.
func (p Permission) NeedsAccount() bool { return p != Anything && p != ReadPublic }

// Allows reports whether a role has a permission. What is in no table is allowed to nobody.
func (r Role) Allows(p Permission) bool {
	return p == Anything || p == ReadPublic || slices.Contains(permissions[p], r)
}

// RoleFor returns in which of their roles somebody does something: the preferred one where it has the permission, else the
// first of theirs that has it.
func RoleFor(p Permission, preferred Role, held []Role) (Role, bool) {
	if slices.Contains(held, preferred) && preferred.Allows(p) {
		return preferred, true
	}
	for _, r := range Roles() {
		if slices.Contains(held, r) && r.Allows(p) {
			return r, true
		}
	}
	return "", false
}
