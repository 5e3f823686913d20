package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
)

// doorsConfig is how the program is reached, and by whom.
type doorsConfig struct {
	url            string
	trustedProxies string
	tlsCert        string
	tlsKey         string
	signInRequired bool
	open           bool // the demonstration: no accounts
	unlimited      bool

	// What those say, once they are validated.
	public      *url.URL         // nil where none is set
	proxies     []netip.Prefix   //
	certificate *tls.Certificate // nil: plain HTTP
}

func doorFlags(set *flag.FlagSet, d *doorsConfig) {
	set.StringVar(&d.url, "url", "", "public address, such as https://council.example or https://council.example/timeline; requests for another host are refused")
	set.StringVar(&d.trustedProxies, "trusted-proxies", "", "addresses or networks, with commas between them, of the proxies whose forwarded headers are believed, such as 10.1.0.4 or 10.1.0.0/24")
	set.StringVar(&d.tlsCert, "tls-cert", "", "file with the certificate, and those between it and its authority, to speak TLS with; needs --tls-key")
	set.StringVar(&d.tlsKey, "tls-key", "", "file with the certificate's private key")
	set.BoolVar(&d.signInRequired, "sign-in-required", false, "let nobody read anything who is not signed in")
	set.BoolVar(&d.open, "open", false, "demonstration without accounts: whoever sits at this machine acts in any role")
	set.BoolVar(&d.unlimited, "unlimited", false, "answer as often as anybody asks, for measurements on this machine")
}

// validate reads what the flags say and reports what is wrong with them.
func (d *doorsConfig) validate(addr string, wrong func(name, format string, args ...any)) {
	d.validateURL(wrong)
	d.validateProxies(wrong)
	d.validateTLS(wrong)
	if d.open {
		switch {
		case !onLoopback(addr):
			wrong("open", "a demonstration is for the machine it runs on; listen on %s, or leave --open away and let people sign in", defaultAddr)
		case d.url != "":
			wrong("open", "a demonstration has no public address; leave --url away, or leave --open away and let people sign in")
		case d.signInRequired:
			wrong("open", "nobody can sign in to a demonstration; leave --open or --sign-in-required away")
		}
	}
	if d.unlimited && (!onLoopback(addr) || d.url != "") {
		wrong("unlimited", "it is for measurements on the machine itself, without --url and on an address such as %s", defaultAddr)
	}
}

var (
	hostPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	pathPattern = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)*/?$`)
)

// validateURL never shows the address: somebody may have written a password into it.
func (d *doorsConfig) validateURL(wrong func(name, format string, args ...any)) {
	if d.url == "" {
		return
	}
	const example = "such as https://council.example/timeline"
	u, err := url.Parse(d.url)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		wrong("url", "it is not an address that begins with https:// or http:// and a host, "+example)
		return
	}
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err != nil && !hostPattern.MatchString(host) {
		wrong("url", "its host is not a name or an address as browsers write it, "+example)
	}
	if port := u.Port(); port != "" {
		if _, err := net.LookupPort("tcp", port); err != nil {
			wrong("url", "its port is not between 1 and 65535")
		}
	}
	if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		wrong("url", "it may have a scheme, a host, a port and a path, and nothing else, "+example)
	}
	if !pathPattern.MatchString(u.EscapedPath()) || u.Path != "" && path.Clean(u.Path) != "/"+strings.Trim(u.Path, "/") {
		wrong("url", "its path is not made of plain words, "+example)
	}
	if u.Scheme == "http" && d.tlsCert != "" {
		wrong("url", "it begins with http://, and with --tls-cert this program speaks TLS; write https://")
	}
	d.public = u
}

func (d *doorsConfig) validateProxies(wrong func(name, format string, args ...any)) {
	for one := range strings.SplitSeq(d.trustedProxies, ",") {
		one = strings.TrimSpace(one)
		if one == "" {
			continue
		}
		network, err := readNetwork(one)
		switch {
		case err != nil:
			wrong("trusted-proxies", "%q is not an address or a network, such as 10.1.0.4 or 10.1.0.0/24", one)
		case network.Bits() == 0:
			wrong("trusted-proxies", "%q is everybody, and anybody could say to be anybody; name the proxies", one)
		default:
			d.proxies = append(d.proxies, network)
		}
	}
}

// readNetwork reads a network, or an address as the network of itself alone.
func readNetwork(text string) (netip.Prefix, error) {
	if network, err := netip.ParsePrefix(text); err == nil {
		return network.Masked(), nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("read a network: %w", err)
	}
	addr = addr.Unmap().WithZone("")
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

// validateTLS reads the certificate with its key. What it says of the key is never more than that it does not fit.
func (d *doorsConfig) validateTLS(wrong func(name, format string, args ...any)) {
	switch {
	case d.tlsCert == "" && d.tlsKey == "":
		return
	case d.tlsKey == "":
		wrong("tls-key", "give the file with the certificate's key too, or leave --tls-cert away")
		return
	case d.tlsCert == "":
		wrong("tls-cert", "give the file with the key's certificate too, or leave --tls-key away")
		return
	}
	certificate, certErr := os.ReadFile(d.tlsCert)
	if certErr != nil {
		wrong("tls-cert", "it cannot be read: %v", certErr)
	}
	key, keyErr := os.ReadFile(d.tlsKey)
	if keyErr != nil {
		wrong("tls-key", "it cannot be read: %v", keyErr)
	}
	if certErr != nil || keyErr != nil {
		return
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		wrong("tls-cert", "%s and %s are not a certificate and its key: %v", d.tlsCert, d.tlsKey, err)
		return
	}
	// Behind a proxy the certificate may be for a name that only the proxy knows.
	if d.public != nil && len(d.proxies) == 0 {
		if err := pair.Leaf.VerifyHostname(d.public.Hostname()); err != nil {
			wrong("tls-cert", "the certificate is not for the host of --url: %v", err)
		}
	}
	d.certificate = &pair
}

// scheme is that of the address on which the program listens.
func (d *doorsConfig) scheme() string {
	if d.certificate != nil {
		return "https"
	}
	return "http"
}

// tlsConfig is how TLS is spoken, as Go does it by default; nil where it is not.
func (d *doorsConfig) tlsConfig() *tls.Config {
	if d.certificate == nil {
		return nil
	}
	return &tls.Config{Certificates: []tls.Certificate{*d.certificate}, MinVersion: tls.VersionTLS12}
}

// ownTLSConfig is how the program asks itself: it takes its own certificate, whatever address it is asked at.
func (d *doorsConfig) ownTLSConfig() *tls.Config {
	if d.certificate == nil {
		return nil
	}
	leaf := d.certificate.Leaf
	trusted := x509.NewCertPool()
	trusted.AddCert(leaf)
	config := &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	switch {
	case len(leaf.DNSNames) > 0:
		config.ServerName = strings.Replace(leaf.DNSNames[0], "*", "timeline", 1)
	case len(leaf.IPAddresses) > 0:
		config.ServerName = leaf.IPAddresses[0].String()
	}
	return config
}

// words say for doctor how the program is reached, and by whom.
func (d *doorsConfig) words() (public, proxies, transport, people string) {
	public, proxies, transport, people = "none set; requests for any host are answered", "none trusted", "plain HTTP; a proxy has to hold the certificate", "visitors read what is public; the rest needs an account"
	if d.public != nil {
		public = d.public.String()
	}
	if len(d.proxies) > 0 {
		var names []string
		for _, network := range d.proxies {
			names = append(names, network.String())
		}
		proxies = strings.Join(names, ", ")
	}
	if d.certificate != nil {
		transport = "TLS, with a certificate that is valid until " + d.certificate.Leaf.NotAfter.UTC().Format("2 January 2006")
	}
	switch {
	case d.open:
		people = "demonstration: no accounts, whoever sits at this machine acts in any role"
	case d.signInRequired:
		people = "everything needs an account"
	}
	return public, proxies, transport, people
}
