from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("", include("messaging.urls")),
    path("", include("campaigns.urls")),
    path("", include("enrolment.urls")),
    path("", include("research.urls")),
]
