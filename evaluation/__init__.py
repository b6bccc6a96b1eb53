"""How well an assistant answers the questions of data/evaluation, for both environments: `make evaluate` and the staff console.

One idea a module: `questions` reads the files, `apart` finds those that are training examples too, `client` and `asking` ask over
HTTP, `judging` says what is right, `figures`, `topics` and `calibration` count, `runs` keeps and compares, `chance`
says what may be luck, `table` and `page` show. See docs/evaluation.md.
"""
