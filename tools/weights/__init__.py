"""`make weights`: fits the weights of danger, of the parts of a message and of threads anew, and says what they would change.

One idea a module: `talks` passes the questions of data/evaluation through the components of the trained model (`model`) and notes what
each decision sees; `constants` holds the weights of a module and puts others in their place; `danger`, `parts` and `threads` say how
each decision is fitted and judged, `fits` fits, `decision` judges with either weights, `table` shows. Fitted on the half that may be
read, judged on both (evaluation/halves.py). No file is changed: who finds that the fitted weights are better writes them into the
module by hand.
"""
