"""`make evaluate`: asks the running assistant every question of data/evaluation, says what it found, keeps what CI accepts.

What it asks and how it judges and shows that is `evaluation`. `running` starts an assistant, `stock` puts Rasa's default pipeline
beside ours. See docs/evaluation.md.
"""
