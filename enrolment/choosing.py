"""Which wording of a step a person gets: a variant, the next of a bank, one unsent yet. Pure."""

import zlib
from collections.abc import Mapping

from campaigns.conditions import Facts
from campaigns.content import Content
from campaigns.rules import StepRule
from enrolment.addressing import is_discreet
from enrolment.state import State


def wording_of(
    content: Content, state: State, step: StepRule, facts: Facts, sent: Mapping[str, int]
) -> tuple[str, str]:
    """(text key, variant's name or nothing). `sent` counts what went out before, by text key."""
    if step.bank:
        return next_of(_open_to(content, state, step.bank), state.seed, sent), ""
    variant = _variant(state, step, facts)
    key = f"{step.key}@{variant}" if variant else content.step_text_key(step)
    if step.question:
        return key, variant
    if state.attempt > 1 and step.pool and sent.get(key):
        # She has read this one in an earlier attempt: a text she has not comes instead.
        spare = next_of(_open_to(content, state, step.pool), state.seed, sent)
        if not sent.get(spare):
            return spare, ""
    return key, variant


def _open_to(content: Content, state: State, bank: str) -> tuple[str, ...]:
    """Discreet people get those of a bank that are worded so, where any are."""
    keys = content.banks[bank]
    if not state.discreet:
        return keys
    return tuple(key for key in keys if is_discreet(content, key)) or keys


def next_of(keys: tuple[str, ...], seed: int, sent: Mapping[str, int]) -> str:
    """The one sent least often, so that none comes again until all have been.

    Within a round the order is the person's own, so that two friends don't get the same texts.
    """
    turn = seed % len(keys)
    return min(keys[turn:] + keys[:turn], key=lambda key: sent.get(key, 0))


def _variant(state: State, step: StepRule, facts: Facts) -> str:
    """The first whose condition holds; else one open to all, drawn by person, and in the next
    attempt the one after it; else none: the step's own wording."""
    if not step.variants:
        return ""
    for variant in step.variants:
        if variant.when is not None and variant.when(facts):
            return variant.name
    names = [variant.name for variant in step.variants if variant.when is None]
    if not names:
        return ""
    turn = zlib.crc32(step.key.encode(), state.seed) + state.attempt - 1
    return names[turn % len(names)]
