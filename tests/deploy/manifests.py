"""Reads deploy/ as its tools would."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
BASE = DEPLOY / "kubernetes" / "base"
OVERLAY = DEPLOY / "kubernetes" / "overlays" / "example"

Manifest = dict[str, Any]


def files(folder: Path) -> list[Manifest]:
    """All manifests of a folder as they are written, before kustomize."""
    return [
        manifest
        for path in sorted(folder.glob("*.yaml"))
        if path.name != "kustomization.yaml"
        for manifest in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]


def built(folder: Path) -> list[Manifest]:
    """What kustomize makes of a folder. Skips the test where it is not installed."""
    command = ["kustomize", "build"] if shutil.which("kustomize") else ["kubectl", "kustomize"]
    if not shutil.which(command[0]):
        pytest.skip("Neither kustomize nor kubectl is installed.")
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of(manifests: list[Manifest], *kinds: str) -> list[Manifest]:
    """Those of these kinds."""
    return [manifest for manifest in manifests if manifest["kind"] in kinds]


def containers(deployment: Manifest) -> list[Manifest]:
    """Init containers included."""
    pod = deployment["spec"]["template"]["spec"]
    return pod.get("initContainers", []) + pod["containers"]


def compose() -> Manifest:
    """deploy/compose.yml with the example's variables filled in."""
    text = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    values = dict(
        line.split("=", 1) for line in (DEPLOY / "example.env").read_text(encoding="utf-8").splitlines() if "=" in line and line[0] != "#"
    )

    def fill(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        assert name in values, f"{name} is not in example.env"
        return values[name] or default or "x" * 40

    return yaml.safe_load(re.sub(r"\$\{(?P<name>[A-Z_]+)(?::(?:-(?P<default>[^}]*)|\?[^}]*))?\}", fill, text))
