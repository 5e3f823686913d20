package store

import "context"

// CopyBefore copies an SQLite file that was at a version when it was looked at, as Migrate does first.
func (s *Store) CopyBefore(ctx context.Context, from int64) (string, error) {
	return s.copyBefore(ctx, from)
}

// Lying returns options under which the system says that every file lies on a file system of this number and kind.
func Lying(opts Options, magic int64, kind string) Options {
	opts.fileSystem = func(string) (fileSystem, error) { return fileSystem{magic, kind}, nil }
	return opts
}

// Newest is the version to which this program migrates.
func Newest() int64 { return newestMigration() }
