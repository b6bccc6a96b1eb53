"""How the sentence encoder of bot/encoder/ is tuned on our examples: `make encoder`, for engineers, now and then."""
