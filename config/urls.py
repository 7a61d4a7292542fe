from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

#: Of the page everybody begins on.
admin.site.index_title = "Start"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("", include("messaging.urls")),
    path("", include("campaigns.urls")),
    path("", include("enrolment.urls")),
    path("", include("research.urls")),
]
