# Two commands do everything, on a machine with Python >= 3.11, make, git and a package index:
#   make grade                     grade the sample class; SUBMISSIONS=path grades yours
#   make test                      the whole quality gate
# Also: make check SUBMISSIONS=path (one submission), make bench, make clean, and make test-torch,
# which installs PyTorch (TORCH=torch==2.13.0 names a build) and tests its profile.

PYTHON ?= python3
SUBMISSIONS ?= tests/submissions
OUT ?= reports
TORCH ?= --editable .[torch]
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup grade check test test-torch bench clean

help:
	@sed -n 's/^# \{0,1\}//p' Makefile

setup: $(VENV)/installed

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The grader needs Python 3.11 or later: name one by 'make PYTHON=/path/to/python3.12'."; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "No virtual environment could be made: on Debian, install the package python3-venv."; exit 2; }
	@echo "Installing the grader into $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,keras]'
	@scripts/setup_graphs $(BIN)/python
	@touch $@

grade: setup
	@$(BIN)/grader grade $(SUBMISSIONS) --out $(OUT) $(if $(filter tests/submissions,$(SUBMISSIONS)),--trial)

check: setup
	@$(BIN)/grader check $(SUBMISSIONS)

test: setup
	@scripts/gate

test-torch: setup
	@$(BIN)/python -c 'import torch' 2>/dev/null || \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(BIN)/pytest -q tests/with_torch

bench: setup
	@$(BIN)/python scripts/bench.py
	@$(BIN)/python scripts/bench_course.py
	@$(BIN)/python scripts/bench_notebooks.py
	@$(BIN)/python scripts/bench_class.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
