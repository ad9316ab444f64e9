from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "workbench.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Note the device of each sign-in."""
        from .sessions.signing_in import listen

        listen()
