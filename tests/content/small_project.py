"""A small project, written as people write: comments, several styles, two forces."""

from __future__ import annotations

import subprocess
from pathlib import Path

ADA = "Ada Shah <a.shah@staff.invalid>"
BEN = "Ben Jones <b.jones@staff.invalid>"

FILES = {
    "domain.yml": """\
# The domain.
version: "3.1"
intents:
  # powers
  - powers_detain
  - powers_search   # stop and search
  # recruitment
  - recruitment_status
  # conversation
  - greet
  - unclear

actions: [action_answer]
""",
    "data/stories/rules.yml": """\
version: "3.1"
rules:
  - rule: every question is answered by one look-up
    steps:
      - or:
          - intent: powers_detain
          - intent: powers_search
          - intent: recruitment_status
          - intent: unclear
      - action: action_answer

  - rule: greet
    steps:
      - intent: greet
      - action: utter_greet
""",
    "data/nlu/powers.yml": """\
# Powers, by hand.
version: "3.1"
nlu:
  - intent: powers_detain
    examples: |
      - can a pcso hold me
      - how long can they keep me
      - "quoted" and it's: fine # really

  # search
  - intent: powers_search
    examples: |
      - can they search my bag
      - are pcsos allowed to search
""",
    "data/nlu/more.yml": """\
version: "3.1"
nlu:
- intent: powers_detain
  examples: |
    - may she stop me leaving
- intent: recruitment_status
  examples: |
    - are you hiring
- intent: greet
  examples: |
    - hello
- intent: unclear
  examples: |
    - eh
""",
    "data/follow_ups/powers.yml": """\
# After an answer.
powers_detain:
  powers_detain:
    - "how long"
    - even at night   # by hand
  # looked through
  powers_search:
    - "and my bag"
powers_search:
  powers_search:
  - 'my car too'
  powers_detain:
  - "then what"
  - "and if I walk off"
""",
    "data/knowledge/national.yml": """\
# National answers.
sources:
  act:
    title: 'Police Reform Act 2002: what it says'
    publisher: legislation.gov.uk
    url: https://www.legislation.gov.uk/ukpga/2002/30
answers:
  # --- powers ---
  powers_detain:
    label: Holding someone
    question: Can a PCSO detain me?
    varies: true
    # reworded in spring
    text: >-
      It depends on the force whether a PCSO may detain you. Where the force has given the power, you may have to wait
      for a police officer for up to 30 minutes.
    sources: [act]
    checked: 2026-01-02
  powers_search:
    label: Searching people
    question: Can a PCSO search me?
    varies: false
    text: No, stop and search is for police officers only.
    sources: [act]
    checked: 2026-01-03
  # --- recruitment ---
  recruitment_status:
    label: Recruiting now
    question: Is my force recruiting PCSOs now?
    varies: true
    joining: true
    goes_stale: true
    text: Each force opens campaigns when it needs people.
    sources: [act]
    checked: 2026-01-03
    review_by: 2026-06-03
""",
    "data/knowledge/forces/dorset.yml": """\
id: dorset
name: Dorset Police
aliases: [dorset, dorset police]
nation: england
website: https://www.dorset.police.uk
covers: [Dorset]
places: [Weymouth, 'Bournemouth, Christchurch and Poole', Blandford
  Forum]
ambiguous_places: [Newton]
area: Dorset
sources:
  page:
    title: About the PCSO role
    publisher: Dorset Police
facts:
  powers_search:
    text: In Dorset a PCSO cannot stop and search you.
    sources: [page]   # undated
    checked: 2026-02-01
  recruitment_status:
    text: When last checked, Dorset Police was not recruiting PCSOs.
    sources:
      - page
    checked: 2026-02-01
    review_by: 2026-05-01
# the end
""",
    "data/knowledge/forces/norfolk.yml": """\
id: norfolk
name: Norfolk Constabulary
aliases: [norfolk]
nation: england
website: https://www.norfolk.police.uk
covers: [Norfolk]
places: [Cromer]
ambiguous_places: []
area: Norfolk
sources:
  page:
    title: PCSOs abolished
    publisher: BBC
facts: {}
without_pcsos:
  text: Norfolk has had no PCSOs since 2018.
  sources: [page]
  checked: 2026-02-01
""",
    "data/evaluation/powers.yml": """\
# never trained on
- text: can they go through my pockets
  topic: powers_search
  tags: [short]
- {text: "held, for how long", topic: powers_detain, tags: [a, b]}
- text: held or searched
  topic: [powers_detain, powers_search]
- tags: [follow]
  turns:
    - {text: can they search, topic: powers_search}
""",
}


def write_project(root: Path) -> Path:
    """The small project in `root`, with its first commit."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@y.invalid", "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


def git(root: Path, *arguments: str) -> str:
    """What git says."""
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout.strip()
