"""Addresses of proposals and protected labels, all below the team."""

from django.urls import path

from . import protection_views, views

urlpatterns = [
    path("protected-labels/", protection_views.protected, name="protected"),
    path("protected-labels/lifting/", protection_views.lifting, name="lift-protection"),
    path("proposals/", views.proposals, name="proposals"),
    path("prompts/<int:prompt>/proposal/", views.proposing, name="propose"),
    path("proposals/<int:proposal>/", views.proposal, name="proposal"),
    path("proposals/<int:proposal>/approval/", views.approval, name="approve-proposal"),
    path("proposals/<int:proposal>/refusal/", views.refusal, name="decline-proposal"),
    path("proposals/<int:proposal>/withdrawal/", views.withdrawal, name="withdraw-proposal"),
    path("proposals/<int:proposal>/rollback/", views.rollback, name="roll-back-proposal"),
]
