# `make` alone lists what there is. Everything runs in .venv, which `make install` makes.
PYTHON ?= python3
WORKERS ?= auto
BIN := .venv/bin
BENCHMARKS ?= $(basename $(notdir $(wildcard benchmarks/[a-z]*.py)))
BOOTSTRAP := $(PYTHON) tools/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help install run test test-fast check format lock bench docs messages clean install-dev

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## make .venv with the `anning` command in it
	@$(BOOTSTRAP)
	@echo "installed: $(BIN)/anning --help"

install-dev: ## the same, with what tests and checks need
	@$(BOOTSTRAP) --dev

run: ## install what is missing, then serve the demo city with calls coming in
	@$(BOOTSTRAP)
	@exec $(BIN)/anning demo

test: install-dev ## run the whole suite, on SQLite and on PostgreSQL, and the browser journeys once
	@$(BIN)/python -m tools.suite --workers $(WORKERS)

test-fast: install-dev ## run the suite on SQLite without browser and fault tests
	@$(BIN)/python -m pytest -n $(WORKERS) -m "not browser and not fault"

check: install-dev ## lint, formatting, types, imports and static contracts (under a minute)
	@$(BIN)/python -m tools.check

format: install-dev ## put the code into the house format
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

lock: ## regenerate requirements/*.txt and package-lock.json (needs uv and npm)
	@$(PYTHON) tools/lock.py

bench: install-dev ## run every benchmark and print its headline
	@for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || exit 1; done

docs: install-dev ## run the documents' examples and check their links
	@$(BIN)/python -m pytest tests/docs tests/contracts/test_docs_links.py

messages: install-dev ## list the translations that are missing
	@$(BIN)/python tools/messages.py missing

clean: ## remove what was built (.venv, node_modules, caches); data in var/ stays
	@rm -rf .venv node_modules build dist src/*.egg-info src/anning/project/static/vendor staticfiles
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests tools -name __pycache__ -prune -exec rm -rf {} + -o -name '*.mo' -exec rm -f {} +
