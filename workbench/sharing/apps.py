from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "workbench.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Let comments follow a prompt that moves, and webhooks hear of versions and labels."""
        from workbench.prompts.library.moving import prompt_moves

        from .comments.moving import take_along
        from .webhooks.listening import listen

        prompt_moves.connect(take_along, dispatch_uid="sharing.comments")
        listen()
