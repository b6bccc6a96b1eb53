"""Releases: what is live, what was, and what could be.

A release is a trained model and the knowledge with it, kept by the digest of their bytes.
`store` keeps them, `packing` and `drafts` make them from the project's files, `server` hands
the live one to Rasa and the action server (`python -m releases`). `jobs` starts `job_process`,
which trains and compares over a copy of the draft (`project_copy`); `trial` starts `trial_process`,
which runs the draft for whoever tries it. See docs/decisions/0007-releases.md.

The two processes run in Rasa's environment (Python 3.10), the release server and what asks it
(`followers`) in the door's (3.12), the rest in both.
"""
