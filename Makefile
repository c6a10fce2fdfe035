# The two commands of the README: `make run` and `make test`. Everything else is a part of them.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# Node from the machine where there is one, else from the Python package in the environment.
NODE_PATH_PREFIX := $(if $(shell command -v npm),,$(CURDIR)/$(BIN):)
export PATH := $(NODE_PATH_PREFIX)$(PATH)
# Folders too: they are newer than the build after a file was removed.
ASSET_SOURCES := $(shell find app/web/assets)

# Two installations into one folder at once would break each other.
.NOTPARALLEL:
.PHONY: run test setup assets translations test-setup test-tools lint types contracts check-migrations \
	tests bench clean

run: setup
	@exec $(BIN)/flask --app wsgi serve

setup: $(VENV)/.installed assets translations

$(VENV)/.installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# What the build needs. `npm ci` starts from an empty folder, so this takes the linters away again.
node_modules/.installed: package.json package-lock.json $(VENV)/.installed
	npm ci --silent --omit=dev
	@touch $@

# What the build, the linters and the tests need: everything above, so that counts as done too.
node_modules/.installed-dev: package.json package-lock.json $(VENV)/.installed
	npm ci --silent
	@touch node_modules/.installed $@

assets: app/web/static/built/manifest.json

app/web/static/built/manifest.json: node_modules/.installed $(ASSET_SOURCES)
	npm run --silent build

translations: $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/messages.po))

%.mo: %.po $(VENV)/.installed
	$(BIN)/pybabel --quiet compile -i $< -o $@

test: test-setup lint types contracts check-migrations tests

test-setup: node_modules/.installed-dev setup $(VENV)/.installed-dev test-tools

test-tools:
	@tests/install-tools

lint: node_modules/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	npm run --silent lint

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

check-migrations:
	@folder=$$(mktemp -d) && export INSTANCE_DIR=$$folder && unset DATABASE_URL && \
		$(BIN)/flask --app wsgi db upgrade && $(BIN)/flask --app wsgi db check && rm -rf $$folder

tests:
	$(BIN)/pytest -n 2 --dist loadgroup

bench: test-setup
	@for script in bench/*.py; do PYTHONPATH=. $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) node_modules app/web/static/built
