"""What is typed on the pages of trials."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from campaigns.consent_scopes import ConsentScope
from campaigns.models import Arm, CampaignVersion, Trial
from campaigns.trial_values import PackArm, PackFactor, PackTrial
from campaigns.trials import Amendment

_KEY = RegexValidator(
    r"^[a-z][a-z0-9_]{0,39}$",
    _("Small letters, digits and _, beginning with a letter, such as fewer_texts."),
)
_SHORT = forms.Textarea(attrs={"rows": 2})


class TrialForm(forms.Form):
    """A trial of one factor, whose key is the trial's; more need the content pack."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For staff, such as Fewer or more texts.")
    )
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        validators=[_KEY],
        help_text=_("Short; conditions name it, as in arm.dose = 'light'."),
    )
    about = forms.CharField(
        label=_("What is compared, and where the trial is registered"),
        required=False,
        max_length=2000,
        widget=_SHORT,
    )
    method = forms.ChoiceField(label=_("How people are drawn"), choices=Trial.Method.choices)
    block_sizes = forms.CharField(
        label=_("Block sizes"),
        required=False,
        max_length=40,
        help_text=_("Multiples of the ratio's sum, such as 4, 6. Staff don't see them."),
    )
    strata = forms.CharField(
        label=_("Strata, one a line"),
        required=False,
        max_length=500,
        widget=_SHORT,
        help_text=_("A name such as language or answer.sex, or a condition."),
    )
    consent = forms.ChoiceField(label=_("Only with consent to"), required=False)
    eligible = forms.CharField(
        label=_("Only those for whom this holds"),
        required=False,
        max_length=500,
        help_text=_("A condition, such as answer.age >= 18. Empty: everybody."),
    )
    blinded = forms.BooleanField(
        label=_("Blinded: staff see nobody's arm"), required=False, initial=True
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        scopes = [(scope.value, scope.value.replace("_", " ")) for scope in ConsentScope]
        self.fields["consent"].choices = [("", _("none is asked")), *scopes]  # type: ignore[attr-defined]

    def clean_block_sizes(self) -> tuple[int, ...]:
        return sizes_in(self.cleaned_data["block_sizes"])

    def plan(self, arms: "BaseFormSet[ArmForm]") -> PackTrial:
        """Of a form and arms that are valid."""
        given = self.cleaned_data
        strata = [line.strip() for line in given["strata"].splitlines()]
        factor = PackFactor(
            key=given["key"],
            name=given["name"],
            arms=tuple(form.arm() for form in arms.forms if form.cleaned_data.get("key")),
        )
        return PackTrial(
            key=given["key"],
            name=given["name"],
            about=given["about"],
            method=given["method"],
            strata=tuple(line for line in strata if line),
            block_sizes=given["block_sizes"],
            eligible=given["eligible"],
            consent=given["consent"],
            blinded=given["blinded"],
            factors=(factor,),
        )


def sizes_in(written: str) -> tuple[int, ...]:
    parts = [part.strip() for part in written.split(",") if part.strip()]
    if not all(part.isdecimal() and 0 < int(part) < 1000 for part in parts):
        raise forms.ValidationError(_("Whole numbers with commas, such as 4, 6."))
    return tuple(int(part) for part in parts)


def live_of(frozen: Sequence[CampaignVersion]) -> CampaignVersion | None:
    return next((each for each in frozen if each.status == CampaignVersion.Status.PUBLISHED), None)


class ArmForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    key = forms.CharField(label=_("Key"), max_length=40, validators=[_KEY])
    ratio = forms.IntegerField(label=_("Ratio"), min_value=1, max_value=100, initial=1)
    version = forms.ChoiceField(label=_("Version"), required=False)
    profile = forms.ChoiceField(label=_("Dose"), required=False)
    delay_days = forms.IntegerField(
        label=_("Starts later by days"), min_value=0, max_value=730, required=False
    )
    when = forms.CharField(
        label=_("Planned texts only while"),
        required=False,
        max_length=500,
        help_text=_("A condition, such as days_since(quit_date) <= 0."),
    )
    assessment_only = forms.BooleanField(label=_("Outcome surveys alone"), required=False)

    def __init__(self, *given: Any, frozen: Sequence[CampaignVersion] = (), **options: Any) -> None:
        """`frozen`: versions an arm may be held to, read once for all arms of the page."""
        super().__init__(*given, **options)
        live = live_of(frozen)
        versions = [(str(each.number), f"v{each.number}") for each in frozen if live is not None]
        doses = [(name, name) for name in (live.profiles if live is not None else ())]
        self.fields["version"].choices = [("", _("as joined")), *versions]  # type: ignore[attr-defined]
        self.fields["profile"].choices = [("", _("as joined")), *doses]  # type: ignore[attr-defined]

    def arm(self) -> PackArm:
        given = self.cleaned_data
        return PackArm(
            key=given["key"],
            name=given["name"],
            ratio=given["ratio"],
            version=int(given["version"] or 0),
            profile=given["profile"],
            when=given["when"],
            delay_days=given["delay_days"] or 0,
            assessment_only=given["assessment_only"],
        )


ArmFormSet = forms.formset_factory(ArmForm, extra=4, min_num=2, validate_min=True, max_num=8)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=1000, widget=_SHORT, help_text=_("It stays on record.")
    )


class AmendForm(ReasonForm):
    """What may still change of a running trial; another ratio, block or rule is another policy."""

    name = forms.CharField(label=_("Name"), max_length=80)
    about = forms.CharField(label=_("About"), required=False, max_length=2000, widget=_SHORT)
    blinded = forms.BooleanField(label=_("Blinded"), required=False)
    eligible = forms.CharField(
        label=_("Only those for whom this holds"), required=False, max_length=500
    )
    field_order = ("name", "about", "blinded", "eligible")

    def __init__(self, *given: Any, trial: Trial, sees_odds: bool, **options: Any) -> None:
        names = ("name", "about", "blinded", "eligible")
        options["initial"] = {name: getattr(trial, name) for name in names}
        # Beside it on the page stands a form with a reason of its own.
        options["auto_id"] = "id_amend_%s"
        super().__init__(*given, **options)
        self.arms = list(
            Arm.objects.filter(factor__trial=trial).select_related("factor").order_by("pk")
        )
        if sees_odds and trial.block_sizes:
            self.fields["block_sizes"] = forms.CharField(
                label=_("Block sizes"), initial=", ".join(map(str, trial.block_sizes))
            )
        for arm in self.arms:
            self.fields[f"ratio_{arm.pk}"] = forms.IntegerField(
                label=_("Ratio of %(arm)s") % {"arm": f"{arm.factor}: {arm}"},
                min_value=1,
                max_value=100,
                initial=arm.ratio,
            )
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean_block_sizes(self) -> tuple[int, ...]:
        return sizes_in(self.cleaned_data["block_sizes"])

    @property
    def amendment(self) -> Amendment:
        given = self.cleaned_data
        return Amendment(
            name=given["name"],
            about=given["about"],
            blinded=given["blinded"],
            eligible=given["eligible"],
            block_sizes=given.get("block_sizes"),
            ratios={arm.pk: given[f"ratio_{arm.pk}"] for arm in self.arms},
        )
