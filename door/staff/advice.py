"""What is known about an example before it is taught: doubles, neighbours in other topics, what the live assistant says."""

from __future__ import annotations

import asyncio

import httpx
import structlog
from msgspec import Struct

from door.content import topics, words
from door.content.topics import Found
from door.staff.parts import Parts
from door.staff.understanding import Near

log = structlog.get_logger()

# Two examples this near are nearly always about one thing; two topics would tear at it.
CONFLICT = 0.85
NEIGHBOURS = 5
# Below this, examples have nothing to do with each other.
RELATED = 0.4
LOOKED_AT = 40
LIVE_SECONDS = 3.0
# Of a long list the first ones; each takes some twenty milliseconds.
MOST_COMPARED = 200
MOST_NAMED = 5


class Opinion(Struct, frozen=True):
    """What the live assistant takes a message for: (topic, confidence), then what else it could be, likeliest first; and whether it
    hears danger."""

    ranking: list[tuple[str, float]]
    alarm: str

    @property
    def by_point(self) -> bool:
        """Whether a particular question decided for a topic that another one is likelier than as a whole (bot/nlu/points.py)."""
        return len(self.ranking) > 1 and self.ranking[1][1] > self.ranking[0][1]


class Advice(Struct, frozen=True):
    """About one text for one topic, as it would be kept. `same` says it already; `others` are near it in other topics, `own` in this one.

    `read` is the share of examples that it could be compared with; `scrubbed` says what personal data was taken out.
    """

    text: str
    problem: str | None
    same: Found | None
    others: list[Near]
    own: list[Near]
    live: Opinion | None
    read: float = 1.0
    scrubbed: str = ""

    @property
    def conflict(self) -> Near | None:
        """A neighbour in another topic that is too near."""
        return next((near for near in self.others if near.likeness >= CONFLICT), None)


async def about(parts: Parts, text: str, topic: str) -> Advice:
    """Looks everywhere at once. Raises what reading the draft raises."""
    example = words.scrubbed(text)
    problem = words.example_problem(example)
    if problem:
        return Advice(example, problem, None, [], [], None)
    (same, near, read), live = await asyncio.gather(asyncio.to_thread(_near, parts, example),
                                              live_opinion(parts.live_rasa, example))
    near = [found for found in near if found.likeness >= RELATED and words.same(found.text) != words.same(example)]
    return Advice(example, None, same, [found for found in near if found.topic != topic][:NEIGHBOURS],
                  [found for found in near if found.topic == topic][:NEIGHBOURS], live, read, words.told_scrubbed([text]))


def conflicts(parts: Parts, texts: list[str], topic: str) -> list[tuple[str, Near]]:
    """The texts that another topic has nearly the same of, each with its neighbour there. Blocks: call it in a thread."""
    found = []
    for text in map(words.scrubbed, texts[:MOST_COMPARED]):
        nearest = parts.understanding.nearest(text, LOOKED_AT) if text else []
        near = [near for near in nearest if near.topic != topic and near.likeness >= CONFLICT]
        found += [(text, near[0])] if near else []
    return found


def warning(parts: Parts, torn: list[tuple[str, Near]]) -> str:
    """What has to be said of the `conflicts` beside 'Added', also where not all could be found yet; '' where all is well. Blocks."""
    names = topics.names(parts.draft.look()) if torn else {}
    said = "".join(f" But ‘{text}’ is nearly the same as ‘{near.text}’ in ‘{names.get(near.topic, near.topic)}’: the assistant can’t tell "
                   "the two topics apart by it. Decide for one of them." for text, near in torn[:MOST_NAMED])
    more = f" The same is so of {len(torn) - MOST_NAMED} more." if len(torn) > MOST_NAMED else ""
    return said + more + (f" {still_reading(read)}" if (read := parts.understanding.progress()) < 1 else "")


def still_reading(read: float) -> str:
    """What is to be said where only the share `read` of the examples could be compared with."""
    return (f"The examples are still being read for the comparison ({read:.0%} so far): what is too near another topic may not be found "
            "yet. Look again in a minute or two.")


def _near(parts: Parts, text: str) -> tuple[Found | None, list[Near], float]:
    nearest = parts.understanding.nearest(text, LOOKED_AT)
    return topics.by_words(parts.draft.look()).get(words.same(text)), nearest, parts.understanding.progress()


async def live_opinion(rasa_url: str, text: str) -> Opinion | None:
    """What the live model makes of `text`; None where it can't be asked."""
    try:
        # trust_env: as in door/rasa.py, no proxy of the machine sees what is taught.
        async with httpx.AsyncClient(trust_env=False, timeout=LIVE_SECONDS) as client:
            answer = await client.post(f"{rasa_url}/webhooks/rest/parse", json={"text": text})
        parsed = answer.raise_for_status().json()
        ranking = [(str(item["name"]), float(item["confidence"])) for item in parsed.get("intent_ranking") or ()]
        others = sorted(ranking[1:], key=lambda pair: pair[1], reverse=True)
        return Opinion([*ranking[:1], *others][:3], str((parsed.get("alarm") or {}).get("level", "none")))
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.info("staff.live_not_asked", error=type(error).__name__)
        return None
