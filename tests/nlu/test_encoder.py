"""The encoder is the file that was measured, and its vectors are what the heads expect."""

import hashlib

import numpy as np

from bot.encoder.onnx_encoder import HERE, shared_encoder


def test_files_have_the_checksums_of_the_model_card():
    for line in (HERE / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == digest


def test_vectors_have_length_one_and_do_not_depend_on_company():
    alone = shared_encoder().encode(["can a pcso arrest me"])
    together = shared_encoder().encode(["can a pcso arrest me", "what is the pay of a community support officer in " * 5])
    assert alone.shape == (1, 384)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(alone[0], together[0], atol=1e-6)


def test_likeness_is_meaning():
    first, same, other = shared_encoder().encode(["can they put me in handcuffs", "are they allowed to cuff people",
                                                  "how much is the salary"])
    assert first @ same > first @ other + 0.3
