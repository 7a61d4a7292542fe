from django.urls import path

from enrolment import (
    forecast_views,
    phone_views,
    readings_api,
    rehearsal_views,
    version_views,
)

app_name = "enrolment"

urlpatterns = [
    path("api/v1/readings/", readings_api.readings, name="readings_api"),
    path("forecast/<int:campaign_id>/", forecast_views.forecast, name="forecast"),
    path("rehearsal/", rehearsal_views.rehearsal, name="rehearsal"),
    path("versions/<int:version_id>/", version_views.version_preview, name="version_preview"),
    path("phone/", phone_views.phones, name="phones"),
    path("phone/<int:recipient_id>/", phone_views.phone, name="phone"),
    path("phone/<int:recipient_id>/thread/", phone_views.thread, name="phone_thread"),
    path("phone/<int:recipient_id>/text/", phone_views.text, name="phone_text"),
    path("phone/<int:recipient_id>/clock/", phone_views.move_clock, name="phone_clock"),
]
