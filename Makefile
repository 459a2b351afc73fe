# Needs only make, python3 (3.11 or newer) and a pip registry. `make help` lists the targets.

# Another interpreter: `make test PYTHON=python3.13` (rebuilds .venv when it is not that one).
PYTHON ?=
HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST_ARGS ?=
LOCK_ARGS ?=
REGION ?= ../shared/regions/nederland

BIN := .venv/bin
# -qq: the warnings of one machine's pip settings are not ours to show; errors still are.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq install
UV_COMPILE := $(BIN)/uv pip compile setup.cfg --universal --python-version 3.11 --generate-hashes --no-header --quiet $(LOCK_ARGS)
CODE := network coordinator tests migrations .ci

# Each start of Python would compile our code again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check check-style check-types check-imports check-files bench lock clean venv

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: .venv/.run-installed ## Start the service with the example region on http://127.0.0.1:8000 (HOST=, PORT=)
	@HOST="$(HOST)" PORT="$(PORT)" $(BIN)/coordinator example run

test: .venv/.dev-installed ## Run all tests (PYTEST_ARGS="-k routes" for some)
	@$(BIN)/python -m pytest -n auto --maxprocesses=4 --dist loadgroup $(PYTEST_ARGS)

check: check-style check-types check-imports check-files ## Lint, formatting, types, import contracts, vendored files, locks

check-style: .venv/.dev-installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check

check-types: .venv/.dev-installed
	$(BIN)/mypy

check-imports: .venv/.dev-installed
	PYTHONPATH=. $(BIN)/lint-imports --no-logo

check-files: .venv/.dev-installed
	if [ -e .ci/vendor.py ]; then $(BIN)/python .ci/vendor.py --check; fi
	$(BIN)/python .ci/locks.py

bench: .venv/.dev-installed ## Time and memory of all routes of a large region (REGION=path), time of the map
	@$(BIN)/python .ci/bench.py "$(REGION)"
	@$(BIN)/python -m tests.bench.bench_map

lock: .venv/.dev-installed ## Pin setup.cfg's requirements again (LOCK_ARGS=--upgrade for newer versions)
	$(UV_COMPILE) --output-file requirements.lock
	$(UV_COMPILE) --extra dev --output-file requirements-dev.lock
	$(BIN)/python .ci/locks.py

clean: ## Remove .venv and caches (not var/, your data)
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find $(CODE) -name __pycache__ -prune -exec rm -rf {} +

# Always asked, does nothing when a fitting .venv stands there.
venv:
	@PYTHON="$(PYTHON)" sh .ci/venv

# The stamps live in .venv, so a new .venv has none and everything is installed again.
.venv/.run-installed: requirements.lock setup.cfg pyproject.toml | venv
	@echo "Installing from requirements.lock into .venv (once; about a minute) ..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

# The development lock holds everything of requirements.lock (.ci/locks.py checks it), so both stamps are set.
.venv/.dev-installed: requirements-dev.lock setup.cfg pyproject.toml | venv
	@echo "Installing from requirements-dev.lock into .venv (once; about a minute) ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --editable .
	@touch .venv/.run-installed $@
