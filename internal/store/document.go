package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// chunkSize is how much of a document one row holds: little enough for any driver to pass in one piece.
const chunkSize = 1 << 20

// errDamaged says that a document's bytes are not those that were kept.
var errDamaged = errors.New("the bytes held are not those that were kept")

// documentChunk is a piece of a document's bytes.
type documentChunk struct {
	Hash   string `gorm:"primaryKey"`
	Number int    `gorm:"primaryKey;autoIncrement:false"` // counted from 1
	Bytes  []byte
}

func documentHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// keepDocument keeps a document's bytes and returns their hash. Bytes that are held already are not kept again.
func (t *tx) keepDocument(mediaType string, data []byte) (hash string, err error) {
	hash = documentHash(data)
	var held int64
	if err := t.db.Model(&inspection.Document{}).Where("hash = ?", hash).Count(&held).Error; err != nil || held > 0 {
		return hash, err
	}
	document := inspection.Document{Hash: hash, MediaType: mediaType, Size: int64(len(data)), AddedAt: t.at}
	if err := t.db.Create(&document).Error; err != nil {
		return "", err
	}
	number := 0
	for piece := range slices.Chunk(data, chunkSize) {
		number++
		if err := t.db.Create(&documentChunk{Hash: hash, Number: number, Bytes: piece}).Error; err != nil {
			return "", err
		}
	}
	return hash, nil
}

// document returns a document and its bytes, proved to be those that were kept.
func (r *reader) document(hash string) (inspection.Document, []byte, error) {
	var document inspection.Document
	if err := r.db.Where("hash = ?", hash).Take(&document).Error; err != nil {
		return document, nil, err
	}
	var chunks []documentChunk
	if err := r.db.Where("hash = ?", hash).Order("number").Find(&chunks).Error; err != nil {
		return document, nil, err
	}
	data := make([]byte, 0, document.Size)
	for _, chunk := range chunks {
		data = append(data, chunk.Bytes...)
	}
	if documentHash(data) != hash {
		return document, nil, errDamaged
	}
	return document, data, nil
}
