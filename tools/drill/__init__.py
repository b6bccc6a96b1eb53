"""An afternoon that plays itself: many people on widget and Telegram, real processes, faults, and a page of figures.

`make drill`, the door's Python. Everything runs on 127.0.0.1 and in a temporary folder; the project's own files,
releases and conversations are left alone.
"""
