package main

import (
	"crypto/tls"
	"net"
	"net/http"
	"syscall"
	"testing"
)

func TestTheConnectionThatIsQuietForLongestMakesRoom(t *testing.T) {
	c := newConnections(2)
	made := make([]net.Conn, 4)
	for i := range made {
		made[i], _ = net.Pipe()
	}
	for _, step := range []struct {
		what   string
		which  int
		state  http.ConnState
		closes int // -1: none
	}{
		{"the first", 0, http.StateNew, -1},
		{"it is being answered", 0, http.StateActive, -1},
		{"the second, on which nothing is asked", 1, http.StateNew, -1},
		{"the third is one too many: the first is being answered, the second goes", 2, http.StateNew, 1},
		{"the second has gone", 1, http.StateClosed, -1},
		{"the first is quiet now", 0, http.StateIdle, -1},
		{"the fourth is one too many: the third is quiet for longest", 3, http.StateNew, 2},
		{"the third has gone", 2, http.StateClosed, -1},
		{"the fourth is being answered", 3, http.StateActive, -1},
		{"and is quiet again, which is none too many", 3, http.StateIdle, -1},
	} {
		over := c.count(made[step.which], step.state)
		if step.closes < 0 && over != nil || step.closes >= 0 && over != made[step.closes] {
			t.Errorf("%s: it closes %v", step.what, over)
		}
	}
	t.Run("where twice as many are all being answered, a new one goes", func(t *testing.T) {
		c := newConnections(1)
		for i := range 3 {
			over := c.count(made[i], http.StateNew)
			if i < 2 && over != nil || i == 2 && over != made[2] {
				t.Errorf("of %d connections it closes %v", i+1, over)
			}
			c.count(made[i], http.StateActive)
		}
	})
	if c.open != 2 || c.quiet.Len() != 2 || len(c.at) != 2 {
		t.Errorf("it counts %d open and %d quiet", c.open, c.quiet.Len())
	}
}

func TestTheSystemHoldsLittleForAReaderWhoDoesNotTakeIt(t *testing.T) {
	bounded := accepted(t)
	if err := bounded.SetWriteBuffer(sendBuffer); err != nil {
		t.Fatal(err)
	}
	want := heldToSend(t, bounded) // systems count in their own ways
	for name, wrapped := range map[string]func(net.Conn) net.Conn{
		"plain":     func(c net.Conn) net.Conn { return c },
		"encrypted": func(c net.Conn) net.Conn { return tls.Server(c, &tls.Config{MinVersion: tls.VersionTLS13}) },
	} {
		t.Run(name, func(t *testing.T) {
			connection := accepted(t)
			if heldToSend(t, connection) == want {
				t.Fatal("the system holds as little by itself, so nothing is shown")
			}
			newConnections(1).note(wrapped(connection), http.StateNew)
			if got := heldToSend(t, connection); got != want {
				t.Errorf("the system holds up to %d bytes, want %d", got, want)
			}
		})
	}
}

// accepted returns the server's end of a connection.
func accepted(t *testing.T) *net.TCPConn {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	reader, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = reader.Close()
		_ = server.Close()
	})
	return server.(*net.TCPConn)
}

// heldToSend asks the system how much it may hold that is still to be sent.
func heldToSend(t *testing.T, connection *net.TCPConn) (bytes int) {
	t.Helper()
	raw, err := connection.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	err = raw.Control(func(descriptor uintptr) {
		bytes, failed = syscall.GetsockoptInt(int(descriptor), syscall.SOL_SOCKET, syscall.SO_SNDBUF)
	})
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	return bytes
}
