"""What a page has yet to say ("The new password is kept."): Django's store, our cookie's name."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class NoticeCookie(CookieStorage):
    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        return f"{settings.COOKIE_PREFIX}messages"


class NoticeStore(FallbackStorage):
    storage_classes = (NoticeCookie, SessionStorage)
