#!/usr/bin/env bash
# The tests, fast ones first. `tools/test.sh [all|fast|slow|browser]`.
set -euo pipefail
what=${1:-all}
door=(.venv/door/bin/python -m pytest -q -p no:cacheprovider)
rasa=(.venv/rasa/bin/python -W ignore -m pytest -q -p no:cacheprovider -p no:warnings)
say() { printf '\n== %s\n' "$*"; }

fast() {
  say "knowledge, safety and tools (Python 3.12)"
  "${door[@]}" tests/knowledge tests/safety tests/tools -m "not slow"
  say "the public door"
  "${door[@]}" tests/door -m "not slow"
  say "Telegram"
  "${door[@]}" tests/telegram -m "not slow"
  say "knowledge, reading and the thread (Python 3.10)"
  "${rasa[@]}" tests/knowledge/test_loading.py tests/knowledge/test_lookup.py tests/nlu tests/actions -m "not slow"
}

stack() {
  say "rasa data validate"
  .venv/rasa/bin/python -W ignore -m rasa data validate --fail-on-warnings 2>&1 | grep -v -e Processed -e Deprecat -e '^ ' | tail -15
  say "the real action server and Rasa: contract, thread, emergencies, role documents"
  "${rasa[@]}" tests/stack -m "not slow"
}

case "$what" in
  fast) fast ;;
  slow) say "slow tests"; "${door[@]}" tests/door tests/telegram -m slow ;;
  browser) bash tools/browser.sh; say "the widget in Chromium"; "${door[@]}" tests/browser ;;
  all) fast; stack ;;
  *) echo "tools/test.sh: all, fast, slow or browser" >&2; exit 2 ;;
esac
