"""Telegram as the channel sees it, on the wire and on this machine: a Bot API server, and people who write.

For the tests, the benchmark and the drill; the door's Python (3.12).
"""
