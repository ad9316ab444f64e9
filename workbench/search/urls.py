"""The search and the palette, below ``/t/<team>/``."""

from django.urls import path

from . import views

app_name = "search"
urlpatterns = [
    path("search/", views.page, name="page"),
    path("palette/", views.palette, name="palette"),
]
