"""Consents on a person's own page: each one asked in its own words, given or taken back."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from campaigns.consent_scopes import ConsentScope
from campaigns.content import Content
from enrolment.own_page import Agreed
from enrolment.talk import Change, GiveConsent, Talk
from enrolment.web_form_base import About, OwnForm, choice_field

_ANSWERS = {"yes": _("Yes, I agree"), "no": _("No")}


class ConsentForm(OwnForm):
    """Also of a programme that was left: a yes that outlives the texts can be taken back."""

    scope: ClassVar[ConsentScope]
    lead = _("The texts are the same whatever you answer, and you can change it at any time.")
    after_leaving = True
    agreed = choice_field("", _("Choose yes or no."))

    def now_kept(self, about: About) -> dict[str, Any]:
        standing = self._asked(about).is_given
        return {} if standing is None else {"agreed": "yes" if standing else "no"}

    def fill(self, about: About) -> None:
        self.fields["agreed"].label = self._asked(about).asked
        self.fields["agreed"].choices = list(_ANSWERS.items())  # type: ignore[attr-defined]

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        answer = self.cleaned_data["agreed"]
        asked_by = f"question.{self._asked(self.about).question}"
        return [GiveConsent(self.scope, answer == "yes", asked_by, said=str(_ANSWERS[answer]))]

    def _asked(self, about: About) -> Agreed:
        return next(found for found in about.programme.agreed if found.scope == self.scope)


class ResearchForm(ConsentForm):
    what = "research"
    scope = ConsentScope.RESEARCH
    title = _("Research")


class FollowUpCallForm(ConsentForm):
    what = "follow_up_call"
    scope = ConsentScope.FOLLOW_UP_CALL
    title = _("A call afterwards")


class DataSharingForm(ConsentForm):
    what = "data_sharing"
    scope = ConsentScope.DATA_SHARING
    title = _("Sharing what you tell us")


CONSENT_FORMS: dict[str, type[OwnForm]] = {
    form.what: form for form in (ResearchForm, FollowUpCallForm, DataSharingForm)
}
