package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// certificateFiles writes a certificate for some names, with its key, and returns where they are.
func certificateFiles(t *testing.T, until time.Time, names ...string) (certificate, key string) {
	t.Helper()
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Inspection Timeline"}, DNSNames: names,
		NotBefore: until.AddDate(-1, 0, 0), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	made, err := x509.CreateCertificate(rand.Reader, template, template, own.Public(), own)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	certificate, key = filepath.Join(folder, "certificate.pem"), filepath.Join(folder, "key.pem")
	for name, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: made}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}

// browserOf returns a client that trusts a certificate and finds every host at one address.
func browserOf(t *testing.T, certificate, address string) *http.Client {
	t.Helper()
	trusted := x509.NewCertPool()
	if certificate != "" {
		text, err := os.ReadFile(certificate)
		if err != nil || !trusted.AppendCertsFromPEM(text) {
			t.Fatalf("trust %s: %v", certificate, err)
		}
	}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
		TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: stepByStep.CheckRedirect}
}

// visits asks for an address and returns the answer with its body.
func visits(t *testing.T, client *http.Client, address string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestServeSpeaksTLSFromFiles(t *testing.T) {
	certificate, key := certificateFiles(t, time.Now().AddDate(1, 0, 0), "council.example")
	doors := variables{"TIMELINE_TLS_CERT": certificate, "TIMELINE_TLS_KEY": key, "TIMELINE_URL": "https://council.example/timeline"}
	s := startService(t, doors, "--db", storetest.SQLite(t, true))
	address, https := strings.CutPrefix(s.url, "https://")
	if !https {
		t.Fatalf("it says that it listens on %s", s.url)
	}
	answer, body := visits(t, browserOf(t, certificate, address), "https://council.example/timeline/")
	if answer.StatusCode != http.StatusOK || !strings.Contains(body, `href="/timeline/inspections"`) || strings.Contains(body, `href="/inspections"`) {
		t.Errorf("the first page is answered %d", answer.StatusCode)
	}
	if answer.ProtoMajor != 2 || answer.TLS.Version < tls.VersionTLS12 {
		t.Errorf("it speaks %s over %s", answer.Proto, tls.VersionName(answer.TLS.Version))
	}
	if got := answer.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security is %q", got)
	}

	t.Run("older versions are refused", func(t *testing.T) {
		client := browserOf(t, certificate, address)
		transport := client.Transport.(*http.Transport)
		transport.TLSClientConfig.MinVersion, transport.TLSClientConfig.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		if answer, err := client.Get("https://council.example/timeline/"); err == nil {
			answer.Body.Close()
			t.Errorf("it speaks %s", tls.VersionName(answer.TLS.Version))
		}
	})
	t.Run("another host is refused", func(t *testing.T) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://council.example/timeline/", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "evil.example"
		answer, err := browserOf(t, certificate, address).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("status %d", answer.StatusCode)
		}
	})
	t.Run("it asks itself whether it is ready", func(t *testing.T) {
		mustSucceed(t, runCommand(t, doors, "doctor", "--ready", "--addr", address))
	})
	t.Run("another program there is not taken for it", func(t *testing.T) {
		other, otherKey := certificateFiles(t, time.Now().AddDate(1, 0, 0), "council.example")
		got := runCommand(t, variables{"TIMELINE_TLS_CERT": other, "TIMELINE_TLS_KEY": otherKey}, "doctor", "--ready", "--addr", address)
		mustFail(t, got, "ask whether the server is ready")
	})
	t.Run("the faults of connections are lines of the log", func(t *testing.T) {
		if answer, err := http.Get("http://" + address + "/"); err == nil {
			answer.Body.Close()
			if answer.StatusCode != http.StatusBadRequest {
				t.Errorf("plain HTTP is answered %d", answer.StatusCode)
			}
		}
		end := s.finish(t)
		for line := range strings.Lines(end.stdout) {
			if !strings.HasPrefix(line, "{") {
				t.Errorf("the log has the line %q", line)
			}
		}
		mustSay(t, end.stdout, "TLS handshake error", "request for another host refused")
	})
}

func TestTheDemonstrationIsForThisMachineAlone(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  variables
		args []string
		says string
	}{
		{"on every address", nil, []string{"--addr", ":8080"}, "a demonstration is for the machine it runs on"},
		{"on every address of version 4", nil, []string{"--addr", "0.0.0.0:8080"}, "a demonstration is for the machine it runs on"},
		{"on an address of the network", nil, []string{"--addr", "192.0.2.1:8080"}, "a demonstration is for the machine it runs on"},
		{"with a public address", nil, []string{"--url", "https://council.example"}, "a demonstration has no public address"},
		{"with a public address in the environment", variables{"TIMELINE_URL": "https://council.example"}, nil, "a demonstration has no public address"},
		{"where everybody signs in", nil, []string{"--sign-in-required"}, "nobody can sign in to a demonstration"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := runCommand(t, tt.env, append([]string{"serve", "--open"}, tt.args...)...)
			if got.code != exitUsage || got.stdout != "" {
				t.Errorf("ended with %d and printed %q", got.code, got.stdout)
			}
			mustSay(t, got.stderr, "--open", tt.says)
		})
	}
	db := storetest.SQLite(t, true)
	open := startService(t, nil, "--open", "--db", db)
	if status, _ := open.get(t, "/acting"); status != http.StatusOK {
		t.Errorf("in the demonstration /acting is answered %d", status)
	}
	closed := startService(t, nil, "--db", db)
	if status, _ := closed.get(t, "/acting"); status != http.StatusNotFound {
		t.Errorf("without it /acting is answered %d", status)
	}
	if status, body := closed.get(t, "/letters"); status != http.StatusForbidden || !strings.Contains(body, "timeline user add") {
		t.Errorf("without accounts officers' pages are answered %d", status)
	}
}

func TestSigningInCanBeRequiredForEverything(t *testing.T) {
	s := startService(t, variables{"TIMELINE_SIGN_IN_REQUIRED": "true"}, "--db", storetest.SQLite(t, true))
	for address, want := range map[string]int{"/": http.StatusForbidden, "/about": http.StatusForbidden, "/healthz": http.StatusOK, "/readyz": http.StatusOK} {
		if status, _ := s.get(t, address); status != want {
			t.Errorf("%s is answered %d, want %d", address, status, want)
		}
	}
}

func TestMistakesInTheDoorsAreReportedAtOnce(t *testing.T) {
	got := runCommand(t, nil, "serve", "--url", "council.example", "--trusted-proxies", "10.0.0.1, proxy.example", "--tls-cert", "/nowhere/c.pem",
		"--open", "--addr", "0.0.0.0:80", "--db", "mysql://x")
	if got.code != exitUsage || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("ended with %d and said %q", got.code, got.stderr)
	}
	mustSay(t, got.stderr, "--url", "https://council.example/timeline", "--trusted-proxies", `"proxy.example"`, "--tls-key", "--open", "--db")
}

func TestPublicAddressesThatCannotBeOne(t *testing.T) {
	for _, address := range []string{
		"council.example", "//council.example", "ftp://council.example", "https://", "https:///timeline", "https://council.example?a=b", "https://council.example#a",
		"https://officer:s3cret@council.example", "https://council.example/a b", "https://council.example/a//b", "https://council.example/../a", "https://council.example/a%2fb",
		"https://Council .example", "https://rådhus.example", "https://council.example:99999", "https://council.example:port", "https://-council.example", "https://s3cret:%zz@x",
		`https://council.example/"><script>`, "javascript:alert(1)", "https://council.example/a?",
	} {
		got := runCommand(t, nil, "doctor", "--url", address)
		if got.code != exitUsage || !strings.Contains(got.stderr, "--url") || strings.Contains(got.stdout+got.stderr, "s3cret") {
			t.Errorf("%s: ended with %d and said %q", address, got.code, got.stderr)
		}
	}
	for _, address := range []string{
		"https://council.example", "https://council.example/", "https://Council.example:8443/timeline/", "http://10.1.0.7:8080/a/b-c_d.e~f", "http://timeline", "https://[2001:db8::1]/timeline",
	} {
		d := doorsConfig{url: address}
		d.validate(defaultAddr, func(name, format string, args ...any) {
			t.Errorf("%s: --%s: "+format, append([]any{address, name}, args...)...)
		})
		if d.public == nil {
			t.Errorf("%s is not taken", address)
		}
	}
}

func TestTrustedProxiesAreAddressesOrNetworks(t *testing.T) {
	d := doorsConfig{trustedProxies: "10.1.0.4, 10.2.0.9/24,,2001:db8::/32 ,::ffff:10.3.0.1"}
	d.validate(defaultAddr, func(name, format string, args ...any) { t.Errorf("--%s: "+format, append([]any{name}, args...)...) })
	if _, proxies, _, _ := d.words(); proxies != "10.1.0.4/32, 10.2.0.0/24, 2001:db8::/32, 10.3.0.1/32" {
		t.Errorf("the proxies are %s", proxies)
	}
	for _, text := range []string{"proxy.example", "10.1.0.4:80", "10.1.0.0/33", "0.0.0.0/0", "::/0", "10.1.0.4;10.1.0.5"} {
		got := runCommand(t, nil, "doctor", "--trusted-proxies", text)
		if got.code != exitUsage {
			t.Errorf("%s: ended with %d", text, got.code)
		}
		mustSay(t, got.stderr, "--trusted-proxies")
	}
}

func TestCertificatesThatCannotBeUsedAreNamed(t *testing.T) {
	certificate, key := certificateFiles(t, time.Now().AddDate(1, 0, 0), "council.example")
	_, otherKey := certificateFiles(t, time.Now().AddDate(1, 0, 0), "council.example")
	for _, tt := range []struct {
		name string
		args []string
		says []string
	}{
		{"no key", []string{"--tls-cert", certificate}, []string{"--tls-key", "leave --tls-cert away"}},
		{"no certificate", []string{"--tls-key", key}, []string{"--tls-cert", "leave --tls-key away"}},
		{"files that are not there", []string{"--tls-cert", "/nowhere/c", "--tls-key", "/nowhere/k"}, []string{"/nowhere/c", "/nowhere/k"}},
		{"the key of another", []string{"--tls-cert", certificate, "--tls-key", otherKey}, []string{"--tls-cert", "does not match"}},
		{"one for the other", []string{"--tls-cert", key, "--tls-key", certificate}, []string{"--tls-cert"}},
		{"another host", []string{"--tls-cert", certificate, "--tls-key", key, "--url", "https://other.example"}, []string{"is not for the host", "council.example"}},
		{"a public address without TLS", []string{"--tls-cert", certificate, "--tls-key", key, "--url", "http://council.example"}, []string{"--url", "write https://"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := runCommand(t, nil, append([]string{"doctor"}, tt.args...)...)
			if got.code != exitUsage || strings.Contains(got.stderr, "PRIVATE KEY") {
				t.Errorf("ended with %d and said %q", got.code, got.stderr)
			}
			mustSay(t, got.stderr, tt.says...)
		})
	}
}

func TestLimitsAreTakenAwayForMeasurementsOnly(t *testing.T) {
	for _, args := range [][]string{{"--addr", "0.0.0.0:80"}, {"--url", "https://council.example"}} {
		got := runCommand(t, nil, append([]string{"serve", "--unlimited"}, args...)...)
		if got.code != exitUsage {
			t.Errorf("%v: ended with %d", args, got.code)
		}
		mustSay(t, got.stderr, "--unlimited", "measurements")
	}
}

func TestDoctorSaysHowTheProgramIsReached(t *testing.T) {
	db := storetest.SQLite(t, true)
	certificate, key := certificateFiles(t, time.Date(2126, time.March, 1, 12, 0, 0, 0, time.UTC), "council.example")
	got := runCommand(t, variables{"TIMELINE_TRUSTED_PROXIES": "10.1.0.0/24", "TIMELINE_TLS_CERT": certificate, "TIMELINE_TLS_KEY": key},
		"doctor", "--db", db, "--url", "https://council.example/timeline", "--sign-in-required")
	mustSucceed(t, got)
	mustSay(t, got.stdout, "public    https://council.example/timeline\n", "proxies   10.1.0.0/24\n", "valid until 1 March 2126\n", "people    everything needs an account\n")
	got = runCommand(t, nil, "doctor", "--db", db)
	mustSucceed(t, got)
	mustSay(t, got.stdout, "public    none set", "proxies   none trusted", "transport plain HTTP", "people    visitors read what is public")
	got = runCommand(t, nil, "doctor", "--db", db, "--open")
	mustSucceed(t, got)
	mustSay(t, got.stdout, "people    demonstration")

	past, pastKey := certificateFiles(t, time.Now().Add(-time.Hour), "council.example")
	mustFail(t, withoutOutput(runCommand(t, nil, "doctor", "--db", db, "--tls-cert", past, "--tls-key", pastKey)), "past its date")
}

func TestDoctorSaysWhereTheWayInCannotWork(t *testing.T) {
	for name, tt := range map[string]struct {
		env  variables
		says bool
	}{
		"an https address in the clear":  {variables{"TIMELINE_URL": "https://council.example"}, true},
		"the same behind a proxy":        {variables{"TIMELINE_URL": "https://council.example", "TIMELINE_TRUSTED_PROXIES": "127.0.0.1"}, false},
		"an http address inside a house": {variables{"TIMELINE_URL": "http://timeline.internal"}, false},
	} {
		tt.env["TIMELINE_DB"] = storetest.SQLite(t, true)
		got := runCommand(t, tt.env, "doctor")
		if got.code != exitDone || strings.Contains(got.stdout, "speaks plain HTTP and trusts no proxy") != tt.says {
			t.Errorf("%s: ends with %d and says %q, %q", name, got.code, got.stdout, got.stderr)
		}
	}
}

func TestDoctorPrintsNoSecret(t *testing.T) {
	for _, db := range []string{"postgres://timeline:s3cret@127.0.0.1:1/t", "postgres://127.0.0.1:1/t?password=s3cret", "postgres://a:s3cret@b@127.0.0.1:1/t?sslpassword=s3cret&user=x"} {
		got := runCommand(t, nil, "doctor", "--db", db)
		if got.code != exitFailed || strings.Contains(got.stdout+got.stderr, "s3cret") {
			t.Errorf("%s: ended with %d, printed %q and said %q", db, got.code, got.stdout, got.stderr)
		}
		mustSay(t, got.stdout, "127.0.0.1:1/t")
	}
}
