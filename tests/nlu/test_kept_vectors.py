"""Vectors kept between trainings: the same as encoded anew, and only new texts are encoded."""

import numpy as np
import pytest

from bot.encoder import kept_vectors
from bot.encoder.onnx_encoder import OnnxEncoder

TEXTS = ["can they search me", "what is the pay", "can they search me", "who is my local pcso"]


@pytest.fixture
def encoded(monkeypatch):
    """The texts that were really encoded, in one list for each time."""
    times, encode = [], kept_vectors._encode
    monkeypatch.setattr(kept_vectors, "_encode", lambda texts: times.append(texts) or encode(texts))
    return times


def test_the_same_as_without_keeping(tmp_path):
    expected = OnnxEncoder().encode(TEXTS)
    for _ in range(2):
        assert np.allclose(kept_vectors.encode(TEXTS, folder=tmp_path), expected, atol=1e-6)


def test_only_new_texts_are_encoded(tmp_path, encoded):
    kept_vectors.encode(TEXTS, folder=tmp_path)
    kept_vectors.encode([*TEXTS, "how do i apply"], folder=tmp_path)
    kept_vectors.encode(TEXTS, folder=tmp_path)
    assert encoded == [list(dict.fromkeys(TEXTS)), ["how do i apply"]]


@pytest.mark.parametrize("rubbish", [b"", b"not an archive", b"PK\x03\x04 half of one"])
def test_a_broken_file_is_made_anew(tmp_path, encoded, rubbish):
    kept_vectors.encode(TEXTS, folder=tmp_path)
    (file,) = tmp_path.glob("examples-*.npz")
    file.write_bytes(rubbish)
    assert kept_vectors.encode(TEXTS, folder=tmp_path).shape == (4, 384)
    assert len(encoded) == 2


def test_a_file_with_fewer_vectors_than_texts_is_made_anew(tmp_path):
    expected = kept_vectors.encode(TEXTS, folder=tmp_path)
    (file,) = tmp_path.glob("examples-*.npz")
    with np.load(file) as arrays:
        keys, vectors = arrays["keys"], arrays["vectors"]
    np.savez(file, keys=keys, vectors=vectors[1:])
    assert np.allclose(kept_vectors.encode(TEXTS, folder=tmp_path), expected, atol=1e-6)


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path):
    (tmp_path / "file").write_text("")
    assert kept_vectors.encode(TEXTS[:1], folder=tmp_path / "file" / "below").shape == (1, 384)
