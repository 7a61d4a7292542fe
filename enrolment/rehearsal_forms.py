from django import forms
from django.utils.translation import gettext_lazy as _


class PersonaForm(forms.Form):
    """A shipped persona by its key, or one pasted as YAML."""

    persona = forms.CharField(max_length=40, required=False)
    pasted = forms.CharField(max_length=20_000, required=False, strip=False)


#: Days of people that are lived through while the page is waited for; of more a job takes care.
AT_ONCE = 40_000


class CrowdForm(forms.Form):
    people = forms.IntegerField(label=_("People"), min_value=1, max_value=20_000, initial=200)
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=366, initial=182)
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31, initial=1)

    @property
    def is_long(self) -> bool:
        return bool(self.cleaned_data["people"] * self.cleaned_data["days"] > AT_ONCE)
