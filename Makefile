# `make run` starts Workbench, `make test` checks everything. README.md tells the same without make.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)
VENV_PYTHON := .venv/bin/python
# Settings of the person who runs the tests must not reach them.
CLEAN_ENVIRONMENT := env -u DATABASE_URL -u DATABASE_URL_FILE -u ANTHROPIC_API_KEY \
	-u ANTHROPIC_BASE_URL -u WORKBENCH_UPSTREAMS -u SITE_URL -u HOST -u PORT \
	WORKBENCH_DATA_DIR="$(CURDIR)/test-artifacts/data"
IN_VENV := $(CLEAN_ENVIRONMENT) $(VENV_PYTHON)

# $(call install,NAME,FILES): installs the last of FILES when the content of any of them changed.
install = sum="$$(cat $(2) | cksum)"; \
	[ "$$(cat .venv/$(1) 2>/dev/null)" = "$$sum" ] || { \
		echo "Installing $(lastword $(2)) ..." && \
		$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check -r $(lastword $(2)) && \
		echo "$$sum" > .venv/$(1); }
# $(call apart,NAME): an environment of its own, .venv/export/NAME, for tests/export/python/NAME.txt.
apart = file=tests/export/python/$(1).txt; folder=.venv/export/$(1); sum="$$(cksum < $$file)"; \
	[ "$$(cat $$folder/installed 2>/dev/null)" = "$$sum" ] || { \
		echo "Installing $$file ..." && rm -rf $$folder && \
		$(VENV_PYTHON) -m venv --without-pip $$folder && \
		$(VENV_PYTHON) -m pip --python $$folder/bin/python install --quiet --no-compile \
			--disable-pip-version-check -r $$file && \
		echo "$$sum" > $$folder/installed; }
# $(call packages,NAME): the packages of tests/export/NAME/package-lock.json in .venv/export/NAME.
packages = from=tests/export/$(1); folder=.venv/export/$(1); \
	sum="$$(cat $$from/package.json $$from/package-lock.json | cksum)"; \
	[ "$$(cat $$folder/installed 2>/dev/null)" = "$$sum" ] || { \
		echo "Installing $$from/package-lock.json ..." && rm -rf $$folder && mkdir -p $$folder && \
		cp $$from/package.json $$from/package-lock.json $$folder && \
		( cd $$folder && PATH="$(CURDIR)/.venv/export/tools/bin:$$PATH" npm ci --silent \
			--ignore-scripts --no-audit --no-fund ) && \
		echo "$$sum" > $$folder/installed; }
heading = @printf '\n== %s\n' '$(1)'
templates = find templates workbench -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 5.2

.NOTPARALLEL:
.PHONY: run test checks tests bench format clean venv requirements tools exported

run: requirements
	@exec $(VENV_PYTHON) manage.py up

test: checks tests

checks: tools
	$(call heading,ruff format)
	@$(IN_VENV) -m ruff format --check .
	$(call heading,ruff check)
	@$(IN_VENV) -m ruff check .
	$(call heading,import-linter)
	@$(IN_VENV) -c 'from importlinter.cli import lint_imports_command as lint; lint()'
	$(call heading,mypy)
	@$(IN_VENV) -m mypy
	$(call heading,djade)
	@$(templates) --check
	$(call heading,check --deploy)
	@$(CLEAN_ENVIRONMENT) SITE_URL=https://workbench.example.org \
		$(VENV_PYTHON) manage.py check --deploy --fail-level WARNING

tests: tools exported
	$(call heading,pytest: unit and database)
	@$(IN_VENV) -m pytest -n 2 tests/unit tests/db
	$(call heading,pytest: exported code)
	@$(IN_VENV) -m pytest -n 2 --dist worksteal tests/export
	$(call heading,pytest: processes)
	@$(IN_VENV) -m pytest tests/process
	$(call heading,pytest: browser)
	@browser="$$(.ci/browser)" && export WORKBENCH_TEST_BROWSER="$$browser" && \
		$(IN_VENV) -m pytest tests/browser

bench: tools
	@$(IN_VENV) -m bench

format: tools
	@$(VENV_PYTHON) -m ruff format .
	@$(VENV_PYTHON) -m ruff check --fix .
	@$(templates)

# Removes what make has made; never the data of an installation.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-artifacts

requirements: venv
	@$(call install,requirements,requirements.txt)

tools: requirements
	@$(call install,tools,requirements.txt tests/requirements.txt)

# The SDKs that exported code is run with, and Node: each in a folder of its own.
exported: tools
	@$(call apart,tools)
	@$(call apart,python-0)
	@$(call apart,python-1)
	@$(call apart,python-2)
	@$(call packages,typescript-0)
	@$(call packages,typescript-1)

venv:
	@[ -n "$(PYTHON)" ] || { echo "Workbench needs Python 3.11 or newer: install python3." >&2; exit 1; }
	@$(VENV_PYTHON) -c 'import pip' 2>/dev/null || { \
		"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "Python cannot make virtual environments here. On Debian and Ubuntu: apt install python3-venv" >&2; \
			exit 1; }; \
		"$(PYTHON)" -m venv --clear .venv; }
