from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trust.models.machine_time import MachineNow
from trust.models.organisation import Organisation
from trust.roles import role_choices


def language_choices() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Without a password the account exists but cannot be logged in to."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{**fields, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Someone who works here. Participants are not users.

    What a user may do comes from roles (`trust.scope.Reach`). Django's groups and permissions do
    not exist here, and `has_perm` says yes to the platform's superuser only."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="users",
        help_text="Empty only for those who run the platform.",
    )
    organisation_role = models.CharField(
        max_length=40,
        blank=True,
        choices=role_choices,
        help_text="A role held in every campaign of the organisation.",
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=True, help_text="May log in to these pages.")
    is_superuser = models.BooleanField(default=False, help_text="Runs the platform: sees it all.")
    second_factor_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was set up; empty: it is not."
    )
    language = models.CharField(
        max_length=16, blank=True, choices=language_choices, verbose_name=_("language of the pages")
    )
    time_zone = models.CharField(max_length=64, blank=True, verbose_name=_("time zone"))
    created_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("email",)
        constraints: ClassVar = [
            # Two spellings of one address would be two log-ins for one person.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name or gettext("User %(pk)s") % {"pk": self.pk}

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_superuser

    def has_perms(self, perm_list: object, obj: object = None) -> bool:
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser
