package main

import (
	"bufio"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const dockerTree = "../.." // the build context, seen from this package

// dockerStep is one instruction of the Dockerfile: COPY --from=node a b is
// {"COPY", {"from": "node"}, "a b"}.
type dockerStep struct {
	Name  string
	Flags map[string]string
	Rest  string
}

// dockerStage is a FROM and what follows it.
type dockerStage struct {
	Image, Alias string
	Steps        []dockerStep
}

// all returns what the steps of that name say, in order.
func (s dockerStage) all(name string) []string {
	var rests []string
	for _, step := range s.Steps {
		if step.Name == name {
			rests = append(rests, step.Rest)
		}
	}
	return rests
}

func TestDockerfileEndsInASmallImage(t *testing.T) {
	stages := dockerStages(t)
	last := stages[len(stages)-1]

	if !strings.HasSuffix(last.Image, "-slim") {
		t.Errorf("the last stage starts from %s, which is not a slim image", last.Image)
	}
	if runs := last.all("RUN"); len(runs) > 0 {
		t.Errorf("the last stage runs %q; everything is made in the build stage", runs)
	}
	user := last.all("USER")
	if len(user) != 1 || strings.HasPrefix(user[0], "0") || strings.HasPrefix(user[0], "root") {
		t.Errorf("USER is %q, want one that is not root", user)
	}
	volume := last.all("VOLUME")
	if len(volume) != 1 {
		t.Fatalf("VOLUME is %q, want one folder for the data", volume)
	}
	if want := "TIMELINE_DB=" + volume[0] + "/timeline.db"; !slices.Contains(last.all("ENV"), want) {
		t.Errorf("ENV is %q, want %s: the database belongs on the volume", last.all("ENV"), want)
	}
	if !slices.ContainsFunc(last.Steps, func(s dockerStep) bool {
		return s.Name == "COPY" && s.Flags["chown"] == user[0] && strings.HasSuffix(s.Rest, " "+volume[0])
	}) {
		t.Errorf("no COPY gives %s to %s, so the program could not write there", volume[0], user[0])
	}

	// The commands are in exec form: the program itself gets the stop signal, and no shell is needed.
	const program = "/usr/local/bin/timeline"
	health, _ := strings.CutPrefix(strings.Join(last.all("HEALTHCHECK"), "\n"), "CMD ")
	for _, command := range []struct {
		name, text string
		want       []string
	}{
		{"ENTRYPOINT", strings.Join(last.all("ENTRYPOINT"), "\n"), []string{program}},
		{"CMD", strings.Join(last.all("CMD"), "\n"), []string{"serve"}},
		{"HEALTHCHECK", health, []string{program, "doctor", "--ready"}},
	} {
		var got []string
		if err := json.Unmarshal([]byte(command.text), &got); err != nil {
			t.Errorf("%s %q is not in exec form: %v", command.name, command.text, err)
		} else if !slices.Equal(got, command.want) {
			t.Errorf("%s runs %q, want %q", command.name, got, command.want)
		}
	}
}

// TestDockerfileBuilds does what `docker build` would do, on this machine: it lays what COPY names
// of the tree in an empty folder, as far as .dockerignore lets it, and runs the RUN lines there.
func TestDockerfileBuilds(t *testing.T) {
	if testing.Short() {
		t.Skip("it downloads packages and builds the whole program")
	}
	t.Parallel() // others that need no quiet run meanwhile
	stages := dockerStages(t)
	build := stages[len(stages)-2]
	if build.Alias != "build" {
		t.Fatalf("the stage before the last is called %q, want build", build.Alias)
	}

	var workdir string  // in the image
	root := t.TempDir() // stands for it here
	env := os.Environ()
	for _, step := range build.Steps {
		switch step.Name {
		case "WORKDIR":
			workdir = step.Rest
		case "ARG": // nobody gives it anything here
		case "ENV":
			env = append(env, step.Rest)
		case "COPY":
			if step.Flags["from"] == "" {
				dockerCopy(t, root, strings.Fields(step.Rest))
			}
		case "RUN":
			cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", step.Rest)
			cmd.Dir, cmd.Env = root, env
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("RUN %s: %v\n%s", step.Rest, err, out)
			}
		default:
			t.Fatalf("the build stage has %s, which this test does not follow", step.Name)
		}
	}

	for _, step := range stages[len(stages)-1].Steps {
		source, _, _ := strings.Cut(step.Rest, " ")
		made, ours := strings.CutPrefix(source, workdir+"/")
		if step.Name != "COPY" || !ours {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, made)); err != nil {
			t.Errorf("the build made no %s for the last stage: %v", made, err)
		}
	}
}

// dockerStages reads the Dockerfile.
func dockerStages(t *testing.T) []dockerStage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dockerTree, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	var stages []dockerStage
	lines := bufio.NewScanner(strings.NewReader(strings.ReplaceAll(string(text), "\\\n", " ")))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		step := dockerStep{Flags: map[string]string{}}
		words := strings.Fields(line)
		step.Name, words = words[0], words[1:]
		for len(words) > 0 && strings.HasPrefix(words[0], "--") {
			name, value, _ := strings.Cut(strings.TrimPrefix(words[0], "--"), "=")
			step.Flags[name], words = value, words[1:]
		}
		step.Rest = strings.Join(words, " ")
		if step.Name != "FROM" {
			if len(stages) == 0 {
				t.Fatalf("%s comes before any FROM", step.Name)
			}
			stages[len(stages)-1].Steps = append(stages[len(stages)-1].Steps, step)
			continue
		}
		image, alias, _ := strings.Cut(step.Rest, " AS ")
		stages = append(stages, dockerStage{Image: image, Alias: alias})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(stages) < 2 {
		t.Fatalf("the Dockerfile has %d stages, want at least two", len(stages))
	}
	return stages
}

// dockerCopy lays files and folders of the tree under root, as COPY does: the last of the words is
// where to, and a folder's content is copied, not the folder.
func dockerCopy(t *testing.T, root string, words []string) {
	t.Helper()
	sources, target := words[:len(words)-1], words[len(words)-1]
	ignored := dockerIgnored(t)
	for _, source := range sources {
		copied := 0
		err := filepath.WalkDir(filepath.Join(dockerTree, source), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			inTree, err := filepath.Rel(dockerTree, name)
			if err != nil {
				return err
			}
			if ignored(filepath.ToSlash(inTree)) {
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if !entry.Type().IsRegular() {
				return nil
			}
			within, err := filepath.Rel(filepath.Join(dockerTree, source), name)
			if err != nil {
				return err
			}
			to := filepath.Join(root, target, within)
			if within == "." && (strings.HasSuffix(target, "/") || len(sources) > 1) {
				to = filepath.Join(root, target, filepath.Base(name))
			}
			copied++
			return dockerCopyFile(name, to)
		})
		if err != nil {
			t.Fatalf("COPY %s: %v", source, err)
		}
		if copied == 0 {
			t.Fatalf("COPY %s: .dockerignore leaves nothing of it", source)
		}
	}
}

func dockerCopyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}

// dockerIgnored reads .dockerignore: the last pattern that matches a path decides, and one that
// starts with an exclamation mark takes the path back.
func dockerIgnored(t *testing.T) func(name string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dockerTree, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	patterns := strings.Fields(string(text))
	return func(name string) bool {
		ignored := false
		for _, pattern := range patterns {
			pattern, back := strings.CutPrefix(pattern, "!")
			subject := name
			if anywhere, ok := strings.CutPrefix(pattern, "**/"); ok {
				pattern, subject = anywhere, path.Base(name)
			}
			if match, _ := path.Match(pattern, subject); match {
				ignored = !back
			}
		}
		return ignored
	}
}
