# Two commands do everything on a fresh machine with Python >= 3.11: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SCENARIO ?= washed-out
STAMP := $(VENV)/.installed

.PHONY: demo test check bench docs lock clean

demo: $(STAMP)  ## the main job offline, ending with a verdict and a report
	$(BIN)/shadow demo --scenario $(SCENARIO)

test: $(STAMP)  ## the whole test suite
	$(BIN)/python -m pytest -n auto --dist loadscope

check: $(STAMP)  ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)  ## speed and memory as ratios against named alternatives
	$(BIN)/python -m bench

# The lock pins every package by version and hash; the project itself is then installed as it stands.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Shadow needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

docs: $(STAMP)  ## write the pages that follow from the code
	$(BIN)/python docs/generate.py

lock:  ## resolve anew; needs uv
	uv pip compile pyproject.toml --extra proxy --group dev --universal --generate-hashes --no-emit-index-url --no-header \
	  --constraint constraints.txt --quiet -o requirements.lock

clean:
	rm -rf $(VENV) .demo build dist
