"""A provider that misbehaves on demand: a process of its own, shaped like Twilio.

`manage.py fake_provider` runs it; docs/fake-provider.md tells what it can do. It knows neither
Django nor our database, so what it says about us is somebody else's word.
"""
