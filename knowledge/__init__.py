"""What the assistant knows: facts with sources, and which force polices which place.

Runs in both environments (Python 3.10 beside Rasa, 3.12 at the door) and is the only code
that reads `data/knowledge/`, and what is learnt from (`taught`) but for the console, which edits it.
"""

from knowledge.released import live_knowledge
from knowledge.live import LiveKnowledge
from knowledge.loading import KnowledgeError, Problem, load
from knowledge.lookup import look_up
from knowledge.reply import Held, Reply
from knowledge.schema import Fact, Force, Knowledge, NationalAnswer, Source

__all__ = [
    "Fact",
    "Force",
    "Held",
    "Knowledge",
    "KnowledgeError",
    "LiveKnowledge",
    "NationalAnswer",
    "Problem",
    "Reply",
    "Source",
    "live_knowledge",
    "load",
    "look_up",
]
