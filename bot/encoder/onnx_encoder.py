"""Sentences → vectors, by the ONNX model kept in this folder. Needs no training framework."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Sequence

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from bot.encoder import TOKENIZER_FILE

HERE = Path(__file__).resolve().parent
MODEL_FILE = HERE / "model.onnx"
DIMENSIONS = 384
# Longer messages are cut: their parts are encoded one by one besides.
MOST_TOKENS = 128


class OnnxEncoder:
    """all-MiniLM-L6-v2 tuned on our examples: mean pooling over the mask, then L2.

    One thread: on a busy server a message uses one core, and messages run side by side.
    """

    def __init__(self, model_file: Path = MODEL_FILE):
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a waiting thread leaves the core to others
        self._session = ort.InferenceSession(str(model_file), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(TOKENIZER_FILE))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of shape (len(texts), 384), each of length 1, float32.

        One text after the other: side by side they would be padded to the longest, and share one
        scale for their numbers, so that a vector would depend on its company.
        """
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for vector, encoding in zip(vectors, self._tokenizer.encode_batch(list(texts)), strict=True):
            ids = np.array([encoding.ids], np.int64)
            states = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
            vector[:] = states.mean(0)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@lru_cache(maxsize=1)
def shared_encoder() -> OnnxEncoder:
    """The process's one encoder: 23 MB are loaded once, whoever asks."""
    return OnnxEncoder()
