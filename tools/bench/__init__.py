"""`make bench`: how fast and how large the assistant is, beside a stock Rasa project, and how that grows.

side_by_side and growth measure, asking and processes are what they measure with, stock makes
the project to compare with, page and charts show it. Nothing here is a test: machines differ.
"""
