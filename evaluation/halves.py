"""Which questions may be read while the assistant is mended, and fitted to: the others only judge (docs/evaluation.md)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from evaluation.questions import Question

# Files of which half may be read. (Nothing says who read points_more and points_newer: they are held as the older points are.)
SPLIT = frozenset(
    "fresh fresh_emergencies fresh_conversations fresh_two_questions "
    "voices voices_emergencies voices_conversations voices_two_questions voices_languages "
    "unseen_two_questions "
    "strangers strangers_emergencies strangers_conversations strangers_two_questions "
    "mid_talk_conversations "
    "neighbours_two_questions neighbours_conversations "
    "points_role points_duties points_powers points_recruitment points_contact points_more points_newer "
    "after_alarm_conversations repair_conversations "
    "troubles later_conversations "
    "newcomers newcomers_two_questions newcomers_emergencies newcomers_conversations newcomers_languages "
    "newer newer_pairs newer_emergencies newer_conversations "
    "latest latest_pairs latest_emergencies latest_conversations latest_points_conversations".split())
# Files that nobody reads, or of which nothing says that somebody did.
UNREAD = frozenset(
    "blind blind_emergencies blind_conversations blind_two_questions "
    "unseen unseen_emergencies unseen_conversations "
    "strangers_more_conversations "
    "visitors_conversations tellers_conversations replies_conversations "
    "neighbours neighbours_emergencies".split())


def may_be_read(question: Question) -> bool:
    """Whether people and fits may learn from `question`, which its file and its key alone decide, for good.

    Of a file in `SPLIT` the questions with an even SHA-256 of their key may be read, nothing of one in `UNREAD`, all of any other.
    Each turn of a conversation has a key, so that one talk is in both halves.
    """
    name = Path(question.file).stem
    if name in UNREAD:
        return False
    return name not in SPLIT or int(hashlib.sha256(question.key.encode()).hexdigest(), 16) % 2 == 0
