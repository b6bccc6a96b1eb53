# The front door for developers. Everything is set up on the way: `make run` or `make test`
# in a fresh clone is all it takes.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c

UV      := .venv/uv/bin/uv
RASA    := .venv/rasa/bin/python
DOOR    := .venv/door/bin/python
MODEL   := models/pcso.tar.gz
# Whatever a model is made from: a change here makes `make run` train again.
MODEL_INPUTS := config.yml domain.yml bot/encoder/model.onnx bot/encoder/tokenizer.json requirements/rasa.txt \
	$(shell find data/nlu data/follow_ups data/points data/stories data/knowledge data/language data/safety bot/nlu bot/encoder knowledge safety -name '*.yml' -o -name '*.txt' -o -name '*.py' | sort)

export PYTHONPATH := $(CURDIR)
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

.PHONY: help run test test-more test-fast test-slow test-browser test-faults soak widget train chat evaluate evaluate-stock weights bench test-scale check-deploy check-telegram drill staff-admin encoder lint lock clean setup

help:  ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: setup  ## set up everything and start the assistant at http://localhost:8000
	@# Once staff publish, the model is theirs: training here would only be waited for.
	if $(RASA) -m tools.release follows; then $(MAKE) --no-print-directory $(MODEL); fi
	$(RASA) -m tools.run

test: setup  ## the tests, training included: under ten minutes
	@bash tools/test.sh

test-more: setup $(MODEL)  ## the draft, releases, deploy/, privacy, hostile input, PostgreSQL and Redis, every evaluation question: some minutes more
	@bash tools/test.sh more

test-fast: setup  ## the tests that need no trained model and no browser
	@bash tools/test.sh fast

test-slow: setup $(MODEL)  ## load, faults and the long browser walks
	@bash tools/test.sh slow

test-browser: setup $(MODEL)  ## the widget in real Chromium, with axe-core
	@bash tools/test.sh browser

widget: setup  ## make door/widget/widget.js from its sources (only after changing them)
	@npm install --silent --no-save --no-package-lock terser@5.51.2
	@$(DOOR) -m door.widget.bundle

train: setup  ## train the model anew
	@$(RASA) -m tools.train

chat: setup $(MODEL)  ## talk to the assistant in the terminal
	@$(RASA) -m tools.chat

evaluate: setup $(MODEL)  ## ask every evaluation question; a table, the misses, an HTML report
	@$(RASA) -m tools.evaluate

evaluate-stock: setup $(MODEL)  ## the same questions for Rasa's default pipeline on the same examples
	@$(RASA) -m tools.evaluate.stock

weights: setup $(MODEL)  ## fit the weights of danger, questions and threads anew, and say what they would change
	@$(RASA) -W ignore -m tools.weights $(ONLY)

bench: setup $(MODEL)  ## speed and memory beside a stock Rasa project, and how they grow
	@$(RASA) -m tools.bench $(if $(PARTS),--parts $(PARTS))

test-scale: setup $(MODEL)  ## several doors and Rasas on a real PostgreSQL and Redis
	@bash tools/test.sh scale

check-deploy: setup .venv/deploy/.ready  ## containers and Kubernetes manifests by their schemas
	@bash tools/test.sh deploy

test-faults: setup $(MODEL)  ## the real parts dead, slow, full and talking rubbish
	@bash tools/test.sh faults

soak: setup $(MODEL)  ## mixed load with a fault every minute: nothing lost, nothing doubled (SOAK_MINUTES=30)
	@$(DOOR) -m tests.faults.soak

drill: setup $(MODEL)  ## an afternoon that plays itself, with faults: results/drill.md (DRILL_MINUTES=5)
	@$(DOOR) -m tools.drill

check-telegram: setup  ## what stands between the Telegram bot and its first answer
	@$(DOOR) -m door.telegram check

staff-admin: setup  ## an administrator of the staff console: make staff-admin NAME=a.shah
	@$(DOOR) -m door.staff add-administrator "$(NAME)"

encoder: setup .venv/encoder/.ready  ## tune the sentence encoder on our examples (engineers, now and then)
	@bash tools/encoder/make.sh

lint: .venv/lint/.ready  ## what ruff has to say of the code (pyproject.toml says what it looks for)
	@.venv/lint/bin/ruff check --quiet --no-cache

lock: $(UV)  ## write rasa.txt, door.txt and deploy.txt in requirements/ anew from pyproject.toml, and lint.txt (ruff)
	@bash tools/lock.sh

clean:  ## remove environments, models and results
	rm -rf .venv models results .rasa

setup: .venv/rasa/.ready .venv/door/.ready

$(UV):
	@echo "Fetching uv …"
	python3 -m venv .venv/uv
	.venv/uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

.venv/rasa/.ready: requirements/rasa.txt | $(UV)
	@echo "Setting up the Rasa environment (Python 3.10) …"
	$(UV) venv --quiet --allow-existing --python 3.10 .venv/rasa
	$(UV) pip sync --quiet --require-hashes --python .venv/rasa requirements/rasa.txt
	touch $@

.venv/door/.ready: requirements/door.txt | $(UV)
	@echo "Setting up the door environment (Python 3.12) …"
	$(UV) venv --quiet --allow-existing --python 3.12 .venv/door
	$(UV) pip sync --quiet --require-hashes --python .venv/door requirements/door.txt
	touch $@

.venv/encoder/.ready: requirements/encoder.txt | $(UV)
	@echo "Setting up the encoder environment (Python 3.11, PyTorch) …"
	$(UV) venv --quiet --allow-existing --seed --python 3.11 .venv/encoder
	.venv/encoder/bin/pip install --quiet --disable-pip-version-check -r requirements/encoder.txt
	touch $@

.venv/deploy/.ready: requirements/deploy.txt | $(UV)
	@echo "Setting up the environment that checks deploy/ (Python 3.12) …"
	$(UV) venv --quiet --allow-existing --python 3.12 .venv/deploy
	$(UV) pip sync --quiet --require-hashes --python .venv/deploy requirements/deploy.txt
	touch $@

.venv/lint/.ready: requirements/lint.txt | $(UV)
	@echo "Setting up the environment that reads the code (ruff) …"
	$(UV) venv --quiet --allow-existing --python 3.12 .venv/lint
	$(UV) pip sync --quiet --require-hashes --python .venv/lint requirements/lint.txt
	touch $@

$(MODEL): $(MODEL_INPUTS) | setup
	@$(RASA) -m tools.train
