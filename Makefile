# Each target makes what it needs by itself: the environment .venv, then the work.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --fork-strategy fewest \
	--no-header

.DEFAULT_GOAL := help
.PHONY: help site serve draft handbook test test-slow lint bench audit release-check lock screenshots tools clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 14

site: $(VENV)/ready ## Publish every release into the local branch, and export the site to site/
	@$(BIN)/yururluk publish
	@$(BIN)/yururluk export site
	@echo "To look at it: make serve"

serve: $(VENV)/ready ## Show the published site at http://localhost:8000/
	@$(BIN)/yururluk serve --port $(PORT)

draft: $(VENV)/ready ## Show the drafts and what they would change, live
	@$(BIN)/mkdocs serve

handbook: $(VENV)/ready ## Build the documentation of the tool into handbook/site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --config-file handbook/mkdocs.yml --site-dir site

test: $(VENV)/ready-test tools lint ## Run everything: lint, types, unit, property, git and browser tests
	@$(BIN)/python -m pytest -n 3 --dist worksteal -m "not slow"

test-slow: $(VENV)/ready-test tools ## Run the long soak and fuzz tests
	@$(BIN)/python -m pytest -m slow

screenshots: $(VENV)/ready-test tools ## Take the README's pictures from the real site
	@$(BIN)/python -m tests.screenshots
	@$(BIN)/python -m tests.guide_pictures

lint: $(VENV)/ready-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(VENV)/ready-bench $(VENV)/ready-test tools ## Measure the redline beside its peers, publishing beside mike, and the pages
	@$(BIN)/python -m bench.redline $(BENCH)
	@$(BIN)/python -m bench.publish
	@$(BIN)/python -m bench.pages

audit: $(VENV)/ready-test tools ## Measure the pages: bytes, first paint, Lighthouse and Nu where Node and Java are
	@$(BIN)/python -m bench.pages

release-check: $(VENV)/ready-lock ## Build the files of a release of the tool into dist/: source, wheel, and the list of its parts (CycloneDX)
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist . >/dev/null
	@$(BIN)/python -W ignore -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible --output-file dist/sbom.cdx.json \
		requirements.txt
	@ls -l dist

lock: $(VENV)/ready-lock ## Pin every requirement, with hashes, for every system
	@$(LOCK) --extra pdf --extra word --output-file requirements.txt pyproject.toml
	@for extra in test bench lock; do \
		$(LOCK) --constraint requirements.txt --extra $$extra --output-file requirements-$$extra.txt pyproject.toml || exit 1; \
	done

# What the tests need beside Python: a browser, and a web server to crawl the site under. Debian's packages where we may
# install them; else one command to type for the browser, while the tests of the server say that they skipped.
tools:
	@install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$@" >/dev/null; }; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		command -v chromium-headless-shell >/dev/null && command -v nginx >/dev/null && exit; \
		echo "Installing Chromium and nginx for the tests …"; \
		apt-get update -qq; \
		install nginx || true; \
		install chromium-headless-shell || install chromium || true; \
	fi
	@{ command -v chromium-headless-shell || command -v chromium || command -v google-chrome; } >/dev/null || { \
		echo "The tests need Chromium. Install it with: sudo apt-get install chromium" >&2; \
		echo "(on macOS: brew install --cask chromium; on Fedora: sudo dnf install chromium)" >&2; \
		exit 1; \
	}

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Making the environment $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/ready: $(VENV)/bin/python requirements.txt pyproject.toml
	@echo "Installing the requirements …"
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q hooks
	@touch $@

$(VENV)/ready-test $(VENV)/ready-bench $(VENV)/ready-lock: $(VENV)/ready-%: $(VENV)/ready requirements-%.txt
	@echo "Installing what \"make $*\" needs …"
	@$(PIP) install --require-hashes --requirement requirements-$*.txt
	@touch $@

clean: ## Remove the environment and everything made
	rm -rf $(VENV) site .pytest_cache .mypy_cache .ruff_cache build dist
