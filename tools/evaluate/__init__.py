"""`make evaluate`: asks the running assistant every question of data/evaluation and judges the answers.

One idea a module: `questions` reads the files, `client` and `asking` ask over HTTP, `judging`
says what is right, `figures`, `topics` and `calibration` count, `runs` keeps and compares,
`table` and `page` show. `stock` puts Rasa's default pipeline beside ours. See docs/evaluation.md.
"""
