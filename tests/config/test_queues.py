from django.conf import settings

from config import queues, run
from config.celery import app


def test_worker_of_the_run_command_consumes_every_queue() -> None:
    [worker] = [job for job in run.jobs(8000, "") if job.name == "worker"]
    consumed = set(worker.command[worker.command.index("--queues") + 1].split(","))

    assert consumed == set(queues.QUEUES)
    assert set(queues.ROUTES.values()) <= consumed
    assert queues.task_default_queue in consumed


def test_every_routed_and_ticking_task_exists() -> None:
    app.loader.import_default_modules()
    app.finalize()
    named = {*queues.ROUTES, *queues.TICKS}

    assert named <= set(app.tasks)


def test_every_task_of_ours_has_a_route() -> None:
    app.loader.import_default_modules()
    app.finalize()
    ours = {name for name in app.tasks if not name.startswith("celery.")}

    assert ours <= set(queues.ROUTES)


def test_ticks_expire_so_that_they_do_not_pile_up() -> None:
    for entry in queues.beat_schedule.values():
        every, expires = entry["schedule"], entry["options"]["expires"]
        assert every < expires <= 3 * every


def test_limits_stand_in_the_order_that_keeps_a_call_single() -> None:
    visibility = queues.broker_transport_options["visibility_timeout"]

    assert queues.task_soft_time_limit < queues.task_time_limit
    assert queues.task_time_limit < settings.ATTEMPT_LEASE_SECONDS < visibility


def test_nothing_is_acknowledged_late_or_kept_as_a_result() -> None:
    assert app.conf.task_acks_late is False
    assert app.conf.result_backend is None
    assert app.conf.accept_content == ["json"]


def test_broker_address_of_a_socket_is_written_as_kombu_wants_it() -> None:
    assert app.conf.broker_url.startswith(("redis+socket:///", "redis://", "rediss://"))
