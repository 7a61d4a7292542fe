# Sendwell. `make run` is all it takes; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3.11
BIN := .venv/bin
# Settings of the demo, never of a real installation: secrets are made at random under var/.
DEMO_ENV := DEMO=1
# Read once, before anything is made: `make test` tells how long the set-up took.
STARTED := $(shell date +%s)

.PHONY: help setup setup-dev run login check format test test-all scorecard supply restore-drill bench transcripts messages docs browser lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: .venv/.base ## virtual environment with what Sendwell needs to run

setup-dev: .venv/.dev ## the same with the tools for working on it

run: .venv/.base ## start everything; PORT=8001 another port, DAY=20 a day in 20 seconds
	@exec $(BIN)/python -m config.run

login: .venv/.base ## a new password for the demo's login
	@$(DEMO_ENV) $(BIN)/python manage.py demo --new-password

check: .venv/.dev ## style, types, floors, migrations, likely faults, licences
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(DEMO_ENV) $(BIN)/mypy
	$(BIN)/lint-imports --cache-dir var/import-linter
	$(DEMO_ENV) $(BIN)/python manage.py check --fail-level WARNING
	$(DEMO_ENV) $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.scorecard.supply bandit licences deploy

format: .venv/.dev ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: .venv/.dev node_modules/.made browser ## units and properties, then chaos, then the browser
	SETUP_STARTED=$(STARTED) $(BIN)/python -m tests.tools.parts unit chaos e2e

test-all: .venv/.dev node_modules/.made browser ## the same, with two thousand examples a property, and on Debian's own servers
	HYPOTHESIS_PROFILE=long $(BIN)/python -m tests.tools.parts unit chaos e2e
	$(BIN)/python -m tests.tools.debian_servers

scorecard: .venv/.dev node_modules/.made ## every proof; writes docs/scorecard.md; CHAOS=small or full, SOAK_MINUTES=5, LINES="R1 R6" some of them
	@$(BIN)/python -m tests.scorecard $(LINES)

supply: .venv/.dev ## likely and known faults, licences, check --deploy; the list of parts into var/release
	@$(BIN)/python -m tests.scorecard.supply

restore-drill: .venv/.dev ## a restore to a point in the middle of a send, with a provider that misbehaves
	$(BIN)/python -m pytest -q -s -m chaos tests/chaos/test_r22_restore.py

bench: .venv/.dev ## measure; one JSON line a figure, and its row in docs/performance.md; NAME=tick one of them
	@set -o pipefail; $(BIN)/python -m benchmarks.run $(or $(NAME),all) | $(BIN)/python -m benchmarks.page

transcripts: .venv/.dev ## keep what the shipped personas get, after a change of a curriculum; NAME=mdiabetes one of them
	$(DEMO_ENV) $(BIN)/python manage.py migrate --verbosity 0
	@for folder in $(or $(NAME:%=curricula/%),$(patsubst %/personas,%,$(wildcard curricula/*/personas))); do \
		$(DEMO_ENV) $(BIN)/python manage.py rehearse $$folder \
			--persona $$folder/personas --accept $$folder/transcripts || exit 1; \
	done

messages: .venv/.dev ## the catalogues of the staff's pages brought up to the source, and compiled
	@$(DEMO_ENV) $(BIN)/python -m tests.tools.catalogues $(NAME)

docs: .venv/.dev ## the documentation as a site under var/site; a broken link stops it
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict && echo "var/site/index.html"

browser: .venv/.dev
	@$(BIN)/python -m tests.e2e.browser

lock: .venv/.dev ## pyproject.toml into requirements/; UP=--upgrade the newest of all, UP="--upgrade-package granian" of one
	$(LOCK) pyproject.toml --output-file requirements/base.txt
	$(LOCK) pyproject.toml --group dev --constraint requirements/base.txt \
		--output-file requirements/dev.txt
	$(LOCK) --group pyproject.toml:setup --output-file requirements/setup.txt

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--python-version 3.11 --custom-compile-command "make lock" $(UP)

clean: ## delete what can be made again, but never data
	rm -rf .venv node_modules .ruff_cache var/mypy var/import-linter var/test

# uv is several times quicker than pip; where it cannot reach a package index, pip does the work.
.venv/.made: requirements/setup.txt
	@command -v $(PYTHON) >/dev/null || { echo "Install Python 3.11, or set PYTHON to it."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.base: requirements/base.txt .venv/.made
	$(call install,$<)
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	$(call install,$<)
	@touch $@

# Other people's programs that tests hold us against. Without npm the other tests still run.
node_modules/.made: package.json package-lock.json .npmrc
	@npm ci --ignore-scripts --no-audit --no-fund && touch $@ \
		|| echo "npm could not install; the tests that need it will fail."

define install
$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
	|| $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endef
