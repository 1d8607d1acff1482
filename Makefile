# Everything a newcomer needs: `make demo` and `make test`. Both set up whatever is missing first.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
# A folder of PDFs for the demo; without it open papers are fetched, or the invented ones of examples/ are read.
PAPERS ?=
# SERVE=0 ends the demo after its report instead of starting the app.
SERVE ?= 1
# Where the demo puts its library.
DEMO ?= demo

UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
RUN := $(UV) run --no-sync
HAVE_TORCH := $(wildcard .venv/lib/python*/site-packages/torch/version.py)

.PHONY: help setup demo test lint format neo4j clean

help: ## list what can be made
	@grep -E '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /make \1\t/' | expand -t 16

# Debian's Python refuses a global pip install, so uv gets a virtual environment of its own.
.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "fmatlas needs Python 3.11 or later; $(PYTHON) is older. Name another one: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up uv in .uv/ ..."
	@$(PYTHON) -m venv .uv || { echo "No virtual environment could be made; on Debian: apt install python3-venv"; exit 1; }
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'

setup: $(UV)
	@test -n "$(HAVE_TORCH)" || { \
	  echo "Setting up the environment in .venv/. The first time this downloads about 3 GB (PyPI's torch brings"; \
	  echo "the GPU libraries along) and takes 5.6 GB on disk; later runs take a second."; }
	@$(UV) sync --locked --inexact $(if $(HAVE_TORCH),--quiet)

demo: setup ## build a library in demo/, report, and open the app (PAPERS=DIR, SERVE=0)
	@$(RUN) fmatlas demo "$(DEMO)" $(if $(PAPERS),--papers "$(PAPERS)") $(if $(filter 0,$(SERVE)),--no-serve)

test: setup ## ruff, mypy and every test
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	$(RUN) pytest

lint: setup ## ruff and mypy
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy

format: setup ## format the code and mend what ruff can mend
	$(RUN) ruff check --fix
	$(RUN) ruff format

neo4j: setup ## fetch and start a Neo4j server (needs Java 17 and Maven)
	$(RUN) python scripts/neo4j_server.py

clean: ## remove the demo, caches and builds (the environment stays)
	rm -rf demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv/*' -not -path './.uv/*' -prune -exec rm -rf {} +
