from django.urls import path

from campaigns import (
    campaign_views,
    edit_views,
    journey_views,
    lint_views,
    review_views,
    sample_views,
    technique_views,
    text_views,
    workbook_views,
)

app_name = "campaigns"

urlpatterns = [
    path("campaigns/add/", campaign_views.add_campaign, name="add_campaign"),
    path("campaigns/new/", campaign_views.new_campaign, name="new_campaign"),
    path("workbook/<int:campaign_id>/", workbook_views.workbook, name="workbook"),
    path("workbook/<int:campaign_id>/new/", workbook_views.empty_workbook, name="workbook_new"),
    path(
        "versions/<int:version_id>/workbook/",
        workbook_views.version_workbook,
        name="version_workbook",
    ),
    path(
        "versions/<int:version_id>/translation/",
        workbook_views.version_translation,
        name="version_translation",
    ),
    path("uploads/<int:upload_id>/", workbook_views.upload, name="upload"),
    path("versions/<int:version_id>/journey/", journey_views.journey, name="journey"),
    path(
        "versions/<int:version_id>/journey/words/",
        journey_views.journey_words,
        name="journey_words",
    ),
    path("versions/<int:version_id>/lint/", lint_views.lint_report, name="lint"),
    path("versions/<int:version_id>/review/", review_views.review, name="review"),
    path("versions/<int:version_id>/techniques/", technique_views.techniques, name="techniques"),
    path("versions/<int:version_id>/texts/", edit_views.texts, name="texts"),
    path("versions/<int:version_id>/text/<str:key>/", text_views.text, name="text"),
    path("versions/<int:version_id>/text/<str:key>/edit/", edit_views.edit, name="edit"),
    path("versions/<int:version_id>/text/<str:key>/send/", sample_views.send, name="send_sample"),
    path("campaigns/<int:campaign_id>/draft/", edit_views.begin_draft, name="begin_draft"),
]
