from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "workbench.runs"
    label = "runs"

    def ready(self) -> None:
        """Answer what lower packages ask and tell: recorded answers, teams that go, spending."""
        from workbench.accounts.teams.deleting import team_goes
        from workbench.accounts.teams.spent import spent_asked
        from workbench.prompts.intake.making import answers_found

        from .recorded import record_answers
        from .spending.sums import spent_by_user
        from .stopping import stop_all_of

        team_goes.connect(stop_all_of, dispatch_uid="runs.stopping")
        spent_asked.connect(spent_by_user, dispatch_uid="runs.spending")
        answers_found.connect(record_answers, dispatch_uid="runs.recorded")
