"""What the assistant's processes share, whichever package they run: both environments.

`stack` names, starts and stops them, `keeper` starts them again, `ports` finds them free ports;
`training` reads what one says that trains. `logs` is what those of Python 3.12 log with, `files`
how all of them write, so that one killed at any moment leaves nothing half-written.
"""
