"""The database's sessions, which note when they began: a page needs no writing for it later."""

import time

from django.contrib.sessions.backends import db

from trust.session_limits import touch


class SessionStore(db.SessionStore):
    def cycle_key(self) -> None:
        """At signing in, and when a password changes, which begins nothing anew."""
        super().cycle_key()
        touch(self, time.time())
