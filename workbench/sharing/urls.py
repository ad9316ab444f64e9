"""Share links, comments, proposals, the inbox and webhooks."""

from django.urls import include, path

app_name = "sharing"
urlpatterns = [
    path("", include("workbench.sharing.links.urls")),
    path("t/<slug:team>/", include("workbench.sharing.comments.urls")),
    path("t/<slug:team>/", include("workbench.sharing.inbox.urls")),
    path("t/<slug:team>/", include("workbench.sharing.proposals.urls")),
    path("t/<slug:team>/", include("workbench.sharing.webhooks.urls")),
]
