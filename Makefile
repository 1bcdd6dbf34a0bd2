# Everything a fresh clone needs, in seven words: demo, test, check, cover, prove, bench, fix.
# Each makes its own .venv, with uv when it is there; installs again only when pyproject.toml changed.

PYTHON ?= python3
BIN := .venv/bin
# Thousands of short processes: where each has to compile its modules again, the tests take twice as long.
unexport PYTHONDONTWRITEBYTECODE
DIR ?=
JOBS ?= 4
CORE := git_plumbing naming record text

.PHONY: demo test check cover prove bench fix clean

demo: .venv/installed-demo
	$(BIN)/branchlab demo $(DIR)

test: .venv/installed-dev
	$(BIN)/pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/installed-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# What all runs rest on is covered whole, branch by branch, by the tests of its own rooms; one minute on two cores.
# `make cover ALL=1` runs every test instead and asks for 90 % of everything, which takes some twenty minutes.
cover: .venv/installed-dev
	@$(BIN)/coverage erase
	$(BIN)/pytest --cov --cov-report= --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder \
		-m 'not bare and not prove' $(if $(ALL),tests,$(CORE:%=tests/%))
	@rm -f .coverage.*  # halves of what processes wrote that were killed on purpose
	$(BIN)/coverage report --include='*/branchlab/git/*,*/branchlab/record/*,*/branchlab/naming.py,*/branchlab/text.py' \
		--show-missing --skip-covered --fail-under=100
	$(if $(ALL),$(BIN)/coverage report --skip-covered --fail-under=90)

# The long tests: thousands of kills, damaged files and strange repositories, and properties on new examples.
# Some twenty to forty minutes on two cores.
prove: .venv/installed-prove
	$(BIN)/pytest -m 'prove or hypothesis' --hypothesis-profile wide --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

bench: .venv/installed-dev
	$(BIN)/python benchmarks $(ARGS)

fix: .venv/installed-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf .venv dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@if command -v uv >/dev/null; then \
		uv venv --quiet --allow-existing --python '>=3.11' .venv; \
	elif $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		$(PYTHON) -m venv .venv; \
	else \
		echo "branchlab needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
		echo "Name another one, as in: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; \
		exit 1; \
	fi

# $(1) is what to install: the package as a user gets it, or with the developers' tools.
define install
	@echo "Installing branchlab into .venv (once; again when pyproject.toml changes)" >&2
	@if command -v uv >/dev/null; then \
		uv pip install --quiet --compile-bytecode --python .venv --editable '.[skops]' $(1); \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1' && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[skops]' $(1); \
	fi
	@touch $@
endef

.venv/installed-demo: pyproject.toml | .venv/bin/python
	$(call install,)

.venv/installed-dev: pyproject.toml | .venv/bin/python
	$(call install,--group dev)
	@touch .venv/installed-demo

.venv/installed-prove: pyproject.toml | .venv/bin/python
	$(call install,--group prove)
	@touch .venv/installed-dev .venv/installed-demo
