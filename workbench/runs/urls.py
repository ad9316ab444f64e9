"""Everything about runs, below ``/t/<team>/``."""

from django.urls import path

from . import views, watching

app_name = "runs"
urlpatterns = [
    path("drafts/<int:draft>/runs/", views.create, name="create"),
    path("drafts/<int:draft>/run-bar/", views.run_bar, name="run-bar"),
    path("runs/", views.run_list, name="list"),
    path("runs/<int:run>/", views.response, name="run"),
    path("runs/<int:run>/request/", views.request_tab, name="request"),
    path("runs/<int:run>/log/", views.log_tab, name="log"),
    path("runs/<int:run>/headers/", views.headers_tab, name="headers"),
    path("runs/<int:run>/text/", views.text, name="text"),
    path("runs/<int:run>/outcome/", views.outcome, name="outcome"),
    path("runs/<int:run>/cancellation/", views.cancel, name="cancel"),
    path("runs/<int:run>/repetition/", views.repeat, name="repeat"),
    path("runs/<int:run>/conversation/", views.converse, name="converse"),
    path("runs/<int:run>/stream/", watching.stream, name="stream"),
    path("runs/<int:run>/events/", watching.events, name="events"),
]
