"""What every page may load, and how the admin looks."""

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "object-src": [NONE],
}
# The admin theme's menus are Alpine expressions, compiled by the Function constructor, and it
# sets colours and widths in style attributes. Inline scripts stay forbidden, so a stored text that
# escaped its quoting could restyle an admin page but not run there.
_ADMIN_POLICY: dict[str, Any] = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
}

#: The product's own colour, from its icon, in the theme's steps of lightness.
_TEAL = {
    "50": "#f0fdfa",
    "100": "#ccfbf1",
    "200": "#99f6e4",
    "300": "#5eead4",
    "400": "#2dd4bf",
    "500": "#14b8a6",
    "600": "#0f766e",
    "700": "#115e59",
    "800": "#134e4a",
    "900": "#0f3d3a",
    "950": "#042f2e",
}

UNFOLD_SETTINGS: dict[str, Any] = {
    "SITE_TITLE": "Sendwell",
    "SITE_HEADER": "Sendwell",
    "SITE_SYMBOL": "sms",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("sendwell/icon.svg")}
    ],
    "SHOW_HISTORY": True,
    "COLORS": {"primary": _TEAL},
    "ACCOUNT": {
        "navigation": [
            {"title": _("My settings"), "link": reverse_lazy("my_settings")},
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
            {"title": _("Second factor"), "link": reverse_lazy("mfa_index")},
            {"title": _("My sessions"), "link": reverse_lazy("my_sessions")},
        ]
    },
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "research.front_page.what_stands",
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "config.navigation.navigation",
    },
}


class AdminPolicyMiddleware:
    """Relaxes the content policy on admin pages only; stands inside CSPMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and "admin" in match.app_names:
            response._csp_replace = _ADMIN_POLICY  # type: ignore[attr-defined]
        return response
