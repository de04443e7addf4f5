# `make` sets everything up; `make demo` runs the main job; `make test` passes the tests.
UV_VERSION := 0.13.8
VENV := .venv
BIN := $(VENV)/bin
export NUMBA_CACHE_DIR ?= $(CURDIR)/.numba_cache
export PYTHONHASHSEED ?= 0
# Python's own compiled files lie beside, also where the environment keeps them out of source trees: else each of the
# twenty commands of the demo compiles 1,700 files of libraries again.
export PYTHONPYCACHEPREFIX ?= $(NUMBA_CACHE_DIR)/python
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test test-long test-outsiders fuzz lint docs wheel warm clean

setup: $(VENV)/.synced

$(VENV)/.synced: pyproject.toml uv.lock
	test -x $(BIN)/python || python3 -m venv $(VENV)
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	$(BIN)/uv sync --frozen --inexact --group docs --quiet
	touch $@

demo: setup
	$(BIN)/python tools/demo.py

warm: setup
	$(BIN)/python tools/warm.py

test: setup warm
	$(BIN)/pytest -n 2 --dist loadfile -m "not long and not page and not browser and not outsiders" --durations=10

test-long: setup warm
	$(BIN)/pytest -n 2 --dist worksteal -m long --durations=15

fuzz: setup
	$(BIN)/python -m tests.fuzz

# The second verifier in Node: the one on the path where it is new enough, else one that is fetched.
test-page: setup
	node -e "const [a, b] = process.versions.node.split('.'); process.exit(a * 100 + +b >= 2019 ? 0 : 1)" 2>/dev/null || \
		$(BIN)/uv sync --frozen --inexact --group page --quiet
	$(BIN)/pytest -n 2 --dist load -m page tests/page

# The second verifier in Debian's Chromium.
test-browser: setup
	$(BIN)/uv sync --frozen --inexact --group browser --quiet
	$(BIN)/pytest -m browser tests/page

# Our log under verifiers, and a measure of tracks beside that, which others wrote.
test-outsiders: setup
	$(BIN)/uv sync --frozen --inexact --group outsiders --group peers --quiet
	$(BIN)/pytest -m outsiders tests/log_folder tests/air

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup
	$(BIN)/zensical build --clean --strict

wheel: setup
	$(BIN)/uv build --wheel --quiet --out-dir dist

bench-%: setup
	$(BIN)/python -m benchmarks $*

clean:
	rm -rf demo bench dist site .numba_cache
