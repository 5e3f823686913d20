package exchange

import (
	"io/fs"
	"path"

	"inspectiontimeline/internal/inspection"
)

// seedReader reads a seed file by file. It goes on after a mistake, so that one run lists them all.
type seedReader struct {
	files    fs.FS
	record   *inspection.Record
	problems SeedProblems

	sources     map[string]bool
	themes      map[string]bool
	bodies      map[string]inspection.Body
	codes       map[string]int // codes of bodies, by line
	slugs       map[string]int
	inspections map[string]*inspection.Inspection
}

// ReadSeed reads a whole seed; the package comment of seed describes its files. It fails with SeedProblems, which lists
// every mistake of every file, and then returns nothing.
func ReadSeed(files fs.FS) (*inspection.Record, error) { return readSeed(files, true) }

// ReadExample returns what a seed tells of one area beyond what it tells of every council. It fails with SeedProblems.
func ReadExample(files fs.FS) (inspection.Example, error) {
	full, err := readSeed(files, true)
	if err != nil {
		return inspection.Example{}, err
	}
	plain, err := readSeed(files, false)
	if err != nil {
		return inspection.Example{}, err
	}
	return inspection.NewExample(full, plain), nil
}

// readSeed reads a seed with the story of its area, or without it.
func readSeed(files fs.FS, story bool) (*inspection.Record, error) {
	s := &seedReader{
		files: files, record: &inspection.Record{},
		sources: map[string]bool{}, themes: map[string]bool{}, bodies: map[string]inspection.Body{},
		codes: map[string]int{}, slugs: map[string]int{}, inspections: map[string]*inspection.Inspection{},
	}
	s.readFrameworks()
	if s.record.Catalogue == nil { // nothing else could be checked
		return nil, s.problems
	}
	s.readSources()
	s.readRegister()
	s.readReferenceData()
	england := s.readEngland() // before the story, since it shows which partnerships there are
	if story {
		s.readStory()
	}
	s.merge(england)
	if story {
		s.readResponses()
		s.readMilestones()
		s.readFigures()
	}
	s.giveReferences()
	if story {
		s.readLaterViews()
	}
	if len(s.problems) > 0 {
		return nil, s.problems
	}
	return s.record, nil
}

// ReadFrameworks reads only the frameworks of a seed. It fails with SeedProblems.
func ReadFrameworks(files fs.FS) (*inspection.Catalogue, error) {
	s := &seedReader{files: files, record: &inspection.Record{}}
	s.readFrameworks()
	if len(s.problems) > 0 {
		return nil, s.problems
	}
	return s.record.Catalogue, nil
}

func (s *seedReader) readFrameworks() {
	whole := spot{seed: s, file: "frameworks"}
	names, err := fs.Glob(s.files, "frameworks/*.json")
	if err != nil || len(names) == 0 {
		whole.wrong("", "the folder holds no framework")
		return
	}
	var frameworks []inspection.Framework
	for _, name := range names {
		data, ok := s.bytes(name)
		if !ok {
			continue
		}
		framework, err := inspection.ParseFramework(data)
		at := spot{seed: s, file: name}
		switch {
		case err != nil:
			at.wrong("", "%v", err)
		case framework.Code+".json" != path.Base(name):
			at.wrong("code", "%q is not the name of the file", framework.Code)
		default:
			frameworks = append(frameworks, framework)
		}
	}
	catalogue, err := inspection.NewCatalogue(frameworks)
	if err != nil {
		whole.wrong("", "%v", err)
		return
	}
	s.record.Catalogue = catalogue
}
