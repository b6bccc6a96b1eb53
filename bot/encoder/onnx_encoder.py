"""Sentences → vectors, by the ONNX model kept in this folder. Needs no training framework."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Sequence

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent
MODEL_FILE = HERE / "model.onnx"
TOKENIZER_FILE = HERE / "tokenizer.json"
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
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(TOKENIZER_FILE))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of shape (len(texts), 384), each of length 1, float32."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = np.array([encoding.ids for encoding in encodings], np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
        weights = mask[:, :, None].astype(np.float32)
        pooled = (states * weights).sum(1) / weights.sum(1)
        return (pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9)).astype(np.float32)

    def encode_many(self, texts: Sequence[str], batch: int = 32) -> np.ndarray:
        """Like `encode` for thousands of texts: sorted by length, so that little is padding."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for start in range(0, len(order), batch):
            indices = order[start:start + batch]
            vectors[indices] = self.encode([texts[index] for index in indices])
        return vectors


@lru_cache(maxsize=1)
def shared_encoder() -> OnnxEncoder:
    """The process's one encoder: 23 MB are loaded once, whoever asks."""
    return OnnxEncoder()
