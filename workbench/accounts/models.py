"""Users, teams, memberships, invitations, connections and the audit trail."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.text import slugify

from .slugs import free_slug


class Role(models.TextChoices):
    """What a member may do; each role includes the ones before it."""

    VIEWER = "viewer", "Viewer"
    EDITOR = "editor", "Editor"
    ADMIN = "admin", "Admin"
    OWNER = "owner", "Owner"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person, signed in by e-mail and password.

    Notices younger than ``mails_notices_since`` are mailed; None, and none is.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", "As the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    is_instance_admin = models.BooleanField(default=False)
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    code_choice = models.JSONField(default=dict, blank=True, db_default={})
    mails_notices_since = models.DateTimeField(null=True, blank=True)
    last_digest_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email


class Session(AbstractBaseSession):
    """A browser that somebody is signed in with, or that has something to keep for a moment.

    ``user`` is None in the second case. What a person sees of it is the device and the address of
    the sign-in, and when it was used last, to the day.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    user_agent = models.CharField(max_length=400, blank=True)
    address = models.GenericIPAddressField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta(AbstractBaseSession.Meta):
        indexes = [models.Index(fields=["user", "-signed_in_at"], name="sessions_of_user")]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from .sessions.store import SessionStore

        return SessionStore


class Team(models.Model):
    """The people who share prompts, runs and everything else.

    ``spend_role`` is the least role that may send requests which cost money, ``cap_usd`` what the
    team spends in a month at most. ``run_days`` and ``audit_days`` are how long runs and audit
    events are kept. None is no limit.
    """

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    spend_role = models.CharField(
        max_length=6, choices=Role, default=Role.EDITOR, db_default=Role.EDITOR
    )
    cap_usd = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    editors_share = models.BooleanField(default=True, db_default=True)
    run_days = models.PositiveIntegerField(null=True, blank=True)
    audit_days = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def free_slug(name: str) -> str:
        """A slug made from ``name`` that no team has yet."""
        return free_slug(Team.objects.all(), slugify(name)[:50] or "team")


class Membership(models.Model):
    """A person's place in a team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=Role)
    cap_usd = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_team"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} ({self.role})"


class TeamOwned(models.Model):
    """A row that belongs to a team; reached through ``access.Access`` only."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class Invitation(TeamOwned):
    """A link that lets somebody join; only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=6, choices=Role)
    email = models.EmailField(blank=True)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    uses_left = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"invitation to {self.team} as {self.role}"


class Connection(TeamOwned):
    """A team's API key for one upstream: encrypted, bound to this row, never shown again.

    ``api_version`` is what new prompts begin with; ``cap_usd`` is what it spends in a month at
    most, None no limit. At most one connection of an upstream ``is_default``.
    """

    class State(models.TextChoices):
        UNTESTED = "untested", "Not tested"
        WORKS = "works", "Works"
        REFUSED = "refused", "Refused"
        NO_CREDIT = "no-credit", "No credit"
        WRONG_WORKSPACE = "workspace", "Wrong workspace"
        UNREADABLE = "unreadable", "Needs to be entered again"

    upstream = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    key_ciphertext = models.TextField()
    key_id = models.CharField(max_length=16)
    last4 = models.CharField(max_length=4)
    api_version = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.UNTESTED)
    refused_at = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    is_default = models.BooleanField(default=False, db_default=False)
    cap_usd = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="connection_name_in_team"),
            models.UniqueConstraint(fields=["team", "id"], name="connection_in_team"),
            models.UniqueConstraint(
                fields=["team", "upstream"],
                condition=models.Q(is_default=True),
                name="one_default_connection",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.last4})"


class ApiToken(TeamOwned):
    """Lets a program read the team's library; only the hash of the token is kept."""

    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    last4 = models.CharField(max_length=4)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} (…{self.last4})"


class AuditEvent(models.Model):
    """Who did what, when: names and settings, never a prompt's text, a key or a token.

    The database refuses to change or delete one (migration 0007), but for what retention deletes.
    ``team_name`` and ``actor_email`` say whom it was about when their rows have gone.
    """

    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    team_name = models.CharField(max_length=100, blank=True, db_default="")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    actor_email = models.CharField(max_length=254, blank=True, db_default="")
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=40, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["team", "-created_at"], name="audit_of_team"),
            models.Index(fields=["team", "-id"], name="audit_pages"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"


class Mail(models.Model):
    """A message on its way: written in the transaction of what it tells, deleted once it is sent.

    ``text_ciphertext`` is encrypted, bound to the row: links in it open doors. It is empty for a
    kind whose text is made when it is sent. Without ``next_at`` it is given up.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        RESET = "reset", "New password"
        NOTICES = "notices", "Notices"
        TRIAL = "trial", "Test"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="mails")
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text_ciphertext = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now, null=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="mails_due", condition=models.Q(next_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"


class WelcomeCode(models.Model):
    """The hash of the one-time code that the terminal prints; at most one row, none once used."""

    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return "welcome code"


class TokenBucket(models.Model):
    """How many tries are left for one throttled thing; refills evenly over time."""

    key = models.CharField(max_length=128, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
