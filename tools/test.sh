#!/usr/bin/env bash
# The tests, fast ones first. `tools/test.sh [all|fast|more|slow|faults|scale|deploy|browser]`.
set -euo pipefail
what=${1:-all}
door=(.venv/door/bin/python -m pytest -q -p no:cacheprovider)
rasa=(.venv/rasa/bin/python -W ignore -m pytest -q -p no:cacheprovider -p no:warnings)
say() { printf '\n== %s\n' "$*"; }

fast() {
  say "knowledge, safety, processes, evaluation and tools (Python 3.12)"
  "${door[@]}" tests/knowledge tests/safety tests/processes tests/evaluation tests/tools -m "not slow"
  say "the public door and its database"
  "${door[@]}" tests/door tests/database -m "not slow and not servers"
  say "the staff console"
  "${door[@]}" tests/staff -m "not slow and not servers"
}

draft() {
  say "the draft: editing the project's files"
  "${door[@]}" tests/content
}

releases() {
  say "releases"
  "${door[@]}" tests/releases -m "not slow" --ignore tests/releases/test_model_server.py
}

telegram() {
  say "Telegram"
  "${door[@]}" tests/telegram -m "not slow"
}

inside() {
  say "knowledge, reading and the thread (Python 3.10)"
  "${rasa[@]}" tests/knowledge/test_loading.py tests/knowledge/test_live.py tests/knowledge/test_lookup.py tests/knowledge/test_campaigns.py tests/nlu tests/actions tests/tools/test_weights.py tests/releases/test_model_server.py \
    tests/releases/test_released.py tests/releases/test_release_store.py -m "not slow"
}

lean() {
  say "what runs inside Rasa: conversations and locks, lean, without TensorFlow; the turnstile, the database (Python 3.10)"
  "${rasa[@]}" tests/bot tests/turnstile tests/database -m "not slow and not servers"
}

more() {
  draft
  lean
  releases
  say "deploy/, dashboard and alerts"
  "${door[@]}" tests/deploy
  say "privacy, hostile input, clocks"
  "${door[@]}" tests/privacy tests/fuzz tests/faults -m "not slow"
  scale
  say "rasa test core: the conversations of tests/test_stories.yml"
  stories
  say "every evaluation question, against tools/evaluate/floors.json"
  .venv/rasa/bin/python -W ignore -m tools.evaluate --fail-under --misses 0
}

# Rasa's own command says much besides; what went wrong stands at its end.
stories() {
  mkdir -p .state/logs
  .venv/rasa/bin/python -W ignore -m rasa test core --e2e --fail-on-prediction-errors --stories tests/test_stories.yml --model models/pcso.tar.gz \
    --out results/stories > .state/logs/stories.log 2>&1 || { tail -25 .state/logs/stories.log; return 1; }
  grep -A1 "CONVERSATION level" .state/logs/stories.log
}

# Two halves that take about as long, side by side, as each waits a good deal: the fast ones, and those behind the training of the model. As
# processes of their own, for bash forgets `set -e` in whatever has `||` behind it.
all() {
  mkdir -p .state/logs
  bash "$0" trained > .state/logs/test.log 2>&1 &
  local other=$! failed=0
  bash "$0" untrained || failed=1
  wait $other || failed=1
  cat .state/logs/test.log
  [ $failed = 0 ] || { say "some tests failed: see above"; exit 1; }
}

stack() {
  say "rasa data validate"
  .venv/rasa/bin/python -W ignore -m rasa data validate --fail-on-warnings 2>&1 | grep -v -e Processed -e Deprecat -e '^ ' | tail -15
  say "the real action server and Rasa: contract, thread, emergencies, role documents, Telegram"
  "${door[@]}" tests/stack -m "not slow"
}

# A real PostgreSQL and Redis where they are installed; each test that needs one says so when it is left out.
scale() {
  for program in redis-server postgres; do
    [ -n "$(command -v $program || ls /usr/lib/postgresql/*/bin/$program 2>/dev/null)" ] && continue
    say "$program is not installed (apt-get install postgresql redis-server): the tests that need it are skipped"
  done
  say "conversations, locks, the turnstile and the databases on PostgreSQL and Redis (Python 3.10; the door's and the common one's on 3.12, too)"
  "${rasa[@]}" tests/bot tests/turnstile tests/database -m servers -rs
  "${door[@]}" tests/door tests/database -m servers -rs
  "${door[@]}" tests/staff -m servers -rs
}

faults() {
  say "the real parts dead, slow, full and talking rubbish"
  "${door[@]}" tests/faults
}

case "$what" in
  untrained) fast ;;
  trained) make --no-print-directory models/pcso.tar.gz; inside; stack; telegram ;;
  fast) fast; draft; releases; telegram; inside; lean ;;
  more) more ;;
  slow) say "slow tests"; "${door[@]}" tests/door tests/telegram tests/stack tests/releases tests/privacy tests/fuzz -m slow
    say "every parser, thoroughly"; FUZZ_EXAMPLES=1000 "${door[@]}" tests/fuzz -m "not slow"
    faults ;;
  faults) faults ;;
  browser) bash tools/browser.sh; say "the widget in Chromium"; "${door[@]}" tests/browser ;;
  scale) scale; say "two doors, two Rasas, two action servers, PostgreSQL and Redis"; "${door[@]}" tests/scale/test_topology.py -m slow -rs ;;
  deploy) say "deploy/ by its schemas"; .venv/deploy/bin/python -m pytest -q -p no:cacheprovider tests/deploy --ignore tests/deploy/test_seen.py -rs ;;
  all) all ;;
  *) echo "tools/test.sh: all, fast, more, slow, faults, scale, deploy or browser" >&2; exit 2 ;;
esac
