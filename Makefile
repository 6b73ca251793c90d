# `make` lists what can be made. Everything works from a fresh clone: what is needed (.venv, an
# engine, images) is made first.

SHELL := /bin/bash
BIN := .venv/bin
COMPOSER ?= $(BIN)/composer
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test unit e2e faults parity load fuzz lock audit lint format bench schema commands docs dist \
  engine images clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  ARGS='…' goes to pytest: make unit ARGS='-k merge'. The engine is the one that the docker"
	@echo "  client would use; where none answers, root on Debian gets one (tools/engine)."

.venv/installed: pyproject.toml tools/venv
	@tools/venv

demo: .venv/installed engine images ## show the guestbook from the first up to the last down
	@COMPOSER='$(COMPOSER)' tools/demo

test: .venv/installed ## run all tests; without an engine: those that need none, then fail
	@tools/run-tests $(ARGS)

unit: .venv/installed ## run the tests that need no engine
	@$(BIN)/pytest -m 'not engine' $(ARGS)

e2e: .venv/installed engine images ## run the tests on a real engine
	@$(BIN)/pytest -m engine $(ARGS)

lint: .venv/installed ## check style, types, imports, the schema, and the samples against it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/check-jsonschema --check-metaschema schemas/compose.schema.json
	$(BIN)/check-jsonschema --schemafile schemas/compose.schema.json samples/*/compose.yaml

format: .venv/installed ## format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

faults: .venv/installed engine images ## break each engine call of the main commands, print a table
	@$(BIN)/python -m tests.faults $(ARGS)

parity: .venv/installed engine images ## play 2,000 steps with docker compose and composer, compare
	@$(BIN)/python -m tests.parity $(ARGS)

load: .venv/installed engine images ## put load on: 200 containers, 1000 services, many commands
	@$(BIN)/python -m tests.load $(ARGS)

fuzz: .venv/installed ## feed the loader with changed files for ten minutes, or ARGS=SECONDS
	@$(BIN)/pip install --quiet --group fuzz || true # atheris has no package for some platforms
	@$(BIN)/python -m tests.fuzz $(ARGS)

lock: .venv/installed ## write requirements.lock anew: the exact packages of the tests, with hashes
	@tools/lock

audit: .venv/installed ## look the lock up in a database of vulnerabilities: ARGS=all.zip
	@$(BIN)/python tools/audit $(ARGS)

bench: .venv/installed engine images ## compare the speed with docker compose
	@$(BIN)/python benchmarks/run.py $(ARGS)

schema: .venv/installed ## print the schema from the registry, after a row was added
	@$(BIN)/python -c 'import sys; from composer.load.schema import print_schema as p; sys.stdout.write(p())' \
	  > schemas/compose.schema.json

commands: .venv/installed ## print docs/commands.md from the code, after an option was added
	@$(BIN)/python -m tests.conformance.commands > docs/commands.md

docs: .venv/installed ## render docs/ as a site in site/
	@$(BIN)/pip install --quiet --group docs
	@$(BIN)/mkdocs build --quiet

dist: .venv/installed ## build the wheel in dist/
	@$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

engine: ## make sure that an engine answers
	@tools/engine ensure

images: engine ## provide the images of the tests and the samples
	@tools/images samples

clean: ## remove what was made here, and stop the engine if it was started here
	@rm -rf .venv dist site tests/e2e/artefacts .hypothesis .mypy_cache .pytest_cache .ruff_cache \
	  .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@if command -v python3 >/dev/null; then tools/engine stop; fi
