from django.urls import path

from research import bundle_views, figures_views, report_views

app_name = "research"

urlpatterns = [
    path("reports/", report_views.reports, name="reports"),
    path("figures/<int:campaign_id>/", figures_views.figures, name="figures"),
    path("figures/<int:campaign_id>/<slug:key>.csv", figures_views.figures_csv, name="figures_csv"),
    path("bundles/<int:campaign_id>/", bundle_views.bundles, name="bundles"),
    path("bundle/<int:export_id>/", bundle_views.bundle, name="bundle"),
    path("bundle/<int:export_id>/file", bundle_views.bundle_file, name="bundle_file"),
]
