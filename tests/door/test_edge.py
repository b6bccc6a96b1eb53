"""What every answer carries: security headers, CORS for listed sites alone, problem+json for every error."""

from __future__ import annotations

import pytest

from door.settings import from_environment
from tests.door.harness import Door

SITE = "https://www.dorset.police.uk"
PATHS = ["/", "/widget.js", "/static/page.css", "/health", "/metrics", "/api/conversation", "/nothing", "/openapi.json"]


@pytest.mark.parametrize("path", PATHS)
async def test_security_headers_are_on_everything(door: Door, path: str):
    headers = (await door.client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy
    assert "frame-ancestors" in policy and headers["x-frame-options"] == "SAMEORIGIN"
    assert "strict-transport-security" not in headers
    assert "set-cookie" not in headers and "server" not in headers


async def test_the_page_may_be_framed_by_listed_sites_only(make_door):
    door = await make_door(embed_origins=(SITE,))
    headers = (await door.client.get("/")).headers
    assert f"frame-ancestors 'self' {SITE}" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


async def test_https_is_kept_once_it_is_there(make_door):
    door = await make_door(trusted_proxies=from_environment({"TRUSTED_PROXIES": "198.51.100.7"}).trusted_proxies)
    secure = await door.client.get("/", headers={"x-forwarded-proto": "https"})
    assert "max-age=31536000" in secure.headers["strict-transport-security"]
    untrusting = await make_door()
    assert "strict-transport-security" not in (
        await untrusting.client.get("/", headers={"x-forwarded-proto": "https"})).headers


async def test_a_listed_site_may_ask(make_door):
    door = await make_door(embed_origins=(SITE,))
    answer = await door.client.post("/api/messages", json={"message": "hello"}, headers={"origin": SITE})
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "Origin" in answer.headers["vary"] and "access-control-allow-credentials" not in answer.headers
    refused = await door.client.post("/api/messages", json={"message": ""}, headers={"origin": SITE})
    assert refused.headers["access-control-allow-origin"] == SITE  # or the widget couldn't read why
    preflight = await door.client.options("/api/conversation", headers={
        "origin": SITE, "access-control-request-method": "DELETE",
        "access-control-request-headers": "authorization"})
    assert preflight.status_code == 204
    assert "DELETE" in preflight.headers["access-control-allow-methods"]
    assert "authorization" in preflight.headers["access-control-allow-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://www.dorset.police.uk",
                                    SITE + ".evil.example", SITE + ":8443", "https://dorset.police.uk", "", "*"])
async def test_other_sites_may_not(make_door, origin: str):
    door = await make_door(embed_origins=(SITE,))
    answer = await door.client.post("/api/messages", json={"message": "hello"}, headers={"origin": origin})
    preflight = await door.client.options("/api/messages", headers={
        "origin": origin, "access-control-request-method": "POST"})
    for headers in (answer.headers, preflight.headers):
        assert not [name for name in headers if name.startswith("access-control-allow")]


async def test_options_name_the_methods(door: Door):
    answer = await door.client.options("/api/conversation")
    assert answer.status_code == 204 and answer.headers["allow"] == "DELETE, GET, OPTIONS"
    assert (await door.client.options("/nothing")).status_code == 404


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/nothing", 404), ("GET", "/docs", 404), ("GET", "/api/messages", 405),
    ("PUT", "/", 405), ("DELETE", "/api/messages", 405), ("GET", "/widget.js/../../settings.py", 404),
    ("GET", "/static/..%2fpage.py", 404), ("GET", "/static/%2e%2e/%2e%2e/settings.py", 404), ("GET", "/static/", 404),
    ("TRACE", "/", 405), ("GET", "/static/page.css%00", 404),
])
async def test_every_error_is_a_problem(door: Door, method: str, path: str, status: int):
    answer = door.check(await door.client.request(method, path))
    assert answer.status_code == status
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(("folder", "name"), [("/static", "page.css"), ("/embed", "embed.css"), ("/staff/static", "staff.css")])
async def test_files_of_pages_are_given_by_their_name_alone(door: Door, folder: str, name: str):
    answer = await door.client.head(f"{folder}/{name}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/css")
    for other in ("none.css", "README.md", "embed.html", f"..%2f{name}", f"%2e%2e%2f{name}", "%00"):
        assert (await door.client.get(f"{folder}/{other}")).status_code == 404, other


async def test_too_many_at_once_are_turned_away_in_words(door: Door, monkeypatch):
    monkeypatch.setattr("door.api.edge.MOST_REQUESTS_AT_ONCE", 0)
    answer = await door.post("hello")
    assert answer.status_code == 503 and answer.headers["retry-after"]


async def test_the_style_sheet_is_cached_and_packed(door: Door):
    first = await door.client.get("/static/page.css", headers={"accept-encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip" and "max-age" in first.headers["cache-control"]
    plain = await door.client.get("/static/page.css", headers={"accept-encoding": "identity"})
    assert plain.text == first.text and first.headers["content-type"].startswith("text/css")
    again = await door.client.get("/static/page.css", headers={"if-none-match": f'"x", {first.headers["etag"]}'})
    assert again.status_code == 304 and again.content == b""


async def test_the_widget_is_for_any_site(door: Door, tmp_path, monkeypatch):
    monkeypatch.setattr("door.api.files.WIDGET", tmp_path / "widget.js")
    door.check(absent := await door.client.get("/widget.js"))
    assert absent.status_code == 404
    (tmp_path / "widget.js").write_text("// one")
    first = await door.client.get("/widget.js")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    (tmp_path / "widget.js").write_text("// another")
    second = await door.client.get("/widget.js", headers={"if-none-match": first.headers["etag"]})
    assert second.text == "// another" and second.headers["etag"] != first.headers["etag"]


async def test_the_api_describes_itself(door: Door):
    described = (await door.client.get("/openapi.json")).json()
    assert set(described["paths"]) == {"/api/messages", "/api/conversation", "/api/feedback", "/health"}
    assert described["components"]["schemas"]["Ask"]["required"] == ["message"]


async def test_answers_are_kept_in_no_cache(door: Door):
    for answer in (await door.post("hello"), await door.post(""), await door.client.get("/")):
        assert answer.headers["cache-control"] == "no-store"
