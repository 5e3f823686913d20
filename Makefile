# `make run` and `make test` are all that a new machine needs; .ci/need installs or names what is missing.

GO ?= go
NPM := static/node_modules/.package-lock.json
ASSETS := $(addprefix static/assets/,govuk.css atkinson.woff2 echarts.min.js resvg.wasm arimo.ttf arimo-bold.ttf licences.txt)
LIGHTHOUSE := static/bench/node_modules/.package-lock.json

# Tests, checks and the program are compiled alike, so that each part is compiled once for all of them.
export GOFLAGS ?= -trimpath

# Under CI nothing is taken from the test cache.
COUNT := $(if $(CI),-count=1)

# Tests that read real letters look for them here; without the folder they say that they skip.
ifneq ($(wildcard ../shared/letters),)
export TIMELINE_TEST_LETTERS ?= $(CURDIR)/../shared/letters
endif

# Runs a command with the browser's path in CHROME and a PostgreSQL in TEST_DATABASE_URL.
WITH_BOTH = CHROME="$$(.ci/chrome)" .ci/postgres

# The same, with all databases in memory: for what is not measured.
IN_MEMORY = CHROME="$$(.ci/chrome)" .ci/memory .ci/postgres

.DELETE_ON_ERROR:
.PHONY: run build test bench assets pictures torture fuzz release release-check security

## run: set up, build, seed and serve a demonstration on http://127.0.0.1:8080
run: build
	exec bin/timeline serve --open

# A program is called what somebody says with VERSION=1.2.3, as the Dockerfile does; otherwise by the commit it was built from.
NAMED = $(if $(filter-out file,$(origin VERSION)),-ldflags '-X main.version=$(VERSION)')

## build: the assets and bin/timeline
build: assets
	.ci/need go cc
	CGO_ENABLED=1 $(GO) build -trimpath $(NAMED) -o bin/timeline ./cmd/timeline

## test: everything that CI runs, on SQLite, on PostgreSQL, in three browsers and in LibreOffice
test: assets
	.ci/need go cc postgres pgbouncer haproxy chromium fonts office pdftoppm 'firefox?' 'webkit?'
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@unformatted="$$(find cmd internal seed static -name node_modules -prune -o -name '*.go' -exec gofmt -l {} +)"; \
		if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(IN_MEMORY) $(GO) test $(COUNT) -timeout 60m ./...
	@echo "looking for races: without walks, fuzz corpora, browsers and the deaths of whole servers; what only queries, on SQLite alone"
# The room that takes longest comes first: at the end of the list it would have one core, and the other nothing to do.
	$(IN_MEMORY) $(GO) test $(COUNT) -timeout 60m -race -short -skip '^Fuzz' $$($(GO) list ./internal/web ./... | grep -v '/internal/chart$$')

## bench: the measured figures, as a table
bench: build $(LIGHTHOUSE)
	.ci/need node wrk postgres pgbouncer haproxy chromium fonts pdftoppm
	$(WITH_BOTH) $(GO) test ./cmd/timeline -run '^(TestBenchReport|TestFaultSoak)$$' -count=1 -timeout 90m -v -args -bench-report

## assets: the npm packages' files, laid in the git-ignored assets folder
assets: $(ASSETS)

## pictures: the pictures in the README and the docs, from the running program
pictures: build
	.ci/need chromium fonts pdftoppm
	CHROME="$$(.ci/chrome)" $(GO) test ./cmd/timeline -run '^TestPictures$$' -count=1 -args -pictures

# The tests of writes, pages and files over faults between the program and its database. Each run meets other faults at each statement.
OVER_FAULTS = 'Fault|OneState|BreaksOff'

## torture: the fault tests in full, about two hours, one of them the soak; docs/reliability.md gets what they find
torture: assets
	.ci/need go cc postgres pgbouncer haproxy chromium fonts
	$(WITH_BOTH) $(GO) test ./internal/store ./internal/web -run $(OVER_FAULTS) -count=4 -timeout 60m
	$(WITH_BOTH) $(GO) test ./cmd/timeline -run '^TestFault' -count=1 -timeout 3h -v -args -torture

# What a release is called. A tag gives it its name; between tags it is the tag with the number of commits since.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
RELEASE := bin/release
# One file that needs no library of the system it runs on. The resolver and the users are Go's own, as C's cannot be linked in.
RELEASE_BUILD = CGO_ENABLED=1 GOOS=linux $(GO) build -trimpath -buildvcs=false -tags netgo,osusergo,sqlite_omit_load_extension \
	-ldflags '-s -w -buildid= -linkmode external -extldflags "-static -Wl,--build-id=none" -X main.version=$(VERSION)'
SQLITE_VERSION = $(shell grep -m1 'define SQLITE_VERSION ' "$$($(GO) list -m -f '{{.Dir}}' github.com/mattn/go-sqlite3)/sqlite3-binding.h" | cut -d '"' -f 2)

## release: the program for linux/amd64 and linux/arm64 with its checksums and the list of its parts, the same bytes wherever Go, gcc and the C library are the same
release: assets
	.ci/need go cc amd64 arm64 jq
	rm -rf $(RELEASE) && mkdir -p $(RELEASE)
	GOARCH=amd64 CC=x86_64-linux-gnu-gcc $(RELEASE_BUILD) -o $(RELEASE)/timeline-linux-amd64 ./cmd/timeline
	GOARCH=arm64 CC=aarch64-linux-gnu-gcc $(RELEASE_BUILD) -o $(RELEASE)/timeline-linux-arm64 ./cmd/timeline
	$(GO) version -m -json $(RELEASE)/timeline-linux-amd64 >$(RELEASE)/built.json
	jq --null-input --slurpfile built $(RELEASE)/built.json --slurpfile npm static/package-lock.json --arg version '$(VERSION)' \
		--arg sqlite '$(SQLITE_VERSION)' --from-file .ci/parts.jq >$(RELEASE)/timeline.cdx.json
	rm $(RELEASE)/built.json
	cp static/assets/licences.txt LICENSE docs/timeline.service $(RELEASE)/
	cd $(RELEASE) && sha256sum timeline* licences.txt LICENSE >SHA256SUMS

## release-check: builds the release again elsewhere, compares, and starts the program for arm64 once under qemu
release-check: release
	.ci/need qemu
	$(GO) test ./cmd/timeline -run '^TestRelease$$' -count=1 -timeout 30m -v -args -release

# How long each fuzz target runs.
FUZZTIME ?= 30s

## fuzz: every fuzz target in turn, each for FUZZTIME; what one finds it leaves in testdata/fuzz beside the test
fuzz: assets
	.ci/need go cc
	@packages=$$($(GO) list ./...) || exit 1; for package in $$packages; do \
		targets=$$($(GO) test "$$package" -list '^Fuzz') || exit 1; \
		for target in $$(echo "$$targets" | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test "$$package" -run "^$$target$$" -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10s || exit 1; \
		done; \
	done

# What gosec finds and docs/security.md explains: files, and after the colon the rules that are left out for them.
EXPLAINED := \
	(authtest|lettertest|noticetest|storetest)/:* \
	cmd/timeline/(backup|check|import_tracker|read|restore)\.go:G304,G703 \
	cmd/timeline/doctor_linux\.go:G115 \
	cmd/timeline/scan\.go:G204 \
	internal/auth/code\.go:G115 \
	internal/auth/seal\.go:G407 \
	internal/chart/png_(encode|host)\.go:G115 \
	internal/exchange/atom\.go:G401,G505 \
	internal/exchange/(seed_story|sheet)\.go:G115 \
	internal/inspection/change_words\.go:G101 \
	internal/inspection/headline\.go:G602 \
	internal/letter/(child|font|limits_linux)\.go:G115 \
	internal/letter/reader\.go:G204 \
	internal/letter/sif_judgements\.go:G602 \
	internal/opendata/dump\.go:G304 \
	internal/store/(migrate_copy|open)\.go:G304 \
	internal/store/(publish|search_documents|search_find|search_memory)\.go:G115 \
	internal/web/(acting|session)\.go:G124 \
	internal/web/filter\.go:G602 \
	internal/web/people_show\.go:G101
# The database of known vulnerabilities, or a copy of it: file:///path/to/copy.
VULNDB ?= https://vuln.go.dev

nothing :=
one-line = $(subst $(nothing) ,;,$(strip $(EXPLAINED)))

## security: looks for faults in our code and in the libraries; docs/security.md says what is known
security:
	.ci/need go cc
	$(GO) run github.com/securego/gosec/v2/cmd/gosec@v2.29.0 -quiet -exclude-rules='$(one-line)' ./...
	@.ci/vulnerabilities $(GO) run golang.org/x/vuln/cmd/govulncheck@v1.8.0 -db $(VULNDB) ./...

$(NPM): static/package.json static/package-lock.json static/.npmrc
	.ci/need node
	cd static && npm ci --no-progress --loglevel=error
	touch $@

$(LIGHTHOUSE): static/bench/package.json static/bench/package-lock.json
	.ci/need node
	cd static/bench && npm ci --no-progress --loglevel=error
	touch $@

static/assets/govuk.css: static/sass/govuk.scss $(NPM)
	static/node_modules/.bin/sass --load-path=static/node_modules/govuk-frontend/dist --no-source-map --style=compressed $< $@

static/assets/echarts.min.js: $(NPM)
	cp static/node_modules/echarts/dist/echarts.min.js $@

# The letters of Latin scripts alone: no page has others, and a browser without them takes another font.
static/assets/atkinson.woff2: $(NPM)
	cp static/node_modules/@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2 $@

# What paints PNG pictures: a program in WebAssembly, and the font that the drawings are measured for.
static/assets/resvg.wasm: $(NPM)
	cp static/node_modules/@resvg/resvg-wasm/index_bg.wasm $@

static/assets/arimo.ttf: $(NPM)
	cp static/node_modules/@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf $@

static/assets/arimo-bold.ttf: $(NPM)
	cp static/node_modules/@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf $@

# echarts.min.js has zrender and parts of d3 in it. Go's libraries follow, those of the program alone.
static/assets/licences.txt: static/licences/govuk-frontend.txt static/licences/resvg.txt go.sum $(NPM)
	cd static && for part in \
		"GOV.UK Frontend:licences/govuk-frontend.txt" \
		"Apache ECharts, notice:node_modules/echarts/NOTICE" \
		"Apache ECharts, licence:node_modules/echarts/LICENSE" \
		"d3, in Apache ECharts:node_modules/echarts/licenses/LICENSE-d3" \
		"zrender, in Apache ECharts:node_modules/zrender/LICENSE" \
		"resvg:licences/resvg.txt" \
		"Arimo, a font:node_modules/@expo-google-fonts/arimo/LICENSE_FONT" \
		"Atkinson Hyperlegible Next, a font:node_modules/@fontsource-variable/atkinson-hyperlegible-next/LICENSE"; do \
		printf '%s\n\n' "== $${part%%:*} =="; cat "$${part#*:}" || exit 1; printf '\n\n'; \
	done >assets/licences.txt
	GOOS=linux GOARCH=amd64 CGO_ENABLED=1 $(GO) list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}|{{.Dir}}{{end}}{{end}}' ./cmd/timeline | \
		LC_ALL=C sort -u | while IFS='|' read -r module folder; do \
		test -n "$$module" || continue; \
		for file in $$(LC_ALL=C ls "$$folder" | grep -iE '^(licen[cs]e|copying|notice|patents)([.-].*)?$$'); do \
			printf '== %s, %s ==\n\n' "$$module" "$$file"; cat "$$folder/$$file" || exit 1; printf '\n\n'; \
		done; done >>static/assets/licences.txt
	printf '== Go ==\n\n' >>static/assets/licences.txt && cat "$$($(GO) env GOROOT)/LICENSE" >>static/assets/licences.txt
