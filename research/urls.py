from django.urls import path

from research import figures_views, report_views

app_name = "research"

urlpatterns = [
    path("reports/", report_views.reports, name="reports"),
    path("figures/<int:campaign_id>/", figures_views.figures, name="figures"),
    path("figures/<int:campaign_id>/<slug:key>.csv", figures_views.figures_csv, name="figures_csv"),
]
