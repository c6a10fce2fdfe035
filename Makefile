# The README names two targets: `make run` and `make test`. Everything else is part of them.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# Use the machine's Node if there is one, else the Python package in the environment.
NODE_PATH_PREFIX := $(if $(shell command -v npm),,$(CURDIR)/$(BIN):)
export PATH := $(NODE_PATH_PREFIX)$(PATH)
# Includes folders: removing a file makes them newer than the build.
ASSET_SOURCES := $(shell find app/web/assets)

# Two installations into one folder at once would damage each other.
.NOTPARALLEL:
.PHONY: races run test quick setup assets translations test-setup test-tools lint types contracts check-migrations \
	tests tests-awkward test-days life bench clean

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

# What the build needs. `npm ci` starts from an empty folder, so this removes the linters again.
node_modules/.installed: package.json package-lock.json $(VENV)/.installed
	npm ci --silent --omit=dev
	@touch $@

# What build, linters and tests need. It includes everything above, so mark that as done too.
node_modules/.installed-dev: package.json package-lock.json $(VENV)/.installed
	npm ci --silent
	@touch node_modules/.installed $@

assets: app/web/static/built/manifest.json

app/web/static/built/manifest.json: node_modules/.installed $(ASSET_SOURCES)
	npm run --silent build

translations: $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/messages.po))

%.mo: %.po $(VENV)/.installed
	$(BIN)/pybabel --quiet compile -i $< -o $@

test: test-setup lint types contracts check-migrations tests tests-awkward

# The checks that changes break most often, in under a minute: no database, browser or server.
quick: node_modules/.installed-dev setup $(VENV)/.installed-dev
	@$(MAKE) --no-print-directory lint types contracts
	$(BIN)/pytest -n 2 tests/domain tests/architecture

test-setup: node_modules/.installed-dev setup $(VENV)/.installed-dev test-tools

test-tools:
	@tests/install-tools

lint: node_modules/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff check --preview --select PLR0917 .
	$(BIN)/ruff format --check .
	$(BIN)/vulture
	npm run --silent lint

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

check-migrations:
	@folder=$$(mktemp -d) && export INSTANCE_DIR=$$folder && unset DATABASE_URL && \
		$(BIN)/flask --app wsgi db upgrade && $(BIN)/flask --app wsgi db check && rm -rf $$folder

# Processes and browsers wait more than they work: two cores carry four workers.
tests:
	$(BIN)/pytest -n 4 --dist loadgroup

# The last half hour of a year, noon of a leap day, and a night on the last of a month while UTC is
# still in the day before. Rules and use cases do not read the clock, and their tests bring their own
# time (tests/architecture/test_clock.py): only pages and jobs are repeated here, on SQLite and
# without a browser, without real processes, and without what knows no days. `test-days` runs
# everything.
NO_DAYS := $(addprefix --ignore tests/http/,test_demo.py test_who_may.py test_assets.py \
	test_wrong_input.py test_keys_command.py test_lab_command.py test_offers_cli.py test_uploads.py \
	test_roster_words.py)
AWKWARD := 2028-12-31T23:30+08:00 2028-02-29T12:00+08:00 2027-06-30T02:00+08:00

tests-awkward:
	@for now in $(AWKWARD); do echo "At $$now:"; TEST_NOW=$$now $(BIN)/pytest -n 4 \
		--dist loadgroup -k "not postgresql" -m "not processes and not slow_faults" \
		$(NO_DAYS) tests/http || exit 1; done

# Everything, on both engines, at twelve moments; takes hours. All processes of the product and of
# the tests use the moved clock, the end-to-end tests included. Exceptions: the databases' own clock
# (only leases read it, and compare it with nothing else), OpenSSL's and the browser's. The browser
# drops cookies that expire before its own time, so all of these moments should lie in the future.
#   year's end; New Year, which UTC has not reached; the day before 29 February, which begins during
#   the run, and that day; a Sunday that ends a month; the last and the first of a month while UTC
#   is still in the day and in the month before; 31 March, as April has no 31st; a Monday that is
#   a Sunday in UTC; the hours when clocks change in America and in Europe; Spring Festival.
DAYS := 2027-12-31T23:30+08:00 2028-01-01T00:05+08:00 2028-02-28T23:50+08:00 \
	2028-02-29T12:00+08:00 2027-02-28T12:00+08:00 2027-06-30T02:00+08:00 2027-09-01T07:30+08:00 \
	2028-03-31T18:00+08:00 2027-05-03T00:30+08:00 2027-03-14T14:55+08:00 2027-10-31T08:55+08:00 \
	2027-02-06T10:00+08:00

test-days: test-setup
	@failed=""; export HYPOTHESIS_PROFILE=search; for now in $(DAYS); do \
		echo "At $$now:"; TEST_NOW=$$now $(BIN)/pytest -n 2 \
		--dist loadgroup || failed="$$failed $$now"; done; \
		test -z "$$failed" || { echo "Failed at:$$failed"; exit 1; }

# Every fault is found; then two hundred communities for thirty days on each database. Takes hours.
# `make test` has three for a week. docs/promises.md says what is checked.
life: test-setup
	LIFE_DAYS=21 $(BIN)/pytest -n 2 -m "" tests/life
	$(BIN)/python -m tests.life --seeds 200 --days 30

# Every pair of things at one moment, two hundred times on each engine; takes an hour.
races: test-setup
	RACE_ROUNDS=200 $(BIN)/pytest -n 2 tests/usecases/test_races.py tests/usecases/test_duty_at_once.py

bench: test-setup
	@for script in bench/*.py; do PYTHONPATH=. $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) node_modules app/web/static/built
