"""Addresses of comments, all below the team."""

from django.urls import path

from . import views

_PROMPT = "prompts/<int:prompt>/comments/"
_VERSION = "prompts/<int:prompt>/versions/<int:number>/comments/"
_RUN = "runs/<int:run>/comments/"
_PROPOSAL = "proposals/<int:proposal>/comments/"

urlpatterns = [
    path(_PROMPT, views.comments, name="prompt-comments"),
    path(_VERSION, views.comments, name="version-comments"),
    path(_RUN, views.comments_on_run, name="run-comments"),
    path(_PROPOSAL, views.comments, name="proposal-comments"),
    path(f"{_PROMPT}writing/", views.writing, name="write-on-prompt"),
    path(f"{_VERSION}writing/", views.writing, name="write-on-version"),
    path(f"{_RUN}writing/", views.writing, name="write-on-run"),
    path(f"{_PROPOSAL}writing/", views.writing, name="write-on-proposal"),
    path("comments/<int:comment>/", views.comment, name="comment"),
    path("comments/<int:comment>/text/", views.editing, name="edit-comment"),
    path("comments/<int:comment>/deletion/", views.deletion, name="delete-comment"),
    path("comments/<int:comment>/resolution/", views.resolution, name="resolve-comment"),
    path("comments/<int:comment>/reopening/", views.reopening, name="reopen-comment"),
]
