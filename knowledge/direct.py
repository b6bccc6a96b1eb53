"""Asks a part of our own, past any proxy that the machine names (`http_proxy`), which doesn't reach loopback and has no business there."""

from __future__ import annotations

import urllib.request

# As `urllib.request.urlopen`, with the same errors.
urlopen = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
