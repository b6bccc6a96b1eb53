"""The tuned sentence encoder: the model as a data file, how it runs, and how it was made."""
