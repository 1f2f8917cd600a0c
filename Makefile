# Dateline. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
LDFLAGS := -s -w -X main.version=$(VERSION)
NPM_CI  := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

# Rooms in which goroutines share something; their tests run under the race detector too.
RACE := ./internal/account/... ./internal/live/... ./internal/media/... ./internal/moment/... ./internal/relay/... \
	./internal/store/... ./internal/web/... ./internal/app/...

# Tests of these rooms that try many inputs one after another: nothing of theirs is shared, and the race detector takes minutes over them.
ALONE := ^Test(EveryOperationAnswersEveryRole|EveryOtherRouteAnswersEveryRole|RefusalsTellOutsiders|StrangeWords|NoWayOfWriting|HostileWords|HostileBodies|ListsGiveEach|HostileFiles|EveryColourModel|AnotherReaderFinds|EveryRendition|EveryOrientation|WhatIsClear|WebPIsRead|AMegabyteOf|AnOldDraft|WhatIsNoText|A304Carries)

.PHONY: help setup build demo check test unit types race browser soak bench lighthouse pictures clean

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## installs what the tests need: Debian's packages (as root or with sudo) and npm's, by lock file
	@bash .ci/setup
	@$(MAKE) --no-print-directory ui/node_modules/.installed e2e/node_modules/.installed

%/node_modules/.installed: %/package-lock.json
	cd $* && $(NPM_CI)
	@touch $@

UI := $(shell find ui/reader ui/newsroom -type f -not -path '*/dist/*' -not -path '*/made/*') ui/build.mjs ui/vite.config.ts docs/openapi.json $(wildcard internal/page/lang/*.json)

ui/node_modules/.built: ui/node_modules/.installed $(UI)
	cd ui && node build.mjs
	@touch $@

build: ui/node_modules/.built ## bin/dateline: one static binary with the readers' scripts and the newsroom inside
	@[ -n "$$(ls ui/reader/dist/own-*.js 2>/dev/null)" ] && [ -f ui/newsroom/dist/index.html ] || (cd ui && node build.mjs)
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/dateline ./cmd/dateline

demo: build ## the made-up newsroom, on the address that is printed first
	bin/dateline demo

types: ui/node_modules/.built
	cd ui && npx --no-install tsc --noEmit
	cd ui && node build.mjs --test

check: types ## about two minutes with a warm cache: format, vet, staticcheck, types, short tests
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted" >&2; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go test -short -vet=off ./...

unit: ## every Go test, on SQLite and PostgreSQL
	go test -vet=off -timeout 60m ./...

race: ## the short tests of the rooms with goroutines, under the race detector
	@# SQLite is C in translation, which shares nothing that Go could watch: without it the tests take a third of the time.
	CGO_ENABLED=1 $(LATER) go test -race -gcflags='modernc.org/...=-race=false' -short -vet=off -timeout 60m -skip '$(ALONE)' $(RACE)

browser: build e2e/node_modules/.installed ## a real browser against the real program
	cd e2e && node run.mjs

test: setup build types ## everything, about fifty minutes on two cores
	@[ $$(wc -c < bin/dateline) -le 60000000 ] || { echo "bin/dateline has more than 60 MB (GOALS P7)" >&2; exit 1; }
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted" >&2; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	$(MAKE) --no-print-directory unit
	@# A browser waits half of its time: the race detector runs in what it leaves. Both come to their end, whatever the other finds.
	$(MAKE) --no-print-directory -j2 -k browser race LATER='nice -n 5'

soak: setup build ## what takes long: two hundred kills, large imports
	DATELINE_SOAK=1 go test -vet=off -count=1 -timeout 90m -run Soak -v ./cmd/dateline/
	DATELINE_SOAK_ITEMS=100000 go test -vet=off -count=1 -timeout 60m -run 'TestMemoryDoesNotGrow' -v ./internal/transfer/

bench: build ## the tables of docs/performance.md, beside nginx
	@bash .ci/setup bench
	bin/dateline bench pages

lighthouse: setup build ## Lighthouse (mobile), median of five, as a table
	cd e2e && node lighthouse.mjs

pictures: setup build ## the pictures of README and docs, from the demo
	cd e2e && node pictures.mjs

clean: ## removes what was built
	rm -rf bin ui/reader/dist/*.js ui/newsroom/dist/* ui/newsroom/made ui/node_modules e2e/node_modules e2e/shots
