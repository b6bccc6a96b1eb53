"""Vectors of the training examples, kept from one training to the next: only new examples are encoded.

A cache and nothing more: whatever is wrong with the file, the examples are encoded anew.
"""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, Optional, Sequence

import numpy as np

from bot.encoder.onnx_encoder import DIMENSIONS, MODEL_FILE, OnnxEncoder

log = logging.getLogger(__name__)

FOLDER = Path(os.environ.get("VECTORS_DIR") or Path(__file__).resolve().parents[2] / ".state" / "encoder")
# Pieces of work for the threads: small enough that none waits long for the last.
PIECE = 256


def encode(texts: Sequence[str], name: str = "examples", folder: Optional[Path] = None) -> np.ndarray:
    """Vectors of shape (len(texts), 384), from the file called `name` in `folder` (`FOLDER`) where it has them."""
    file = (folder or FOLDER) / f"{name}-{hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest()[:12]}.npz"
    kept = read(file)
    keys = [hashlib.sha256(text.encode()).digest()[:12] for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
    if missing:
        kept.update(zip(missing, _encode(list(missing.values())), strict=True))
        write(file, {key: kept[key] for key in keys})
    return np.stack([kept[key] for key in keys]) if keys else np.zeros((0, DIMENSIONS), np.float32)


def _encode(texts: List[str]) -> np.ndarray:
    """All cores side by side, a text on one of them: threads within a text would wait for the slowest."""
    encoder = OnnxEncoder()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return np.vstack(list(pool.map(encoder.encode, [texts[start:start + PIECE] for start in range(0, len(texts), PIECE)])))


def read(file: Path) -> Dict[bytes, np.ndarray]:
    """Key → vector, as `write` kept them; nothing where there is no file, or only half of one."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return dict(zip((bytes(key) for key in arrays["keys"]), arrays["vectors"], strict=True))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        log.warning("the kept vectors can't be read and are made anew: %s", error)
        return {}


def write(file: Path, vectors: Dict[bytes, np.ndarray]) -> None:
    """Keeps at least one vector; keys are equally long. Where that can't be done, the log says so."""
    keys = np.frombuffer(b"".join(vectors), np.uint8).reshape(len(vectors), -1)
    temporary = file.with_name(f"{file.stem}.{os.getpid()}.npz")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(temporary, keys=keys, vectors=np.stack(list(vectors.values())))
        os.replace(temporary, file)
    except OSError as error:
        log.warning("the vectors can't be kept, and are made anew the next time: %s", error)
