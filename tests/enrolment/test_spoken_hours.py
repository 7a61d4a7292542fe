from datetime import time

import pytest

from campaigns.schedule import Span
from enrolment.spoken_hours import read_hours


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("8-20", time(8), time(20)),
        ("8 to 20", time(8), time(20)),
        ("from 8 until 20!", time(8), time(20)),
        ("8am-8pm", time(8), time(20)),
        ("8 am to 8 p.m.", time(8), time(20)),
        ("8:30-20:15", time(8, 30), time(20, 15)),
        ("8.30 - 20", time(8, 30), time(20)),
        ("0800-2000", time(8), time(20)),
        ("between 9 and 17", time(9), time(17)),
        ("9-5", time(9), time(17)),
        ("8-8", time(8), time(20)),
        ("12am-6am", time(0), time(6)),
        ("12-4", time(12), time(16)),
        ("12pm to 4pm", time(12), time(16)),
        ("18-24", time(18), time(23, 59)),
        ("18 to midnight", time(18), time(23, 59)),
        ("8\u201320", time(8), time(20)),
        ("8 20", time(8), time(20)),
        ("\u0668-\u0662\u0660", time(8), time(20)),
    ],
)
def test_hours_as_people_write_them(text: str, start: time, end: time) -> None:
    assert read_hours(text) == Span(start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "noon",
        "8",
        "20-8",
        "8pm-8am",
        "8-9",
        "8-9:59",
        "13pm-15",
        "0am-5",
        "25-30",
        "8-20-22",
        "8:70-20",
        "-8-20",
        "8-24:30",
        "8 or 20",
    ],
)
def test_hours_nobody_is_sure_of(text: str) -> None:
    assert read_hours(text) is None
