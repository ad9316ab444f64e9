from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "workbench.runs"
    label = "runs"

    def ready(self) -> None:
        """Keep the recorded answers that an import of prompts finds."""
        from workbench.prompts.intake.making import answers_found

        from .recorded import record_answers

        answers_found.connect(record_answers, dispatch_uid="runs.recorded")
