"""The Telegram channel: `python -m door.telegram`, a process of its own that outlives Rasa.

It speaks the Bot API to Telegram (python-telegram-bot) and the contract to Rasa. How an
update travels: intake (polling or webhook) → inbox in the database → its chat's lane →
a handler → Rasa or our own words → the post, which sends and retries.
"""
