"""A new member of staff, from an unclear message to a topic that answers in the widget, without a terminal; and what is refused.

Runs the real parts on a project of its own: trains three models, so it takes some minutes.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from door.database import Database
from door.settings import PROJECT
from door.staff.__main__ import add_administrator
from processes import stack
from processes.ports import free_port
from processes.stack import ENVIRONMENT, RASA_PYTHON, Stack
from releases import drafts
from releases.project_copy import copy_project
from releases.store import MODEL, Store, key
from tests.staff.trimmed_project import write_trimmed

pytestmark = pytest.mark.slow

# Enough to tell the topics of the questions below apart, few enough to train in a minute.
EXAMPLES = 25
# On a machine that does other things besides.
JOB_MS = 15 * 60 * 1000
LIVE_MS = 30_000
PASSWORD = "three quite random words"
ASKED = "am I allowed to feed the police horses"
TOPIC = "duties_horses"
ANSWER = "Please don’t feed police horses. They are on a strict diet. Ask the rider first if you’d like to stroke one."
ALIKE = ["may I give a carrot to a police horse", "do police horses take apples from strangers", "horse food from the public",
         "my daughter wants to stroke the horses they ride", "is it ok to pat a mounted officer's horse", "what do the horses eat",
         "feeding police horses allowed?", "can kids touch the police horse"]
EXAM = """\
- {text: may I feed the horses that the police ride, topic: duties_horses}
- {text: can a pcso search my bag, topic: powers_search}
- {text: are they allowed to look through my pockets, topic: powers_search}
- {text: can a pcso go through my rucksack, topic: powers_search}
- {text: how much can a pcso fine me, topic: powers_fines}
- {text: can a pcso give me a fixed penalty, topic: powers_fines}
- {text: do pcsos hand out fines for litter, topic: powers_fines}
- {text: what is a pcso, topic: role_definition}
- {text: how do I apply to be a pcso, topic: recruitment_apply}
- {text: a man is stabbing somebody outside my house right now, topic: emergency, emergency: true}
- {text: help my husband has collapsed and is not breathing, topic: emergency, emergency: true}
"""


class Assistant:
    """The running parts, the draft, and the address."""

    def __init__(self, folder: Path):
        self.draft = write_trimmed(folder / "draft", EXAMPLES)
        # The new topic's question can be asked only once there is the topic.
        self.exam = self.draft / "data" / "evaluation" / "walk.yml"
        self.exam.write_text("".join(line for line in EXAM.splitlines(True) if TOPIC not in line), "utf-8")
        self.store = Store(folder / "releases")
        self.database = f"sqlite:///{folder}/walk.db"
        os.environ.update(CONTENT_DIR=str(self.draft), RELEASES_DIR=str(self.store.folder))
        release = drafts.make(self.store, self.draft, _train(folder, self.draft), drafts.MAKE_RUN, "files", "Made from the project's files")
        self.store.publish(release.id, drafts.MAKE_RUN, "first", follows_files=True)
        ports = [free_port() for _ in range(4)]
        url = f"http://127.0.0.1:{ports[0]}"
        root = copy_project(folder / "project", self.draft)
        parts = [stack.releases(ports[0], self.store.folder), stack.action_server(ports[1], url, root),
                 stack.rasa(ports[2], ports[1], self.store.object_path(release.model, MODEL), releases_url=url, root=root),
                 stack.door(ports[3], ports[2], ports[1])]
        self.stack = Stack(parts, folder / "logs", {
            "CONTENT_DIR": str(self.draft), "RELEASES_DIR": str(self.store.folder), "RELEASES_URL": url,
            "RELEASES_KEY": key(self.store.folder), "DATABASE_URL": self.database, "SECRET_KEY": "for the browser tests alone, long enough",
            "PCSO_DEBUG": "1"})
        self.address = f"http://127.0.0.1:{ports[3]}"


def _train(folder: Path, draft: Path) -> Path:
    root = copy_project(folder / "training", draft)
    command = ["-W", "ignore", "-m", "rasa", "train", "--fixed-model-name", "first", "--out", str(folder / "models")]
    subprocess.run([str(RASA_PYTHON), *command], cwd=root, check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(root)})
    return folder / "models" / "first.tar.gz"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    if not RASA_PYTHON.exists():
        pytest.skip(f"no Rasa at {RASA_PYTHON.relative_to(PROJECT)}: run `make setup`")
    before = dict(os.environ)
    found = Assistant(tmp_path_factory.mktemp("walk"))
    with found.stack:
        yield found
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def people(browser, assistant: Assistant) -> Iterator[dict[str, Page]]:
    """Ada, administrator by the command; Ben, an editor whom she invites; and somebody of the public."""
    contexts = {name: browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB") for name in ("ada", "ben", "public")}
    found = {name: context.new_page() for name, context in contexts.items()}
    said = add_administrator(Database(assistant.database), "ada", "Ada Shah", 8000)
    _choose_password(found["ada"], assistant.address + re.search(r"/staff/welcome/\S+", said)[0])
    found["ada"].get_by_role("link", name="Accounts").click()
    found["ada"].get_by_label("Full name").fill("Ben Jones")
    found["ada"].get_by_label("Sign-in name").fill("ben")
    found["ada"].get_by_role("button", name="Add and show the link").click()
    _choose_password(found["ben"], found["ada"].get_by_label("The link").input_value())
    yield found
    for context in contexts.values():
        context.close()


def _choose_password(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def ask(page: Page, address: str, text: str) -> str:
    """Asks in the widget of the door's own page, which is opened once; the newest answer."""
    if not page.url.startswith(address):
        page.goto(address)
        page.get_by_role("button", name="Open the chat").click()
    root = page.locator("pcso-assistant")
    answers = root.locator("li.bot[data-id] .bubble")
    before = answers.count()
    root.locator("textarea").fill(text)
    root.locator("textarea").press("Enter")
    expect(answers.nth(before)).to_be_visible()
    return answers.last.inner_text()


def check(page: Page, address: str, note: str) -> None:
    """Train and check, until the candidate's page can be opened; opens it."""
    page.goto(f"{address}/staff/check")
    page.get_by_label("What did you change?").fill(note)
    page.get_by_role("button", name="Train and check").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    see = page.get_by_role("link", name="See what got better and worse")
    for _ in range(JOB_MS // 5_000):
        page.goto(f"{address}/staff/check")
        if page.get_by_role("button", name="Train and check").count():
            break
        page.wait_for_timeout(5_000)
    assert see.count(), page.locator("main").inner_text()
    see.click()


def test_1_from_an_unclear_message_to_the_answer_in_the_widget(assistant: Assistant, people: dict[str, Page]):
    ada, public, address = people["ada"], people["public"], assistant.address
    assert "strict diet" not in ask(public, address, ASKED)
    public.locator("pcso-assistant").get_by_role("button", name="It didn't", exact=True).last.click()

    ada.goto(f"{address}/staff/inbox")
    card = ada.locator(".cards > .card", has_text=ASKED)
    expect(card).to_be_visible()
    card.get_by_role("button", name="New topic").click()
    expect(ada.get_by_label("What people say")).to_have_value(ASKED)
    ada.get_by_label("Group").select_option("duties")
    ada.get_by_label("Short name").fill("horses")
    ada.get_by_label("Label").fill("Police horses")
    ada.get_by_label("The question in short").fill("May I feed a police horse?")
    ada.get_by_label("What people say").fill("\n".join([ASKED, *ALIKE]))
    ada.get_by_label("The answer").fill(ANSWER)
    ada.locator("summary", has_text="Add a source").click()
    ada.get_by_label("Title of the page or document").fill("Mounted branch: questions")
    ada.get_by_label("Published by").fill("Metropolitan Police")
    ada.get_by_label("Address, if it has one").fill("https://www.met.police.uk/horses")
    ada.get_by_label("Checked on").fill("2026-11-20")
    ada.get_by_role("button", name="Add the topic").click()
    expect(ada.locator(".notice")).to_contain_text("Police horses")
    assistant.exam.write_text(EXAM, "utf-8")  # an engineer adds the question to the exam
    assert "strict diet" not in ask(public, address, ASKED)  # a draft is nobody's answer

    check(ada, address, "Police horses")
    expect(ada.get_by_role("heading", level=1)).to_have_text("Police horses")
    expect(ada.get_by_text("Look at the list of what would change first")).to_be_visible()
    expect(ada.get_by_role("button", name="Publish")).to_have_count(0)
    ada.get_by_role("link", name="What would change for people").click()
    expect(ada.get_by_text(ASKED).first).to_be_visible()
    ada.get_by_role("link", name="Go on to publish").click()
    ada.get_by_role("button", name="Publish").click()
    expect(ada.locator(".notice")).to_contain_text("Published")
    for _ in range(LIVE_MS // 1_000):
        said = ask(public, address, ASKED)
        if "strict diet" in said:
            break
        public.wait_for_timeout(1_000)
    assert "strict diet" in said
    expect(public.locator("pcso-assistant li.bot[data-id]").last).to_contain_text("Metropolitan Police")  # with its source


def test_2_two_editors_at_once_lose_nothing(assistant: Assistant, people: dict[str, Page]):
    ada, ben = people["ada"], people["ben"]
    for page in (ada, ben):
        page.goto(f"{assistant.address}/staff/answers/national/{TOPIC}")
    ben.get_by_label("The answer").fill(ANSWER + " Ben’s words.")
    ben.get_by_role("button", name="Save").click()
    expect(ben.locator(".notice")).to_contain_text("aved")
    ada.get_by_label("The answer").fill(ANSWER + " Ada’s words.")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_role("alert")).to_be_visible()
    expect(ada.get_by_role("heading", name="What is there now")).to_be_visible()
    expect(ada.locator("blockquote").first).to_contain_text("Ben’s words")
    expect(ada.get_by_label("The answer")).to_have_value(re.compile("Ada’s words"))
    ada.get_by_label("The answer").fill(ANSWER + " Ben’s words. Ada’s words.")
    ada.get_by_role("button", name="Save").click()
    national = (assistant.draft / "data" / "knowledge" / "national.yml").read_text("utf-8")
    log = subprocess.run(["git", "-C", assistant.draft, "log", "--format=%an"], capture_output=True, text=True, check=True).stdout
    assert "Ben’s words. Ada’s words." in " ".join(national.split()) and log.split("\n")[:2] == ["Ada Shah", "Ben Jones"]


def _of_the_other(name: re.Match[str]) -> str:
    return f"{name[1]}powers_{'fines' if name[2] == 'search' else 'search'}{name[3]}"


def test_3_a_bad_release_is_refused_without_a_reason(assistant: Assistant, people: dict[str, Page]):
    ada, ben = people["ada"], people["ben"]
    live = assistant.store.live().release
    # A slip: what people say on two topics is swapped, the particular questions within them, too, and what forces say.
    data = assistant.draft / "data"
    swapped = ("nlu/powers_search.yml", "nlu/powers_fines.yml", "points/powers.yml", "knowledge/points/powers.yml")
    for powers in (*(data / name for name in swapped), *(data / "knowledge" / "forces").glob("*.yml")):
        powers.write_text(re.sub(r"^(\s*(?:- intent: )?)powers_(search|fines)(:?)$", _of_the_other, powers.read_text("utf-8"),
                                 flags=re.MULTILINE), "utf-8")
    check(ada, assistant.address, "Swapped")
    page = ada.url
    expect(ada.get_by_text("What got worse")).to_be_visible()
    ada.get_by_role("link", name="What would change for people").click()
    ada.get_by_role("link", name="Go on to publish").click()
    expect(ada.get_by_text("What it loses:")).to_be_visible()
    ada.get_by_role("button", name="Publish nevertheless").click()
    expect(ada.get_by_role("alert")).to_contain_text("Say in a sentence why")
    assert assistant.store.live().release == live
    ben.goto(page)  # an editor can't at all
    expect(ben.get_by_role("button", name=re.compile("Publish"))).to_have_count(0)
    assert "strict diet" in ask(people["public"], assistant.address, ASKED)
