"""Everything about runs, below ``/t/<team>/``."""

from django.urls import path

from . import continuing, estimating, views, watching, wire_views
from .code import views as code
from .comparisons import views as compare_views
from .spending import views as spending
from .team_usage import views as team_usage

app_name = "runs"
urlpatterns = [
    path("drafts/<int:draft>/runs/", views.create, name="create"),
    path("drafts/<int:draft>/estimate/", estimating.estimate, name="estimate"),
    path("drafts/<int:draft>/run-bar/", views.run_bar, name="run-bar"),
    path("drafts/<int:draft>/comparison/", compare_views.compare, name="compare"),
    path("drafts/<int:draft>/comparison/draft/", compare_views.compare_draft, name="compare-draft"),
    path("drafts/<int:draft>/code/", code.draft, name="draft-code"),
    path("drafts/<int:draft>/code/files/", code.draft_files, name="draft-code-files"),
    path("prompts/<int:prompt>/versions/<int:number>/code/", code.version, name="version-code"),
    path(
        "prompts/<int:prompt>/versions/<int:number>/code/files/",
        code.version_files,
        name="version-code-files",
    ),
    path("comparisons/<int:comparison>/", compare_views.comparison, name="comparison"),
    path(
        "comparisons/<int:comparison>/cancellation/",
        compare_views.stop_comparison,
        name="stop-comparison",
    ),
    path(
        "comparisons/<int:comparison>/repetition/",
        compare_views.repeat_comparison,
        name="repeat-comparison",
    ),
    path("spending/", spending.spending, name="spending"),
    path("usage/", team_usage.usage, name="usage"),
    path("usage/file/", team_usage.usage_csv, name="usage-csv"),
    path("runs/", views.run_list, name="list"),
    path("runs/<int:run>/", views.response, name="run"),
    path("runs/<int:run>/code/", code.run, name="run-code"),
    path("runs/<int:run>/code/files/", code.run_files, name="run-code-files"),
    path("runs/<int:run>/draft/", compare_views.open_as_draft, name="open-as-draft"),
    path("runs/<int:run>/request/", wire_views.request_tab, name="request"),
    path("runs/<int:run>/request/body/", wire_views.request_body, name="request-body"),
    path("runs/<int:run>/log/", wire_views.log_tab, name="log"),
    path("runs/<int:run>/log/lines/", wire_views.event_log, name="event-log"),
    path("runs/<int:run>/message/", wire_views.message_tab, name="message"),
    path("runs/<int:run>/message/body/", wire_views.message_body, name="message-body"),
    path("runs/<int:run>/headers/", wire_views.headers_tab, name="headers"),
    path("runs/<int:run>/differences/", wire_views.choose_other, name="choose-other"),
    path("runs/<int:run>/differences/<int:other>/", wire_views.differences, name="differences"),
    path("runs/<int:run>/text/", views.text, name="text"),
    path("runs/<int:run>/outcome/", views.outcome, name="outcome"),
    path("runs/<int:run>/cancellation/", views.cancel, name="cancel"),
    path("runs/<int:run>/repetition/", views.repeat, name="repeat"),
    path("runs/<int:run>/results/", continuing.results, name="results"),
    path("runs/<int:run>/results/typed/", continuing.keep_results, name="keep-results"),
    path("runs/<int:run>/complaint/", continuing.complaint, name="complaint"),
    path("runs/<int:run>/conversation/", continuing.converse, name="converse"),
    path("runs/<int:run>/stream/", watching.stream, name="stream"),
    path("runs/<int:run>/events/", watching.events, name="events"),
]
