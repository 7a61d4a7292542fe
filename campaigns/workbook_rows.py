"""A Pack as the rows of a workbook. Pure; `workbook_tree` reads them back as an equal Pack."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from campaigns.pack_files import tops
from campaigns.pack_values import Pack
from campaigns.workbook_columns import CAMPAIGN, SETTING, VALUE
from campaigns.workbook_sheets import READERS, SETTINGS

Value = str | int | float | bool | None
Rows = dict[str, list[dict[str, Value]]]


def rows_of(pack: Pack) -> Rows:
    """By sheet, by column. Several words in one cell have commas between them."""
    files = tops(pack)
    campaign = files["campaign.yaml"]
    rows: Rows = {CAMPAIGN: _settings(campaign)}
    for sheet, name in (("Slots", "slots"), ("Profiles", "profiles"), ("Attributes", "attributes")):
        rows[sheet] = [{"name": key, **fields} for key, fields in campaign.get(name, {}).items()]
    rows[READERS] = [
        {"language": language, **(read if isinstance(read, dict) else {})}
        for language, read in campaign["native_readers"].items()
    ]
    rows["Variables"] = [
        {"name": name, "about": about} for name, about in campaign["variables"].items()
    ]
    rows |= _scales(campaign.get("scales", {}))
    rows |= _stages(files["stages.yaml"])
    rows |= _questions(files["questions.yaml"])
    banks = files["banks.yaml"]
    rows["Banks"] = [{"key": bank["key"], "name": bank["name"]} for bank in banks]
    rows["Bank texts"] = [
        {"bank": bank["key"], "key": text["key"], "tags": joined(text["tags"])}
        for bank in banks
        for text in bank["texts"]
    ]
    rows["Keywords"] = [
        {**_plain(keyword), **_spoken(keyword["words"])} for keyword in files["keywords.yaml"]
    ]
    rows["Trials"] = [
        {"key": trial["key"], "plan": _yaml(trial)} for trial in files.get("trials.yaml", [])
    ]
    rows["Defaults"] = _by_language("field", pack.defaults)
    rows["Texts"] = _by_language("key", pack.texts)
    return rows


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)


def joined(words: Iterable[str]) -> str | None:
    """As `workbook_tree.words_in` takes them apart; None for none."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(words))
    return line.getvalue().replace(",", ", ") if '"' not in line.getvalue() else line.getvalue()


def _settings(campaign: Mapping[str, Any]) -> list[dict[str, Value]]:
    flat = {
        **campaign,
        "hours_start": campaign["hours"]["start"],
        "hours_end": campaign["hours"]["end"],
        "cap_day": campaign.get("caps", {}).get("day"),
        "cap_week": campaign.get("caps", {}).get("week"),
    }
    return [
        {SETTING: setting.name, VALUE: _cell(flat.get(setting.name)), "note": setting.note}
        for setting in SETTINGS
    ]


def _stages(stages: Sequence[Mapping[str, Any]]) -> Rows:
    rows: Rows = {"Stages": [], "Steps": [], "Variants": []}
    for stage in stages:
        then = stage.get("then", {})
        onward = {"then_after_days": then.get("after_days"), "then_enter": then.get("enter")}
        rows["Stages"].append({**_plain(stage), **onward})
        for step in stage["steps"]:
            repeat = step.get("repeat", {})
            rows["Steps"].append({"stage": stage["key"], **_plain(step), **repeat})
            rows["Variants"] += [
                {"step": step["key"], **variant} for variant in step.get("variants", ())
            ]
    return rows


def _questions(questions: Sequence[Mapping[str, Any]]) -> Rows:
    rows: Rows = {"Questions": [], "Choices": [], "Outcomes": [], "Bands": []}
    for question in questions:
        key = question["key"]
        ends = {name.removesuffix("_day"): end for name, end in question.get("range", {}).items()}
        rows["Questions"].append({**_plain(question), **ends})
        rows["Choices"] += [
            {"question": key, **_plain(choice), **_spoken(choice["words"])}
            for choice in question.get("choices", ())
        ]
        rows["Outcomes"] += [
            {"question": key, "answer": answer, **outcome}
            for answer, outcome in question["outcomes"].items()
        ]
        rows["Bands"] += [{"question": key, **band} for band in question.get("bands", ())]
    return rows


def _scales(scales: Mapping[str, Any]) -> Rows:
    rows: Rows = {"Scales": [], "Scale bands": []}
    for name, scale in scales.items():
        for part in scale["parts"]:
            of = {"scale": name, "question": part["question"]}
            points = [
                {"answer": answer, "points": worth}
                for answer, worth in part.get("points", {}).items()
            ]
            rows["Scales"] += [{**of, **each} for each in points or part.get("bands", [{}])]
        rows["Scale bands"] += [{"scale": name, **band} for band in scale.get("bands", ())]
    return rows


def _plain(fields: Mapping[str, Any]) -> dict[str, Value]:
    """What fits in one cell; the rest has rows of its own."""
    return {name: _cell(value) for name, value in fields.items() if _fits(value)}


def _fits(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return not isinstance(value, dict)


def _cell(value: Any) -> Value:
    found: Value = joined(value) if isinstance(value, list) else value
    return None if found == "" else found


def _spoken(words: Mapping[str, Sequence[str]]) -> dict[str, Value]:
    return {language: joined(said) for language, said in words.items() if said}


def _by_language(column: str, said: Mapping[str, Mapping[str, str]]) -> list[dict[str, Value]]:
    """Each key once, in the order of the first language that has it."""
    keys = dict.fromkeys(key for texts in said.values() for key in texts)
    return [
        {column: key, **{language: texts.get(key) for language, texts in said.items()}}
        for key in keys
    ]
