"""`python -m bot run` is `rasa run`, and `python -m bot train` `rasa train --force`, without what the assistant never uses."""

from __future__ import annotations

import sys

from bot import without_tensorflow


def main() -> None:
    """Rasa's own command line."""
    without_tensorflow.install()
    from rasa.__main__ import main as rasa

    if sys.argv[1:2] == ["train"]:
        from bot.lean import training

        training.install()
        sys.argv.append("--force")  # there is nothing kept that could be taken over
    rasa()


if __name__ == "__main__":
    main()
