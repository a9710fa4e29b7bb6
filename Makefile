# Two commands matter: `make demo` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := 0.13.9
PERSONS ?= 200000
READY  := $(VENV)/.ready

export DO_NOT_TRACK := 1
# Where it is set, each of some hundred processes would compile anew whatever it imports: twice the time to start.
unexport PYTHONDONTWRITEBYTECODE
# An office's network may have a certificate authority of its own, which the system trusts; uv's own list does not have it.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS := 1
endif

.PHONY: demo test truth lint ui clean

demo: $(READY)   ## make a province, run the nightly Prefect flow on it, compare with the planted truth
	@$(BIN)/python -m pipelines.demo --persons $(PERSONS)

test: $(READY)   ## the whole suite, style and types included
	@.ci/debian-packages && .ci/node-packages
	@$(BIN)/python -m pytest -n 2 --no-loadscope-reorder

truth: $(READY)  ## what the models find, miss and wrongly say: the tables of docs/truth.md, some hours
	@$(BIN)/python -m benchmarks.truth

lint: $(READY)   ## style, types and import directions alone
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

ui: $(READY)     ## look at past runs in Prefect, on http://127.0.0.1:4200
	@$(BIN)/python -m pipelines.server

clean:           ## remove the environment and everything the demo made
	rm -rf $(VENV) var

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Clew needs Python 3.11 or newer: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	@echo "Setting up $(VENV) from requirements.lock"
	@$(PYTHON) -m venv --clear $(VENV) || { echo "venv is missing: apt-get install python3-venv"; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV)"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet -r requirements.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
