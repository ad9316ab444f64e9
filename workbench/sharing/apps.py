from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "workbench.sharing"
    label = "sharing"
