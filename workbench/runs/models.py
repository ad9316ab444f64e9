"""Runs: one request sent and all that came back. Rows that stream are append-only."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from workbench.accounts.connections.destinations import beginning_of_team
from workbench.accounts.exact_json import ExactJSONField
from workbench.accounts.models import Connection, Team, TeamOwned, User
from workbench.messages_api import MessageRequest
from workbench.prompts.models import Draft, Prompt, SearchText


class State(models.TextChoices):
    """Where a run is; the last four are final and never change."""

    QUEUED = "queued", "Queued"
    CONNECTING = "connecting", "Connecting"
    STREAMING = "streaming", "Streaming"
    SUCCEEDED = "succeeded", "Done"
    FAILED = "failed", "Failed"
    INTERRUPTED = "interrupted", "Interrupted"
    CANCELLED = "cancelled", "Stopped"


ACTIVE = (State.QUEUED, State.CONNECTING, State.STREAMING)


IMPORTED = "(imported)"
"""The upstream of a run that an import has brought: it was not sent from here."""


class Comparison(TeamOwned):
    """Several runs of one click, side by side; ``panes`` says what each of them tries."""

    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, related_name="comparisons")
    name = models.CharField(max_length=200, blank=True)
    panes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "id"], name="comparison_in_team")]
        indexes = [models.Index(fields=["team", "-id"], name="comparisons_of_team")]

    def __str__(self) -> str:
        return self.name or f"comparison {self.pk}"


class Run(TeamOwned):
    """One request, frozen before it is sent, and its outcome.

    ``continues`` is the run whose answer it carries on; ``mock_round`` counts those whose tools
    were answered with mocked results without anybody looking. ``invalid_bytes`` of the answer were
    no UTF-8 and are shown as U+FFFD.
    """

    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    prompt = models.ForeignKey(Prompt, models.SET_NULL, null=True, related_name="runs")
    prompt_name = models.CharField(max_length=200, blank=True)
    version_number = models.PositiveIntegerField(null=True)
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, related_name="runs")

    comparison = models.ForeignKey(Comparison, models.SET_NULL, null=True, related_name="runs")
    pane = models.PositiveSmallIntegerField(null=True)
    continues = models.ForeignKey("self", models.SET_NULL, null=True, related_name="continuations")
    mock_round = models.PositiveSmallIntegerField(null=True)

    request = ExactJSONField()
    transformations = models.JSONField(default=list)
    request_hash = models.CharField(max_length=64)
    values = models.JSONField(default=dict)
    model = models.CharField(max_length=200)
    upstream = models.CharField(max_length=60)
    connection = models.ForeignKey(Connection, models.SET_NULL, null=True, related_name="+")
    idempotency_key = models.CharField(max_length=64, unique=True)

    state = models.CharField(max_length=11, choices=State, default=State.QUEUED)
    executor = models.IntegerField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    ending = models.TextField(blank=True)
    error_kind = models.CharField(max_length=30, blank=True)
    error = models.JSONField(null=True)
    http_status = models.PositiveIntegerField(null=True)
    upstream_request_id = models.CharField(max_length=200, blank=True)
    request_headers = models.JSONField(default=list)
    response_headers = models.JSONField(default=list)
    message = ExactJSONField(null=True)

    input_tokens = models.BigIntegerField(null=True)
    output_tokens = models.BigIntegerField(null=True)
    thinking_tokens = models.BigIntegerField(null=True)
    cache_read_tokens = models.BigIntegerField(null=True)
    cache_write_tokens = models.BigIntegerField(null=True)
    cost_usd = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    cost = models.JSONField(default=dict)
    reserved_usd = models.DecimalField(max_digits=20, decimal_places=10, null=True)

    first_token_ms = models.PositiveIntegerField(null=True)
    duration_ms = models.PositiveIntegerField(null=True)
    event_count = models.PositiveIntegerField(default=0)
    byte_count = models.PositiveBigIntegerField(default=0)
    invalid_bytes = models.PositiveIntegerField(default=0, db_default=0)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "id"], name="run_in_team"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="known_state"),
        ]
        indexes = [
            models.Index(fields=["team", "-id"], name="runs_of_team"),
            models.Index(fields=["draft", "-id"], name="runs_of_draft"),
            models.Index(fields=["prompt", "-id"], name="runs_of_prompt"),
            models.Index(fields=["prompt", "version_number", "-id"], name="runs_of_version"),
            models.Index(
                fields=["executor"],
                name="active_runs",
                condition=models.Q(state__in=[state.value for state in ACTIVE]),
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_imported(self) -> bool:
        return self.upstream == IMPORTED

    @property
    def next_upstream(self) -> str:
        """Where the same request goes when it is sent once more."""
        return beginning_of_team(self.team_id).upstream if self.is_imported else self.upstream

    @property
    def message_request(self) -> MessageRequest:
        return MessageRequest.from_dict(self.request)


class RunChunk(models.Model):
    """The events of about 150 ms, packed by ``log.pack``; deleted once the run has its log.

    ``first`` is the number of the first event in it, ``count`` how many there are.
    """

    # One key and no foreign key: this is written many times a second, and each would double it.
    # A chunk without a run cannot come to be, since its statement selects from the runs.
    pk = models.CompositePrimaryKey("run_id", "seq")
    run = models.ForeignKey(
        Run, models.CASCADE, related_name="chunks", db_index=False, db_constraint=False
    )
    seq = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    events = models.BinaryField()

    def __str__(self) -> str:
        return f"chunk {self.seq} of run {self.run_id}"


class RunLog(models.Model):
    """All events of a finished run, packed by ``log.pack``."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="log")
    events = models.BinaryField()

    def __str__(self) -> str:
        return f"log of run {self.run_id}"


class Spending(models.Model):
    """What a team, a member or a connection has spent in a month, and what its runs hold back.

    ``scope`` is ``team``, ``user:<id>`` or ``connection:<id>``; ``month`` its first day, UTC. Both
    sums are USD. A run holds back what it may cost at most until it has ended.
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    month = models.DateField()
    scope = models.CharField(max_length=40)
    spent_usd = models.DecimalField(max_digits=20, decimal_places=10, default=0, db_default=0)
    reserved_usd = models.DecimalField(max_digits=20, decimal_places=10, default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "month", "scope"], name="one_spending_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.scope} in {self.month:%Y-%m}"


class UsageFigures(models.Model):
    """The figures of the runs that ended on one day (UTC) at one upstream, added up as they ended.

    Tokens, and list price in USD; ``unpriced`` runs have none that is known, ``failed`` ones did
    not succeed.
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    day = models.DateField()
    upstream = models.CharField(max_length=60)
    runs = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    cache_read_tokens = models.BigIntegerField(default=0)
    cache_write_tokens = models.BigIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=20, decimal_places=10, default=0)
    unpriced = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class UsageDay(UsageFigures):
    """What one person's runs of one prompt and model came to on a day.

    ``user_id`` and ``prompt_id`` are numbers, 0 for none, so that the sums outlive what they are
    about.
    """

    user_id = models.BigIntegerField(default=0)
    prompt_id = models.BigIntegerField(default=0)
    model = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "day", "user_id", "prompt_id", "model", "upstream"],
                name="one_usage_row_a_day",
            )
        ]
        indexes = [
            models.Index(fields=["team", "user_id", "day"], name="usage_of_members"),
            models.Index(fields=["team", "prompt_id", "day"], name="usage_of_prompts"),
        ]

    def __str__(self) -> str:
        return f"{self.runs} runs on {self.day}"


class UsageSum(UsageFigures):
    """The same added up further: by day alone, or by one member, prompt or model of a day.

    A team with a million rows of ``UsageDay`` has a few thousand of these. ``key`` is the id or the
    name as text, empty where ``kind`` is ``all``.
    """

    class Kind(models.TextChoices):
        ALL = "all"
        MEMBER = "member"
        PROMPT = "prompt"
        MODEL = "model"

    kind = models.CharField(max_length=6, choices=Kind)
    key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "kind", "day", "key", "upstream"], name="one_usage_sum_a_day"
            )
        ]
        indexes = [models.Index(fields=["team", "kind", "key", "day"], name="usage_sums_of_one")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} on {self.day}"


class RunText(SearchText):
    """What is found of a finished run: what was asked and what was answered."""

    run = models.OneToOneField(Run, models.CASCADE, primary_key=True, related_name="search_text")

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="runs_by_text"),
            models.Index(fields=["team", "-run"], name="run_texts_of_team"),
        ]

    def __str__(self) -> str:
        return f"text of run {self.pk}"
