"""How far a training is, by what Rasa prints."""

from __future__ import annotations

# Rasa's own lines that say how far it is, and what they mean.
STEPS = {
    "Starting to train component 'MessageReader'": "reading the examples",
    "Finished training component 'MessageReader'": "encoding their meaning",
    "Starting to train component 'EmergencyDetector'": "learning what is an emergency",
    "Starting to train component 'TopicClassifier'": "learning the topics",
    "Starting to train component 'RulePolicy'": "learning the rules",
}
