"""The action server's side: takes what is published, keeps the last good one whatever comes."""

from __future__ import annotations

import os
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from knowledge import released, signing
from knowledge.released import FILES_TAG, ReleasedKnowledge
from knowledge.unpacking import BrokenPackage, unpack
from releases import packing
from tests.releases.conftest import KENT

KEY = "k" * 64


class Site:
    """A release server that answers as it is told and notes what it was asked."""

    def __init__(self) -> None:
        self.status, self.tag, self.body, self.asked, self.cut = 204, "", b"", [], 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = self.headers["If-None-Match"]
                site.asked.append(known)
                status = 304 if site.status == 200 and site.tag in known else site.status
                self.send_response(status)
                if status == 200:
                    self.send_header("ETag", site.tag)
                    self.send_header("Content-Length", str(len(site.body)))
                self.end_headers()
                self.wfile.write(site.body[:len(site.body) - site.cut] if status == 200 else b"")
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def publish(self, contents: dict, key: str = KEY) -> str:
        """Hands these files out from now on."""
        self.status, self.body = 200, packing.pack(contents)
        self.tag = signing.etag(signing.sha256(self.body), "knowledge", key)
        return self.tag

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture
def contents(content) -> dict:
    return packing.files_below(content)


@pytest.fixture
def start(site, tmp_path, content, monkeypatch):
    """`start()` is a process that follows the site; it asks only when told."""
    monkeypatch.setenv("RELEASES_KEY", KEY)
    monkeypatch.setattr(ReleasedKnowledge, "_poll_in_thread", lambda self: None)
    return lambda: ReleasedKnowledge(site.url, "test", tmp_path / "cache", content / "data" / "knowledge")


@pytest.fixture
def behind_a_proxy(monkeypatch):
    """The machine names a proxy that answers nobody."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # which may have been made before


def kent(live) -> str:
    return live.get().forces["kent"].name


def changed(contents: dict, name: str) -> dict:
    return {**contents, KENT: contents[KENT].replace(b"name: Kent Police", b"name: " + name.encode(), 1)}


def test_what_is_published_is_taken_up_and_not_fetched_again(site, start, contents):
    live = start()
    assert kent(live) == "Kent Police" and site.asked == [FILES_TAG]
    tag = site.publish(changed(contents, "Kent One"))
    live.ask_once()
    assert kent(live) == "Kent One"
    live.ask_once()
    assert kent(live) == "Kent One" and site.asked[-1] == tag


def test_back_to_the_files_when_the_server_says_so(site, start, contents):
    site.publish(changed(contents, "Kent One"))
    live = start()
    assert kent(live) == "Kent One"
    site.status = 204
    live.ask_once()
    assert kent(live) == "Kent Police"


def test_broken_knowledge_is_refused_once_and_the_old_goes_on(site, start, contents):
    site.publish(changed(contents, "Kent One"))
    live = start()
    broken = site.publish({**contents, KENT: b"id: [kent"})
    live.ask_once()
    assert kent(live) == "Kent One"
    live.ask_once()
    assert broken in site.asked[-1], "what was refused must not be sent again and again"
    site.publish(changed(contents, "Kent Two"))
    live.ask_once()
    assert kent(live) == "Kent Two"


def test_what_was_cut_off_is_asked_for_again_at_once(site, start, contents):
    live = start()
    site.publish(changed(contents, "Kent One"))
    site.cut = 100
    live.ask_once()
    assert kent(live) == "Kent Police"
    site.cut = 0
    live.ask_once()
    assert kent(live) == "Kent One"


def test_what_was_damaged_on_the_way_is_asked_for_again_after_a_while(site, start, contents, monkeypatch):
    live = start()
    site.publish(changed(contents, "Kent One"))
    whole, site.body = site.body, site.body[:100]
    live.ask_once()
    assert kent(live) == "Kent Police"
    site.body = whole
    monkeypatch.setattr(released, "REFUSED_SECONDS", 0.0)
    live.ask_once()
    assert kent(live) == "Kent One"


@pytest.mark.parametrize("harm", ["bytes", "signature", "unsigned"])
def test_knowledge_that_is_not_genuine_is_refused(site, start, contents, harm):
    live = start()
    site.publish(changed(contents, "Kent Evil"), key="" if harm == "unsigned" else "x" * 64 if harm == "signature" else KEY)
    if harm == "bytes":
        site.body += b"\0" * 1024
    live.ask_once()
    assert kent(live) == "Kent Police"


def test_with_the_server_away_it_goes_on_and_starts_with_what_it_had(site, start, contents):
    site.publish(changed(contents, "Kent One"))
    live = start()
    site.close()
    live.ask_once()
    assert kent(live) == "Kent One"
    assert kent(start()) == "Kent One"


def test_with_the_server_away_and_nothing_had_the_files_count(site, start):
    site.close()
    assert kent(start()) == "Kent Police"


def test_a_server_in_trouble_changes_nothing(site, start):
    live = start()
    site.status = 500
    live.ask_once()
    assert kent(live) == "Kent Police"


def test_old_folders_go_and_the_one_in_use_stays(site, start, contents, tmp_path):
    live = start()
    for number in range(released.KEPT_FOLDERS + 3):
        site.publish(changed(contents, f"Kent {number}"))
        live.ask_once()
    assert len([path for path in (tmp_path / "cache").iterdir() if path.is_dir()]) == released.KEPT_FOLDERS
    assert live.folder.is_dir() and kent(live) == f"Kent {released.KEPT_FOLDERS + 2}"


def full(packed: bytes, folder) -> None:
    """`unpack` on a disk that has no room for all of it."""
    (folder / "data").mkdir(parents=True)
    raise OSError(28, "No space left on device")


def test_on_a_full_disk_nothing_is_left_behind_and_it_is_asked_for_again_after_a_while(site, start, contents, tmp_path, monkeypatch):
    live = start()
    tag = site.publish(changed(contents, "Kent One"))
    monkeypatch.setattr(released, "unpack", full)
    live.ask_once()
    live.ask_once()
    assert tag in site.asked[-1] and kent(live) == "Kent Police"
    assert not list((tmp_path / "cache").glob("*")) and not list((tmp_path / "cache").glob(".*"))
    monkeypatch.undo()
    monkeypatch.setenv("RELEASES_KEY", KEY)
    monkeypatch.setattr(released, "REFUSED_SECONDS", 0.0)
    live.ask_once()
    assert kent(live) == "Kent One"


def test_what_cannot_be_noted_is_used_all_the_same(site, start, contents, tmp_path, monkeypatch):
    live = start()
    site.publish(changed(contents, "Kent One"))
    (tmp_path / "cache" / "last").mkdir(parents=True)  # so that nothing can be put in its place
    live.ask_once()
    assert kent(live) == "Kent One" and not list((tmp_path / "cache").glob(".last-*"))


def test_what_a_killed_process_left_half_done_goes(site, start, contents, tmp_path):
    live = start()
    old, new = tmp_path / "cache" / ".old", tmp_path / "cache" / ".new"
    for folder in (old, new):
        (folder / "data").mkdir(parents=True)
    long_ago = time.time() - released.HALF_DONE_SECONDS - 1
    os.utime(old, (long_ago, long_ago))
    site.publish(changed(contents, "Kent One"))
    live.ask_once()
    assert kent(live) == "Kent One" and new.is_dir() and not old.exists()


@pytest.mark.parametrize("written", ["é".encode(), b"\xff\x00", b"gone", b""])
def test_a_note_that_cannot_be_used_does_not_keep_it_from_starting(site, start, tmp_path, written):
    site.close()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "last").write_bytes(written)
    assert kent(start()) == "Kent Police"


def test_no_proxy_of_the_machine_stands_between(site, start, contents, behind_a_proxy):
    site.publish(changed(contents, "Kent One"))
    assert kent(start()) == "Kent One"


@pytest.mark.parametrize("name",
                         ["../evil.yml", "/etc/evil.yml", "data/knowledge/../../evil.yml", "data/nlu/evil.yml", "data/knowledge/evil.py"])
def test_only_knowledge_is_unpacked(name, tmp_path):
    with pytest.raises(BrokenPackage):
        unpack(packing.pack({name: b"x"}), tmp_path / "place")
    assert not (tmp_path / "place").exists()


def test_what_is_no_package_is_told_so(tmp_path):
    with pytest.raises(BrokenPackage):
        unpack(b"not a tar" * 100, tmp_path)


def test_packing_depends_on_content_alone(contents):
    assert packing.pack(contents) == packing.pack(dict(reversed(contents.items())))
