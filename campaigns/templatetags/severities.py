"""What the linter's severities are called on a page."""

from django import template
from django.utils.translation import gettext

from campaigns.diff_words import counted as in_words
from trust.saying import said

register = template.Library()


@register.filter
def counted(severity: str, count: int) -> str:
    """{{ severity|counted:count }}: 2 errors"""
    return said(in_words(count, severity))


@register.filter
def severity_name(severity: str) -> str:
    names = {"error": gettext("error"), "warning": gettext("warning"), "hint": gettext("hint")}
    return names.get(severity, severity)
