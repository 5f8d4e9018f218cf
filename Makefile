# Everything a newcomer or CI runs. `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check audit bench wheels chat fmt browser

help: ## 列出所有命令
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更新的版本，现在是 " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

setup: $(READY) ## 建好 .venv，装好全部依赖和 laobing 命令

demo: $(VENV)/.runs ## 一条命令跑起来：虚构的县 + 模拟微信
	@$(BIN)/laobing demo

# What the demo needs is a part of what the tests need: a first demo does not wait for the test tools.
$(VENV)/.runs: pyproject.toml
	@test -e $(READY) || $(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更新的版本，现在是 " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -e $(READY) || $(PYTHON) -m venv $(VENV)
	@test -e $(READY) || $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# Browser tests need a browser and a Chinese font; both are Debian packages, installed here where that is possible.
browser:
	@if [ -x /usr/bin/chromium ] && fc-list :lang=zh 2>/dev/null | grep -q .; then exit 0; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-wqy-microhei fontconfig >/dev/null; \
	elif [ -n "$$CI" ]; then echo "浏览器测试要 chromium 和中文字体：apt-get install chromium fonts-wqy-microhei fontconfig" >&2; exit 1; \
	else echo "跳过浏览器测试。要跑它们请装：apt-get install chromium fonts-wqy-microhei fontconfig" >&2; fi

test: setup browser ## 跑全部测试
	$(BIN)/python -m pytest -n 3 --dist loadfile --durations 12 --durations-min 5 tests

check: setup ## 格式、检查、类型、楼层规矩、依赖漏洞，然后全部测试
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/audit_dependencies.py
	$(MAKE) test

audit: setup ## 依赖有没有已知漏洞（连不上漏洞库就跳过）
	$(BIN)/python scripts/audit_dependencies.py

bench: setup ## 跑性能对比（半小时的短式），结果写进 docs/figures.md
	$(BIN)/python -m bench --short --write docs/figures.md

wheels: ## 把全部依赖下载到 wheels/，给上不了外网的服务器用（docs/operation.md）
	$(PYTHON) -m pip download --quiet --disable-pip-version-check --dest wheels . setuptools wheel

chat: setup ## 在终端里跟机器人说话
	@$(BIN)/laobing chat

fmt: setup ## 按规矩排好格式
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
