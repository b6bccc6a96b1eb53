"""Writes report.html: everything about one run on one page that needs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, Optional

from markupsafe import Markup, escape

from evaluation import calibration, charts, figures, table, topics
from evaluation.figures import Figure, Line
from evaluation.judging import Judged
from evaluation.markup import folded, paragraph, section, verdict
from evaluation.markup import table as html_table
from evaluation.questions import DOMAIN
from evaluation.runs import Comparison, Run
from knowledge import yaml_lines

STYLE = Path(__file__).with_name("page.css")
SECTIONS = (("figures", "Figures"), ("emergencies", "Emergencies"), ("compared", "Compared with the last run"), ("topics", "Topics"),
            ("confusion", "Which topic is taken for which"), ("confidence", "Confidence"), ("files", "By file"),
            ("tags", "By tag"), ("misses", "Misses"), ("apart", "Kept apart from training"))


def write(run: Run, comparison: Optional[Comparison], path: Path) -> Path:
    """Writes the page to `path` and returns it."""
    path.write_text(render(run, comparison), encoding="utf-8")
    return path


def render(run: Run, comparison: Optional[Comparison]) -> str:
    """The whole page as HTML. The content policy in it forbids loading anything."""
    judged, counted = run.judged, topics.pairs(run.judged)
    titles = dict(SECTIONS)
    content = {
        "figures": _figures(run, comparison),
        "emergencies": _emergencies(judged),
        "compared": _compared(comparison),
        "topics": _topics(counted),
        "confusion": _confusion(counted),
        "confidence": _confidence(judged),
        "files": _lines("Questions by file", figures.by_file(judged)),
        "tags": _lines("Questions by tag", figures.by_tag(judged)),
        "misses": _misses(judged),
        "apart": _apart(run.leaked),
    }
    links = "".join(f'<li><a href="#{anchor}">{title}</a></li>' for anchor, title in SECTIONS)
    body = "".join(section(anchor, titles[anchor], part) for anchor, part in content.items())
    return ('<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            f"<title>Evaluation of {escape(run.at)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head><body>"
            '<a class="skip" href="#main">Skip to the figures</a>'
            f"<header><h1>How well the assistant understands</h1><p>{len(judged)} messages asked on {escape(run.at)}. "
            "docs/evaluation.md says what each figure means.</p></header>"
            f'<nav aria-label="On this page"><ul>{links}</ul></nav><main id="main">{body}</main></body></html>')


def _figures(run: Run, comparison: Optional[Comparison]) -> str:
    points = comparison.points if comparison else {}

    def row(figure: Figure) -> tuple:
        return (figure.label, f"{figure.right}/{figure.total}", table.percent(figure.share), table.target(figure),
                verdict(figure.verdict), table.change(figure, points))

    headers = ("Figure", "Right/total", "Share", "Target", "Verdict", "Change")
    asked = [figure for figure in run.figures if figure.total]
    times = ", ".join(f"{name} {value:.0f} ms" for name, value in run.latencies.items())
    return "".join((
        html_table("What the project promises", headers, (row(figure) for figure in asked if figure.target is not None), (1, 2)),
        html_table("For information", headers[:3] + headers[5:],
                   ((*row(figure)[:3], row(figure)[5]) for figure in asked if figure.target is None), (1, 2)),
        paragraph(f"Round trip with several questions at a time: {times}.") if times else ""))


def _emergencies(judged: list[Judged]) -> str:
    missed = [item for item in judged if item.question.emergency == "yes" and not item.aspects["alarm"]]
    alarms = [item for item in judged if item.question.emergency == "no" and item.got.emergency]
    maybe = [item for item in judged if item.question.emergency == "maybe"]
    extras = [item for item in judged if item.question.emergency == "yes" and item.aspects["alarm"] and not item.right]
    return "".join((
        _table_of(f"Missed ({len(missed)})", missed), _table_of(f"False alarms ({len(alarms)})", alarms),
        folded(f"Recognised, but without the right extra help or language ({len(extras)})", _table_of("Lacking", extras)),
        folded(f"Perhaps emergencies, where there is no right and wrong ({len(maybe)})",
               html_table("Perhaps emergencies", ("Message", "Alarm", "'If this is happening now'", "What came"),
                          ((item.question.text, _yes_no(item.got.emergency), _yes_no(item.got.if_now), item.got.text)
                           for item in maybe)))))


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _compared(comparison: Optional[Comparison]) -> str:
    if comparison is None:
        return paragraph("There is no earlier run of the same files.")

    def changes(caption: str, pairs: list[tuple[Judged, Judged]]) -> Markup:
        return html_table(f"{caption} ({len(pairs)})", ("Message", "Expected", "Then", "Now"),
                          ((_message(new), table.expected(new.question), table.got(old), table.got(new)) for old, new in pairs))

    return (paragraph(table.comparison_summary(comparison)) + changes("What got worse", comparison.worse)
            + folded(f"What got better ({len(comparison.better)})", changes("What got better", comparison.better)))


def _topics(counted: topics.Pairs) -> str:
    found = topics.scores(counted)
    return paragraph(f"Weakest first. Macro F1, every topic counting the same: {topics.macro_f1(found):.3f}.") + html_table(
        "Topics", ("Topic", "Precision", "Recall", "F1", "Asked", "Answered", "Right"),
        ((score.topic, f"{score.precision:.2f}", f"{score.recall:.2f}", f"{score.f1:.2f}", score.expected, score.given,
          score.right) for score in found), range(1, 7))


def _confusion(counted: topics.Pairs) -> str:
    picture = charts.confusion_picture(counted, order=yaml_lines.read(DOMAIN)[0]["intents"])
    return "".join((
        paragraph("Downwards the topic expected, across the topic given. Blue is right; orange squares hold the number of mistakes."),
        f'<div class="scroll" role="region" aria-label="Confusion matrix" tabindex="0">{picture}</div>',
        html_table("Mistakes, the commonest first", ("Expected", "Given", "Times"), topics.mistaken(counted), (2,))))


def _confidence(judged: Iterable[Judged]) -> str:
    found = calibration.calibrate(calibration.claims(judged))
    if found is None:
        return paragraph("The assistant didn't tell its confidence: it does so only when started with PCSO_DEBUG=1.")
    return "".join((
        paragraph(f"Expected calibration error: {found.error:.3f} over {found.count} questions. "
                  "0 means that of the topics given with a confidence of 0.8, 80 in 100 are right."),
        charts.reliability_picture(found),
        html_table("Confidence and accuracy", ("Confidence", "Questions", "Mean confidence", "Share right"),
                   ((f"{bar.low:.1f} to {bar.high:.1f}", bar.count, f"{bar.confidence:.2f}", f"{bar.accuracy:.2f}")
                    for bar in found.bins), (1, 2, 3))))


def _lines(caption: str, lines: list[Line]) -> Markup:
    used = [aspect for aspect in table.ASPECTS if any(aspect in line.aspects for line in lines)]
    return html_table(
        caption, ("", "All right", "Share", *used),
        ((line.name, f"{line.right}/{line.total}", table.percent(line.right / line.total),
          *("{}/{}".format(*line.aspects[aspect]) if aspect in line.aspects else "" for aspect in used)) for line in lines),
        range(1, 3 + len(used)))


def _misses(judged: list[Judged]) -> str:
    files: dict[str, list[Judged]] = {}
    for item in table.most_serious_first(judged):
        files.setdefault(item.question.file, []).append(item)
    return "".join(folded(f"{name} ({len(items)})", _table_of(f"Misses of {name}", items)) for name, items in files.items())


def _apart(leaked: list[str]) -> str:
    if not leaked:
        return paragraph("No question is a training example too.")
    places = "".join(f"<li>{escape(place)}</li>" for place in leaked)
    return f"{paragraph(table.leak_warning(leaked))}<ul>{places}</ul>"


def _table_of(caption: str, items: list[Judged]) -> Markup:
    return html_table(caption, ("Message", "Wrong", "Expected", "Got", "What came instead"),
                      ((_message(item), table.wrong_aspects(item), table.expected(item.question), table.got(item), item.got.text)
                       for item in items))


def _message(item: Judged) -> Markup:
    place = f"{item.question.file}:{item.question.line}"
    return Markup(f'<span lang="{escape(item.question.lang or "en")}">{escape(item.question.text)}</span><br>'
                  f'<span class="where">{escape(place)} · {escape(", ".join(item.question.tags))}</span>')
