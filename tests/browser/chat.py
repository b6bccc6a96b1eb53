"""The chat as a person (or a screen reader) meets it: what a test presses and reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.wire import Wire

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
expect.set_options(timeout=15_000)


class Chat:
    """One page with the widget on it."""

    def __init__(self, page: Page, wire: Wire):
        self.page = page
        self.wire = wire
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        root = page.locator("pcso-assistant")
        self.root = root
        self.launcher = root.locator(".launcher")
        self.panel = root.get_by_role("dialog")
        self.field = root.locator("textarea")
        self.send = root.locator(".send")
        self.log = root.get_by_role("log")
        self.said = self.log.locator("li.you .bubble")
        self.answers = self.log.locator("li.bot[data-id] .bubble")
        self.alerts = self.log.get_by_role("alert")
        self.banner = root.locator(".banner")
        self.status = root.locator(".status")

    def open(self) -> None:
        self.launcher.click()
        expect(self.field).to_be_focused()

    def ask(self, text: str, *, wait: bool = True) -> Locator:
        """Types and sends; returns the newest answer once it has come."""
        before = self.answers.count()
        self.field.fill(text)
        self.field.press("Enter")
        if wait:
            expect(self.answers.nth(before)).to_be_visible()
        return self.answers.last

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def focused(self) -> str:
        """What has the focus, also inside the shadow root: its text or label."""
        return self.page.evaluate("""() => {
            let node = document.activeElement;
            while (node && node.shadowRoot && node.shadowRoot.activeElement) node = node.shadowRoot.activeElement;
            return node ? (node.id || node.textContent.trim()) : '';
        }""")

    def stored(self) -> dict[str, Any]:
        """What the browser keeps."""
        return self.page.evaluate("() => ({session: {...sessionStorage}, local: {...localStorage}, cookie: document.cookie})")

    def axe(self, **options: Any) -> list[str]:
        """The violations that axe-core finds on the page, the widget's shadow root included."""
        if not AXE.exists():
            raise AssertionError("axe-core is missing: the Makefile's node_modules/axe-core/axe.min.js gets it")
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("""(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})""", AXE_TAGS)
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found["violations"] for node in one["nodes"]]
