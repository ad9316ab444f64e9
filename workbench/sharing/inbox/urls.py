"""Addresses of the inbox, all below the team."""

from django.urls import path

from . import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/readings/", views.read_all, name="read-all"),
    path("inbox/<int:notice>/reading/", views.reading, name="read-notice"),
    path("inbox/<int:notice>/opening/", views.opening, name="open-notice"),
]
