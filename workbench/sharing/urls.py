"""Share links, comments, proposals, the inbox and webhooks."""

from django.urls import URLPattern

app_name = "sharing"
urlpatterns: list[URLPattern] = []
