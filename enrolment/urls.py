from django.urls import path, re_path

from enrolment import (
    call_views,
    ethics_views,
    forecast_views,
    invitations_api,
    link_views,
    missed_calls_api,
    overview_views,
    people_views,
    phone_views,
    publish_views,
    readings_api,
    rehearsal_views,
    version_views,
    web_views,
)

app_name = "enrolment"

urlpatterns = [
    path("api/v1/invitations/", invitations_api.invitations, name="invitations_api"),
    path("api/v1/missed-calls/", missed_calls_api.missed_calls, name="missed_calls_api"),
    path("api/v1/readings/", readings_api.readings, name="readings_api"),
    path("calls/<int:call_id>/", call_views.call_view, name="call"),
    path("calls/campaigns/<int:campaign_id>/", call_views.call_lists_view, name="call_lists"),
    path("calls/lists/<int:list_id>/", call_views.call_list_view, name="call_list"),
    path("forecast/<int:campaign_id>/", forecast_views.forecast, name="forecast"),
    path("rehearsal/", rehearsal_views.rehearsal, name="rehearsal"),
    path("versions/<int:version_id>/", version_views.version_preview, name="version_preview"),
    path("campaigns/<int:campaign_id>/", overview_views.campaign, name="campaign"),
    path("versions/<int:version_id>/publish/", publish_views.path, name="publish_path"),
    path("versions/<int:version_id>/publish/checks/", publish_views.checks, name="publish_checks"),
    path("versions/<int:version_id>/ethics/", ethics_views.ethics, name="ethics_pack"),
    path("people/", people_views.signing_up, name="signing_up"),
    path("people/lists/<int:file_id>/", people_views.people_file, name="people_file"),
    re_path(
        r"^people/(?P<campaign_id>[0-9]{1,10})/(?P<kind>enrol|import)/$",
        people_views.send_people,
        name="people_send",
    ),
    re_path(
        r"^people/(?P<campaign_id>[0-9]{1,10})/(?P<kind>enrol|import)/empty/$",
        people_views.people_template,
        name="people_template",
    ),
    path("phone/", phone_views.phones, name="phones"),
    path("phone/<int:recipient_id>/", phone_views.phone, name="phone"),
    path("phone/<int:recipient_id>/thread/", phone_views.thread, name="phone_thread"),
    path("phone/<int:recipient_id>/text/", phone_views.text, name="phone_text"),
    path("phone/<int:recipient_id>/invite/", phone_views.invite, name="phone_invite"),
    path("phone/<int:recipient_id>/test/", phone_views.mark_test, name="phone_test"),
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
