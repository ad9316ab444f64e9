"""Files that wait between their upload and the confirmation of an import."""

from __future__ import annotations

from django.db import models

from workbench.accounts.models import TeamOwned, User

from .prompt import Prompt


class LibraryUpload(TeamOwned):
    """What waits for the confirmation of an import; only who brought it sees it, for a day.

    An archive or version file of ours: that becomes the next version of ``prompt``, or a prompt of
    its own without one. Or, with a ``kind``, what ``prompts.intake`` has read in a foreign text.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100, blank=True, default="", db_default="")
    size = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "id"], name="upload_in_team")]

    def __str__(self) -> str:
        return self.name


class UploadPart(TeamOwned):
    """A piece of an upload: a whole archive would need its size in memory several times."""

    upload = models.ForeignKey(LibraryUpload, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    bytes = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="upload_part_number")
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.upload}"
