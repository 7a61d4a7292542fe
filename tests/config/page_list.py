"""The pages that staff open, from the URL map, and a row to open each with."""

from collections.abc import Iterator

from django.db import models
from django.urls import reverse

from campaigns.models import Campaign, CampaignVersion, Membership
from messaging.models import Recipient
from tests.enrolment import test_matrix as matrix
from trust.models import Organisation, User

#: Not pages: buttons, other systems' doors, files, the pages of whoever has no login, the caller's
#: own account; and pages of rows that are not seeded: lists, calls, samples, broadcasts,
#: simulations, bundles, trials.
NO_PAGES = (
    matrix.SIGNED | matrix.TOKENS | matrix.VISITED | matrix.POSTED | matrix.PRESSED
    | matrix.DOWNLOAD | matrix.FIGURES | matrix.UPLOADED | matrix.PEOPLE_FILE | set(matrix.CALLS)
    | matrix.PEOPLE_EXPORT
    | matrix.SAMPLES | matrix.MACHINES | matrix.TRIAL | matrix.TRIAL_REPORT
    | matrix.PEOPLE | matrix.BROADCAST | matrix.JOB | matrix.ACCOUNT | matrix.BUNDLE
    | {name for name in matrix.OPEN if name.startswith("account_")} | {
        "admin:login", "admin:logout", "admin:jsi18n", "admin:view_on_site", "admin:autocomplete",
        "admin:search", "admin:toggle_sidebar", "admin:app_list", "enrolment:phone_thread",
        "campaigns:send_sample", "campaigns:workbook_new",
    }
)  # fmt: skip
NO_ACTIONS = {"number", "delete", "history", "new_country"}


def pages() -> Iterator[str]:
    for name in matrix.urls():
        page = matrix.admin_url(name)
        if name not in NO_PAGES and (page is None or page[1] not in NO_ACTIONS):
            yield name


def address(name: str) -> str | None:
    """None: there is no row to open."""
    page = matrix.admin_url(name)
    if page is not None:
        if page[1] in matrix.ROWLESS:
            return reverse(name)
        row: models.Model | None = page[0].model._default_manager.order_by("-pk").first()
        return None if row is None else reverse(name, args=[row.pk])
    if name in matrix.CAMPAIGN:
        return reverse(name, args=[Campaign.objects.get().pk])
    if name in matrix.OBJECT:
        return reverse(name, args=[Recipient.objects.order_by("-pk")[0].pk])
    if name in matrix.VERSION | matrix.READ_VERSION | matrix.TEXT:
        return of_version(name, CampaignVersion.objects.get())
    return reverse(name)


def of_version(name: str, version: CampaignVersion) -> str:
    if name in matrix.TEXT:
        return reverse(name, args=[version.pk, version.steps.filter(question=None)[0].key])
    return reverse(name, args=[version.pk])


def manager_of(organisation: Organisation) -> User:
    """Who sees the most: every list of the organisation's, and what came in."""
    found = User.objects.create(
        email="pages@demo.example",
        name="Pages",
        organisation=organisation,
        organisation_role="programme_manager",
        is_staff=True,
    )
    for campaign in Campaign.objects.filter(organisation=organisation):
        for role in ("counsellor", "researcher"):
            Membership.objects.create(user=found, campaign=campaign, role=role)
    return found
