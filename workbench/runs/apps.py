from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "workbench.runs"
    label = "runs"

    def ready(self) -> None:
        """Keep the recorded answers that an import finds; stop the runs of a team that goes."""
        from workbench.accounts.teams.deleting import team_goes
        from workbench.prompts.intake.making import answers_found

        from .recorded import record_answers
        from .stopping import stop_all_of

        team_goes.connect(stop_all_of, dispatch_uid="runs.stopping")
        answers_found.connect(record_answers, dispatch_uid="runs.recorded")
