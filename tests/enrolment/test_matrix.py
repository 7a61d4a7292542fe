"""Role x URL x other organisation, generated from the URL map.

Every URL of the site is either listed here as open, or is tried by every role of one organisation
against another's rows: never a page, never a change. A new URL that fits neither fails the first
test.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from campaigns import jobs, uploading
from campaigns.models import CalendarDate, Campaign, DayOff, Membership, Upload
from enrolment import broadcasts, people_files, planner, replies
from enrolment.models import (
    BatchMove,
    Call,
    CallList,
    Enrolment,
    FollowUpSample,
    PeopleFile,
)
from messaging.models import Recipient
from research.feeds import FEEDS
from research.reading_fhir import KINDS
from tests import worlds
from tests.chaos import figures
from trust.models import User
from trust.roles import ROLES

pytestmark = pytest.mark.django_db

#: Reached without signing in, or showing nothing but a form or the caller's own account.
OPEN = {
    "admin:login",
    "admin:logout",
    "admin:jsi18n",
    "admin:password_change",
    "admin:password_change_done",
    "admin:index",
    "admin:app_list",
    "admin:view_on_site",
    "admin:autocomplete",
    "admin:search",
    "admin:toggle_sidebar",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "research:openapi",
    "research:api_docs",
    "research:fhir_metadata",
}
#: The caller's own password and second factor; the rows are found by who is signed in.
ACCOUNT = {
    "my_settings",
    "my_sessions",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "second_factor_picture",
}
#: Pages of one organisation's own; what they list is tested with their feature.
#: Providers' webhooks: no login opens them but a signature, a secret or an attempt's token.
SIGNED = {
    "messaging:inbound",
    "messaging:inbound_with_key",
    "messaging:receipts",
    "messaging:receipts_with_key",
}
#: The house's own health: open and empty, or opened by the operator's token.
MACHINES = {"enrolment:live", "enrolment:ready", "enrolment:house", "enrolment:metrics"}
#: Other systems' doors: a bearer token of one campaign.
TOKENS = {
    "enrolment:readings_api", "enrolment:invitations_api", "enrolment:missed_calls_api",
    "enrolment:answers_api", "enrolment:events_api",
    *(f"research:{name}_api" for name in (*FEEDS, "campaigns", "indicators")),
    *(f"research:fhir_{kind}" for kind in KINDS),
}  # fmt: skip
#: A person's own page: opened by a texted link alone, whoever is signed in.
VISITED = {
    f"enrolment:{name}"
    for name in (
        "me", "me_leave", "me_erase", "me_texts", "me_answers", "me_download", "me_close",
        "me_change", "me_link",
    )
}  # fmt: skip
OWN = {
    "enrolment:phones", "enrolment:rehearsal", "enrolment:signing_up", "enrolment:broadcasts",
    "enrolment:trials",
    "research:reports",
    "enrolment:operations", "enrolment:dead_numbers", "enrolment:unknown_texts",
    "enrolment:database_size",
}  # fmt: skip
#: Make a campaign; opened by a permission held in the whole organisation.
NEW = {"campaigns:add_campaign", "campaigns:new_campaign"}
OBJECT = {"enrolment:phone", "enrolment:phone_thread"}
#: Buttons of a campaign's page.
PRESSED = {"campaigns:begin_draft"}
POSTED = {
    f"enrolment:phone_{name}" for name in ("text", "clock", "invite", "test")
}  # fmt: skip
#: Pages of one version, which also take its buttons.
VERSION = {
    "enrolment:version_preview",
    "enrolment:publish_path",
    "campaigns:lint",
    "campaigns:review",
}
#: Pages of one version that only read.
READ_VERSION = {
    "enrolment:ethics_pack", "campaigns:techniques", "campaigns:journey",
    "campaigns:journey_words", "campaigns:texts", "enrolment:publish_checks",
}  # fmt: skip
#: Pages of one text of a version.
TEXT = {"campaigns:text", "campaigns:edit", "campaigns:send_sample"}
#: Pages of one campaign.
CAMPAIGN = {
    "enrolment:campaign", "enrolment:forecast", "campaigns:workbook", "campaigns:workbook_new",
    "enrolment:call_lists", "enrolment:samples", "enrolment:new_broadcast", "enrolment:new_trial",
    "enrolment:people_exports", "research:figures", "research:bundles",
}  # fmt: skip
#: One table of a campaign's figures.
FIGURES = {"research:figures_csv"}
#: A trial's report and its file.
TRIAL_REPORT = {"research:trial", "research:trial_csv"}
#: Pages of one call list, and of one call.
CALLS = {"enrolment:call_list": CallList, "enrolment:call": Call}
#: Pages of one sample, and its file.
SAMPLES = {"enrolment:sample", "enrolment:sample_file"}
#: Pages of one campaign's lists of people, by what the list is for.
PEOPLE = {"enrolment:people_send", "enrolment:people_template"}
#: Pages of one broadcast, which also take its buttons.
BROADCAST = {"enrolment:broadcast", "enrolment:broadcast_edit"}
#: Pages of one job.
JOB = {"enrolment:simulation"}
#: One bundle for research, and its file.
BUNDLE = {"research:bundle", "research:bundle_file"}
#: Files of one version.
DOWNLOAD = {"campaigns:version_workbook", "campaigns:version_translation"}
#: What one person sent in; nobody else's, not even a colleague's.
UPLOADED = {"campaigns:upload"}
PEOPLE_FILE = {"enrolment:people_file"}
#: Nor what one person exported.
PEOPLE_EXPORT = {"enrolment:people_export", "enrolment:people_export_file"}
#: Pages of one trial, which also take its buttons, and of one person in it.
TRIAL = {"enrolment:trial", "enrolment:unblind"}
REFUSED = {302, 403, 404, 405}
#: Admin pages that take no row; "number" is the search for one exact number.
ROWLESS = {"changelist", "add", "number", "new_country"}
LATER = worlds.NOON + timedelta(minutes=1)
FOREIGN_NUMBER = "+447700900500"


def urls(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            name = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from urls(pattern, name)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{space}{pattern.name}"


def admin_url(name: str) -> tuple[ModelAdmin, str] | None:
    """The model admin and action of admin:app_model_action."""
    if name == "admin:auth_user_password_change":
        # Django's own name for it, whatever the user model is.
        return admin.site.get_model_admin(User), "password_change"
    for model, page in admin.site._registry.items():
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(prefix):
            return page, name.removeprefix(prefix)
    return None


def user_with(role: str, *, organisation_wide: bool) -> User:
    """Someone at the clinic; the other organisation is the hospital."""
    user = User.objects.create(
        email=f"{role}-{int(organisation_wide)}@clinic.example",
        name=role,
        organisation=worlds.organisation("clinic"),
        organisation_role=role if organisation_wide else "",
        is_staff=True,
    )
    if not organisation_wide:
        Membership.objects.create(user=user, campaign=worlds.campaign("clinic"), role=role)
    return user


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


@pytest.fixture
def hospital() -> Enrolment:
    """One of everything in the other organisation."""
    campaign = worlds.campaign("hospital")
    enrolment = worlds.person(number=FOREIGN_NUMBER, of=worlds.version(campaign))
    worlds.text(FOREIGN_NUMBER, "my secret", campaign.sender)
    replies.answer_pending(now=worlds.NOON)
    planner.tick(now=worlds.NOON)
    shared = {"organisation": campaign.organisation, "country": "GB", "name": "Day"}
    CalendarDate.objects.create(key="ramadan", edition=1448, day=date(2027, 2, 8), **shared)
    DayOff.objects.create(day=date(2027, 3, 29), **shared)
    worlds.version(worlds.campaign("clinic"))
    return enrolment


ROLE_SHAPES = [
    pytest.param(role, wide, id=f"{role}-{'organisation' if wide else 'campaign'}")
    for role in ROLES
    for wide in (True, False)
]


def of_the_hospital() -> User:
    organisation = worlds.organisation("hospital")
    return User.objects.create(email="staff@hospital.example", organisation=organisation)


def test_every_url_is_in_the_matrix() -> None:
    figures.tell("R18", addresses=len(list(urls())), roles=len(ROLES))
    strangers = [
        name
        for name in urls()
        if name
        not in OPEN | SIGNED | TOKENS | MACHINES | VISITED | OWN | NEW | OBJECT | POSTED | CAMPAIGN
        and name not in VERSION | READ_VERSION | TEXT | DOWNLOAD | UPLOADED | PEOPLE | PEOPLE_FILE
        and name not in FIGURES.union(CALLS, SAMPLES, PRESSED, BROADCAST, JOB, ACCOUNT, TRIAL)
        and name not in BUNDLE | TRIAL_REPORT | PEOPLE_EXPORT
        and admin_url(name) is None
    ]

    assert strangers == []


@pytest.mark.parametrize("role", ROLES)
def test_no_role_opens_a_persons_own_page(role: str) -> None:
    client = client_of(user_with(role, organisation_wide=True))
    enrolment = worlds.person(number="+447700900001", of=worlds.version())

    for name in VISITED - {"enrolment:me_link"}:
        named = [enrolment.pk, "name"] if name == "enrolment:me_change" else []
        for method in (client.get, client.post):
            response = method(reverse(name, args=named), {"word": "ERASE", "first_name": "Eve"})
            assert b"Amina" not in response.content
            assert response.status_code in REFUSED or name == "enrolment:me"
    enrolment.participant.refresh_from_db()
    assert enrolment.participant.first_name == "Amina"


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_opens_another_organisations_row_in_the_admin(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))

    for name in urls():
        page = admin_url(name)
        if page is None or page[1] in ROWLESS:
            continue
        for row in foreign_rows(page[0].model):
            url = reverse(name, args=[row.pk])
            assert client.get(url).status_code in REFUSED, url
            assert client.post(url, {"post": "yes"}).status_code in REFUSED, url


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_list_shows_another_organisations_row(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))

    for model, page in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        answer = client.get(url)
        assert answer.status_code in {200, *REFUSED}, url
        if answer.status_code == 200:
            is_own = model is Enrolment
            rows = answer.context["people"].rows if is_own else answer.context["cl"].queryset
            shown = {row.pk for row in rows}
            assert shown.isdisjoint({row.pk for row in foreign_rows(model)}), url
            assert page.has_view_permission(answer.wsgi_request)


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_finds_another_organisations_number(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))

    for name in urls():
        page = admin_url(name)
        if page is not None and page[1] == "number":
            answer = client.post(reverse(name), {"number": FOREIGN_NUMBER})
            assert answer.status_code in {302, 400, 403}, name
            assert f"/{hospital.pk}/" not in answer.headers.get("Location", ""), name
            assert "number_row" not in answer.headers.get("Location", ""), name


def test_own_counsellor_opens_the_own_rows() -> None:
    """Without this the tests above would pass on pages that nobody can open."""
    enrolment = worlds.person(of=worlds.version(worlds.campaign("clinic")))
    worlds.text("+447700900001", "unheard of", worlds.sender("clinic"), at=LATER)
    replies.answer_pending(now=LATER)
    client = client_of(user_with("counsellor", organisation_wide=False))
    recipient = enrolment.participant.recipient_id

    page = client.get(reverse("admin:enrolment_enrolment_change", args=[enrolment.pk]))
    inbox = client.get(reverse("admin:enrolment_case_changelist"))
    handset = client.get(reverse("enrolment:phone", args=[recipient]))

    assert "Timeline" in page.content.decode()
    assert "unheard of" in page.content.decode()
    assert inbox.context["cl"].queryset.count() == 1
    assert handset.status_code == 200


@pytest.mark.parametrize("wide", [True, False], ids=["organisation", "campaign"])
@pytest.mark.parametrize("role", sorted(set(ROLES) - {"counsellor"}))
def test_what_a_person_wrote_is_on_no_page_of_anybody_but_a_counsellor(
    role: str, wide: bool
) -> None:
    """Every page of the admin and every list, with a row of each sort on it."""
    worlds.person(of=worlds.version(worlds.campaign("clinic")))
    for words in ("my husband found my patches", "i want to die, tell maureen"):
        worlds.text("+447700900001", words, worlds.sender("clinic"), at=LATER)
        replies.answer_pending(now=LATER)
    planner.tick(now=worlds.NOON)
    client, opened = client_of(user_with(role, organisation_wide=wide)), 0

    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"{name}_changelist")]
        pages += [reverse(f"{name}_change", args=[row.pk]) for row in model._default_manager.all()]
        for url in pages:
            answer = client.get(url)
            opened += answer.status_code == 200
            assert b"my patches" not in answer.content, url
            assert b"maureen" not in answer.content, url
    assert opened


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_reaches_another_organisations_handset(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    recipient = hospital.participant.recipient_id

    for name in sorted(OBJECT):
        assert client.get(reverse(name, args=[recipient])).status_code in REFUSED, name
    for name in sorted(POSTED):
        before = hospital.participant.recipient.inbound.count()
        url = reverse(name, args=[recipient])
        assert client.post(url, {"body": "STOP", "by": "60"}).status_code in {403, 404}, name
        assert hospital.participant.recipient.inbound.count() == before


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_reaches_another_organisations_version(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))

    for name in sorted(VERSION):
        url = reverse(name, args=[hospital.version_id])
        assert client.get(url).status_code in {403, 404}, name
        answer = client.post(url, {"do": "publish", "people": "now"})
        assert answer.status_code in {403, 404}, name
    for name in sorted(READ_VERSION):
        url = reverse(name, args=[hospital.version_id])
        assert client.get(url).status_code in REFUSED, name
    for name in sorted(TEXT):
        url = reverse(name, args=[hospital.version_id, "day.0"])
        assert client.get(url).status_code in REFUSED, name
        assert client.post(url, {"do": "comment"}).status_code in REFUSED, name
    assert not BatchMove.objects.exists()


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_reaches_another_organisations_campaign(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))

    for name in sorted(CAMPAIGN):
        assert client.get(reverse(name, args=[hospital.campaign_id])).status_code in REFUSED, name
    for name in sorted(FIGURES):
        url = reverse(name, args=[hospital.campaign_id, "funnel"])
        assert client.get(url).status_code in REFUSED, name
    for name in sorted(DOWNLOAD):
        url = reverse(name, args=[hospital.version_id])
        answer = client.get(url, {"language": "nb", "form": "po"})
        assert answer.status_code in {403, 404}, name
    for name in sorted(PRESSED):
        url = reverse(name, args=[hospital.campaign_id])
        assert client.post(url).status_code in {403, 404}, name
    assert hospital.campaign.versions.count() == 1
    url = reverse("campaigns:workbook", args=[hospital.campaign_id])
    assert client.post(url, {"file": BytesIO(b"PK")}).status_code in {403, 404}
    assert not Upload.objects.exists()


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_reaches_another_organisations_broadcast(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    author = of_the_hospital()
    foreign = broadcasts.draft(
        campaign=hospital.campaign,
        values={"name": "Theirs", "statuses": ["active"], "default_language": "en"},
        lines=None,
        actor=author,
        now=LATER,
    )
    job = jobs.start(campaign=hospital.campaign, kind="simulation", detail={}, actor=author)

    for name, row in (*((name, foreign) for name in BROADCAST), *((name, job) for name in JOB)):
        url = reverse(name, args=[row.pk])
        assert client.get(url).status_code == 404, name
        for do in ("submit", "approve", "cancel", "stop"):
            assert client.post(url, {"do": do}).status_code == 404, name
    assert b"Theirs" not in client.get(reverse("enrolment:broadcasts")).content
    posted = client.post(reverse("enrolment:new_broadcast", args=[hospital.campaign_id]))
    assert posted.status_code == 404
    foreign.refresh_from_db()
    job.refresh_from_db()
    assert (foreign.status, job.status) == ("draft", "waiting")


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_sends_people_into_another_organisations_campaign(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    sender = of_the_hospital()
    waits = people_files.receive(
        campaign=hospital.campaign, kind="enrol", content=b"number\n1", actor=sender
    )

    for name in sorted(PEOPLE):
        for kind in ("enrol", "import"):
            url = reverse(name, args=[hospital.campaign_id, kind])
            assert client.get(url).status_code == 404, url
            posted = client.post(url, {"file": BytesIO(b"number\n+447700900501\n")})
            assert posted.status_code in REFUSED - {302}, url
    for name in sorted(PEOPLE_FILE):
        url = reverse(name, args=[waits.pk])
        assert client.get(url).status_code == 404, url
        assert client.post(url, {"do": "discard"}).status_code == 404, url
    assert list(PeopleFile.objects.values_list("status", flat=True)) == ["received"]


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_no_role_calls_another_organisations_people(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    made_by = User.objects.create(email="boss@hospital.example")
    of_list = CallList.objects.create(
        campaign=hospital.campaign, step_key="ask.smoked", question_key="smoked",
        due_from=date(2026, 12, 1), due_to=date(2026, 12, 31), only_silent=True, silent_hours=72,
        seed=1, eligible=1, made_by=made_by, made_at=LATER,
    )  # fmt: skip
    Call.objects.create(call_list=of_list, enrolment=hospital, due_on=date(2026, 12, 10), place=1)

    for name, model in CALLS.items():
        url = reverse(name, args=[model.objects.get().pk])
        assert client.get(url).status_code == 404, url
        for do in ("next", "reveal", "end", "let_go"):
            assert client.post(url, {"do": do, "outcome": "wrong_number"}).status_code == 404, url
    url = reverse("enrolment:call_lists", args=[hospital.campaign_id])
    assert client.post(url, {"step_key": "ask.smoked"}).status_code == 404
    assert Call.objects.get().status == "waiting"
    sample = FollowUpSample.objects.create(
        campaign=hospital.campaign, step_key="ask.smoked", question_key="smoked",
        due_from=date(2026, 12, 1), due_to=date(2026, 12, 31), only_silent=True, silent_hours=72,
        seed=1, frame=[hospital.pk], due_on=[date(2026, 12, 10)], strata=[""],
        chosen=[hospital.pk], frame_hash="0" * 64, drawn_by=made_by, drawn_at=LATER,
    )  # fmt: skip
    for name in sorted(SAMPLES):
        url = reverse(name, args=[sample.pk])
        assert client.get(url).status_code == 404, url
        assert client.post(url).status_code == 404, url
    url = reverse("enrolment:samples", args=[hospital.campaign_id])
    assert client.post(url, {"step_key": "ask.smoked", "sample": "1"}).status_code == 404
    assert CallList.objects.count() == 1


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_campaign_is_made_by_whoever_may_edit_all_of_the_organisations(
    role: str, wide: bool, hospital: Enrolment
) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    may = wide and "campaign.edit" in ROLES[role].permissions
    before = Campaign.objects.count()

    for name in sorted(NEW):
        answer = client.get(reverse(name))
        assert answer.status_code == (200 if may else 403), name
        posted = client.post(reverse(name), {"name": "Mine", "sender": hospital.campaign.sender_id})
        # The page that asks whose texts it is to have takes nothing.
        taken = 405 if name == "campaigns:add_campaign" else 400 if may else 403
        assert posted.status_code == taken, name
        if may and name == "campaigns:new_campaign":
            shown = set(answer.context["form"].fields["sender"].queryset)
            assert shown == {worlds.sender("clinic")}
    assert Campaign.objects.count() == before


@pytest.mark.parametrize(("role", "wide"), ROLE_SHAPES)
def test_nobody_sees_what_another_sent_in(role: str, wide: bool, hospital: Enrolment) -> None:
    client = client_of(user_with(role, organisation_wide=wide))
    for slug in ("clinic", "hospital"):
        author = User.objects.create(
            email=f"author@{slug}.example", organisation=worlds.organisation(slug)
        )
        sent = uploading.receive(campaign=worlds.campaign(slug), content=b'msgid ""', actor=author)
        for name in sorted(UPLOADED):
            url = reverse(name, args=[sent.pk])
            assert client.get(url).status_code == 404, name
            assert client.post(url, {"do": "discard"}).status_code == 404, name
        sent.refresh_from_db()
        assert sent.status == Upload.Status.RECEIVED


def test_nobody_signed_out_sees_anything(hospital: Enrolment) -> None:
    client = Client()

    for name in urls():
        if name in OPEN | SIGNED | TOKENS | MACHINES | VISITED:
            continue
        page = admin_url(name)
        if page is None:
            args = [] if name in OWN | NEW | ACCOUNT else [Recipient.objects.first().pk]  # type: ignore[union-attr]
            args += ["day.0"] if name in TEXT else ["enrol"] if name in PEOPLE else []
            args += ["funnel"] if name in FIGURES else []
            args += [1] if name == "enrolment:unblind" else []
        else:
            args = [] if page[1] in ROWLESS else ["1"]
        answer = client.get(reverse(name, args=args))
        assert answer.status_code in {302, 405}, name
        if answer.status_code == 302:
            assert re.match(r"^/(admin/login|sign-in)/", answer["Location"]), name


def test_webhooks_open_to_no_login(hospital: Enrolment) -> None:
    for client in (Client(), client_of(user_with("organisation_admin", organisation_wide=True))):
        for name in SIGNED:
            args = ["fake", "a-guess"] if name.endswith("_key") else ["fake"]
            assert client.post(reverse(name, args=args)).status_code == 403, name


@pytest.mark.parametrize("role", ROLES)
def test_doors_for_tokens_open_to_no_login(role: str, hospital: Enrolment) -> None:
    client = client_of(user_with(role, organisation_wide=True))

    for name in sorted(TOKENS):
        for method in (client.get, client.post):
            answer = method(reverse(name))
            assert answer.status_code in {401, 405}, name
            assert FOREIGN_NUMBER.encode() not in answer.content


def foreign_rows(model: type[models.Model]) -> list[models.Model]:
    path = getattr(model, "scope_organisation", None)
    if path is None:
        return []
    other = worlds.organisation("hospital").pk
    return list(model._default_manager.filter(**{path: other}).distinct()[:3])
