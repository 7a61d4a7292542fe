from django.urls import path

from research import (
    bundle_views,
    campaign_api,
    document_views,
    feeds_api,
    fhir_api,
    figures_views,
    report_views,
    trial_views,
)

app_name = "research"

urlpatterns = [
    path("api/v1/openapi.json", document_views.openapi, name="openapi"),
    path("api/v1/docs/", document_views.docs, name="api_docs"),
    path("fhir/r4/metadata", fhir_api.metadata, name="fhir_metadata"),
    *(
        path(f"fhir/r4/{kind}", door.as_view(), name=f"fhir_{kind}")
        for kind, door in fhir_api.DOORS.items()
    ),
    *(
        path(f"api/v1/research/{name}/", door.as_view(), name=f"{name}_api")
        for name, door in {**campaign_api.DOORS, **feeds_api.DOORS}.items()
    ),
    path("reports/", report_views.reports, name="reports"),
    path("figures/<int:campaign_id>/", figures_views.figures, name="figures"),
    path("figures/<int:campaign_id>/<slug:key>.csv", figures_views.figures_csv, name="figures_csv"),
    path("bundles/<int:campaign_id>/", bundle_views.bundles, name="bundles"),
    path("bundle/<int:export_id>/", bundle_views.bundle, name="bundle"),
    path("bundle/<int:export_id>/file", bundle_views.bundle_file, name="bundle_file"),
    path("trials/<int:trial_id>/report/", trial_views.trial, name="trial"),
    path("trials/<int:trial_id>/report.csv", trial_views.trial_csv, name="trial_csv"),
]
