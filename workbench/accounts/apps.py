from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "workbench.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Note the device of each sign-in; let the texts of waiting mails be rotated."""
        from .mail.outbox import row_of
        from .models import Mail
        from .sealed_texts import COLUMNS, SealedColumn
        from .sessions.signing_in import listen

        listen()
        COLUMNS.append(SealedColumn(Mail, "text_ciphertext", row_of))
