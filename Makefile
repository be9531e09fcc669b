# Consentry: `make demo` shows it, `make test` tests it, `make check` is what CI runs.
# A fresh machine needs Python 3.13, pip and make; everything else is installed here, once, by hash.

PYTHON ?= $(shell command -v python3.13 >/dev/null 2>&1 && python3.13 -c '' 2>/dev/null && echo python3.13 || echo python3)
BIN := .venv/bin
SAM := .venv-sam/bin/sam
TABLES := .build/terms/.built
AMI ?=
# One seed for all random tests of a run; each run prints its own. `make test SEED=7` repeats one.
SEED ?= $(shell $(PYTHON) -c 'import random; print(random.randrange(2**32))')
SEED := $(SEED)
PYTEST := TEST_SEED=$(SEED) $(BIN)/pytest -n 2 --dist worksteal --hypothesis-seed=$(SEED)
# How far `make campaign` goes: 1 takes at most ten minutes, n takes n times as many random runs.
CAMPAIGN ?= 1

.PHONY: demo test campaign check setup terms format lint figures promises costs types contracts validate build openapi pins benchmarks clean

demo: setup
	@$(BIN)/consentry demo --page out/screening.html $(if $(AMI),--ami $(AMI))

test: setup
	@$(PYTEST) -m 'not benchmark' --junitxml=out/tests.xml

campaign: setup
	@CAMPAIGN=$(CAMPAIGN) $(PYTEST) -m 'campaign or benchmark'

check: setup lint types contracts test validate build

setup: .venv/.installed $(TABLES)

.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v[:2] != (3, 13) and f"Consentry needs Python 3.13 (the Lambda runtime); `$(PYTHON)` is {v[0]}.{v[1]}: make PYTHON=/path/to/python3.13")'
	@echo "Installing the pinned requirements into .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

terms: $(TABLES)

$(TABLES): .venv/.installed $(wildcard layers/terms/* layers/terms/policy_sets/*/* layers/terms/vocabularies/*/* infra/consentry_terms/*.py layers/core/consentry/terms/*.py layers/core/consentry/kernel/*.py)
	@$(BIN)/consentry terms build .build/terms
	@touch $@

format: setup
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: setup
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/python -P tests/project/figures.py --check

figures: setup
	@$(BIN)/python -P tests/project/figures.py

promises: setup
	@$(BIN)/python -P tests/project/promises.py > tests/PROMISES.md

costs: setup
	@AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none TERMS_DIRECTORY=.build/terms VOCABULARY=meetings PYTHONPATH=. $(BIN)/python -P tests/project/costs.py

types: setup
	@$(BIN)/mypy

contracts: setup
	@$(BIN)/lint-imports

.venv-sam/.installed: requirements-sam.txt
	@echo "Installing the pinned SAM CLI into .venv-sam (once; its pins would clash with ours)"
	@$(PYTHON) -m venv .venv-sam
	@.venv-sam/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements-sam.txt
	@touch $@

validate: .venv-sam/.installed
	@for file in template.yaml infra/stacks/*.yaml; do SAM_CLI_TELEMETRY=0 $(SAM) validate --lint --template $$file || exit 1; done

build: setup .venv-sam/.installed
	@PATH="$(CURDIR)/.venv/bin:$$PATH" SAM_CLI_TELEMETRY=0 $(SAM) build
	@echo "Compiling the built layers and functions, so that Lambda does not at each cold start"
	@$(BIN)/python -m compileall -q --invalidation-mode unchecked-hash .aws-sam/build

benchmarks: setup
	@LONG_BENCHMARKS=1 $(BIN)/pytest tests/benchmarks -m benchmark -s

openapi: setup
	@$(BIN)/consentry openapi > events/openapi.json

pins: setup
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --extra dev --group columns pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --constraint requirements.txt pyproject.toml -o layers/vendor/requirements.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --constraint requirements.txt --group columns -o layers/columns/requirements.txt
	@echo aws-sam-cli | $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header - -o requirements-sam.txt

clean:
	rm -rf .venv .venv-sam .build .aws-sam out
