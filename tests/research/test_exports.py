"""Bundles asked for, made by a worker, fetched, and taken away; and who gets none."""

import io
import json
import os
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaigns import jobs
from campaigns.models import Job, Membership
from research import export_files, export_work, exports
from research.bundle.snapshot import SnapshotLost
from research.export_work import WORKERS
from research.models import Export, ExportKey
from tests import long_work, trials, worlds
from tests.research import crowd
from tests.signing_in import with_second_factor
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Trial of the clinic, ethics approval granted"


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.EXPORT_DIR = tmp_path / "exports"


@pytest.fixture(autouse=True)
def _people() -> None:
    crowd.people()
    crowd.move_calendar()


def somebody(role: str = "researcher", name: str = "ria") -> User:
    user = User.objects.create(
        email=f"{name}@clinic.example", name="Ria", organisation=worlds.organisation(),
        is_staff=True,
    )  # fmt: skip
    Membership.objects.create(user=user, campaign=worlds.campaign(), role=role)
    return user


def asked(user: User, **more: Any) -> Export:
    campaign = worlds.campaign()
    return exports.ask(
        campaign=campaign,
        asked=exports.Asked(WHY, **more),
        crowding=exports.look(campaign=campaign, now=crowd.NOW),
        actor=user,
    )


def work() -> None:
    assert jobs.run_next(workers=WORKERS)


def audited(verb: str) -> list[dict[str, Any]]:
    return list(
        AuditEvent.objects.filter(verb=verb).order_by("pk").values_list("detail", flat=True)
    )


def test_worker_makes_the_file_and_the_audit_tells_who_why_and_what() -> None:
    user = somebody()
    export = asked(user)
    work()

    export.refresh_from_db()
    assert export.job is not None
    assert export.job.status == Job.Status.DONE
    assert export.rows["participants"] == 3
    assert export.size == export_files.path_of(export.file).stat().st_size
    [wanted], [made] = audited("research.ask_export"), audited("research.export")
    assert (wanted["reason"], wanted["k"]) == (WHY, 3)
    assert made["rows"] == export.rows
    assert made["sha256"].replace(":", "") == export.sha256
    assert AuditEvent.objects.get(verb="research.export").actor == user


def test_whoever_comes_in_between_is_in_the_count_that_is_kept() -> None:
    export = asked(somebody())
    worlds.person(number="+447700900055", of=worlds.campaign().versions.get())
    work()

    export.refresh_from_db()
    [wanted], [made] = audited("research.ask_export"), audited("research.export")
    with zipfile.ZipFile(export_files.path_of(export.file)) as packed:
        assert json.loads(packed.read("anonymity.json")) == export.anonymity
    assert (wanted["k"], made["k"], export.anonymity["people"]) == (3, 4, 4)


def test_file_is_the_same_for_the_same_data_and_key() -> None:
    user = somebody()
    files = []
    for _ in range(2):
        export = asked(user, key_name="study")
        work()
        export.refresh_from_db()
        files.append(export_files.path_of(export.file).read_bytes())

    assert files[0] == files[1]
    assert ExportKey.objects.get().name == "study"
    with zipfile.ZipFile(io.BytesIO(files[0])) as packed:
        assert packed.testzip() is None
        assert json.loads(packed.read("datapackage.json"))["pseudonyms"] == "study"


def test_each_export_has_a_key_of_its_own_unless_one_is_named() -> None:
    user = somebody()
    asked(user)
    asked(user)

    secrets = {key.secret for key in ExportKey.objects.all()}
    assert len(secrets) == 2
    assert all(secret is not None and len(secret) == 64 for secret in secrets)


def test_stopped_job_leaves_nothing(tmp_path: Path) -> None:
    export = asked(somebody())
    real = jobs.Progress.__call__

    def stopped(progress: jobs.Progress, *words: Any) -> None:
        jobs.stop(job=progress.job, actor=None)
        real(progress, *words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs.Progress, "__call__", stopped)
        work()

    export.refresh_from_db()
    assert (export.job.status, export.file) == (Job.Status.STOPPED, "")
    assert list((tmp_path / "exports").iterdir()) == []


def test_worker_after_one_that_was_killed_makes_it_anew() -> None:
    export = asked(somebody())
    folder = export_files.working_folder(export.pk)
    (folder / "half.csv").write_text("half of another moment")
    Job.objects.filter(pk=export.job_id).update(
        status=Job.Status.RUNNING, attempt=1, leased_until=timezone.now() - timedelta(seconds=1)
    )
    assert exports.are_waiting()
    work()

    export.refresh_from_db()
    with zipfile.ZipFile(export_files.path_of(export.file)) as packed:
        assert "half.csv" not in packed.namelist()
        assert "data/decisions.csv" in packed.namelist()
    assert not folder.exists()


def test_worker_killed_at_its_end_is_followed_by_one_that_makes_it_once(tmp_path: Path) -> None:
    export = asked(somebody())
    with pytest.MonkeyPatch.context() as patch:
        # Whoever is killed clears nothing away.
        patch.setattr(export_files, "remove", lambda name: None)
        long_work.kill_at_its_end(WORKERS)
    [left] = (tmp_path / "exports").glob("*.zip")
    export.refresh_from_db()
    assert (export.file, audited("research.export")) == ("", [])
    work()

    export.refresh_from_db()
    assert export.is_kept
    assert export_files.path_of(export.file) != left
    assert len(audited("research.export")) == 1
    os.utime(left, (0, 0))
    exports.purge()
    assert list((tmp_path / "exports").glob("*.zip")) == [export_files.path_of(export.file)]


def test_lost_moment_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    export = asked(somebody())

    def lost(**_: object) -> None:
        raise SnapshotLost

    with monkeypatch.context() as patch:
        patch.setattr(export_work, "write", lost)
        work()
    job = Job.objects.get(pk=export.job_id)
    assert job.status == Job.Status.WAITING
    assert job.not_before is not None

    Job.objects.filter(pk=job.pk).update(not_before=None)
    work()
    export.refresh_from_db()
    assert export.is_kept


def test_file_goes_when_its_time_is_over() -> None:
    export = asked(somebody())
    work()
    assert exports.purge() == 0
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert exports.purge() == 1

    export.refresh_from_db()
    assert not export.is_kept
    assert not export_files.path_of(export.file).exists()
    assert export.rows
    assert len(audited("research.purge")) == 1


def test_what_no_row_knows_is_swept_away(tmp_path: Path) -> None:
    stray = export_files.working_folder(4711)
    os.utime(stray, (0, 0))
    fresh = export_files.working_folder(4712)
    mine = asked(somebody())
    working = export_files.working_folder(mine.pk)
    os.utime(working, (0, 0))

    exports.purge()

    assert not stray.exists()
    assert fresh.exists()
    assert working.exists()


def test_reason_with_a_number_is_refused() -> None:
    user = somebody()
    campaign = worlds.campaign()
    crowding = exports.look(campaign=campaign, now=crowd.NOW)

    for reason in ("", "  ", "for +447700900123"):
        with pytest.raises(exports.ExportRefused):
            exports.ask(
                campaign=campaign, asked=exports.Asked(reason), crowding=crowding, actor=user
            )
    assert not Export.objects.exists()


def seal_in(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def makes(client: Client, url: str, values: dict[str, str]) -> None:
    """Looks first, and then has it made."""
    looked = client.post(url, {**values, "do": "look"}).content.decode()
    client.post(url, {**values, "do": "make", "go_on": "yes", "seen": seal_in(looked)})


class TestPages:
    def url(self, name: str, pk: int) -> str:
        return reverse(f"research:{name}", args=[pk])

    def test_from_asking_to_the_file(self) -> None:
        client, campaign = with_second_factor(somebody()), worlds.campaign()
        url = self.url("bundles", campaign.pk)
        values = {"reason": WHY, "key": "own"}

        looked = client.post(url, {**values, "do": "look"}).content.decode()
        assert "The smallest group of people who look alike is of 3." in looked
        values["seen"] = seal_in(looked)
        thin = client.post(url, {**values, "do": "make"})
        assert thin.status_code == 200
        assert not Export.objects.exists()

        made = client.post(url, {**values, "do": "make", "go_on": "yes"})
        export = Export.objects.get()
        assert made["Location"] == self.url("bundle", export.pk)
        assert "It waits for its turn" in client.get(made["Location"]).content.decode()
        work()
        page = client.get(made["Location"]).content.decode()
        assert "Download" in page
        file = client.get(self.url("bundle_file", export.pk))
        assert file["Content-Disposition"].startswith("attachment")
        content = b"".join(file.streaming_content)
        assert zipfile.is_zipfile(io.BytesIO(content))
        assert len(audited("research.download")) == 1
        assert WHY in client.get(url).content.decode()

    def test_nothing_is_made_that_was_not_looked_at(self) -> None:
        client, url = with_second_factor(somebody()), self.url("bundles", worlds.campaign().pk)
        other = worlds.campaign(key="other")
        values = {"reason": WHY, "key": "own", "do": "make", "go_on": "yes"}

        for seal in ("", "forged", signing.dumps({"k": 9}, salt=f"bundle of {other.pk} for 1")):
            page = client.post(url, {**values, "seen": seal})
            assert "The smallest group of people who look alike is of 3." in page.content.decode()
        assert not Export.objects.exists()

    def test_expired_file_is_told_of(self) -> None:
        user = somebody()
        export = asked(user)
        work()
        Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        exports.purge()

        answer = with_second_factor(user).get(self.url("bundle_file", export.pk), follow=True)

        assert "The file is not kept any more." in answer.content.decode()

    def test_stop_is_pressed(self) -> None:
        user = somebody()
        export = asked(user)

        with_second_factor(user).post(self.url("bundle", export.pk), {"do": "stop"})

        assert Job.objects.get(pk=export.job_id).status == Job.Status.STOPPED

    @pytest.mark.parametrize("role", ["programme_manager", "counsellor", "author", "auditor"])
    def test_whoever_lacks_the_right_gets_nothing_and_it_is_noted(self, role: str) -> None:
        export = asked(somebody())
        work()
        export.refresh_from_db()
        user = somebody(role, "other")
        client: Client = with_second_factor(user)
        campaign = worlds.campaign().pk

        values = {"reason": WHY, "key": "own", "do": "make", "go_on": "yes"}
        answers = [
            client.get(self.url("bundles", campaign)),
            client.post(self.url("bundles", campaign), values),
            client.get(self.url("bundle", export.pk)),
            client.post(self.url("bundle", export.pk)),
            client.get(self.url("bundle_file", export.pk)),
        ]

        assert [answer.status_code for answer in answers] == [403] * 5
        assert Export.objects.count() == 1
        tries = AuditEvent.objects.filter(verb="research.refuse", actor=user)
        assert tries.count() == 5
        assert {row.detail["what"] for row in tries} == {"research.export"}

    def test_another_organisations_bundle_is_not_there_and_the_try_is_noted(self) -> None:
        export = asked(somebody())
        user = User.objects.create(
            email="r@hospital.example", organisation=worlds.organisation("hospital"),
            organisation_role="researcher", is_staff=True,
        )  # fmt: skip
        client = with_second_factor(user)

        for name, pk in (("bundles", export.campaign_id), ("bundle", export.pk)):
            assert client.get(self.url(name, pk)).status_code == 404
        tries = AuditEvent.objects.filter(verb="research.refuse", actor=user)
        assert {row.organisation_id for row in tries} == {user.organisation_id}
        assert len(tries) == 2

    def test_words_of_texts_are_only_for_who_may_read_them(self) -> None:
        client = with_second_factor(somebody())
        url = self.url("bundles", worlds.campaign().pk)
        values = {"reason": WHY, "key": "own", "with_texts": "on"}

        assert "scrubbed" not in client.get(url).content.decode()
        makes(client, url, values)
        assert not Export.objects.get().with_texts

        both = somebody("researcher", "both")
        Membership.objects.create(user=both, campaign=worlds.campaign(), role="counsellor")
        makes(with_second_factor(both), url, values)
        held = Export.objects.first()
        assert held is not None
        assert held.with_texts
        assert client.get(self.url("bundle", held.pk)).status_code == 403

    def test_arms_of_a_blinded_trial_are_only_for_who_may_unblind(self) -> None:
        trials.trial(worlds.campaign())
        client = with_second_factor(somebody())
        url = self.url("bundles", worlds.campaign().pk)
        values = {"reason": WHY, "key": "own", "with_arms": "on"}

        makes(client, url, values)
        assert not Export.objects.get().with_arms

        both = somebody("researcher", "both")
        User.objects.filter(pk=both.pk).update(is_superuser=True)
        both.refresh_from_db()
        keeper = with_second_factor(both)
        assert "whoever reads this bundle is unblinded" in keeper.get(url).content.decode()
        makes(keeper, url, values)
        held = Export.objects.first()
        assert held is not None
        assert held.with_arms
        assert client.get(self.url("bundle", held.pk)).status_code == 403
        assert [detail["arms"] for detail in audited("research.ask_export")] == [False, True]


class TestCommand:
    def run(self, out: Path, **options: Any) -> str:
        said = io.StringIO()
        words = {"by": "ria@clinic.example", "reason": WHY, "go_on": True, **options}
        call_command("export_bundle", "quit", out, stdout=said, **words)
        return said.getvalue()

    def test_writes_a_folder_or_a_file(self, tmp_path: Path) -> None:
        somebody()

        said = self.run(tmp_path / "out", key="study")
        self.run(tmp_path / "out.zip", key="study")

        assert "decisions: 12 rows" in said
        folder = {
            path.relative_to(tmp_path / "out").as_posix()
            for path in (tmp_path / "out").rglob("*")
            if path.is_file()
        }
        with zipfile.ZipFile(tmp_path / "out.zip") as packed:
            assert set(packed.namelist()) == folder
            hashes = packed.read("SHA256SUMS")
        assert (tmp_path / "out" / "SHA256SUMS").read_bytes() == hashes
        assert [detail["rows"]["decisions"] for detail in audited("research.export")] == [12, 12]

    def test_few_people_alike_want_a_word(self, tmp_path: Path) -> None:
        somebody()

        with pytest.raises(CommandError, match="few"):
            self.run(tmp_path / "out", go_on=False)
        assert not (tmp_path / "out").exists()

    def test_nobody_gets_one_for_somebody_without_the_right(self, tmp_path: Path) -> None:
        somebody("programme_manager")

        with pytest.raises(CommandError, match=r"research\.export"):
            self.run(tmp_path / "out")

        assert not (tmp_path / "out").exists()
        assert audited("research.refuse") == [{"what": "research.export"}]
