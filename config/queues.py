"""How tasks travel, in Celery's own words; config.celery reads this on first use.

The queue carries hints that work may be due; the rows in the database are the work. A lost, late
or doubled task costs one tick. So: no results kept, early acknowledgement, no eta, countdown or
retry (Redis redelivers those), and beat messages that expire before the next but one.
"""

from typing import Any

from django.conf import settings
from kombu import Queue

QUEUES = ("stop_inbound", "replies", "due", "bulk", "callbacks", "reports")
ROUTES = {
    "campaigns.tasks.run_jobs": "reports",
    "enrolment.tasks.answer_inbound": "stop_inbound",
    "enrolment.tasks.tick": "due",
    "enrolment.tasks.deliver_pages": "callbacks",
    "enrolment.tasks.ask_invited": "due",
    "enrolment.tasks.watch_cases": "callbacks",
    "enrolment.tasks.move_people": "bulk",
    "enrolment.tasks.follow_broadcasts": "reports",
    "enrolment.tasks.pause_unreachable": "reports",
    "enrolment.tasks.take_silence_as_leaving": "reports",
    "enrolment.tasks.finish_erasures": "reports",
    "enrolment.tasks.purge": "reports",
    "enrolment.tasks.remove_old_sign_ins": "reports",
    "enrolment.tasks.seal_audit": "reports",
    "research.tasks.count_days": "bulk",
    "research.tasks.count_people": "bulk",
    "research.tasks.send_weekly_reports": "reports",
    "research.tasks.make_exports": "bulk",
    "research.tasks.purge_exports": "reports",
    "research.tasks.remove_old_deliveries": "reports",
    "research.tasks.settle_ledgers": "bulk",
    "research.tasks.tell_webhooks": "reports",
    "enrolment.tasks.run_jobs": "bulk",
    "messaging.tasks.dispatch": "due",
    "messaging.tasks.settle_lost": "callbacks",
    "messaging.tasks.fold_reports": "callbacks",
    "messaging.tasks.join_parts": "callbacks",
    "messaging.tasks.expire": "callbacks",
    "messaging.tasks.watch_senders": "reports",
    "messaging.tasks.refresh_budgets": "reports",
    # One for each queue, which its message names.
    "messaging.tasks.be_seen": "reports",
    "enrolment.tasks.audit_books": "bulk",
}
# Seconds between two messages of each; fixed intervals know no summer time.
TICKS = {
    "enrolment.tasks.tick": 5.0,
    "enrolment.tasks.deliver_pages": 5.0,
    "enrolment.tasks.watch_cases": 15.0,
    "campaigns.tasks.run_jobs": 2.0,
    "messaging.tasks.dispatch": 2.0,
    "messaging.tasks.settle_lost": 30.0,
    "messaging.tasks.fold_reports": 2.0,
    "messaging.tasks.join_parts": 30.0,
    "messaging.tasks.expire": 30.0,
    "messaging.tasks.watch_senders": 30.0,
    "enrolment.tasks.answer_inbound": 5.0,
    "enrolment.tasks.ask_invited": 5.0,
    "enrolment.tasks.move_people": 15.0,
    "enrolment.tasks.follow_broadcasts": 5.0,
    "messaging.tasks.refresh_budgets": 60.0,
    "enrolment.tasks.pause_unreachable": 300.0,
    "enrolment.tasks.take_silence_as_leaving": 300.0,
    "enrolment.tasks.finish_erasures": 30.0,
    "enrolment.tasks.purge": 600.0,
    "enrolment.tasks.remove_old_sign_ins": 3600.0,
    "enrolment.tasks.seal_audit": 3600.0,
    "research.tasks.count_days": 30.0,
    "research.tasks.count_people": 30.0,
    "research.tasks.send_weekly_reports": 600.0,
    "research.tasks.make_exports": 2.0,
    "research.tasks.purge_exports": 600.0,
    "research.tasks.remove_old_deliveries": 3600.0,
    "research.tasks.settle_ledgers": 10.0,
    "research.tasks.tell_webhooks": 5.0,
    "enrolment.tasks.run_jobs": 2.0,
    "enrolment.tasks.audit_books": 3600.0,
}
#: Between two signs of life of each queue.
SEEN_EVERY = 20.0
_SOCKET_SECONDS = 5.0

# kombu has its own way to write the address of a socket.
broker_url = settings.REDIS_URL.replace("unix://", "redis+socket://").replace(
    "?db=", "?virtual_host="
)
# Without time-outs a publish can wait for ever on a half-open connection.
broker_transport_options = {
    "visibility_timeout": 600,
    "socket_timeout": _SOCKET_SECONDS,
    "socket_connect_timeout": _SOCKET_SECONDS,
    "socket_keepalive": True,
}
broker_connection_retry_on_startup = True
result_backend = None
task_ignore_result = True
task_serializer = "json"
accept_content = ["json"]
task_acks_late = False
# Below ATTEMPT_LEASE_SECONDS, which is below the visibility time-out: nobody settles or
# redelivers what a live task still holds.
task_soft_time_limit = 30
task_time_limit = 45
task_queues = [Queue(name) for name in QUEUES]
task_default_queue = "bulk"
task_create_missing_queues = False
task_routes = {task: {"queue": queue} for task, queue in ROUTES.items()}
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 10_000
worker_hijack_root_logger = False
worker_soft_shutdown_timeout = 10.0
worker_cancel_long_running_tasks_on_connection_loss = False
beat_scheduler = "config.beat:SeenScheduler"
timezone = "UTC"
enable_utc = True
beat_schedule: dict[str, dict[str, Any]] = {
    task: {"task": task, "schedule": every, "options": {"expires": every * 2}}
    for task, every in TICKS.items()
}
beat_schedule |= {
    f"messaging.tasks.be_seen:{queue}": {
        "task": "messaging.tasks.be_seen",
        "schedule": SEEN_EVERY,
        "args": (queue,),
        "options": {"expires": SEEN_EVERY * 2, "queue": queue},
    }
    for queue in QUEUES
}
