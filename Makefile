# Two commands on a fresh machine with Python 3.11+, git and make:
#   make site    set up, refresh the data where the network answers, build, say where it is
#   make test    set up, run the whole test suite

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: site test fuzz lint lock fonts zensical clean
.DEFAULT_GOAL := site

# The site goes on to be built when refresh kept old data (3) or rejected some (4).
site: $(VENV)/.installed
	@$(BIN)/python -m generator refresh; code=$$?; \
	  case $$code in 0|3|4) ;; *) exit $$code ;; esac
	@$(BIN)/python -m generator build

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n auto --dist loadfile

# Ten minutes of inputs that nobody would write; make fuzz MINUTES=1 SEED=7 for others.
fuzz: $(VENV)/.installed-test
	$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),10) --seed $(or $(SEED),1)

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A universal lock with hashes; it names no index, so it works behind any mirror.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command "make lock" --extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --custom-compile-command "make lock" --extra build --extra test -c requirements.lock \
	  pyproject.toml -o requirements-test.lock

# The same pages under the renderer in reserve (docs/decisions/0020).
.build/zensical/bin/zensical: | $(VENV)/bin/python
	$(BIN)/python -m venv .build/zensical
	.build/zensical/bin/python -m pip install --quiet zensical==0.0.73

zensical: .build/zensical/bin/zensical $(VENV)/.installed-test
	MTM_ZENSICAL=$(CURDIR)/.build/zensical/bin/zensical $(BIN)/python -m pytest tests/test_zensical.py

# The typefaces of pages and pictures, anew from the packages that templates/_theme/fonts.py names.
fonts: $(VENV)/.installed-test
	$(BIN)/python templates/_theme/fonts.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with make PYTHON=python3.12"; exit 2; }
ifdef UV
	uv venv --quiet --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked packages into $(VENV) ..."
ifdef UV
	uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null # uv made it without
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $@

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	@echo "Installing the locked test packages into $(VENV) ..."
ifdef UV
	uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements-test.lock
else
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null # uv made it without
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-test.lock
endif
	@touch $@

clean:
	rm -rf .build .cache $(VENV)
