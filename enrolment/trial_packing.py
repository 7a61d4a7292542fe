"""The trial columns of a Decision as COPY takes them. Pure."""

import json

from enrolment.state import Drawn
from trust import copying

#: In the order of `packed_trial`.
COLUMNS = "arm, available, unavailable_reason, policy_version, options, probabilities, draw"


def packed_trial(arm: str, drawn: Drawn | None) -> bytes:
    """A probability can't be recovered later: it is kept whether anything was sent or not."""
    drawn = drawn or Drawn()
    return b"".join(
        (
            copying.text(arm),
            copying.boolean(not drawn.unavailable),
            copying.text(drawn.unavailable),
            copying.text(drawn.policy),
            _listed(drawn.options),
            _listed(drawn.probabilities),
            copying.NULL if drawn.draw is None else copying.double(drawn.draw),
        )
    )


def _listed(values: tuple[str | float, ...]) -> bytes:
    return copying.jsonb(json.dumps(values)) if values else copying.NULL
