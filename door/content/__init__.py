"""The draft: the project's own YAML files, read and edited in place, each save a git commit.

People who edit the files by hand and people who use the staff console work on the same thing.
An edit changes only the lines it is about: comments, order and every other byte stay.
"""
