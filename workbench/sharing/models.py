"""Share links, comments, proposals, what concerns a person, and webhooks."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from workbench.accounts.models import TeamOwned, User
from workbench.prompts.models import Prompt
from workbench.runs.models import Comparison, Run


class ShareLink(TeamOwned):
    """A link by which anybody reads one thing; only the hash of its token is kept.

    It shows a version of ``prompt``, or the latest one when there is no ``version_number``, or a
    ``run``, or a ``comparison``. ``password`` is a hash, empty for none.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    last4 = models.CharField(max_length=4)
    prompt = models.ForeignKey(Prompt, models.CASCADE, null=True, related_name="share_links")
    version_number = models.PositiveIntegerField(null=True)
    run = models.ForeignKey(Run, models.CASCADE, null=True, related_name="share_links")
    comparison = models.ForeignKey(
        Comparison, models.CASCADE, null=True, related_name="share_links"
    )
    shows_system = models.BooleanField(default=True)
    shows_variables = models.BooleanField(default=True)
    password = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    views = models.PositiveBigIntegerField(default=0)
    last_viewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(prompt__isnull=False, run=None, comparison=None)
                | models.Q(prompt=None, run__isnull=False, comparison=None)
                | models.Q(prompt=None, run=None, comparison__isnull=False),
                name="link_shows_one_thing",
            )
        ]
        indexes = [models.Index(fields=["team", "-id"], name="links_of_team")]

    def __str__(self) -> str:
        return f"link …{self.last4}"


class Proposal(TeamOwned):
    """The wish to point a label of a prompt to another version; another editor decides.

    No ``from_number``: the prompt did not have the label. ``is_rollback`` took one step back.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="proposals")
    label = models.CharField(max_length=60)
    from_number = models.PositiveIntegerField(null=True)
    to_number = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True)
    rolled_back_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    rolled_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "id"], name="proposal_in_team"),
            models.UniqueConstraint(
                fields=["prompt", "label"],
                condition=models.Q(state="open"),
                name="one_open_proposal",
            ),
        ]
        indexes = [models.Index(fields=["team", "state", "-id"], name="proposals_of_team")]

    def __str__(self) -> str:
        return f"{self.label} to v{self.to_number}"


class Comment(TeamOwned):
    """What a member says about a prompt, a version of it, a run or a proposal.

    ``parent`` is the comment that it answers, always one that answers none. ``passage`` names what
    a comment on a version is about: ``{"path", "start", "end", "quote"}``, the offsets in
    characters of the text at ``path`` in the version's content. ``mentions`` are the ids of those
    whom the text mentions, by the name as it is written.
    """

    prompt = models.ForeignKey(Prompt, models.CASCADE, null=True, related_name="comments")
    version_number = models.PositiveIntegerField(null=True)
    run = models.ForeignKey(Run, models.CASCADE, null=True, related_name="comments")
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=100)
    text = models.TextField()
    passage = models.JSONField(null=True)
    mentions = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "id"], name="comment_in_team"),
            models.CheckConstraint(
                condition=models.Q(prompt__isnull=False, run=None, proposal=None)
                | models.Q(prompt=None, run__isnull=False, proposal=None)
                | models.Q(prompt=None, run=None, proposal__isnull=False),
                name="comment_on_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["prompt", "version_number", "id"], name="comments_of_version"),
            models.Index(fields=["run", "id"], name="comments_of_run"),
            models.Index(fields=["proposal", "id"], name="comments_of_proposal"),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class Notice(TeamOwned):
    """One thing that concerns one member: the rows of the inbox.

    What tells of a webhook has its host as ``actor_name`` and is about nothing else.
    """

    class Kind(models.TextChoices):
        MENTION = "mention", "mentioned you"
        REPLY = "reply", "answered you"
        COMMENT = "comment", "commented"
        PROPOSAL = "proposal", "asks for a decision"
        DECISION = "decision", "decided"
        ROLLBACK = "rollback", "rolled back"
        WEBHOOK = "webhook", "gets no events any more: nothing arrived for three days"

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=100)
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "team", "-id"], name="inbox"),
            models.Index(fields=["user", "team"], name="unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class Webhook(TeamOwned):
    """Where the team's events are sent; the secret that signs them is encrypted, bound to the row.

    ``events`` are the names of those that are sent. The host must be one that the operator allows.
    After ``failures`` in a row, the first of them at ``failing_since``, nothing but a test is sent
    before ``paused_until``. ``gave_up_at`` is when it was switched off because nothing arrived.
    """

    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    secret_ciphertext = models.TextField()
    last4 = models.CharField(max_length=4)
    is_active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0, db_default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "id"], name="webhook_in_team")]

    def __str__(self) -> str:
        return self.url


class Delivery(TeamOwned):
    """One event on its way to a webhook: written in the transaction of what it tells."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=60)
    payload = models.JSONField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now, null=True)
    http_status = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"],
                name="deliveries_due",
                condition=models.Q(next_at__isnull=False),
            ),
            models.Index(fields=["webhook", "-id"], name="deliveries_of_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to webhook {self.webhook_id}"
