"""Releases: what is live, what was, and what could be.

A release is a trained model and the knowledge with it, kept by the digest of their bytes.
`store` keeps them, `packing` and `drafts` make them from the project's files, `server` hands
the live one to Rasa and the action server, `jobs` trains and compares in a process of its own.
See docs/decisions/0007-releases.md.
"""
