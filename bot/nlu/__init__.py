"""How a message is understood: Rasa components in the order of config.yml, and what each knows.

=================  ==============================  =======================================  ========================================
component          its heads (files of the model)  learn from                               say
=================  ==============================  =======================================  ========================================
MessageReader      none                            data/language, data/knowledge            words put right, places, parts
SentenceEncoder    bot/encoder/model.onnx          tuned before, not by `rasa train`        a vector of 384 for the whole, each part
TopicClassifier    meaning, letters                data/nlu                                 which topics, together
                   follow_ups                      data/follow_ups, `then` of data/points   what leans on the last answer
PointSelector      asked_points                    data/points, some of data/nlu            which particular question
EmergencyDetector  danger, danger_behind_question  `emergency` of data/nlu beside all else  danger now, alone or in a talk
                   kinds                           data/safety/kind_examples.yml            what happens, which weighs in danger
                   helps                           the same, help_examples.yml              which help fits, which doesn't
                   after_alarm                     data/safety/after_alarm.yml              what follows 'Call 999'
                   languages, foreign_danger       data/safety/examples                     another language; danger in it
=================  ==============================  =======================================  ========================================

A head is a linear model: heads.py on vectors, lexical.py on n-grams, joint.py on both side by side. What a `Reading` (reading.py) holds
of a message is made once, by reader.py, with parts.py (stretches that may be questions), meant.py (what is meant of it), spelling.py and
gazetteer.py; questions.py weighs its parts, thread_weights.py a message against the question before it, danger.py all that is heard of
danger. Those weights are constants: docs/evaluation.md says how they are fitted (`make weights`), docs/decisions/0004 and 0009 what was
found on the way.
"""
