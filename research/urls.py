from django.urls import path

from research import figures_views, report_views, trial_views

app_name = "research"

urlpatterns = [
    path("reports/", report_views.reports, name="reports"),
    path("figures/<int:campaign_id>/", figures_views.figures, name="figures"),
    path("figures/<int:campaign_id>/<slug:key>.csv", figures_views.figures_csv, name="figures_csv"),
    path("trials/<int:trial_id>/report/", trial_views.trial, name="trial"),
    path("trials/<int:trial_id>/report.csv", trial_views.trial_csv, name="trial_csv"),
]
