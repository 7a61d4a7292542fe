"""What a reading is worth saying: its band's reply, and a flag where a person must look. Pure."""

from collections.abc import Sequence

from campaigns.measures import MEASURES, BandRule
from campaigns.rules import QuestionRule
from enrolment.spoken_readings import Measured
from enrolment.talk import Change, RaiseFlag, RecordReading

ALARMING = "alarming_reading"


def band_of(question: QuestionRule, reading: Measured) -> BandRule | None:
    """The first band that holds."""
    for band in question.bands:
        if band.holds(reading.value, reading.second):
            return band
    return None


def consequences(question: QuestionRule, reading: Measured) -> tuple[list[Change], str]:
    """What is written, and the text that is said, if there is one for it."""
    band = band_of(question, reading)
    changes: list[Change] = [
        RecordReading(question.key, reading.value, kept_unit(question), reading.second)
    ]
    if band is not None and band.alarm:
        changes.append(RaiseFlag(ALARMING, question.key))
    return changes, "" if band is None else band.reply


def sure_alarm(question: QuestionRule, readings: Sequence[Measured]) -> BandRule | None:
    """The alarm band where every meaning of a text is alarming, whichever was meant: then nobody
    is asked for the unit first."""
    bands = [band_of(question, reading) for reading in readings]
    alarms = [band for band in bands if band is not None and band.alarm]
    return alarms[0] if alarms and len(alarms) == len(bands) else None


def kept_unit(question: QuestionRule) -> str:
    measure = MEASURES.get(question.measure)
    return question.unit if measure is None else measure.kept.name
