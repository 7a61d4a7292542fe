from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

#: Of the page everybody begins on.
admin.site.index_title = _("Start")

# The theme's own form would ask for no second factor, and count no wrong try.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("", include("trust.urls")),
    path("", include("messaging.urls")),
    path("", include("campaigns.urls")),
    path("", include("enrolment.urls")),
    path("", include("research.urls")),
]
