from django import forms


class PersonaForm(forms.Form):
    """A shipped persona by its key, or one pasted as YAML."""

    persona = forms.CharField(max_length=40, required=False)
    pasted = forms.CharField(max_length=20_000, required=False, strip=False)


class CrowdForm(forms.Form):
    """Small enough that the answer comes within seconds; the command takes more."""

    people = forms.IntegerField(min_value=1, max_value=500, initial=200)
    days = forms.IntegerField(min_value=1, max_value=366, initial=182)
    seed = forms.IntegerField(min_value=0, max_value=2**31, initial=1)
