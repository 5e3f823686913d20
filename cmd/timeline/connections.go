package main

import (
	queue "container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// mostConnections is how many connections may be open before those are closed on which nothing is asked, and twice as many are
// before a new one is closed at once, since all are busy. Each takes about 10 KB, and a file of the process.
const mostConnections = 4096

// sendBuffer is how much of its answer, in bytes, the system holds for a reader who does not take it. Left to itself it takes up to
// 4 MB for each, and when it has no memory left for that it breaks off the connections of everybody. A reader 50 ms away still gets
// 1 MB in a second.
const sendBuffer = 64 << 10

// connections keeps their number down: where there are too many, the one goes on which nothing has been asked for longest. One
// that is being answered is never closed; for those the server has its deadlines. Where so many are that there is no room for them,
// new ones go.
type connections struct {
	most int

	mu    sync.Mutex
	open  int
	quiet *queue.List // of net.Conn, quiet for longest first
	at    map[net.Conn]*queue.Element
}

func newConnections(most int) *connections {
	return &connections{most: most, quiet: queue.New(), at: map[net.Conn]*queue.Element{}}
}

// note is told by the server what becomes of a connection.
func (c *connections) note(connection net.Conn, state http.ConnState) {
	if state == http.StateNew {
		holdLittle(connection)
	}
	if over := c.count(connection, state); over != nil {
		_ = over.Close() // its reader asks over another one
	}
}

// holdLittle keeps down what the system holds for a reader.
func holdLittle(connection net.Conn) {
	if sealed, ok := connection.(*tls.Conn); ok {
		connection = sealed.NetConn()
	}
	if plain, ok := connection.(*net.TCPConn); ok {
		_ = plain.SetWriteBuffer(sendBuffer) // of one that fails the first answer tells
	}
}

// count returns the connection to be closed, nil for none.
func (c *connections) count(connection net.Conn, state http.ConnState) (over net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, quiet := c.at[connection]; quiet {
		c.quiet.Remove(element)
		delete(c.at, connection)
	}
	switch state {
	case http.StateNew, http.StateIdle:
		if state == http.StateNew {
			c.open++
		}
		c.at[connection] = c.quiet.PushBack(connection)
		if oldest := c.quiet.Front(); c.open > c.most && (oldest.Value != connection || c.open > 2*c.most) {
			over = c.quiet.Remove(oldest).(net.Conn)
			delete(c.at, over)
		}
	case http.StateClosed, http.StateHijacked:
		c.open--
	}
	return over
}
