"""deploy/: right by its schemas, and as careful as docs/operators.md says."""

from __future__ import annotations

import ast
import re
import sys

import pytest
import yaml

from tests.deploy.images import copied_into
from tests.deploy.manifests import BASE, DEPLOY, OVERLAY, ROOT, built, compose, containers, files, of

INSIDE = {"rasa", "actions", "releases", "postgres", "redis", "prepare"}
# Ours, those of the servers we run, and Python's own.
READ_ELSEWHERE = {"SANIC_HOST", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}


# Schemas


@pytest.mark.parametrize("version", ["1.29", "1.32"])
@pytest.mark.parametrize("folder", [BASE, OVERLAY], ids=["base", "overlay"])
def test_every_manifest_holds_to_kubernetes_schema(folder, version):
    kubernetes_validate = pytest.importorskip("kubernetes_validate", reason="`make check-deploy` installs it")
    manifests = files(folder)
    assert manifests
    for manifest in manifests:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_what_kustomize_makes_holds_too():
    kubernetes_validate = pytest.importorskip("kubernetes_validate", reason="`make check-deploy` installs it")
    manifests = built(OVERLAY)
    assert len(manifests) > 20
    for manifest in manifests:
        kubernetes_validate.validate(manifest, "1.32", strict=True)
        assert manifest["kind"] == "Namespace" or manifest["metadata"]["namespace"] == "pcso-assistant"


def test_compose_file_holds_to_its_specification():
    compose_spec = pytest.importorskip("compose_spec", reason="`make check-deploy` installs it")
    compose_spec.ComposeSpecification.model_validate(compose())


# Who can be reached from where


def test_compose_publishes_the_door_alone():
    services = compose()["services"]
    assert [name for name, service in services.items() if service.get("ports")] == ["door"]
    assert compose()["networks"]["inside"] == {"internal": True}
    assert {name for name, service in services.items() if "outside" in service["networks"]} == {"door", "telegram"}
    assert all(services[name]["networks"] == ["inside"] for name in INSIDE)


def test_nothing_of_kubernetes_is_public_but_the_door():
    manifests = files(BASE) + files(OVERLAY)
    assert {service["spec"].get("type", "ClusterIP") for service in of(manifests, "Service")} == {"ClusterIP"}
    ingresses = {
        ingress["metadata"]["name"]: [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
        for ingress in of(manifests, "Ingress")
    }
    assert {path["backend"]["service"]["name"] for path in ingresses["public"]} == {"door"}
    assert {path["backend"]["service"]["name"] for path in ingresses["staff"]} == {"console"}
    assert not [path for path in ingresses["public"] if path["pathType"] == "Prefix" and path["path"] == "/"]
    inside = {"/metrics", "/health", "/staff"}
    assert not inside & {path["path"] for path in ingresses["public"]}
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8").split("## What listens where")[1].split("\n## ")[0]
    assert all(f"`{path}`" in page for path in inside), "say to those with a proxy of their own what it has to refuse"


ALLOWED = {
    ("door", "rasa", 5005),
    ("console", "rasa", 5005),
    ("telegram", "rasa", 5005),
    ("rasa", "actions", 5055),
    ("door", "actions", 5055),
    ("console", "actions", 5055),
    *((part, "console", 5056) for part in ("door", "console", "rasa", "actions", "telegram")),
}


def test_network_policies_allow_just_what_is_needed():
    policies = of(files(BASE) + files(OVERLAY), "NetworkPolicy")
    names = ["door", "console", "rasa", "actions", "telegram", "somebody-else"]
    found = {
        (one, other, port)
        for one in names
        for other in names
        for port in (5005, 5055, 5056, 8000, 5432)
        if _may(policies, "egress", "to", one, other, port) and _may(policies, "ingress", "from", other, one, port)
    }
    assert found == ALLOWED
    databases = {
        name
        for name in names
        if any(
            _selects(policy, name)
            and any({"protocol": "TCP", "port": 5432} in rule.get("ports", []) for rule in policy["spec"].get("egress", []))
            for policy in policies
        )
    }
    assert databases == {"door", "console", "rasa", "telegram"}


def test_prometheus_is_told_of_the_figures_of_each_part_and_let_in():
    manifests = files(BASE)
    policies, annotated = of(manifests, "NetworkPolicy"), set()
    for item in of(manifests, "Deployment", "Service"):
        told = item["spec"].get("template", item)["metadata"].get("annotations", {})
        if told.get("prometheus.io/scrape") == "true":
            port, selector = int(told["prometheus.io/port"]), item["spec"]["selector"]
            annotated.add((port, told["prometheus.io/path"]))
            name = selector.get("matchLabels", selector)["app.kubernetes.io/name"]
            assert any(
                allowed["port"] == port and any("namespaceSelector" in source for source in rule["from"])
                for policy in policies
                if _selects(policy, name)
                for rule in policy["spec"].get("ingress", [])
                for allowed in rule["ports"]
            ), (name, port)
    jobs = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    assert annotated == {
        (
            job["dns_sd_configs"][0]["port"] if "dns_sd_configs" in job else int(job["static_configs"][0]["targets"][0].split(":")[1]),
            job.get("metrics_path", "/metrics"),
        )
        for job in jobs
    }


def _may(policies: list, way: str, side: str, mine: str, peer: str, port: int) -> bool:
    """Whether the pod `mine` may talk this way with the pod `peer` of the same namespace."""
    rules = [
        rule
        for policy in policies
        if _selects(policy, mine) and way.title() in policy["spec"]["policyTypes"]
        for rule in policy["spec"].get(way, [])
    ]
    return any(
        _fits(target.get("podSelector"), peer) and any(allowed["port"] == port for allowed in rule.get("ports", []))
        for rule in rules
        for target in rule.get(side, [])
        if "podSelector" in target
    )


def _selects(policy: dict, name: str) -> bool:
    return _fits(policy["spec"]["podSelector"], name)


def _fits(selector: dict, name: str) -> bool:
    labels = {"app.kubernetes.io/name": name}
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        labels.get(term["key"]) in term["values"] for term in selector.get("matchExpressions", [])
    )


# Locked down, looked after


@pytest.mark.parametrize("deployment", of(files(BASE) + files(OVERLAY), "Deployment"), ids=lambda item: item["metadata"]["name"])
def test_pods_may_do_little_and_have_limits_and_probes(deployment):
    pod = deployment["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False and pod["securityContext"]["runAsNonRoot"] is True
    for container in containers(deployment):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]["limits"]) == set(container["resources"]["requests"]) == {"cpu", "memory"}
    for container in pod["containers"]:
        assert {"readinessProbe", "livenessProbe"} <= set(container)
    assert pod["terminationGracePeriodSeconds"] >= 30, "a turn that began is answered"


def test_public_and_stateless_parts_scale_and_roll():
    manifests = files(BASE)
    scaled = {item["spec"]["scaleTargetRef"]["name"]: item["spec"] for item in of(manifests, "HorizontalPodAutoscaler")}
    budgets = {item["metadata"]["name"] for item in of(manifests, "PodDisruptionBudget")}
    assert set(scaled) == budgets == {"door", "rasa", "actions"}
    for deployment in of(manifests, "Deployment"):
        name = deployment["metadata"]["name"]
        if name in scaled:
            assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
            assert scaled[name]["minReplicas"] == deployment["spec"]["replicas"] >= 2
        else:
            assert deployment["spec"]["replicas"] == 1 and deployment["spec"]["strategy"]["type"] == "Recreate"


def test_compose_services_are_locked_down_and_looked_after():
    for name, service in compose()["services"].items():
        if name not in ("postgres", "prepare", "telegram"):
            assert service["healthcheck"], name
        if name != "postgres":  # its image writes where it likes, and drops its own rights
            assert service["read_only"] is True and service["cap_drop"] == ["ALL"], name
        if name != "prepare":
            assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name


# Secrets


def test_no_secret_stands_in_a_manifest():
    assert not of(files(BASE) + files(OVERLAY), "Secret")
    for deployment in of(files(BASE) + files(OVERLAY), "Deployment"):
        for container in containers(deployment):
            for variable in container.get("env", []):
                if re.search("KEY|TOKEN|PASSWORD|DATABASE_URL|REDIS_URL", variable["name"]):
                    assert "secretKeyRef" in variable["valueFrom"], variable
    example = (DEPLOY / "example.env").read_text(encoding="utf-8")
    assert re.findall(r"^(\w*(?:KEY|TOKEN|PASSWORD))=(.+)$", example, re.MULTILINE) == []


# In step with the program


def test_whoever_loads_releases_has_the_key_that_they_are_signed_with():
    # Telegram takes facts from a release too, and refuses every one that it can't verify.
    deployments = {item["metadata"]["name"]: item for item in of(files(BASE) + files(OVERLAY), "Deployment")}
    for name in ("rasa", "actions", "telegram", "console"):
        for container in containers(deployments[name]):
            assert "RELEASES_KEY" in {variable["name"] for variable in container["env"]}, container["name"]
    services = compose()["services"]
    for name in ("rasa", "actions", "telegram", "prepare", "releases"):
        assert services[name]["environment"]["RELEASES_KEY"], name


def test_variables_are_read_by_the_program():
    read = {
        name
        for folder in ("door", "bot", "actions", "evaluation", "knowledge", "processes", "releases", "tools")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r'"([A-Z][A-Z_]{3,})"', path.read_text(encoding="utf-8"))
    } | READ_ELSEWHERE
    given = {
        variable["name"]
        for item in of(files(BASE) + files(OVERLAY), "Deployment")
        for container in containers(item)
        for variable in container.get("env", [])
    }
    for kustomization in (BASE, OVERLAY):
        for generator in yaml.safe_load((kustomization / "kustomization.yaml").read_text())["configMapGenerator"]:
            given |= {literal.split("=")[0] for literal in generator["literals"]}
    given |= {name for service in compose()["services"].values() for name in service.get("environment", {})}
    assert given - read == set()


def test_endpoints_differ_only_in_addresses():
    own = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    there = yaml.safe_load((DEPLOY / "endpoints.yml").read_text(encoding="utf-8"))
    assert there.pop("models")["url"] == "http://releases:5056/model"
    assert there["action_endpoint"].pop("url") == "http://actions:5055/webhook"
    own["action_endpoint"].pop("url")
    assert there == own


@pytest.mark.parametrize("stage", ["rasa", "door", "console"])
def test_images_hold_all_that_their_programs_import(stage):
    copied = copied_into(stage)
    assert copied and all((ROOT / source).exists() for source in copied)
    folders = {source.strip("/") for source in copied if (ROOT / source).is_dir() and "/" not in source.strip("/")}
    local = {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.glob("*.py"))} - {"tests"}
    for folder in folders - ({"tools"} if stage == "rasa" else set()):  # only tools.train is run there, below
        for path in (ROOT / folder).rglob("*.py"):
            missing = _imported(path) & local - folders
            assert not missing, f"{path} imports {missing}"
    if stage == "rasa":
        assert _imported(ROOT / "tools" / "train.py") & local <= folders


def _imported(path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom) and node.module and not node.level
            else []
        )
    } - set(sys.stdlib_module_names)


def test_images_hold_the_data_that_is_read():
    for folder in sorted(path.name for path in (ROOT / "data").iterdir() if path.is_dir()):
        held = {stage for stage in ("rasa", "door", "console") if f"data/{folder}/" in copied_into(stage)}
        if folder in ("knowledge", "language", "safety"):
            assert held == {"rasa", "door", "console"}, folder
        else:  # what a model is trained on; the questions are asked by the console alone
            assert held == ({"console"} if folder == "evaluation" else {"rasa", "console"}), folder
