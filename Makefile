# Anning: `make` alone prints what there is.
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)
.DEFAULT_GOAL := help
.PHONY: help install install-dev run test test-fast check format lock bench messages clean

help: ## Print this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: ## Make .venv with the anning command in it
	@$(PYTHON) tools/bootstrap.py

install-dev: ## The same, with what tests and checks need
	@$(PYTHON) tools/bootstrap.py --dev

run: install ## Serve the demonstration city, with calls arriving
	@$(BIN)/anning demo

test: install-dev ## The whole suite, on SQLite and on PostgreSQL
	ANNING_TEST_DATABASE=postgres $(PYTEST) --ignore=tests/engines --ignore=tests/wire --ignore=tests/tooling -m "not browser"
	ANNING_TEST_DATABASE=sqlite $(PYTEST)

test-fast: install-dev ## SQLite only, no browser, nothing broken on purpose
	ANNING_TEST_DATABASE=sqlite $(PYTEST) -m "not browser and not fault"

check: install-dev ## Lint, format, types, imports
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy & types=$$!; $(BIN)/lint-imports || { wait; exit 1; }; wait $$types

format: install-dev ## Put the code in its format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: ## Regenerate the locks (needs uv and npm)
	@$(PYTHON) tools/lock.py

bench: install-dev ## Every headline figure, peers in the same run
	@for name in locate intake desk scale; do $(BIN)/python -m benchmarks.$$name || exit 1; done

messages: install-dev ## Compile the message catalogues
	@$(BIN)/python tools/messages.py compile

clean: ## Remove what was built (not data)
	@rm -rf .venv node_modules src/anning/project/static/vendor .mypy_cache .ruff_cache
