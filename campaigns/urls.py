from django.urls import path

from campaigns import lint_views, review_views, technique_views, text_views

app_name = "campaigns"

urlpatterns = [
    path("versions/<int:version_id>/lint/", lint_views.lint_report, name="lint"),
    path("versions/<int:version_id>/review/", review_views.review, name="review"),
    path("versions/<int:version_id>/techniques/", technique_views.techniques, name="techniques"),
    path("versions/<int:version_id>/text/<str:key>/", text_views.text, name="text"),
]
