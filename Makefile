PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: demo test lint lock clean

demo: .venv/.installed
	$(BIN)/xunjian demo --out demo-out

test: .venv/.installed-test
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: .venv/.installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python pyproject.toml requirements.lock
	$(PIP) install -c requirements.lock -e .
	touch $@

.venv/.installed-test: .venv/bin/python pyproject.toml requirements.lock
	$(PIP) install -c requirements.lock -e '.[test]'
	touch $@ .venv/.installed

# Writes the versions of a clean environment; run it after changing dependencies.
lock:
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip -q install '.[test,browser,office,fleet]'
	.venv-lock/bin/python -m pip freeze --exclude xunjian > requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv demo-out build dist
