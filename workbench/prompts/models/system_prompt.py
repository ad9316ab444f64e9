"""Reusable system texts and their immutable versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from workbench.accounts.models import TeamOwned, User
from workbench.full_text import Document
from workbench.prompts.search_documents import system_prompt_document

from .immutable import Immutable
from .searched import Searched, SearchText


class SystemPrompt(Searched, TeamOwned):
    """A reusable system text in the library, versioned like a prompt."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80)
    description = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    latest_number = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    searched_fields = frozenset({"team", "name", "slug", "description", "tags", "latest_number"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "id"], name="system_prompt_in_team"),
            models.UniqueConstraint(fields=["team", "slug"], name="system_prompt_slug_in_team"),
        ]
        indexes = [
            models.Index(fields=["team", "-updated_at", "-id"], name="system_prompts_by_change")
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def documents(cls, keys: Sequence[int]) -> Iterator[tuple[int, Document]]:
        latest = SystemPromptVersion.objects.filter(
            system_prompt__in=keys, number=models.F("system_prompt__latest_number")
        )
        texts = dict(latest.values_list("system_prompt_id", "text"))
        fields = ("pk", "team_id", "name", "slug", "description", "tags")
        for pk, team, name, slug, description, tags in cls.objects.filter(pk__in=keys).values_list(
            *fields
        ):
            yield (
                pk,
                system_prompt_document(
                    team,
                    name=name,
                    slug=slug,
                    description=description,
                    tags=tags,
                    text=texts.get(pk, ""),
                ),
            )


class SystemPromptText(SearchText):
    """What is found of a system prompt and its latest version."""

    system_prompt = models.OneToOneField(
        SystemPrompt, models.CASCADE, primary_key=True, related_name="search_text"
    )

    class Meta:
        indexes = [GinIndex(fields=["search"], name="system_prompts_by_text")]

    def __str__(self) -> str:
        return f"text of system prompt {self.pk}"


class SystemPromptVersion(Searched, TeamOwned, Immutable):
    """What a system prompt said at one moment."""

    system_prompt = models.ForeignKey(SystemPrompt, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    searched_fields = frozenset({"text"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system_prompt", "number"], name="system_prompt_version_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system_prompt} v{self.number}"

    @classmethod
    def renew_search(cls, keys: Sequence[int]) -> None:
        """Old texts are not found: renew the system prompts whose latest versions these are."""
        shown = SystemPrompt.objects.filter(
            versions__in=keys, versions__number=models.F("latest_number")
        )
        SystemPrompt.renew_search(list(shown.values_list("pk", flat=True)))
