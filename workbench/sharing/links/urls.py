"""Addresses of links: for members below the team, for readers below ``/s/``."""

from django.urls import path

from . import shared_views, views

urlpatterns = [
    path("s/<str:token>/", shared_views.shared, name="shared"),
    path("s/<str:token>/password/", shared_views.unlocking, name="unlock"),
    path("s/<str:token>/media/<str:sha256>/", shared_views.media, name="shared-media"),
    path("s/<str:token>/copy/", shared_views.copying, name="copy"),
    path("t/<slug:team>/links/", views.links, name="links"),
    path("t/<slug:team>/links/<int:link>/revocation/", views.revocation, name="revoke-link"),
    path("t/<slug:team>/prompts/<int:prompt>/links/", views.share_prompt, name="share-prompt"),
    path(
        "t/<slug:team>/prompts/<int:prompt>/versions/<int:number>/links/",
        views.share_version,
        name="share-version",
    ),
    path("t/<slug:team>/runs/<int:run>/links/", views.share_run, name="share-run"),
    path(
        "t/<slug:team>/comparisons/<int:comparison>/links/",
        views.share_comparison,
        name="share-comparison",
    ),
]
