"""All the rows of a version's content, read in one query and linked with each other.

A page that looks at a whole version reads seven tables; table by table that is seven round trips
each time the version is asked for. Here each table comes as one JSON array.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, models

from campaigns.models.bank_text import BankText
from campaigns.models.keyword import Keyword
from campaigns.models.message_bank import MessageBank
from campaigns.models.question import Question
from campaigns.models.stage import Stage
from campaigns.models.step import Step
from campaigns.models.text import Text

M = TypeVar("M", bound=models.Model)

_OF_VERSION = "r.version_id = %(version)s"
_OF_BANK = (
    f"r.bank_id IN (SELECT id FROM {MessageBank._meta.db_table} WHERE version_id = %(version)s)"
)
#: Model, its rows, their order.
_TABLES: Sequence[tuple[type[models.Model], str, str]] = (
    (Stage, _OF_VERSION, "r.position"),
    (Step, _OF_VERSION, "r.position"),
    (Question, _OF_VERSION, "r.position"),
    (MessageBank, _OF_VERSION, "r.id"),
    (BankText, _OF_BANK, "r.position"),
    (Keyword, _OF_VERSION, "r.action, r.language, r.word"),
    (Text, _OF_VERSION, "r.id"),
)
_SQL = "SELECT " + ", ".join(
    f"(SELECT json_agg(r ORDER BY {order})::text FROM {model._meta.db_table} r WHERE {which})"
    for model, which, order in _TABLES
)


@dataclass(frozen=True, slots=True)
class ContentRows:
    """Steps know their stage, question and bank, keywords theirs. Stages, steps (within a stage),
    questions and a bank's texts by position; banks and texts in the order they were written;
    keywords by action, language and word."""

    stages: Sequence[Stage]
    steps: Sequence[Step]
    questions: Sequence[Question]
    banks: Sequence[MessageBank]
    bank_texts: Mapping[int, Sequence[BankText]]
    keywords: Sequence[Keyword]
    texts: Sequence[Text]


def rows_of(version_id: int) -> ContentRows:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"version": version_id})
        found: tuple[str | None, ...] = cursor.fetchone()
    stages, steps, questions, banks, bank_texts, keywords, texts = found
    rows = ContentRows(
        stages=_read(Stage, stages),
        steps=_read(Step, steps),
        questions=_read(Question, questions),
        banks=_read(MessageBank, banks),
        bank_texts=_by_bank(_read(BankText, bank_texts)),
        keywords=_read(Keyword, keywords),
        texts=_read(Text, texts),
    )
    _link(rows)
    return rows


def _read(model: type[M], found: str | None) -> list[M]:
    """None: the version has no such row."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    return [
        # JSON writes a whole float without its point; the field knows.
        model.from_db("default", names, [field.to_python(row[field.column]) for field in fields])
        for row in json.loads(found or "[]")
    ]


def _by_bank(rows: Sequence[BankText]) -> Mapping[int, Sequence[BankText]]:
    by_bank: dict[int, list[BankText]] = {}
    for row in rows:
        by_bank.setdefault(row.bank_id, []).append(row)
    return by_bank


def _link(rows: ContentRows) -> None:
    stages = {row.pk: row for row in rows.stages}
    questions = {row.pk: row for row in rows.questions}
    banks = {row.pk: row for row in rows.banks}
    for step in rows.steps:
        step.stage = stages[step.stage_id]
        step.question = questions[step.question_id] if step.question_id else None
        step.bank = banks[step.bank_id] if step.bank_id else None
    for keyword in rows.keywords:
        keyword.question = questions[keyword.question_id] if keyword.question_id else None
        keyword.bank = banks[keyword.bank_id] if keyword.bank_id else None
        keyword.stage = stages[keyword.stage_id] if keyword.stage_id else None
