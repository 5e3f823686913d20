package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

func checkFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	set.StringVar(&c.since, "since", "", "N:HASH of an entry that must still be there")
	keyFlags(set, &c.backup)
}

// check proves the record of changes and the files of a database, or of a backup where one is named.
func check(ctx context.Context, cfg config, args []string, out io.Writer) (err error) {
	switch len(args) {
	case 0:
	case 1:
		return checkBackup(cfg, args[0], out)
	default:
		return usageError{errors.New("name one backup, or none to check the database")}
	}
	s, err := openToRead(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	checked, err := s.Check(ctx, cfg.mark)
	if err != nil {
		return err
	}
	sayWhole(out, checked)
	files, err := s.CheckDocuments(ctx)
	if err != nil {
		return err
	}
	sayFiles(out, files)
	return nil
}

// sayWhole says what was proved of a record of changes.
func sayWhole(out io.Writer, checked store.Checked) {
	fmt.Fprintf(out, "the record of changes is whole: %s, the last is %s\n",
		inspection.CountWords(int(checked.Entries), "entry", "entries"), checked.Last)
	if checked.Erased > 0 {
		fmt.Fprintf(out, "%s erased by %s\n", inspection.CountWords(int(checked.Erased), "entry was", "entries were"),
			inspection.CountWords(int(checked.Erasures), "erasure", "erasures"))
	}
}

func sayFiles(out io.Writer, files store.Files) {
	if files.Count > 0 {
		fmt.Fprintf(out, "each file is as it was kept: %s\n", filesWords(files.Count, files.Bytes))
	}
}

// checkBackup proves a backup without restoring it.
func checkBackup(cfg config, name string, out io.Writer) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close() // it is only read
	proof := store.NewBackupProof(cfg.mark)
	about, manifest, err := readThrough(file, cfg.backup.key, proof)
	if err != nil {
		return err
	}
	proof.Again()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the backup again: %w", err)
	}
	if _, _, err := readThrough(file, cfg.backup.key, proof); err != nil {
		return err
	}
	proved, err := proof.End(manifest.Last)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "the backup is whole: %s in %s, as they stood on %s; made by timeline %s of %s, tables of version %d\n",
		inspection.CountWords(int(proved.Rows), "row", "rows"), inspection.CountWords(len(manifest.Tables), "table", "tables"),
		about.MadeAt.Format(momentForm), plain(about.Program), plain(about.Engine), about.Schema)
	sayWhole(out, proved.Checked)
	sayFiles(out, proved.Files)
	return nil
}

func readThrough(file io.Reader, key exchange.BackupKey, proof *store.BackupProof) (exchange.BackupAbout, exchange.BackupManifest, error) {
	b, err := exchange.OpenBackup(file, key)
	if err != nil {
		return exchange.BackupAbout{}, exchange.BackupManifest{}, err
	}
	defer b.Close()
	manifest, err := b.Into(proof)
	return b.About, manifest, err
}
