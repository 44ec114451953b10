# make demo | test | check | bench | long — each sets itself up; none needs another, a server or root.
PYTHON ?= python3
UV := .venv/bin/uv
RUN := .venv/bin/
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
ARGS ?=

.PHONY: setup demo test check bench long clean
setup: .venv/.ready

.venv/.ready: .ci/uv.txt uv.lock pyproject.toml .ci/setup
	@PYTHON="$(PYTHON)" sh .ci/setup

demo: setup
	@$(RUN)osos demo $(ARGS)

test: setup
	$(RUN)pytest -m "not long" -n $${OSOS_TEST_PROCESSES:-2} --dist loadfile $(ARGS)

check: setup
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)mypy
	$(RUN)lint-imports

bench: setup
	$(RUN)python -m benchmarks $(ARGS)

long: setup
	$(RUN)pytest -m "long" $(ARGS)

clean:
	rm -rf .venv .demo
