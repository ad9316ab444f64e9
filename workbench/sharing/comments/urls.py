"""Addresses of comments, all below the team."""

from django.urls import path

from . import views

_PROMPT = "prompts/<int:prompt>/comments/"
_VERSION = "prompts/<int:prompt>/versions/<int:number>/comments/"
_RUN = "runs/<int:run>/comments/"
_PROPOSAL = "proposals/<int:proposal>/comments/"

urlpatterns = [
    path(_PROMPT, views.of_prompt, name="prompt-comments"),
    path(_VERSION, views.of_version, name="version-comments"),
    path(_RUN, views.of_run, name="run-comments"),
    path(_PROPOSAL, views.of_proposal, name="proposal-comments"),
    path(f"{_PROMPT}writing/", views.write_on_prompt, name="write-on-prompt"),
    path(f"{_VERSION}writing/", views.write_on_version, name="write-on-version"),
    path(f"{_RUN}writing/", views.write_on_run, name="write-on-run"),
    path(f"{_PROPOSAL}writing/", views.write_on_proposal, name="write-on-proposal"),
    path("comments/<int:comment>/", views.comment, name="comment"),
    path("comments/<int:comment>/text/", views.editing, name="edit-comment"),
    path("comments/<int:comment>/deletion/", views.deletion, name="delete-comment"),
    path("comments/<int:comment>/resolution/", views.resolution, name="resolve-comment"),
    path("comments/<int:comment>/reopening/", views.reopening, name="reopen-comment"),
]
