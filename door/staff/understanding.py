"""What the assistant's own sentence encoder makes of texts: the nearest examples, and messages that are alike.

Loaded when a member of staff first needs it: the public door pays neither memory nor start-up for it.
Every method blocks: call it in a thread. Only examples are kept on disk as vectors, never what people wrote.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

import numpy as np
import structlog
from msgspec import Struct

import safety
from bot.encoder import kept_vectors
from bot.encoder.onnx_encoder import DIMENSIONS, MODEL_FILE, shared_encoder
from door.content import nlu_text
from door.settings import STATE
from knowledge.yaml_lines import BrokenYaml

log = structlog.get_logger()

# More new examples than these are read in the background (about five milliseconds each).
AT_ONCE = 100
# So much is kept before the next part begins: a restart goes on from there.
PART = 64 * 16
BATCH = 64
# Vectors of people's messages, in memory alone.
MOST_MESSAGES = 4_000
# Cosine from which two messages are shown as one: the same question in other words.
# Of pairs of examples that are this alike, 93 in 100 belong to one topic.
ALIKE = 0.72
# From here on they say the same: nearer than 'hes stabbed me' is to a man who shouts at a bus stop.
SAME = 0.85
BACKGROUND_NICENESS = 10


class Near(Struct, frozen=True):
    """An example of the draft and how near it is: 1 is the same, 0 nothing in common."""

    topic: str
    text: str
    likeness: float


class Understanding:
    """Vectors of all examples below `content`/data/nlu, kept in `kept` from one start to the next."""

    def __init__(self, content: Path, kept: Path = STATE / "staff"):
        self._folder = content / "data" / "nlu"
        model = hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest()[:12]
        self._file = kept / f"vectors-{model}.npz"
        self._lock = threading.Lock()
        self._rows: dict[bytes, np.ndarray] = {}
        self._messages: OrderedDict[bytes, np.ndarray] = OrderedDict()
        self._stamp: object = None
        self._examples: list[tuple[str, str, bytes]] = []
        self._matrix: tuple[np.ndarray, list[int]] | None = None
        self._worker: threading.Thread | None = None
        self._stopping = threading.Event()
        self._rows = kept_vectors.read(self._file)
        atexit.register(self.close)  # the model mustn't be at work while the interpreter goes

    def progress(self) -> float:
        """The share of examples that are read, 0 to 1; what is missing is being read from now on."""
        missing = self._refresh()
        return 1 - len(missing) / max(1, len(self._examples))

    def nearest(self, text: str, most: int = 8) -> list[Near]:
        """The nearest examples that are read so far, nearest first; the same text itself among them."""
        self._refresh()
        vector = self.vectors([text])[0]
        with self._lock:
            examples, (matrix, numbers) = self._examples, self._examples_matrix()
        if not len(matrix):
            return []
        likeness = matrix @ vector
        best = np.argsort(-likeness)[:most]
        return [Near(*examples[numbers[i]][:2], likeness=float(likeness[i])) for i in best]

    def topics(self, text: str, most: int = 3) -> list[tuple[str, float]]:
        """The topics of the nearest examples, each with its best likeness."""
        found: dict[str, float] = {}
        for near in self.nearest(text, 30):
            found.setdefault(near.topic, near.likeness)
        return list(found.items())[:most]

    def vectors(self, texts: list[str]) -> np.ndarray:
        """Vectors of shape (len(texts), 384) and length 1; kept in memory for a while."""
        keys = [_key(text) for text in texts]
        with self._lock:
            known = {key: self._messages.get(key) for key in keys}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if known[key] is None}
        fresh = dict(zip(missing, shared_encoder().encode([safety.clean(text) for text in missing.values()]), strict=True))
        with self._lock:
            self._messages |= fresh
            while len(self._messages) > MOST_MESSAGES:
                self._messages.popitem(last=False)
        known |= fresh
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, DIMENSIONS), np.float32)

    def groups(self, texts: list[str], alike: float = ALIKE) -> list[list[int]]:
        """Indices of alike texts together: each group in order, the groups by their first text.

        A text joins the group whose first text is nearest: no chains from one question to quite another.
        """
        vectors, leaders, groups = self.vectors(texts), np.zeros((0, DIMENSIONS), np.float32), []
        for number, vector in enumerate(vectors):
            likeness = leaders @ vector
            if len(likeness) and likeness.max() >= alike:
                groups[int(likeness.argmax())].append(number)
            else:
                leaders = np.vstack([leaders, vector])
                groups.append([number])
        return groups

    def same(self, text: str, others: list[str]) -> list[bool]:
        """Of each of the others whether it says what `text` says, in other words."""
        first, *rest = self.vectors([text, *others])
        return [bool(vector @ first >= SAME) for vector in rest]

    def close(self) -> None:
        """Ends the work in the background after the batch it is at."""
        atexit.unregister(self.close)
        self._stopping.set()
        if self._worker:
            self._worker.join()

    def _refresh(self) -> dict[bytes, str]:
        """Looks at the files; returns examples that have no vector yet, with a thread at work on them."""
        stamp = tuple((path.name, (stat := path.stat()).st_mtime_ns, stat.st_size) for path in sorted(self._folder.glob("*.yml")))
        if stamp != self._stamp:
            examples = self._read_examples()
            with self._lock:
                self._examples, self._stamp, self._matrix = examples, stamp, None
        missing = {key: text for _, text, key in self._examples if key not in self._rows}
        if missing and len(missing) <= AT_ONCE:
            self._encode(missing)
            return {}
        with self._lock:
            if missing and not (self._worker and self._worker.is_alive()) and not self._stopping.is_set():
                self._worker = threading.Thread(target=self._work, args=(missing,), name="understanding", daemon=True)
                self._worker.start()
        return missing

    def _read_examples(self) -> list[tuple[str, str, bytes]]:
        found = []
        for path in sorted(self._folder.glob("*.yml")):
            # A file with a mistake is told of where examples are edited; here the others go on.
            with suppress(BrokenYaml, OSError, UnicodeDecodeError):
                found += [(example.topic, example.text, _key(example.text))
                          for example in nlu_text.read(path.read_text(encoding="utf-8")).examples]
        return found

    def _examples_matrix(self) -> tuple[np.ndarray, list[int]]:
        if self._matrix is None:
            numbers = [number for number, example in enumerate(self._examples) if example[2] in self._rows]
            rows = [self._rows[self._examples[number][2]] for number in numbers]
            self._matrix = (np.stack(rows).astype(np.float32) if rows else np.zeros((0, DIMENSIONS), np.float32)), numbers
        return self._matrix

    def _work(self, missing: dict[bytes, str]) -> None:
        with suppress(OSError, AttributeError):  # people's questions come first; Linux alone knows threads' priorities
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BACKGROUND_NICENESS)
        keys = list(missing)
        for start in range(0, len(keys), BATCH):
            if self._stopping.is_set():
                break
            self._encode({key: missing[key] for key in keys[start:start + BATCH]}, save=start % PART == 0)
        with self._lock:
            self._save()
        log.info("staff.examples_read", number=len(keys))

    def _encode(self, texts: dict[bytes, str], save: bool = True) -> None:
        vectors = shared_encoder().encode([safety.clean(text) for text in texts.values()]).astype(np.float16)
        with self._lock:
            self._rows |= dict(zip(texts, vectors, strict=True))
            self._matrix = None
            if save:
                self._save()

    def _save(self) -> None:
        used = {key for _, _, key in self._examples}
        rows = {key: vector for key, vector in self._rows.items() if key in used}
        if rows:
            kept_vectors.write(self._file, rows)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]
