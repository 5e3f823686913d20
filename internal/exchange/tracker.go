package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// ReadTrackerMapping reads what the columns of a tracker hold from JSON, in the form of inspection.TrackerMapping. A name
// that a mapping does not have is a mistake.
func ReadTrackerMapping(data []byte) (inspection.TrackerMapping, error) {
	var m inspection.TrackerMapping
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return inspection.TrackerMapping{}, fmt.Errorf("read the mapping: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return inspection.TrackerMapping{}, errors.New("read the mapping: something follows it")
	}
	return m, nil
}

// SheetMediaType returns what kind of file a spreadsheet is, by what it holds and its name.
func SheetMediaType(name string, data []byte) string {
	if !strings.HasPrefix(http.DetectContentType(data), "application/zip") {
		return "text/csv"
	}
	if strings.EqualFold(path.Ext(name), ".xlsm") {
		return "application/vnd.ms-excel.sheet.macroEnabled.12"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}
