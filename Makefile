# The two commands of the README are `make demo` and `make test`; both set up all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install demo test check bench debian docs manual catalogues clean

$(VENV)/.made: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $$($(PYTHON) --version) was found. Set PYTHON=python3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "The venv module is missing: on Debian and Ubuntu, apt install python3-venv."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

# A tree that is worked on is run as it stands; a wheel's modules would be compiled (hatch_build.py).
$(VENV)/.tool: $(VENV)/.made mailsetup/_version.py
	@HATCH_BUILD_NO_HOOKS=true $(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: $(VENV)/.tool
	@HATCH_BUILD_NO_HOOKS=true $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[test,fast]'
	@touch $@

$(VENV)/.npm: $(VENV)/.test tests/npm.json
	@$(BIN)/python tests/install_npm.py
	@touch $@

install: $(VENV)/.made ## venv and package only, as users get it
	@$(BIN)/python -m pip install -q --disable-pip-version-check .
	@rm -f $(VENV)/.tool $(VENV)/.test
	@echo "installed: $(BIN)/mailsetup"

demo: $(VENV)/.tool ## the main job on the embedded example; asks no name server
	@$(BIN)/python examples/demo.py

debian: ## the real servers the tests talk to
	@$(PYTHON) tests/install_debian.py

test: debian $(VENV)/.test $(VENV)/.npm ## everything
	@$(BIN)/python tests/wheel.py
	@$(BIN)/python -m pytest -n 2 --dist worksteal
	@$(BIN)/python tests/compiled.py -n 2 --dist worksteal

check: $(VENV)/.test ## seconds: format, lint, types, import contracts, fast tests
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -q -n 2 -m "not real and not slow" -p no:cacheprovider --ignore tests/house

bench: debian $(VENV)/.test ## the benchmarks: figures on stdout and in bench/results.json
	@$(BIN)/python bench/run.py

docs: $(VENV)/.test ## the generated pages of docs/
	@$(BIN)/python docs/build.py

manual: docs ## the manual as a web site, in build/manual
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build -q && echo "made: build/manual/index.html"

catalogues: $(VENV)/.test ## new texts into mailsetup/locale, and the compiled catalogues
	@$(BIN)/python docs/catalogues.py

clean:
	rm -rf $(VENV) demo-out dist build
