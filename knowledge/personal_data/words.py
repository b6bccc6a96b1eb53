"""The word lists of `data/language/personal_data.yml`, read once."""

from __future__ import annotations

from pathlib import Path

from knowledge import yaml_lines

FILE = Path(__file__).resolve().parent.parent.parent / "data" / "language" / "personal_data.yml"

_lists, _ = yaml_lines.read(FILE)


def _words(key: str) -> frozenset[str]:
    return frozenset(_lists[key].split())


STREETS = _words("streets")
STREETS_AND_WORDS = _words("streets_and_words")
STREETS_FIRST = _words("streets_first")
BUILDINGS = _words("buildings")
NOT_IN_STREETS = _words("not_in_streets") | _words("never_in_names")
NUMBERS_OF_OTHER_THINGS = _words("numbers_of_other_things")
MAIL_PROVIDERS = _words("mail_providers")
MAIL_PROVIDERS_AND_WORDS = _words("mail_providers_and_words")
PUBLIC_NUMBERS = _words("public_numbers")
PUBLIC_DOMAINS = tuple(sorted(_words("public_domains")))
PUBLIC_MAILBOXES = _words("public_mailboxes")
NEVER_IN_NAMES = _words("never_in_names")
GIVEN_NAMES = _words("given_names")
GIVEN_NAMES_AND_WORDS = _words("given_names_and_words")
SURNAMES_AND_WORDS = _words("surnames_and_words")
PLACES = frozenset(_lists["places"].split(", "))
NO_NAMES = _words("no_names")
