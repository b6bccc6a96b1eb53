"""Memory and processor time of a part and its children (Linux)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, Iterable, List

from processes.stack import Part

TICKS = os.sysconf("SC_CLK_TCK")


def memory(parts: Iterable[Part]) -> float:
    """Resident megabytes."""
    return sum(int(_status(pid).get("VmRSS", "0").split()[0]) / 1024 for part in parts for pid in _family(part.process.pid))


def processor_seconds(parts: Iterable[Part]) -> float:
    """Seconds that processors have worked for them: what a busy machine blurs less than the clock."""
    total = 0
    for part in parts:
        for pid in _family(part.process.pid):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def _family(pid: int) -> List[int]:
    """The process, its children and theirs."""
    children: Dict[int, List[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        parent = _status(int(path.name)).get("PPid")
        if parent:
            children.setdefault(int(parent), []).append(int(path.name))
    found = [pid]
    for member in found:
        found += children.get(member, [])
    return found


def _status(pid: int) -> Dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return {}
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)
