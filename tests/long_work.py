"""Workers of long work that are killed in the middle, as by a restart: their claim stays behind."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import jobs
from campaigns.models import Job
from trust.models.machine_time import MachineNow

Workers = Any


def take_over_the_dead() -> None:
    """As when a worker has been silent for its whole lease."""
    Job.objects.filter(status="running").update(leased_until=MachineNow() - timedelta(seconds=1))


def kill(workers: Workers) -> None:
    """Runs a worker that something in it kills; its job is free to be taken over after."""
    with pytest.raises(KeyboardInterrupt):
        jobs.run_next(workers=workers)
    assert not jobs.run_next(workers=workers), "the dead worker's lease still runs"
    take_over_the_dead()


def kill_at_its_end(workers: Workers) -> None:
    """After its last write, before that is committed."""
    real = jobs.finish

    def dies(**given: Any) -> None:
        real(**given)
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "finish", dies)
        kill(workers)


def at_its_second_call(real: Any) -> Any:
    """`real`, which kills whoever calls it twice."""
    calls = list[int]()

    def dies(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given, **named)

    return dies
