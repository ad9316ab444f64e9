"""The site's table of contents."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("api/v1/", include("workbench.api.urls")),
    path("", include("workbench.accounts.urls")),
    path("t/<slug:team>/", include("workbench.prompts.urls")),
    path("t/<slug:team>/", include("workbench.runs.urls")),
    path("t/<slug:team>/", include("workbench.search.urls")),
    path("", include("workbench.sharing.urls")),
]
handler400 = "workbench.views.bad_request"
handler403 = "workbench.views.forbidden"
handler404 = "workbench.views.not_found"
handler500 = "workbench.views.server_error"
