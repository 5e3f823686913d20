// Package auth knows who somebody is and what they may do: accounts, roles and their permissions, passwords, one-time codes,
// links, sessions, and signing in through an organisation. It keeps nothing itself; the store does.
package auth
