package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// otherBrowser is a browser that is not Chromium, driven as https://www.w3.org/TR/webdriver2/ says.
type otherBrowser struct {
	t      *testing.T
	remote remote
	origin string
}

// remote carries commands to a browser and answers back.
type remote interface {
	// command runs one of the commands of WebDriver, and returns its value.
	command(name string, params map[string]any) (json.RawMessage, error)
	// width makes the page so many pixels wide, or begins to.
	width(pixels int) error
	// faults lists what the browser said of mistakes in pages since it was last asked.
	faults() []string
}

func (b *otherBrowser) command(name string, params map[string]any) json.RawMessage {
	b.t.Helper()
	value, err := b.remote.command(name, params)
	if err != nil {
		b.t.Fatalf("%s: %v", name, err)
	}
	return value
}

// open goes to an address of the site and returns when the page is loaded.
func (b *otherBrowser) open(address string) {
	b.t.Helper()
	b.command("Navigate", map[string]any{"url": b.origin + address})
}

// ask evaluates an expression in the page.
func askOther[T any](b *otherBrowser, expression string) T {
	b.t.Helper()
	var answer T
	value := b.command("ExecuteScript", map[string]any{"script": "return " + expression, "args": []any{}})
	if err := json.Unmarshal(value, &answer); err != nil {
		b.t.Fatalf("%.80s: %v", expression, err)
	}
	return answer
}

// until waits for an expression to be true in the page.
func (b *otherBrowser) until(expression string) {
	b.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(actionWait); ; <-tick.C {
		// While one page gives way to another there is none to ask.
		value, err := b.remote.command("ExecuteScript", map[string]any{"script": "return Boolean(" + expression + ")", "args": []any{}})
		if err == nil && string(value) == "true" {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("it did not come to be that %s: %s, %v", expression, value, err)
		}
	}
}

// look makes the page so many pixels wide.
func (b *otherBrowser) look(width int) {
	b.t.Helper()
	if err := b.remote.width(width); err != nil {
		b.t.Fatalf("make the page %d pixels wide: %v", width, err)
	}
	b.until(fmt.Sprintf("innerWidth === %d", width))
}

// write puts words into a box. WebKit does not type into a window that has not the focus of a screen.
func (b *otherBrowser) write(selector, words string) {
	b.t.Helper()
	askOther[bool](b, fmt.Sprintf(`(box => { box.value = %q; box.dispatchEvent(new Event("input", {bubbles: true})); return true })(document.querySelector(%q))`, words, selector))
}

// press clicks, and returns when another page has come of it.
func (b *otherBrowser) press(selector string) {
	b.t.Helper()
	b.click(selector)
	b.until(`!window.left && document.readyState === "complete"`)
}

// click clicks as a script does: the drivers lose their way where a page glides to what is clicked.
func (b *otherBrowser) click(selector string) {
	b.t.Helper()
	askOther[bool](b, fmt.Sprintf("(window.left = true, document.querySelector(%q).click(), true)", selector))
}

// picture returns what the browser shows, as PNG.
func (b *otherBrowser) picture() []byte {
	b.t.Helper()
	var encoded string
	if err := json.Unmarshal(b.command("TakeScreenshot", map[string]any{"full": false}), &encoded); err != nil {
		b.t.Fatal(err)
	}
	picture, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		b.t.Fatal(err)
	}
	return picture
}

// startOther starts a program that ends with the test. What it writes goes to a file, whose path is returned.
func startOther(t *testing.T, cmd *exec.Cmd) (told string) {
	t.Helper()
	told = filepath.Join(t.TempDir(), "told")
	file, err := os.Create(told)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = file, file
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // browsers start programs of their own
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it may have ended
		_ = cmd.Wait()                                      // killed
		file.Close()
	})
	return told
}

// awaitFile returns what a file holds as soon as it holds anything.
func awaitFile(t *testing.T, path string) string {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(actionWait); time.Now().Before(deadline); <-tick.C {
		if data, err := os.ReadFile(path); err == nil && bytes.HasSuffix(data, []byte("\n")) || len(data) > 0 && filepath.Base(path) == marionettePort {
			return strings.TrimSpace(string(data))
		}
	}
	t.Fatalf("nothing came to be in %s", path)
	return ""
}

// marionettePort is the file in which Firefox says where it can be driven.
const marionettePort = "MarionetteActivePort"

// firefox is driven over a connection of its own, on which each message has its length before it.
type firefox struct {
	conn    net.Conn
	answers *bufio.Reader
	last    int
	told    string // the file to which it writes the mistakes of pages
	read    int    // how much of that was looked at
}

// startFirefox starts Firefox without a window.
func startFirefox(t *testing.T, program string) remote {
	t.Helper()
	profile := t.TempDir()
	// What it would ask of its makers goes to a port at which nobody answers.
	const settings = `user_pref("marionette.port", 0);
user_pref("devtools.console.stdout.content", true);
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("network.proxy.no_proxies_on", "127.0.0.1");
`
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", profile)
	cmd.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	f := &firefox{told: startOther(t, cmd)}
	var err error
	if f.conn, err = net.Dial("tcp", "127.0.0.1:"+awaitFile(t, filepath.Join(profile, marionettePort))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.conn.Close() })
	f.answers = bufio.NewReader(f.conn)
	if _, err := f.message(); err != nil { // it says who it is
		t.Fatal(err)
	}
	if _, err := f.command("NewSession", map[string]any{}); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *firefox) message() ([]byte, error) {
	length, err := f.answers.ReadString(':')
	if err != nil {
		return nil, err
	}
	var n int
	if _, err := fmt.Sscanf(length, "%d:", &n); err != nil {
		return nil, err
	}
	message := make([]byte, n)
	_, err = io.ReadFull(f.answers, message)
	return message, err
}

func (f *firefox) command(name string, params map[string]any) (json.RawMessage, error) {
	if !strings.Contains(name, ":") {
		name = "WebDriver:" + name
	}
	f.last++
	message, err := json.Marshal([]any{0, f.last, name, params})
	if err != nil {
		return nil, err
	}
	if err := f.conn.SetDeadline(time.Now().Add(actionWait)); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(f.conn, "%d:%s", len(message), message); err != nil {
		return nil, err
	}
	if message, err = f.message(); err != nil {
		return nil, err
	}
	var answer [4]json.RawMessage
	if err := json.Unmarshal(message, &answer); err != nil {
		return nil, err
	}
	if string(answer[2]) != "null" {
		return nil, errors.New(string(answer[2]))
	}
	var result struct{ Value json.RawMessage }
	if err := json.Unmarshal(answer[3], &result); err != nil {
		return nil, err
	}
	return result.Value, nil
}

// width makes the page narrower than any window of Firefox can be, as its own tools for developers do.
func (f *firefox) width(pixels int) error {
	const narrow = `const style = gBrowser.selectedBrowser.style;
for (const name of ["width", "min-width"]) style.setProperty(name, arguments[0] + "px", "important")`
	for _, step := range []struct {
		name   string
		params map[string]any
	}{
		{"SetWindowRect", map[string]any{"width": 1280, "height": 1000, "x": 0, "y": 0}},
		{"Marionette:SetContext", map[string]any{"value": "chrome"}},
		{"ExecuteScript", map[string]any{"script": narrow, "args": []any{pixels}}},
		{"Marionette:SetContext", map[string]any{"value": "content"}},
	} {
		if _, err := f.command(step.name, step.params); err != nil {
			return err
		}
	}
	return nil
}

func (f *firefox) faults() []string {
	data, err := os.ReadFile(f.told)
	if err != nil {
		return []string{err.Error()}
	}
	told := string(data[f.read:])
	f.read = len(data)
	var found []string
	for line := range strings.Lines(told) {
		// Of itself it says more, with addresses of its own.
		ofPage := strings.HasPrefix(line, "JavaScript error: http") || strings.HasPrefix(line, "console.") && !strings.HasPrefix(line, "console.error: RSLoader")
		if ofPage || strings.Contains(line, "Content-Security-Policy") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

// webKit is driven over HTTP.
type webKit struct{ session string }

// miniBrowser finds the browser that comes with Debian's libraries of WebKit.
func miniBrowser() string {
	found, err := filepath.Glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser")
	if err != nil || len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}

// startWebKit starts WebKit's small browser on a screen that nobody sees.
func startWebKit(t *testing.T, driver, screen string) remote {
	t.Helper()
	home := t.TempDir()
	// Its own buttons would keep the window wider than a telephone.
	style := filepath.Join(home, "gtk-3.0", "gtk.css")
	if err := os.MkdirAll(filepath.Dir(style), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(style, []byte("* { font-size: 1px; padding: 0; margin: 0; border-width: 0; min-width: 0; min-height: 0; }"), 0o600); err != nil {
		t.Fatal(err)
	}
	number := filepath.Join(home, "screen")
	file, err := os.Create(number)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	xvfb := exec.Command(screen, "-displayfd", "3", "-screen", "0", "1400x1100x24", "-nolisten", "tcp")
	xvfb.ExtraFiles = []*os.File{file}
	startOther(t, xvfb)
	display := awaitFile(t, number)

	listener, err := net.Listen("tcp", "127.0.0.1:0") // for the number of a port that is free
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().(*net.TCPAddr)
	listener.Close()
	cmd := exec.Command(driver, fmt.Sprintf("--port=%d", address.Port))
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CONFIG_HOME=" + home, "DISPLAY=:" + display,
		"LIBGL_ALWAYS_SOFTWARE=1", "WEBKIT_DISABLE_COMPOSITING_MODE=1", "LANG=C.UTF-8", "NO_AT_BRIDGE=1",
	}
	startOther(t, cmd)
	w := &webKit{}
	base := "http://" + address.String() + "/session"
	options := map[string]any{"binary": miniBrowser(), "args": []string{"--automation"}}
	body := map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{"webkitgtk:browserOptions": options}}}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(actionWait); ; <-tick.C {
		value, err := w.send(http.MethodPost, base, body)
		var made struct{ SessionID string }
		if err == nil {
			err = json.Unmarshal(value, &made)
		}
		if err == nil {
			w.session = base + "/" + made.SessionID
			break
		}
		if !errors.Is(err, syscall.ECONNREFUSED) || time.Now().After(deadline) {
			t.Fatalf("start WebKit: %v", err)
		}
	}
	t.Cleanup(func() {
		_, _ = w.send(http.MethodDelete, w.session, nil) // its programs are ended all the same
	})
	return w
}

func (w *webKit) send(method, address string, body any) (json.RawMessage, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(method, address, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	client := &http.Client{Timeout: actionWait, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var got struct{ Value json.RawMessage }
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(string(got.Value))
	}
	return got.Value, nil
}

func (w *webKit) command(name string, params map[string]any) (json.RawMessage, error) {
	method, path := http.MethodPost, ""
	switch name {
	case "Navigate":
		path = "/url"
	case "ExecuteScript":
		path = "/execute/sync"
	case "TakeScreenshot":
		method, path = http.MethodGet, "/screenshot"
	case "SetWindowRect":
		path = "/window/rect"
	default:
		return nil, fmt.Errorf("%s is not known", name)
	}
	return w.send(method, w.session+path, params)
}

func (w *webKit) width(pixels int) error {
	_, err := w.command("SetWindowRect", map[string]any{"width": pixels, "height": 1000})
	return err
}

// faults are nothing: WebKit tells its driver nothing of what stands in its console.
func (w *webKit) faults() []string { return nil }
