"""The process behind 'Train and check' and 'What would change'; started by releases/jobs.py.

`python -m releases.job_process FOLDER`: the job is job.json of the releases, FOLDER its workplace.
What it makes counts only when it is finished: objects first, then the release, then the comparison.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

import msgspec

import knowledge
from evaluation import apart, figures, page, questions, runs
from evaluation.asking import ask_all
from evaluation.client import RasaError
from evaluation.judging import Judged
from evaluation.questions import Question
from evaluation.runs import Run
from processes.stack import ENVIRONMENT, RASA_PYTHON, ROOT, StackError, go_with_parent
from processes.training import STEPS as TRAINING_STEPS
from releases import drafts, gate, jobs
from releases.answers import SEPARATOR, Answered, Change, Changes, sort_of
from releases.asking import Answers, Recorder, ask_kept, serving
from releases.jobs import Job, Kept
from releases.project_copy import copy_project
from releases.store import ANSWERS, KNOWLEDGE, MODEL, REPORT, RUN, Check, Release, Store, StoreError, now

INSIDE = "RELEASE_JOB_LOCK"
WRITTEN_EVERY_SECONDS = 0.5
# What a failed training says last, shown to staff; an engineer has the whole in job.log.
SHOWN_LINES = 4
LOCK_TRIES = 50
PLAIN_ERRORS = (knowledge.KnowledgeError, questions.QuestionsError, StackError, StoreError, RasaError, runs.RunError)


class Stopped(BaseException):
    """Somebody pressed Stop."""


class TrainingFailed(Exception):
    """Rasa couldn't train; the message has its last lines."""


class Work:
    """One job while it runs: its steps, and what it has found out so far."""

    def __init__(self, store: Store, job: Job, folder: Path):
        self.store, self.job, self.folder = store, job, folder
        self._written = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Marks a step as begun and ended."""
        step = next(item for item in self.job.steps if item.name == name)
        step.began, self.job.done, self.job.total, self.job.detail = time.time(), 0, 0, ""
        self.say(always=True)
        yield
        step.ended = time.time()
        self.say(always=True)

    def progress(self, done: int, total: int) -> None:
        """`done` of `total` in this step."""
        self.job.done, self.job.total = done, total
        self.say()

    def say(self, detail: Optional[str] = None, always: bool = False) -> None:
        """Writes the state down, now and then."""
        self.job.detail = self.job.detail if detail is None else detail
        if always or detail or time.monotonic() - self._written > WRITTEN_EVERY_SECONDS:
            self._written = time.monotonic()
            jobs.write(self.store, self.job)

    @property
    def kept(self) -> List[List[Kept]]:
        """What people asked, handed over by the door."""
        return msgspec.json.decode((self.folder / "kept.json").read_bytes(), type=List[List[Kept]])


def main(arguments: List[str]) -> int:
    """Returns the exit code; every end but a kill is written into the job."""
    store, folder = Store(), Path(arguments[0])
    _hold_lock(store)
    job = jobs.read(store)
    if job is None or job.id != folder.name:
        print("This job was overtaken by another.", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _stop)
    job.pid = os.getpid()
    work = Work(store, job, folder)
    try:
        check(work) if job.kind == "check" else compare(work)
        job.state = "done"
        jobs.learn(store, job)
    except Stopped:
        job.state = "stopped"
    except PLAIN_ERRORS as error:
        job.state, job.error = "failed", str(error)
    except TrainingFailed as error:
        job.state, job.error = "failed", f"The training failed. Rasa's last words: {error}"
    except Exception as error:  # whatever it was, staff must not wait for ever
        job.state = "failed"
        job.error = (f"Something unexpected went wrong ({type(error).__name__}: {error}). "
                     f"An engineer finds more in {jobs.log_path(store)}.")
        raise
    finally:
        job.ended = now()
        shutil.rmtree(folder, ignore_errors=True)  # the copies, and above all what people had asked
        jobs.write(store, job)
    return 0 if job.state == "done" else 1


def check(work: Work) -> None:
    """Trains the draft where it must be, asks it everything, and makes a candidate of it."""
    if INSIDE not in os.environ:
        with work.step("copy"):
            knowledge.load(drafts.content_dir() / "data" / "knowledge")  # a mistake in a fact is told before minutes of training
            work.job.copied_at = now()
            root = copy_project(work.folder / "project", drafts.content_dir())
        _go_on_inside(work, root)
    conversations = questions.load()
    with work.step("train"):
        model = _model(work)
    with _asking(work, ROOT, model) as recorder:
        with work.step("ask"):
            run = _evaluated(work, recorder, conversations)
            kept = ask_kept(recorder, work.kept, lambda done: work.progress(len(run.judged) + done, _total(work, conversations)))
    live = jobs.compared_with(work.store)
    before = _live_answers(work, live, conversations)
    with work.step("report"):
        candidate = drafts.make(work.store, ROOT, model, work.job.by, "candidate", work.job.note,
                                _kept_check(work, run, recorder.answers, conversations, live), work.job.copied_at)
        work.job.candidate = candidate.id
        _keep_changes(work, candidate, live, conversations, before, (recorder.answers, kept))


def compare(work: Work) -> None:
    """Asks a candidate that is there already what it hasn't been asked, and compares it with what is live."""
    candidate, live = work.store.get(work.job.candidate), jobs.compared_with(work.store)
    conversations = questions.load()
    answers, kept = _answers_of(work, candidate, conversations, "start", "ask")
    before = _live_answers(work, live, conversations)
    with work.step("report"):
        _keep_changes(work, candidate, live, conversations, before, (answers, kept))


def _model(work: Work) -> Path:
    """The trained model of the draft: one that was trained from the very same, or a new one."""
    wanted = drafts.trained_from(ROOT)
    for release in work.store.releases():
        if release.trained_from == wanted:
            work.say("The examples are those of an earlier release, so its model is taken")
            return work.store.object_path(release.model, MODEL)
    place = work.folder / "model"
    command = [str(RASA_PYTHON), "-W", "ignore", "-m", "bot", "train", "--skip-validation",
               "--fixed-model-name", "candidate", "--out", str(place)]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT),
                   "VECTORS_DIR": str(work.store.folder / "vectors")}  # kept from one training to the next
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", preexec_fn=go_with_parent())
    lines: List[str] = []
    try:
        for line in process.stdout:
            print(line, end="", flush=True)
            lines = [*lines, line.strip()][-SHOWN_LINES:]
            for mark, words in TRAINING_STEPS.items():
                if mark in line:
                    work.say(words.capitalize())
    finally:
        process.kill() if process.poll() is None and sys.exc_info()[0] else process.wait()
    if process.returncode:
        raise TrainingFailed(" / ".join(lines))
    return place / "candidate.tar.gz"


@contextmanager
def _asking(work: Work, root: Path, model: Path, start: str = "start") -> Iterator[Recorder]:
    with work.step(start):
        context = serving(root, model, work.folder / "logs")
        url = context.__enter__()
    try:
        yield Recorder(url)
    finally:
        context.__exit__(*sys.exc_info())


def _evaluated(work: Work, recorder: Recorder, conversations: List[List[Question]]) -> Run:
    total = _total(work, conversations)
    names = {force.id: force.name for force in knowledge.load().forces.values()}
    judged = ask_all(recorder, conversations, names, lambda done, _: work.progress(done, total))
    return _run(judged, conversations)


def _run(judged: List[Judged], conversations: List[List[Question]]) -> Run:
    asked = [question for conversation in conversations for question in conversation]
    leaked = [f"{question.file}:{question.line}: {question.text}" for question in apart.leaks(asked, apart.all_taught())]
    return Run(runs.now(), list(dict.fromkeys(question.file for question in asked)),
               figures.headlines(judged) + figures.information(judged), judged, figures.latencies(judged), leaked)


def _total(work: Work, conversations: List[List[Question]]) -> int:
    return sum(map(len, conversations)) + sum(map(len, work.kept))


def _live_answers(work: Work, live: Release, conversations: List[List[Question]]) -> Tuple[Answers, Dict[int, Answered]]:
    """What the live release answers; asks a second copy of it, so that people notice nothing."""
    with work.step("live"):
        found = _known_answers(work.store, live)
        if not work.kept and not _missing(found, conversations):
            return found, {}
        root = copy_project(work.folder / "live", ROOT, work.store.object_path(live.knowledge, KNOWLEDGE))
        with serving(root, work.store.object_path(live.model, MODEL), work.folder / "live-logs") as url:
            recorder = Recorder(url)
            run = None
            if _missing(found, conversations):
                run = _evaluated(work, recorder, conversations)
                found = dict(recorder.answers)
            kept = ask_kept(recorder, work.kept, lambda done: work.progress(
                (len(run.judged) if run else 0) + done, _total(work, conversations) if run else sum(map(len, work.kept))))
        if run:
            work.store.add_check(live.id, _kept_check(work, run, found, conversations, None))
        return found, kept


def _answers_of(work: Work, release: Release, conversations: List[List[Question]], start: str, ask: str) -> Tuple[Answers,
                                                                                                                  Dict[int, Answered]]:
    found = _known_answers(work.store, release)
    root = copy_project(work.folder / "candidate", ROOT, work.store.object_path(release.knowledge, KNOWLEDGE))
    with _asking(work, root, work.store.object_path(release.model, MODEL), start) as recorder, work.step(ask):
        missing = _missing(found, conversations)
        for number, conversation in enumerate(missing):
            for question in conversation:
                recorder.ask(f"missing-{number}", question.text)
        kept = ask_kept(recorder, work.kept, lambda done: work.progress(done, sum(map(len, work.kept))))
    return {**found, **recorder.answers}, kept


def _known_answers(store: Store, release: Release) -> Answers:
    found = store.check_of(release)
    return msgspec.json.decode(store.object_path(found.answers, ANSWERS).read_bytes(), type=Answers) if found else {}


def _missing(found: Answers, conversations: List[List[Question]]) -> List[List[Question]]:
    return [conversation for conversation in conversations if SEPARATOR.join(question.text for question in conversation) not in found]


def _kept_check(work: Work, run: Run, answers: Answers, conversations: List[List[Question]], live: Optional[Release]) -> Check:
    """Keeps run, report and answers; the report compares with what is live, but for that of what is live itself (None)."""
    theirs = work.store.check_of(live) if live else None
    earlier = runs.read(work.store.object_path(theirs.run, RUN)) if theirs else None
    html = page.render(run, runs.compare(earlier, run.judged) if earlier else None)
    kept_texts = set(_evaluation_texts(conversations).values())
    return Check(run=work.store.put(RUN, msgspec.json.encode(run)), report=work.store.put(REPORT, html.encode()),
                 answers=work.store.put(ANSWERS,
                                        msgspec.json.encode({key: answer for key, answer in answers.items() if key in kept_texts})))


def _evaluation_texts(conversations: List[List[Question]]) -> Dict[str, str]:
    """Each turn of the evaluation, by its key: all that was said up to it, as the answers are named.

    Nothing else is kept: other words may be people's own.
    """
    return {question.key: SEPARATOR.join(said.text for said in conversation[:turn])
            for conversation in conversations for turn, question in enumerate(conversation, 1)}


def _keep_changes(work: Work, candidate: Release, live: Release, conversations: List[List[Question]],
                  before: Tuple[Answers, Dict[int, Answered]], after: Tuple[Answers, Dict[int, Answered]]) -> None:
    texts = _evaluation_texts(conversations)
    rights = _rights(work.store, live, texts), _rights(work.store, candidate, texts)
    found: List[Change] = []
    asked = list(dict.fromkeys(texts.values()))
    for key in asked:
        change = _change(before[0].get(key), after[0].get(key))
        if change:
            found.append(msgspec.structs.replace(change, text=key, right=_right(rights[0].get(key), rights[1].get(key))))
    found += _kept_changes(work.kept, before[1], after[1])
    gate.keep_changes(work.store, Changes(candidate.id, live.id, now(), len(asked), sum(map(len, work.kept)), found))


def _kept_changes(kept: List[List[Kept]], before: Dict[int, Answered], after: Dict[int, Answered]) -> List[Change]:
    """One change for all who wrote the same."""
    alike: Dict[Tuple[str, ...], Change] = {}
    for message in (message for conversation in kept for message in conversation):
        change = _change(before.get(message.number), after.get(message.number))
        if change is None:
            continue
        key = (re.sub(r"\W+", " ", message.text.lower()).strip(), change.then.text, change.now.text)
        known = alike.get(key, change)
        alike[key] = msgspec.structs.replace(known, numbers=[*known.numbers, message.number])
    return list(alike.values())


def _change(then: Optional[Answered], current: Optional[Answered]) -> Optional[Change]:
    sort = sort_of(then, current) if then and current else None
    return Change(sort, then, current) if sort else None


def _rights(store: Store, release: Release, texts: Dict[str, str]) -> Dict[str, bool]:
    found = store.check_of(release)
    if not found:
        return {}
    run = runs.read(store.object_path(found.run, RUN))
    return {texts[item.question.key]: item.right for item in run.judged if item.aspects and item.question.key in texts}


def _right(then: Optional[bool], current: Optional[bool]) -> Optional[str]:
    if then is None or current is None:
        return None
    return {(True, True): "both", (False, False): "neither", (True, False): "then", (False, True): "now"}[then, current]


def _go_on_inside(work: Work, root: Path) -> None:
    """Goes on from the copy: from here on nobody's edits are seen. The lock stays with the process."""
    environment = {**os.environ, "PYTHONPATH": str(root), "CONTENT_DIR": str(root), INSIDE: str(_lock)}
    os.set_inheritable(_lock, True)
    os.chdir(root)
    os.execve(sys.executable, [sys.executable, "-W", "ignore", "-m", "releases.job_process", str(work.folder)], environment)


def _hold_lock(store: Store) -> None:
    global _lock
    if INSIDE in os.environ:
        _lock = int(os.environ[INSIDE])
        os.set_inheritable(_lock, False)
        return
    store.folder.mkdir(parents=True, exist_ok=True)
    _lock = os.open(jobs.lock_path(store), os.O_RDWR | os.O_CREAT)
    for _ in range(LOCK_TRIES):  # whoever looks whether a job runs holds it for an instant
        try:
            fcntl.flock(_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(0.1)
    sys.exit("Another job runs.")


def _stop(*_: object) -> None:
    raise Stopped


_lock = -1

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
