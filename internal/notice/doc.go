// Package notice words messages and hands them over: mail by SMTP, and webhooks of chat channels. What is in a message it is
// given; it knows neither the database nor who wants what.
package notice
