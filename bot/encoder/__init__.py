"""The tuned sentence encoder: the model as a data file, and how it runs; tools/encoder/ has how it was made."""

from pathlib import Path

TOKENIZER_FILE = Path(__file__).resolve().parent / "tokenizer.json"
