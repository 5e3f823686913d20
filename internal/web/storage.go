package web

import (
	"errors"
	"fmt"
	"net/http"
	"syscall"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/store"
)

// What a reader is told where the database, or the disk under it, does not do its part. Pages that were made before are still
// shown from memory, and most of the record can still be read.
var (
	diskFull = &refusal{http.StatusInsufficientStorage, "There is no room left to save this", []string{
		"A disk that this service needs is full. Nothing has been changed. Pages can still be read.",
		"Tell whoever looks after this service that its disk is full. When there is room again, go back and send it again: what you typed is still in the form.",
	}}
	onlyReadable = &refusal{http.StatusServiceUnavailable, "Nothing can be saved just now", []string{
		"The record can be read and not changed at the moment: its disk or its database takes nothing new. Nothing has been changed.",
		"Tell whoever looks after this service. Later, go back and send it again: what you typed is still in the form.",
	}}
	noRoomToMake = &refusal{http.StatusInsufficientStorage, "There is no room left to make this", []string{
		"The machine that this service runs on has no room left for temporary files. Nothing has been changed. Pages can still be read.",
		"Tell whoever looks after this service that its folder for temporary files is full, then try again.",
	}}
	storeAway = &refusal{http.StatusServiceUnavailable, "The record cannot be reached just now", []string{
		"The database of this service does not answer. Nothing has been changed.",
		"Try again in a minute. If you sent a form, go back: what you typed is still in it. If it lasts, tell whoever looks after this service.",
	}}
	storeBroke = &refusal{http.StatusServiceUnavailable, "The record cannot be read just now", []string{
		"The database of this service broke off while the page was made.",
		"Try again in a minute. If it lasts, tell whoever looks after this service.",
	}}
	perhapsSaved = &refusal{http.StatusServiceUnavailable, "It is not known whether this was saved", []string{
		"The database of this service broke off while your form was being saved.",
		"Open the page again and look whether what you entered is there. Send it again only if it is not.",
		"If it lasts, tell whoever looks after this service.",
	}}
)

// storageFaults are the errors that are nobody's mistake, each with what is said.
var storageFaults = []struct {
	err  error
	said *refusal
}{
	{store.ErrFull, diskFull},
	{syscall.ENOSPC, noRoomToMake}, // in a file of ours: the store has its own word for it
	{store.ErrReadOnly, onlyReadable},
	{store.ErrUnreachable, storeAway},
	{store.ErrLocked, storeAway},
	{store.ErrInterrupted, storeBroke},
}

// isStorageFault reports whether an error is one of the database as a whole, or of the disk under it, whatever was asked of it.
func isStorageFault(err error) bool {
	for _, fault := range storageFaults {
		if errors.Is(err, fault.err) {
			return true
		}
	}
	return false
}

// withoutStorage turns a failure of the database or its disk into words for the reader, and tells the log. Other errors pass.
func (s *Server) withoutStorage(c *gin.Context, err error) error {
	for _, fault := range storageFaults {
		if !errors.Is(err, fault.err) {
			continue
		}
		s.log.ErrorContext(c.Request.Context(), "the database or its disk failed", "path", loggedPath(c.Request.URL), "error", err)
		if said := (*refusal)(nil); errors.As(err, &said) {
			return err // whoever met the fault knew better what came of it
		}
		if fault.said == storeBroke && !readOnly(c.Request.Method) {
			return fmt.Errorf("%w: %w", perhapsSaved, err)
		}
		return fmt.Errorf("%w: %w", fault.said, err)
	}
	return err
}
