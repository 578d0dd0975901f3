# Breakaway: two commands do everything, `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
SECONDS ?= 60
export PYTHONUNBUFFERED = 1

# What the product itself needs, and why:
#   libvlc5 vlc-plugin-base            the player of the classes
#   vlc-plugin-access-extra            the player's way to live classes over SRT
#   ffmpeg espeak-ng                   make the demo classes: picture, sound, the coach's voice
#   nats-server                        the cloud's message broker (MQTT for tablets)
#   libgl1 libgl1-mesa-dri             OpenGL for the console's window
#   xvfb                               a virtual display where there is none, and for the tests
#   python3-venv                       the project's own Python environment
APT := libvlc5 vlc-plugin-base vlc-plugin-access-extra ffmpeg espeak-ng nats-server libgl1 libgl1-mesa-dri xvfb python3-venv
# Only for `make test` and `make bench`: real peers of what the cloud offers.
#   nginx                              the edge in front of the classes
#   postgresql                         the store of a large cloud
#   chromium                           a browser that plays the classes
#   gstreamer1.0-tools gstreamer1.0-plugins-bad   the feed of a live class to many consoles at once
APT_TEST := nginx postgresql chromium gstreamer1.0-tools gstreamer1.0-plugins-bad
# Only for `make bench`: VLC's own windows, and a crowd of viewers, to measure against.
APT_BENCH := vlc-plugin-video-output wrk

.DEFAULT_GOAL := help
.PHONY: help run demo test bench screenshots lint lock packages packages-test packages-bench clean

help: ## list the targets
	@echo "Breakaway, the open connected bike"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: packages $(VENV)/ready ## install what is missing, then ride: cloud, virtual bike and console on this machine
	@$(PY) -m console.standalone

demo: packages $(VENV)/ready ## the same unattended for SECONDS=60: screenshots in build/demo, one line of JSON last
	@$(PY) -m console.standalone --demo $(SECONDS) --data build/demo/data --out build/demo

test: packages packages-test $(VENV)/ready $(VENV)/newer/ready $(VENV)/npm/ready ## all tests, headless
	@$(VENV)/bin/ruff check . && $(VENV)/bin/mypy && $(VENV)/bin/lint-imports --no-logo
	@$(VENV)/bin/pytest -n 4 --dist loadfile -q || { [ $$? = 1 ] || exit; \
	  echo "Some failed beside the others, on a machine they share. Once more, one after the other; what fails now is broken."; \
	  $(VENV)/bin/pytest -q --last-failed --last-failed-no-failures none; }

bench: packages packages-test packages-bench $(VENV)/ready ## measure, each figure beside its reference
	@$(PY) -m tests.bench

screenshots: packages $(VENV)/ready ## every screen in its main states, at 1920x1080 and 1280x800, into build/screens
	@$(PY) -m tests.gallery --out build/screens

lint: $(VENV)/ready ## format and check the code
	@$(VENV)/bin/ruff format . && $(VENV)/bin/ruff check --fix . && $(VENV)/bin/mypy && $(VENV)/bin/lint-imports --no-logo

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -q -o requirements.lock

packages: ## install the system packages that are missing (Debian, Ubuntu)
	@$(call install,$(APT),Breakaway)

packages-test:
	@$(call install,$(APT_TEST),make test)

packages-bench:
	@$(call install,$(APT_BENCH),make bench)

clean: ## remove what was built (rides in ~/.local/share/breakaway stay)
	rm -rf build $(VENV)

# $(call install,PACKAGES,FOR): says what is missing and why, then installs it; does nothing when all is there.
define install
missing=""; for p in $(if $(SKIP_PACKAGES),,$(1)); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
if [ -n "$$missing" ]; then \
  if ! command -v apt-get >/dev/null; then \
    echo "$(2) needs these system packages, and can install them by itself on Debian and Ubuntu only:"; \
    echo "  $(1)"; echo "Install their equivalents, then run: make SKIP_PACKAGES=1 <target>"; exit 1; \
  else \
    echo "$(2) needs these system packages, and installs them with apt:"; \
    for p in $$missing; do echo "  $$p$$(sed -nE "s/^#   (.* )?$$p( .*)?  +(the .*|make .*|OpenGL .*|a .*)$$/: \\3/p" Makefile | head -n 1)"; done; \
    sudo=""; [ $$(id -u) = 0 ] || sudo=sudo; \
    if [ -n "$$sudo" ] && ! command -v sudo >/dev/null; then \
      echo "You are not root, and there is no sudo. Have root run: apt-get install --no-install-recommends$$missing"; exit 1; \
    fi; \
    $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
  fi; \
fi
endef

# incyclist-devices, whose Direct Connect the tests hold beside ours, comes from npm; where there is none they are skipped.
INCYCLIST := incyclist-devices-3.0.37.tgz
INCYCLIST_SHA256 := 81ceae8fedd2ba40fa781de9892c844c1c97c8df256b113c721cfd8f7b9d5978
$(VENV)/npm/ready: | $(VENV)/ready
	@rm -rf $(@D) && mkdir -p $(@D)
	@! command -v npm >/dev/null || (cd $(@D) && npm pack --silent incyclist-devices@3.0.37 >/dev/null 2>&1 && \
	  echo "$(INCYCLIST_SHA256)  $(INCYCLIST)" | sha256sum -c --status && tar xzf $(INCYCLIST)) || rm -rf $(@D)/package
	@touch $@

# pyftms, whose parsers and client the tests hold beside ours, needs Python 3.12 or 3.13. Where an older one is used and
# a newer one lies beside it, those tests run there; where none does they are skipped, and say so.
$(VENV)/newer/ready: requirements.lock | $(VENV)/ready
	@rm -rf $(@D) && mkdir -p $(@D)
	@if $(PY) -c 'import sys; sys.exit(sys.version_info >= (3, 12))'; then \
	  for newer in python3.13 python3.12 $(wildcard $(HOME)/.pyenv/versions/3.1[23].*/bin/python); do \
	    $$newer -c 'import sys; sys.exit(sys.version_info[:2] not in [(3, 12), (3, 13)])' 2>/dev/null || continue; \
	    echo "Making an environment for the tests that need a newer Python ($$newer) ..."; \
	    sed -e '/--hash=/d' -e 's/ \\$$//' requirements.lock > $(@D)/pins.txt; \
	    $$newer -m venv $(@D) && $(@D)/bin/pip install -q --disable-pip-version-check -c $(@D)/pins.txt \
	      pyftms pycycling bumble bleak httpx hypothesis pytest pytest-asyncio pytest-timeout || rm -rf $(@D)/bin; \
	    break; \
	  done; \
	fi
	@touch $@

$(VENV)/ready: requirements.lock pyproject.toml
	@echo "Making the Python environment in $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Breakaway needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(VENV)/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
