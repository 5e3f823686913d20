package main

import (
	"flag"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// embedConfig is which other sites may show charts in frames.
type embedConfig struct {
	hosts string

	sites []string // what hosts says, once it is validated: "https://news.example"
}

func embedFlags(set *flag.FlagSet, e *embedConfig) {
	set.StringVar(&e.hosts, "embed-hosts", "", "sites, with commas between them, that may show charts in frames, such as https://intranet.council.example; needs --url")
}

// validate reads what the flag says and reports what is wrong with it. A site is what a browser compares: a scheme, a host and
// perhaps a port. A name for many sites is refused: whoever gets one of them could frame the charts beside words of their own.
func (e *embedConfig) validate(doors doorsConfig, wrong func(name, format string, args ...any)) {
	for one := range strings.SplitSeq(e.hosts, ",") {
		one = strings.TrimSpace(one)
		if one == "" {
			continue
		}
		const example = "such as https://intranet.council.example"
		u, err := url.Parse(one)
		switch {
		case strings.Contains(one, "*"):
			wrong("embed-hosts", "%q is many sites; name each by itself, "+example, one)
		case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http":
			wrong("embed-hosts", "%q is not a site that begins with https:// and a host, "+example, one)
		case u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
			wrong("embed-hosts", "%q is more than a site; leave what stands behind the host away, "+example, one)
		case !siteHost(u):
			wrong("embed-hosts", "the host or the port of %q is not one as browsers write it, "+example, one)
		case u.Scheme == "http" && !onLoopback(net.JoinHostPort(u.Hostname(), "0")):
			wrong("embed-hosts", "%q begins with http://, where anybody on the way could change the page round the chart; write https://", one)
		default:
			e.sites = append(e.sites, u.Scheme+"://"+strings.ToLower(u.Host))
		}
	}
	if len(e.sites) == 0 {
		return
	}
	if doors.url == "" {
		wrong("embed-hosts", "other sites have to know where the charts are; give the public address with --url")
	}
	if doors.signInRequired {
		wrong("embed-hosts", "where everybody must sign in nobody sees a chart on another site; leave --embed-hosts or --sign-in-required away")
	}
}

// siteHost reports whether a policy can name the host and the port of a site.
func siteHost(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err != nil && !hostPattern.MatchString(host) {
		return false
	}
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	if port := u.Port(); port != "" {
		_, err := net.LookupPort("tcp", port)
		return err == nil
	}
	return true
}
