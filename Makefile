# `make run` serves the shipped bots; `make test` runs what CI runs, before `make crashtest`. Both set up what they need.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8080
BOTS   ?= scripts
# Handed out in small parts: of large ones the slow tests would come last, all to one of the two.
PYTEST := $(BIN)/python -m pytest -q -n 2 --maxschedchunk 50
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

# What is compiled is kept, also where the surroundings say otherwise: the tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint types tests node portable scripts format manual grammar lock soak crashtest bench benchlong engines clean

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: $(VENV)/.installed  ## serve the shipped bots on 127.0.0.1:8080 (PORT=… and BOTS=… change that)
	@TASKTALK_PORT_WORD=PORT= exec $(BIN)/tasktalk serve --bots "$(BOTS)" --port $(PORT)

test: lint types tests scripts  ## everything but the crash test

lint: $(VENV)/.tested  ## format, lint and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.tested  ## mypy, strict
	$(BIN)/mypy

tests: $(VENV)/.tested node  ## the test suite, and what is about the store once more on PostgreSQL
	$(PYTEST)
	TASKTALK_TEST_DATABASE=postgresql $(PYTEST) tests/storage tests/runtime tests/bots

node: $(VENV)/node/.installed  ## programs of others, written for Node.js, that the tests run beside the server

portable: $(VENV)/.tested  ## the store and the engine on a PostgreSQL without NOTIFY, which undoes transactions at random
	TASKTALK_TEST_DATABASE=portable $(PYTEST) tests/storage tests/runtime

scripts: $(VENV)/.tested  ## the shipped bots: no findings, every transcript as it should be
	$(BIN)/tasktalk check scripts
	$(BIN)/tasktalk test scripts

format: $(VENV)/.tested  ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: $(VENV)/.tested  ## the long random tests: right and broken scripts, task interfaces against a model, schedulers that are killed
	SOAK=1 $(BIN)/python -m pytest -q -m soak
	TASKTALK_TEST_DATABASE=postgresql SOAK=1 $(BIN)/python -m pytest -q -m soak tests/runtime

crashtest: $(VENV)/.installed  ## kill servers 50 times while 200 people talk to them, and compare
	$(BIN)/tasktalk crashtest --conversations 200 --kills 50

bench: $(VENV)/.tested  ## speed: programs against plain Python, turns, loading, lateness, patterns, a month, task interfaces, start, HTTP
	$(BIN)/python -m tests.bench.speed
	$(BIN)/python -m tests.bench.turns
	$(BIN)/python -m tests.bench.front
	$(BIN)/python -m tests.bench.loading
	$(BIN)/python -m tests.bench.lateness
	$(BIN)/python -m tests.bench.matching
	$(BIN)/python -m tests.bench.simulated
	$(BIN)/python -m tests.bench.interfaces
	$(BIN)/python -m tests.bench.start 3
	$(BIN)/python -m tests.bench.http_turns --rounds 1

benchlong: $(VENV)/.tested  ## turns over HTTP, a million waiting conversations, a million tasks and schedules, backlogs, sizes: half an hour
	$(BIN)/python -m tests.bench.start
	$(BIN)/python -m tests.bench.http_turns
	$(BIN)/python -m tests.bench.http_turns --database postgresql
	$(BIN)/python -m tests.bench.backlog
	$(BIN)/python -m tests.bench.waiting
	$(BIN)/python -m tests.bench.tasks_at_scale
	$(BIN)/python -m tests.bench.schedules
	$(BIN)/python -m tests.bench.scaling
	$(BIN)/python -m tests.bench.scaling --database postgresql

engines: $(VENV)/.tested $(VENV)/engines/.installed  ## turns beside those of DBOS, LangGraph, Procrastinate and Restate, which it installs
	$(BIN)/python -m tests.bench.engines

manual: $(VENV)/.tested  ## write the manual's tables of keywords and functions
	$(BIN)/python -m tasktalk.bots.reference

grammar: $(VENV)/.tested  ## write the parser's tables anew from interpreter/grammar.lark
	$(BIN)/python -m tests.interpreter.grammar_tables

lock: $(VENV)/.tested  ## write requirements.lock anew from the newest versions
	$(PIP) install --upgrade --upgrade-strategy eager --editable '.[test]'
	$(BIN)/python -m pip freeze --exclude-editable > requirements.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "TaskTalk needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 …"; exit 1; }
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml requirements.lock
	@echo "Installing TaskTalk …"
	@$(PIP) install --constraint requirements.lock --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(PIP) install --constraint requirements.lock --editable '.[test]'
	@touch $@

# Without npm their tests are skipped, but for those of CI.
$(VENV)/node/.installed: tests/node/package.json tests/node/package-lock.json tests/node/.npmrc
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@if command -v npm >/dev/null; then npm ci --silent --prefix $(@D) && touch $@; \
	  else echo "npm is not installed, so the clients of others drive nothing."; fi

# In an environment of their own: nothing of TaskTalk needs them. Restate's server is under the Business Source License.
ENGINES := tests/bench/engines
$(VENV)/engines/.installed: $(VENV)/bin/python $(addprefix $(ENGINES)/,requirements.txt node/package.json node/package-lock.json node/.npmrc)
	@echo "Installing the other engines …"
	@$(VENV)/bin/python -m venv $(@D)
	@$(@D)/bin/python -m pip --disable-pip-version-check --quiet install --requirement $(ENGINES)/requirements.txt
	@mkdir -p $(@D)/node && cp $(ENGINES)/node/.npmrc $(ENGINES)/node/*.json $(@D)/node
	@npm ci --silent --prefix $(@D)/node
	@touch $@

clean:  ## remove the environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis dist
