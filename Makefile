# `make run` and `make test` are all that a new machine needs; .ci/need installs or names what is missing.

GO ?= go
NPM := static/node_modules/.package-lock.json
ASSETS := $(addprefix static/assets/,govuk.css atkinson.woff2 echarts.min.js resvg.wasm arimo.ttf arimo-bold.ttf licences.txt)
LIGHTHOUSE := static/bench/node_modules/.package-lock.json

# Under CI nothing is taken from the test cache.
COUNT := $(if $(CI),-count=1)

# Tests that read real letters look for them here; without the folder they say that they skip.
ifneq ($(wildcard ../shared/letters),)
export TIMELINE_TEST_LETTERS ?= $(CURDIR)/../shared/letters
endif

# Runs a command with the browser's path in CHROME and a PostgreSQL in TEST_DATABASE_URL.
WITH_BOTH = CHROME="$$(.ci/chrome)" .ci/postgres

.DELETE_ON_ERROR:
.PHONY: run build test bench assets pictures torture security

## run: set up, build, seed and serve a demonstration on http://127.0.0.1:8080
run: build
	exec bin/timeline serve --open

## build: the assets and bin/timeline
build: assets
	.ci/need go cc
	CGO_ENABLED=1 $(GO) build -trimpath -o bin/timeline ./cmd/timeline

## test: everything that CI runs, on SQLite, on PostgreSQL, in three browsers and in LibreOffice
test: assets
	.ci/need go cc postgres chromium fonts office pdftoppm 'firefox?' 'webkit?'
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@unformatted="$$(find cmd internal seed static -name node_modules -prune -o -name '*.go' -exec gofmt -l {} +)"; \
		if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(WITH_BOTH) $(GO) test $(COUNT) -timeout 30m ./...
	$(WITH_BOTH) $(GO) test $(COUNT) -timeout 60m -race -short $$($(GO) list ./... | grep -v '/internal/chart$$')

## bench: the measured figures, as a table
bench: build $(LIGHTHOUSE)
	.ci/need node wrk postgres chromium fonts pdftoppm
	$(WITH_BOTH) $(GO) test ./cmd/timeline -run '^TestBenchReport$$' -count=1 -timeout 60m -v -args -bench-report

## assets: the npm packages' files, laid in the git-ignored assets folder
assets: $(ASSETS)

## pictures: the pictures in the README and the docs, from the running program
pictures: build
	.ci/need chromium fonts pdftoppm
	CHROME="$$(.ci/chrome)" $(GO) test ./cmd/timeline -run '^TestPictures$$' -count=1 -args -pictures

## torture: the fault tests, twenty times over
torture: assets
	.ci/need go cc postgres chromium fonts
	$(WITH_BOTH) $(GO) test ./... -run 'Fault' -count=20 -timeout 60m

# What gosec finds and docs/security.md explains: files, and after the colon the rules that are left out for them.
EXPLAINED := \
	(authtest|lettertest|noticetest|storetest)/:* \
	cmd/timeline/(import_tracker|read)\.go:G304,G703 \
	cmd/timeline/scan\.go:G204 \
	internal/auth/code\.go:G115 \
	internal/exchange/(seed_story|sheet)\.go:G115 \
	internal/inspection/headline\.go:G602 \
	internal/letter/(child|font|limits_linux)\.go:G115 \
	internal/letter/reader\.go:G204 \
	internal/letter/sif_judgements\.go:G602 \
	internal/store/(migrate_copy|open)\.go:G304 \
	internal/store/publish\.go:G115 \
	internal/web/(acting|session)\.go:G124 \
	internal/web/filter\.go:G602
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

# echarts.min.js has zrender and parts of d3 in it.
static/assets/licences.txt: static/licences/govuk-frontend.txt static/licences/resvg.txt $(NPM)
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
