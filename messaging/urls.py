from django.urls import path

from messaging import webhooks

app_name = "messaging"

urlpatterns = [
    path("hooks/<slug:alias>/inbound/", webhooks.inbound, name="inbound"),
    path("hooks/<slug:alias>/inbound/<str:key>/", webhooks.inbound, name="inbound_with_key"),
    path("hooks/<slug:alias>/receipts/", webhooks.receipts, name="receipts"),
    path("hooks/<slug:alias>/receipts/<str:key>/", webhooks.receipts, name="receipts_with_key"),
]
