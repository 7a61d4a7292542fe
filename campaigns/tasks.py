"""Doors for Celery: each says "look at the database now" and calls verbs."""

from celery import shared_task

from campaigns import jobs, uploading
from campaigns.upload_work import WORKERS


@shared_task
def run_jobs() -> None:
    jobs.run_next(workers=WORKERS)
    uploading.forget_expired()
