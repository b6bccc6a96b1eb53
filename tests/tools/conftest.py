"""What those of the command ask and are answered."""

from tests.evaluation.made import make, stand_in  # noqa: F401
