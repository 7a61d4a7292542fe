"""Doors for Celery: each says "look at the database now" and calls verbs."""

from celery import shared_task

from campaigns import jobs, review_mail, upload_work, uploading

_WORKERS = {**upload_work.WORKERS, **review_mail.WORKERS}


@shared_task
def run_jobs() -> None:
    jobs.run_next(workers=_WORKERS)
    uploading.forget_expired()
