"""`make drill`: plays the afternoon and writes results/drill.md. DRILL_MINUTES, DRILL_PEOPLE and DRILL_SEED change it."""

from __future__ import annotations

import asyncio
import os
import sys

from door.environment import SettingsError, whole_number
from processes.stack import ROOT, StackError
from tools.drill.afternoon import Afternoon
from tools.drill.page import must_be_zero, page
from tools.drill.stage import Stage

PAGE = ROOT / "results" / "drill.md"
# A person reads an answer for a while before asking on.
THINK_SECONDS = 12.0


def main() -> int:
    """The exit code: 1 where something was lost, doubled or didn't heal, 2 where the drill couldn't be played."""
    try:
        minutes = _setting("DRILL_MINUTES", 2, 24 * 60, 5)
        people = _setting("DRILL_PEOPLE", 2, 2_000, 120)
        seed = _setting("DRILL_SEED", 0, 2**31, 1)
        print(f"Playing an afternoon in {minutes} minutes, {people} people at a time. Starting the processes …", flush=True)
        with Stage(_say) as stage:
            afternoon = Afternoon(stage, minutes, people // 2, THINK_SECONDS, seed, _say)
            asyncio.run(afternoon.play())
    except SettingsError as error:
        print(f"drill: {error}", file=sys.stderr)
        return 2
    except StackError as error:
        print(f"drill: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; nothing was written.")
        return 2
    title = (f"{minutes} minutes, {people} people at a time, {afternoon.visits} in all, half of them on the widget, half on Telegram; "
             f"they live in the areas of three forces. Seed {seed}.")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(afternoon, title), encoding="utf-8")
    print(f"\n{PAGE.read_text(encoding='utf-8')}\nWritten: {PAGE.relative_to(ROOT)}")
    return 1 if any(must_be_zero(afternoon).values()) else 0


def _setting(variable: str, least: int, most: int, default: int) -> int:
    given = os.environ.get(variable, "").strip()
    try:
        return whole_number(least, most)(given) if given else default
    except ValueError as error:
        raise SettingsError(f"{variable} {error}") from None


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
