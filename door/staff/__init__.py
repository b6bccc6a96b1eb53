"""The staff console: people who know policing look after what the assistant says. Mounted at /staff."""
