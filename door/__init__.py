"""The public door: what people on the internet reach. Port 8000, Python 3.12.

`python -m door` starts it. It keeps conversations, guards Rasa, and says 999 by itself when
nothing behind it answers. Depends on Rasa over HTTP alone; beside `safety` on `knowledge` (the
facts), `turnstile` (order), `database` (where Rasa keeps its part, too), `processes` (logs, files),
`releases` (what is live), and for the staff console on `bot.encoder` (what is alike) and `evaluation`
(what an evaluation found).
"""
