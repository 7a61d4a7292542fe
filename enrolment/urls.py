from django.urls import path, re_path

from enrolment import (
    broadcast_views,
    ethics_views,
    forecast_views,
    invitations_api,
    link_views,
    phone_views,
    readings_api,
    rehearsal_views,
    simulation_views,
    version_views,
    web_views,
)

app_name = "enrolment"

urlpatterns = [
    path("api/v1/invitations/", invitations_api.invitations, name="invitations_api"),
    path("api/v1/readings/", readings_api.readings, name="readings_api"),
    path("broadcasts/", broadcast_views.broadcast_list, name="broadcasts"),
    path("broadcasts/new/<int:campaign_id>/", broadcast_views.new_broadcast, name="new_broadcast"),
    path("broadcasts/<int:broadcast_id>/", broadcast_views.broadcast, name="broadcast"),
    path(
        "broadcasts/<int:broadcast_id>/edit/",
        broadcast_views.edit_broadcast,
        name="broadcast_edit",
    ),
    path("forecast/<int:campaign_id>/", forecast_views.forecast, name="forecast"),
    path("rehearsal/", rehearsal_views.rehearsal, name="rehearsal"),
    path("rehearsal/simulations/<int:job_id>/", simulation_views.simulation, name="simulation"),
    path("versions/<int:version_id>/", version_views.version_preview, name="version_preview"),
    path("versions/<int:version_id>/ethics/", ethics_views.ethics, name="ethics_pack"),
    path("phone/", phone_views.phones, name="phones"),
    path("phone/<int:recipient_id>/", phone_views.phone, name="phone"),
    path("phone/<int:recipient_id>/thread/", phone_views.thread, name="phone_thread"),
    path("phone/<int:recipient_id>/text/", phone_views.text, name="phone_text"),
    path("phone/<int:recipient_id>/invite/", phone_views.invite, name="phone_invite"),
    path("phone/<int:recipient_id>/clock/", phone_views.move_clock, name="phone_clock"),
    path("me/", web_views.home, name="me"),
    path("me/leave/", web_views.leave, name="me_leave"),
    path("me/erase/", web_views.erase, name="me_erase"),
    path("me/texts/", web_views.texts, name="me_texts"),
    path("me/answers/", web_views.answers, name="me_answers"),
    path("me/download/", web_views.download, name="me_download"),
    path("me/close/", web_views.close, name="me_close"),
    path("me/<int:enrolment_id>/<slug:what>/", web_views.change, name="me_change"),
    # Whatever else stands there is taken for a token, so that a mistyped one is not logged either;
    # telephones may lose the slash at its end.
    re_path(r"^me/(?P<token>[^/]+)/?$", link_views.link, name="me_link"),
]
