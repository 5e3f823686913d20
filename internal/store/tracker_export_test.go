package store

import (
	"errors"
	"testing"

	"gorm.io/gorm"
)

// FailWrites lets every INSERT into a table fail while something is done.
func FailWrites(t *testing.T, s *Store, table string, do func()) {
	t.Helper()
	creating := s.writePool.Callback().Create()
	err := creating.Before("gorm:create").Register("test:fail", func(db *gorm.DB) {
		if db.Statement.Table == table {
			_ = db.AddError(errors.New("the disk is full"))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	do()
	if err := creating.Remove("test:fail"); err != nil {
		t.Fatal(err)
	}
}
