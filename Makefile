# Two commands do everything, on a machine with Python >= 3.11, make, git and a package index:
#   make grade                     grade the sample class; SUBMISSIONS=path grades yours
#   make test                      the whole quality gate
#
# Both set up what they need, once, with the exact versions of scripts/constraints.txt. Also:
#   make setup                     that alone
#   make check SUBMISSIONS=path    one submission
#   make quick                     the gate without what takes long, for while you work
#   make coverage                  the tests, and how much of grader/ they run
#   make test-all                  the gate on each supported Python that is found here
#   make test-latest               the gate on the newest version of everything
#   make test-torch                PyTorch's profile; TORCH=torch==2.13.0 names a build of it
#   make constraints               renew scripts/constraints.txt
#   make catalogues                renew the catalogues of what is to be translated
#   make durations                 write down which tests took long in the last gate
#   make audit                     the checks, checked: an hour; adds to build/bench.json
#   make bench                     measure the speed; leaves build/bench.json
#   make same SINCE=main~1         grade the sample class with that commit, too: what differs?
#   make kills                     kill 200 gradings at random moments: is anything lost?
#   make clean                     remove the environments and whatever was built
#
# PYTHON=python3.12 names a Python; its environment is .venv-3.12, beside .venv.

PYTHON ?= python3
SUBMISSIONS ?= tests/submissions
OUT ?= reports
TORCH ?= --editable .[torch]
MINOR = $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
ifeq ($(origin PYTHON),file)
  VENV := .venv
else
  VENV := .venv-$(MINOR)
endif
LATEST := .venv-latest
# In the sample class one notebook is damaged on purpose, so that the command ends with 1.
TRIAL := --trial || test $$? -eq 1
BIN := $(VENV)/bin

.PHONY: help same setup audit grade check test quick coverage test-all test-latest test-torch constraints catalogues durations bench kills clean

help:
	@sed -n '/^$$/q; s/^# \{0,1\}//p' Makefile

setup: $(VENV)/installed

$(VENV)/installed: pyproject.toml scripts/constraints.txt
	@scripts/setup $(VENV) $(PYTHON)

grade: setup
	@$(BIN)/grader grade $(SUBMISSIONS) --out $(OUT) $(if $(filter tests/submissions,$(SUBMISSIONS)),$(TRIAL))

check: setup
	@$(BIN)/grader check $(SUBMISSIONS)

test: setup
	@$(BIN)/python scripts/gate.py

quick: setup
	@$(BIN)/python scripts/gate.py --quick

coverage: setup
	@$(BIN)/python scripts/gate.py --coverage

test-all:
	@scripts/gate_everywhere

test-latest:
	@scripts/setup $(LATEST) $(PYTHON) newest
	@$(LATEST)/bin/python scripts/gate.py

test-torch: setup
	@$(BIN)/python -c 'import torch' 2>/dev/null || PIP_CONSTRAINT=scripts/constraints.txt \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check $(TORCH)
	@$(BIN)/pytest -q tests/with_torch

constraints: setup
	@$(BIN)/python scripts/make_constraints.py

catalogues: setup
	@$(BIN)/python scripts/make_catalogues.py

durations: setup
	@$(BIN)/python scripts/durations.py

same: setup
	@$(BIN)/python scripts/same_results.py $(or $(SINCE),HEAD)

audit: setup
	@$(BIN)/grader audit
	@$(BIN)/python scripts/audit_verdicts.py
	@$(BIN)/python scripts/audit_odd_values.py
	@GRADER_WHOLE=1 $(BIN)/pytest -q --numprocesses=auto --dist=loadscope -m sampled

bench: setup
	@$(BIN)/python scripts/bench.py
	@$(BIN)/python scripts/bench_course.py
	@$(BIN)/python scripts/bench_complete.py
	@$(BIN)/python scripts/bench_workers.py
	@$(BIN)/python scripts/bench_small.py
	@$(BIN)/python scripts/bench_notebooks.py
	@$(BIN)/python scripts/bench_class.py
	@$(BIN)/python scripts/bench_release.py
	@$(BIN)/python scripts/bench_cluster.py
	@$(BIN)/python scripts/bench_gradebook.py
	@$(BIN)/python scripts/bench_portal.py
	@$(BIN)/python scripts/kills_portal.py

kills: setup
	@$(BIN)/python scripts/kills.py

clean:
	rm -rf .venv .venv-* build dist
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
