"""Addresses of webhooks, all below the team."""

from django.urls import path

from . import views

urlpatterns = [
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/<int:webhook>/", views.webhook, name="webhook"),
    path("webhooks/<int:webhook>/secret/", views.secret, name="webhook-secret"),
    path("webhooks/<int:webhook>/state/", views.state, name="webhook-state"),
    path("webhooks/<int:webhook>/deletion/", views.deletion, name="delete-webhook"),
    path("webhooks/<int:webhook>/test/", views.trial, name="webhook-trial"),
    path(
        "webhooks/<int:webhook>/deliveries/<int:delivery>/repetition/",
        views.repetition,
        name="repeat-delivery",
    ),
]
