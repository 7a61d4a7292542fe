"""From the file to the draft: read in a dry run, applied once, thrown away in time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns import jobs, loading, uploading
from campaigns.findings import findings_of
from campaigns.models import Campaign, CampaignVersion, Job, Upload
from campaigns.pack import read_pack
from campaigns.pack_values import Pack, PackBank, PackBankText, PackKeyword
from campaigns.translation_sheet import write_translation
from campaigns.unloading import as_pack
from campaigns.upload_work import WORKERS
from campaigns.workbook import read_workbook
from campaigns.workbook_safety import WorkbookRefused
from campaigns.workbook_writing import write_workbook
from tests import long_work, worlds
from tests.workbooks import STARTER, bytes_of, opened, row_of, starter, workbook
from trust.models import AuditEvent, User
from trust.models.machine_time import MachineNow

pytestmark = pytest.mark.django_db


def manager() -> User:
    return User.objects.get_or_create(
        email="manager@clinic.example", defaults={"organisation": worlds.organisation()}
    )[0]


def campaign() -> Campaign:
    return worlds.campaign()


def sent(content: bytes) -> Upload:
    """After its dry run."""
    upload = uploading.receive(campaign=campaign(), content=content, actor=manager())
    return worked(upload)


def worked(upload: Upload) -> Upload:
    jobs.run_next(workers=WORKERS)
    upload.refresh_from_db()
    return upload


def reworded(text: str) -> bytes:
    sheet = opened(workbook())["Texts"]
    return workbook({("Texts", f"B{row_of(sheet, 'welcome.1')}"): text})


def test_dry_run_of_the_first_workbook_changes_nothing() -> None:
    upload = sent(workbook())

    findings = findings_of(upload.findings)
    assert upload.status == Upload.Status.READY
    assert findings.size == "1 stage, 1 step, 0 questions, 60 texts in en, nb"
    assert findings.changes == ()
    assert not CampaignVersion.objects.exists()


def test_dry_run_says_what_would_change() -> None:
    loading.load(pack=starter(), campaign=campaign(), author=None)

    upload = sent(reworded("Hello."))

    (change,) = findings_of(upload.findings).changes
    assert change.headline == "welcome.1 is reworded (en)"
    assert change.after == "Hello."


def test_apply_makes_a_draft_of_what_was_read() -> None:
    loading.load(pack=starter(), campaign=campaign(), author=None)
    content = reworded("Hello.")
    upload = sent(content)

    uploading.apply(upload=upload, actor=manager())
    worked(upload)

    assert upload.status == Upload.Status.APPLIED
    assert upload.version is not None
    assert upload.version.number == 2
    assert upload.version.status == CampaignVersion.Status.DRAFT
    assert upload.version.author == manager()
    assert as_pack(upload.version) == read_workbook(content)
    assert bytes(upload.content) == b""


def test_rows_come_back_from_their_workbook() -> None:
    pack = read_pack(STARTER.parent / "mcessation")
    version = loading.load(pack=pack, campaign=campaign(), author=None)

    again = loading.load(
        pack=read_workbook(write_workbook(as_pack(version))), campaign=campaign(), author=None
    )

    assert as_pack(again) == as_pack(version) == pack


def test_mistakes_are_kept_with_their_places_and_the_bytes_are_not() -> None:
    upload = sent(workbook({("Stages", "D2"): "cor"}))

    findings = findings_of(upload.findings)
    assert upload.status == Upload.Status.WRONG
    assert [(each.file, each.line, each.column, each.value) for each in findings.problems] == [
        ("Stages", 2, "track", "cor")
    ]
    assert bytes(upload.content) == b""
    with pytest.raises(uploading.UploadRefused):
        uploading.apply(upload=upload, actor=manager())


def test_file_that_nobody_should_open_is_not_kept() -> None:
    with pytest.raises(WorkbookRefused):
        uploading.receive(campaign=campaign(), content=b"PK nothing", actor=manager())

    assert not Upload.objects.exists()
    assert not AuditEvent.objects.filter(verb="upload.receive").exists()


def test_one_file_too_many_waits_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "MOST_KEPT", 1)
    first = sent(workbook())

    with pytest.raises(uploading.UploadRefused, match="throw them away"):
        sent(workbook())
    uploading.discard(upload=first, actor=manager())

    assert sent(workbook()).status == Upload.Status.READY


def test_two_clicks_are_one_draft() -> None:
    upload = sent(workbook())

    first = uploading.apply(upload=upload, actor=manager())
    second = uploading.apply(upload=upload, actor=manager())
    while jobs.run_next(workers=WORKERS):
        pass

    assert first == second
    assert CampaignVersion.objects.count() == 1
    # As from a second tab: what was done is told, not that it should be done again.
    with pytest.raises(uploading.UploadRefused, match="applied before: its draft is there"):
        uploading.apply(upload=upload, actor=manager())


def test_version_made_meanwhile_is_not_written_over_unread() -> None:
    upload = sent(workbook())
    loading.load(pack=starter(), campaign=campaign(), author=None)

    uploading.apply(upload=upload, actor=manager())
    worked(upload)

    assert upload.status == Upload.Status.WRONG
    assert "Meanwhile Quit v1 was made" in findings_of(upload.findings).refused
    assert CampaignVersion.objects.count() == 1


def test_workbook_of_killed_workers_is_read_and_made_a_draft_once() -> None:
    upload = uploading.receive(campaign=campaign(), content=workbook(), actor=manager())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("campaigns.upload_work.read_content", _killing)
        long_work.kill(WORKERS)
    long_work.kill_at_its_end(WORKERS)
    upload.refresh_from_db()
    assert (upload.status, upload.findings) == (Upload.Status.RECEIVED, {})
    assert worked(upload).status == Upload.Status.READY

    job = uploading.apply(upload=upload, actor=manager())
    long_work.kill_at_its_end(WORKERS)
    assert not CampaignVersion.objects.exists()
    worked(upload)
    job.refresh_from_db()

    assert (upload.status, job.status, job.attempt) == (Upload.Status.APPLIED, "done", 2)
    assert CampaignVersion.objects.count() == 1
    assert AuditEvent.objects.filter(verb="version.load").count() == 1


def _killing(*given: object) -> None:
    raise KeyboardInterrupt


def test_worker_that_is_stopped_at_the_end_leaves_no_half_draft(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = sent(workbook())
    job = uploading.apply(upload=upload, actor=manager())
    real = jobs.finish

    def stopped_at_the_end(*, job: Job) -> None:
        jobs.stop(job=job, actor=None)
        real(job=job)

    monkeypatch.setattr(jobs, "finish", stopped_at_the_end)
    worked(upload)

    assert not CampaignVersion.objects.exists()
    assert upload.status == Upload.Status.READY
    job.refresh_from_db()
    assert job.status in ("running", "stopped")


def test_discarded_upload_is_gone() -> None:
    upload = uploading.receive(campaign=campaign(), content=workbook(), actor=manager())

    assert uploading.discard(upload=upload, actor=manager())
    worked(upload)

    assert upload.status == Upload.Status.DISCARDED
    assert bytes(upload.content) == b""
    assert not uploading.discard(upload=upload, actor=manager())


def test_upload_nobody_came_back_to_is_forgotten() -> None:
    old, new = sent(workbook()), sent(workbook())
    Upload.objects.filter(pk=old.pk).update(expires_at=MachineNow() - timedelta(minutes=1))

    assert uploading.forget_expired() == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, bytes(old.content)) == ("discarded", b"")
    assert new.status == "ready"


def test_translation_makes_a_draft_with_that_language_only() -> None:
    version = loading.load(pack=starter(), campaign=campaign(), author=None)
    book = opened(write_translation(as_pack(version), "nb"))
    sheet = book["Translation"]
    sheet.cell(row_of(sheet, "welcome.1"), 4).value = "Velkommen."

    upload = sent(bytes_of(book))
    uploading.apply(upload=upload, actor=manager())
    worked(upload)

    assert findings_of(upload.findings).language == "nb"
    assert upload.version is not None
    made = as_pack(upload.version)
    assert made.texts["en"] == starter().texts["en"]
    assert made.texts["nb"]["welcome.1"] == "Velkommen."


def test_each_step_leaves_its_audit_row() -> None:
    upload = sent(workbook())
    uploading.apply(upload=upload, actor=manager())
    worked(upload)

    verbs = set(AuditEvent.objects.filter(actor=manager()).values_list("verb", flat=True))
    assert verbs == {"upload.receive", "job.start", "upload.apply", "version.load"}


@pytest.mark.slow
def test_two_thousand_texts_come_in_with_their_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_OFTEN", 0.0)
    seen: list[int] = []
    real = jobs.Progress.__call__

    def watched(progress: jobs.Progress, done: int, total: int) -> None:
        real(progress, done, total)
        seen.append(Job.objects.get(pk=progress.job.pk).percent)

    monkeypatch.setattr(jobs.Progress, "__call__", watched)
    upload = sent(write_workbook(large_pack()))

    assert (
        findings_of(upload.findings).size == "1 stage, 1 step, 0 questions, 2,060 texts in en, nb"
    )
    assert len(seen) > 10
    assert seen == sorted(seen)
    assert (seen[0] < 20, seen[-1] > 80) == (True, True)
    uploading.apply(upload=upload, actor=manager())
    worked(upload)
    assert upload.version is not None
    assert upload.version.texts.count() == 2_060


def large_pack() -> Pack:
    """The starter with a bank of a thousand tips in two languages."""
    pack = starter()
    keys = [f"tip.{number:04}" for number in range(1000)]
    bank = PackBank("tip", "Tips", tuple(PackBankText(key, ("1.4",)) for key in keys))
    words = {"en": ("TIP",), "nb": ("RÅD",)}
    texts = {
        language: {**said, **{key: f"Walk a little, {language} {key}." for key in keys}}
        for language, said in pack.texts.items()
    }
    keywords = (*pack.keywords, PackKeyword("bank", "tip", words))
    return replace(pack, banks=(bank,), keywords=keywords, texts=texts)
