"""Prompts and their immutable versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Left, Lower
from django.utils import timezone
from django.utils.text import slugify

from workbench.accounts.exact_json import ExactJSONField
from workbench.accounts.models import TeamOwned, User
from workbench.accounts.slugs import free_slug
from workbench.full_text import Document
from workbench.prompts.content import Content
from workbench.prompts.search_documents import prompt_document, version_document
from workbench.prompts.signals import version_saved
from workbench.prompts.system_prompts.copies import slug_in

from .immutable import Immutable
from .searched import Searched, SearchText


class Archived(Exception):
    """No version can be saved into an archived prompt."""


class Prompt(Searched, TeamOwned):
    """A named thing in a team's library; owns versions.

    What the list shows and filters by is copied from the latest version: its author, its model and
    the slug of the system prompt that its system text was copied from.
    """

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    description = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    latest_number = models.PositiveIntegerField(default=0)
    latest_author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    latest_model = models.CharField(max_length=200, blank=True, default="")
    latest_system = models.SlugField(max_length=80, blank=True, default="", db_index=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    searched_fields = frozenset({"team", "name", "slug", "description", "tags", "latest_number"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "slug"], name="prompt_slug_in_team"),
            models.UniqueConstraint(fields=["team", "id"], name="prompt_in_team"),
        ]
        indexes = [
            models.Index(fields=["team", "-updated_at", "-id"], name="prompts_by_change"),
            models.Index("team", Lower("name"), "id", name="prompts_by_lower_name"),
            models.Index(
                fields=["team", "-updated_at", "-id"],
                name="archived_prompts",
                condition=models.Q(archived_at__isnull=False),
            ),
            models.Index(
                fields=["team", "latest_model", "-updated_at", "-id"], name="prompts_by_model"
            ),
            models.Index(fields=["team", "latest_system"], name="prompts_by_system"),
            GinIndex(fields=["tags"], name="prompts_by_tag", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def latest(self) -> PromptVersion:
        """The newest version; raises ``PromptVersion.DoesNotExist`` before the first save."""
        return self.versions.get(number=self.latest_number)

    @transaction.atomic
    def save_version(
        self, content: Content, author: User, *, parent_number: int | None, note: str = ""
    ) -> PromptVersion:
        """Append a version; numbers have no gaps, whoever saves at the same time.

        Identical content makes no new version: the newest one is returned as it is. Raises
        ``Archived``.
        """
        # Keys that refer to the prompt, as those of runs, do not wait for this lock.
        locked = Prompt.objects.select_for_update(no_key=True).get(pk=self.pk)
        if locked.archived_at:
            raise Archived
        if locked.latest_number and locked.latest.content_hash == content.digest():
            return locked.latest
        version = PromptVersion.objects.create(
            team_id=locked.team_id,
            prompt=self,
            number=locked.latest_number + 1,
            parent_number=parent_number,
            author=author,
            author_name=str(author)[:200],
            note=note,
            content=content.to_dict(),
            content_hash=content.digest(),
        )
        self.follow(version)
        version_saved.send(type(self), version=version)
        return version

    def follow(self, version: PromptVersion) -> None:
        """Make ``version`` the latest, with what the list shows of it."""
        self.save(update_fields=self.show(version))

    def show(self, version: PromptVersion) -> list[str]:
        """Copy what the list shows from ``version``, the latest; returns the changed columns."""
        content = version.parsed
        model = content.body.get("model")
        self.latest_number, self.updated_at = version.number, version.created_at
        self.latest_author = version.author
        self.latest_model = model[:200] if isinstance(model, str) else ""
        self.latest_system = slug_in(content.copied_from)
        names = ("number", "author", "model", "system")
        return ["updated_at", *(f"latest_{name}" for name in names)]

    @staticmethod
    def free_slug(team_id: int, name: str) -> str:
        """A slug made from ``name`` that no prompt of the team has yet."""
        rows = Prompt.objects.filter(team_id=team_id)
        return free_slug(rows, slugify(name)[:60] or "prompt")

    @classmethod
    def documents(cls, keys: Sequence[int]) -> Iterator[tuple[int, Document]]:
        latest = PromptVersion.objects.filter(
            prompt__in=keys, number=models.F("prompt__latest_number")
        )
        contents = dict(latest.values_list("prompt_id", "content"))
        fields = ("pk", "team_id", "name", "slug", "description", "tags")
        for pk, team, name, slug, description, tags in cls.objects.filter(pk__in=keys).values_list(
            *fields
        ):
            yield (
                pk,
                prompt_document(
                    team,
                    name=name,
                    slug=slug,
                    description=description,
                    tags=tags,
                    content=contents.get(pk),
                ),
            )


class PromptText(SearchText):
    """What is found of a prompt and its latest version."""

    prompt = models.OneToOneField(
        Prompt, models.CASCADE, primary_key=True, related_name="search_text"
    )

    class Meta:
        indexes = [GinIndex(fields=["search"], name="prompts_by_text")]

    def __str__(self) -> str:
        return f"text of prompt {self.pk}"


class PromptVersion(Searched, TeamOwned, Immutable):
    """What a prompt said at one moment: content, author, note; never changed.

    The database fills ``model`` in from the content, so that a filter needs no JSON.
    ``author_name`` stays when the account is deleted, and names who wrote an imported version.
    """

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    parent_number = models.PositiveIntegerField(null=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(blank=True)
    content = ExactJSONField()
    content_hash = models.CharField(max_length=64)
    model = models.GeneratedField(
        # Cut, as everywhere: whatever a body holds there, a longer one does not fit into an index.
        expression=Left(KeyTextTransform("model", KeyTransform("body", "content")), 200),
        output_field=models.CharField(max_length=200, null=True),
        db_persist=True,
    )
    created_at = models.DateTimeField(default=timezone.now)

    searched_fields = frozenset({"team", "note", "content"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prompt", "number"], name="version_number"),
            models.UniqueConstraint(fields=["team", "id"], name="version_in_team"),
        ]
        indexes = [models.Index(fields=["team", "model"], name="versions_by_model")]

    def __str__(self) -> str:
        return f"{self.prompt} v{self.number}"

    @property
    def parsed(self) -> Content:
        return Content.from_dict(self.content)

    @classmethod
    def documents(cls, keys: Sequence[int]) -> Iterator[tuple[int, Document]]:
        rows = cls.objects.filter(pk__in=keys).values_list("pk", "team_id", "note", "content")
        for pk, team, note, content in rows:
            yield pk, version_document(team, note=note, content=content)

    @classmethod
    def renew_search(cls, keys: Sequence[int]) -> None:
        super().renew_search(keys)
        # A prompt may have been told its latest number before that version was there.
        shown = Prompt.objects.filter(versions__in=keys, versions__number=models.F("latest_number"))
        Prompt.renew_search(list(shown.values_list("pk", flat=True)))


class VersionText(SearchText):
    """What is found of one version."""

    version = models.OneToOneField(
        PromptVersion, models.CASCADE, primary_key=True, related_name="search_text"
    )

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="versions_by_text"),
            models.Index(fields=["team", "-version"], name="version_texts_of_team"),
        ]

    def __str__(self) -> str:
        return f"text of version {self.pk}"


class Star(TeamOwned):
    """A person's mark on a prompt that they want to find again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="stars")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "prompt"], name="one_star_each")]

    def __str__(self) -> str:
        return f"star of {self.user} on {self.prompt}"
