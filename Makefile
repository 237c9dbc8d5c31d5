# make demo      set up, fit a cat, render it
# make test      set up, then every check
# make setup     .venv with the program and the tools to check it; quick when nothing changed
# make check     every check with the Python that is active, no set-up, no network
# make strip     the strip of pictures in the README
# make docs     docs/configuration.md and docs/parts.md from the code
# make results   docs/results.md from the reports of `inr reproduce` in outputs/
# make test-long what takes too long for every change: the quick form of every experiment, first steps of the full one
# make test-mutants  plants faults in a copy, one at a time: each must be noticed by a test (20 minutes)
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PEERS := random-fourier-features-pytorch  # alone: pyproject.toml says why
INR := $(VENV)/bin/inr
STAMP := $(VENV)/.installed
ONE_THREAD := OMP_NUM_THREADS=1  # a test worker on each core: more threads would wait for each other by spinning

.PHONY: demo test setup check test-long test-mutants strip docs results clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	  install="uv pip install --quiet --python $(VENV)/bin/python"; \
	else \
	  $(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("error: Python 3.11 or newer is needed; make PYTHON=python3.12 names another")' && \
	  $(PYTHON) -m venv $(VENV) && \
	  install="$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check"; \
	fi && \
	$$install -c constraints.txt -e '.[dev]' && \
	$$install -c constraints.txt --no-deps $(PEERS)
	@touch $@

demo: setup
	$(INR) fit image=cat encoding=gaussian scale=10
	$(INR) render --size 500
	@echo "The pictures are in outputs/$$(cat outputs/latest): render.png, comparison.png and renders/"

test: setup
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(MAKE) --no-print-directory check

check:
	python -m ruff check .
	python -m ruff format --check .
	python -m mypy
	lint-imports
	$(ONE_THREAD) python -m pytest -n auto --dist worksteal -m "not long"

test-mutants: setup
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" python tests/mutants.py

test-long: setup
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(ONE_THREAD) python -m pytest -m long

docs: setup
	$(VENV)/bin/python docs/configuration.py
	$(INR) bench parts --table docs/parts.md

results: setup
	$(VENV)/bin/python docs/results.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

STRIP := first_look/no_encoding,first_look/positional,first_look/gaussian,first_look/siren
strip: setup
	$(INR) fit -m experiment=$(STRIP)
	$(VENV)/bin/python docs/strip.py
