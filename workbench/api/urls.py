"""The addresses that programs ask."""

from django.urls import path

from . import views

app_name = "api"
urlpatterns = [
    path("openapi.json", views.openapi, name="openapi"),
    path("prompts/", views.prompts, name="prompts"),
    path("prompts/<slug:slug>/", views.prompt, name="prompt"),
    path("prompts/<slug:slug>/versions/", views.versions, name="versions"),
    path("system-prompts/", views.system_prompts, name="system-prompts"),
    path("system-prompts/<slug:slug>/", views.system_prompt, name="system-prompt"),
    path("media/<slug:sha256>/", views.media, name="media"),
]
