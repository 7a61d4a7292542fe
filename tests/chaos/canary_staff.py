"""Run by R19 in a process of its own: what staff do with the person, through the product's doors,
and a page that fails with her words in its hands.

python -m tests.chaos.canary_staff OUT      OUT: the folder of a bundle for research
"""

import sys

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import NoReverseMatch, path, reverse

from config.urls import urlpatterns as product
from enrolment import counselling, noting
from enrolment.models import Case, Enrolment
from messaging.clock import calendar_now
from messaging.models import Recipient
from tests.chaos.canary import NAME, NUMBER, WORDS, sightings
from tests.signing_in import with_second_factor
from trust.blind_index import number_index
from trust.models import User


def failing(request: HttpRequest) -> HttpResponse:
    said = request.POST["said"]
    raise RuntimeError(f"cannot bear {said}")


urlpatterns = [path("failing/", failing), *product]


def main(out: str) -> None:
    user = User.objects.order_by("pk")[0]
    # In all of the organisation: who may look for a number.
    user.organisation_role = "programme_manager"
    user.save(update_fields=["organisation_role"])
    recipient = Recipient.objects.get(number_index=number_index(user.organisation_id or 0, NUMBER))
    enrolment = Enrolment.objects.get(participant__recipient=recipient)
    assert enrolment.participant.first_name == NAME, "she told her name"
    _write(user, enrolment)
    with override_settings(ROOT_URLCONF="tests.chaos.canary_staff"):
        client = with_second_factor(user)
        client.raise_request_exception = False
        client.defaults["SERVER_NAME"] = "localhost"
        _search(client)
        _read(client, enrolment)
        _fail(client)
    call_command(
        "export_bundle", enrolment.campaign.key, out, by=user.email, go_on=True,
        reason="a proof that nobody is in it",
    )  # fmt: skip


def _write(user: User, enrolment: Enrolment) -> None:
    now = calendar_now()
    words = f"{NAME} on {NUMBER}: {WORDS}"
    noting.add(enrolment=enrolment, words=words, is_confidential=True, actor=user, now=now)
    case = Case.objects.filter(recipient=enrolment.participant.recipient).earliest("pk")
    turn = counselling.turns(case=case)
    counselling.answer(
        case=case, text=f"{NAME}, {WORDS}?", turn=turn, actor=user, now=now, at_once="asked"
    )


def _search(client: Client) -> None:
    """Every list of the admin, by its search box and, where it has one, by the exact number."""
    found = 0
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for said in (NUMBER, NAME, WORDS):
            _heads(client.get(reverse(f"{name}_changelist"), {"q": said}))
        try:
            url = reverse(f"{name}_number")
        except NoReverseMatch:
            continue
        answer = client.post(url, {"number": NUMBER})
        _heads(answer)
        found += "number_row" in answer.headers.get("Location", "")
    assert found, "no list found her"


def _read(client: Client, enrolment: Enrolment) -> None:
    for url in (
        reverse("enrolment:operations"),
        reverse("admin:enrolment_enrolment_changelist"),
        reverse("admin:enrolment_case_changelist"),
        f"/nowhere/{NUMBER}/",
    ):
        _heads(client.get(url))


def _fail(client: Client) -> None:
    answer = client.post("/failing/", {"said": f"{NAME} on {NUMBER}: {WORDS}"})
    assert answer.status_code == 500
    assert sightings([("the error page", answer.content)]) == []
    _heads(answer)


def _heads(answer: HttpResponse) -> None:
    heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    cookies = answer.cookies.output()
    assert sightings([("an answer's headers", f"{heads}\n{cookies}".encode())]) == []


if __name__ == "__main__":
    assert settings.DEMO
    main(sys.argv[1])
