from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "workbench.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Let comments and proposals follow a prompt that moves, and webhooks hear of the rest."""
        from workbench.prompts.library.moving import prompt_moves

        from .comments.moving import take_along
        from .proposals.moving import take_along as take_proposals_along
        from .webhooks.listening import listen

        prompt_moves.connect(take_along, dispatch_uid="sharing.comments")
        prompt_moves.connect(take_proposals_along, dispatch_uid="sharing.proposals")
        listen()
