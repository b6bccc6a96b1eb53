"""Dashboard and alerts ask only for figures that the real endpoints have, probes for addresses; every alert says what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
import yaml

from door.app import create_app
from door.metrics import Metrics
from door.settings import Settings
from door.telegram.metrics import Metrics as TelegramMetrics
from processes import stack
from processes.stack import ENVIRONMENT, RASA_PYTHON
from releases.metrics import Figures
from releases.server import Server
from releases.store import Store
from tests.deploy.manifests import BASE, DEPLOY, ROOT, containers, files, of

ALERTS = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = {
    **{f"alert {rule['alert']}": rule["expr"] for rule in ALERTS},
    **{f"panel {panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]},
}
NAME = re.compile(r"\bpcso_[a-z_]+")


@pytest.fixture(scope="module")
def figures() -> dict[str, str]:
    """The text of each endpoint."""
    if not RASA_PYTHON.exists():
        pytest.skip("Rasa's environment is not set up (`make setup`).")
    live = {"release": "a", "number": 1, "followers": [{"part": "model", "current": True}]}
    found = {"door": Metrics().text().decode(), "telegram": _text(TelegramMetrics()), "releases": Figures(lambda: live).text().decode()}
    for side in ("rasa", "actions"):
        done = subprocess.run(
            [str(RASA_PYTHON), "-W", "ignore", "-m", "tests.deploy.figures", side],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        )
        assert done.returncode == 0, done.stderr
        found[side] = done.stdout
    return found


def _text(metrics: TelegramMetrics) -> str:
    from prometheus_client import generate_latest

    return generate_latest(metrics.registry).decode()


def test_every_figure_that_is_asked_for_exists(figures):
    there = {name for text in figures.values() for name in re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE)}
    there |= {
        f"{name}{part}"
        for text in figures.values()
        for name in re.findall(r"^# TYPE (\S+) histogram", text, re.MULTILINE)
        for part in ("_bucket", "_sum", "_count")
    }
    asked = {name for expression in EXPRESSIONS.values() for name in NAME.findall(expression)}
    assert len(asked) > 15
    assert asked - there == set()


def test_each_part_is_watched(figures):
    asked = " ".join(EXPRESSIONS.values())
    for side, text in figures.items():
        assert any(name in asked for name in re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE)), side


def test_no_figure_holds_anything_personal(figures):
    labels = {
        label
        for text in figures.values()
        for names in re.findall(r"^pcso_\w+\{([^}]*)\}", text, re.MULTILINE)
        for label in re.findall(r'(\w+)="', names)
    }
    assert labels <= {
        "topic",
        "scope",
        "emergency",
        "outcome",
        "stage",
        "status",
        "reason",
        "helpful",
        "component",
        "action",
        "part",
        "current",
        "le",
        "kind",
        "by",
        "where",
    }


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_alert_says_what_happened_and_what_to_do(rule):
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"].endswith(".") and rule["annotations"]["what_to_do"].endswith(".")
    assert rule["alert"] in (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")


def test_panels_say_what_they_show_and_do_not_overlap():
    taken = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken and place["x"] + place["w"] <= 24
        taken |= cells
    assert all(panel["description"] for panel in PANELS)


def test_rules_hold_to_prometheus_own_check():
    if not shutil.which("promtool"):
        pytest.skip("promtool is not installed. `apt-get install prometheus` brings it.")
    for kind, name in (("rules", "alerts.yml"), ("config", "prometheus.yml")):
        done = subprocess.run(["promtool", "check", kind, str(DEPLOY / "prometheus" / name)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    for name, expression in EXPRESSIONS.items():
        rules = json.dumps({"groups": [{"name": "x", "rules": [{"record": "x", "expr": expression}]}]})
        done = subprocess.run(["promtool", "check", "rules", "/dev/stdin"], input=rules, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"


async def test_probes_ask_what_answers(tmp_path: Path):
    door = create_app(Settings(secret_key="x" * 40, database_url=f"sqlite:///{tmp_path}/door.db"))
    ours = {"door": door, "console": door, "releases": Server(Store(tmp_path), "").app()}
    # Of the other environment: what the keeper of `make run` asks, and Rasa's own "/".
    theirs = {"rasa": {"/", stack.rasa().ready_path}, "actions": {stack.action_server().ready_path}}
    probed = set()
    for deployment in of(files(BASE), "Deployment"):
        for container in containers(deployment):
            name, ports = container["name"], {port["name"] for port in container.get("ports", [])}
            for asked in [container[probe]["httpGet"] for probe in container if probe.endswith("Probe")]:
                probed.add(name)
                assert asked["port"] in ports, (name, asked)
                if name in theirs:
                    assert asked["path"] in theirs[name], (name, asked)
                else:
                    async with httpx.AsyncClient(transport=httpx.ASGITransport(ours[name]), base_url="http://probe") as client:
                        assert (await client.get(asked["path"])).status_code == 200, (name, asked)
    assert probed == {*ours, *theirs}
