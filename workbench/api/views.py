"""What programs ask for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from workbench.accounts.access import public, token_rule
from workbench.prompts.models import Label, Media, Prompt, PromptVersion, SystemPromptVersion

from . import shown
from .addresses import address
from .answers import etag_of, is_known, json_answer, not_modified, revalidated
from .description import description
from .errors import not_found
from .listing import PARAMETERS, by_change, by_number
from .query import Query
from .reading import ApiRequest, counted, only_reading
from .rendering import rendered

CONTENT_TYPES = {"text/plain": "text/plain; charset=utf-8"}
UNCHANGING = "private, max-age=31536000, immutable"


@token_rule("prompt.read")
@only_reading
@counted
def prompts(request: ApiRequest) -> HttpResponse:
    """The team's prompts, the last changed first; archived ones are left out."""
    query = Query(request, "tag", "label", "model", *PARAMETERS)
    rows = shown.prompt_rows(request.access).filter(archived_at=None)
    if query.is_given("tag"):
        rows = rows.filter(tags__contains=[query.text("tag")])
    if query.is_given("label"):
        labels = request.access.rows(Label).filter(name=query.text("label"))
        rows = rows.filter(pk__in=labels.values("prompt"))
    if query.is_given("model"):
        rows = rows.filter(latest_model=query.text("model"))
    page = by_change(rows, query)
    found = [shown.prompt_shown(row, request.access.team) for row in page.rows]
    return revalidated(request, {"prompts": found, "next": page.next_address(request)})


@token_rule("prompt.read")
@only_reading
@counted
def prompt(request: ApiRequest, slug: str) -> HttpResponse:
    """One version of a prompt: its content, and the request that is ready to send."""
    query = Query(request, "label", "version", "media", has_values=True)
    row = shown.chosen_version(request.access, slug, query)
    of_prompt = shown.prompt_shown(row, request.access.team, "prompt__")
    head = {"prompt": of_prompt, "version": shown.version_shown(row, of_prompt["url"])}
    etag = etag_of(request, head)
    if is_known(request, etag):
        return not_modified(etag)
    is_inline = bool(query.choice("media", "inline"))
    values, team = query.values(), request.access.team
    versions = request.access.rows(PromptVersion).filter(pk=row["pk"])
    content = versions.values_list("content", flat=True).get()
    body = rendered(content, values, team.pk, is_inline=is_inline)
    return json_answer(head | body, etag=etag)


@token_rule("prompt.read")
@only_reading
@counted
def versions(request: ApiRequest, slug: str) -> HttpResponse:
    """The versions of a prompt, the newest first, without their contents."""
    query = Query(request, *PARAMETERS)
    page = by_number(shown.version_rows(request.access, slug), query)
    if not page.rows and not request.access.rows(Prompt).filter(slug=slug).exists():
        raise not_found()
    url = address("api:prompt", slug)
    found = [shown.version_shown(row, url) for row in page.rows]
    return revalidated(request, {"versions": found, "next": page.next_address(request)})


@token_rule("prompt.read")
@only_reading
@counted
def system_prompts(request: ApiRequest) -> HttpResponse:
    """The team's system prompts, the last changed first; archived ones are left out."""
    query = Query(request, "tag", *PARAMETERS)
    rows = shown.system_prompt_rows(request.access).filter(archived_at=None)
    if query.is_given("tag"):
        rows = rows.filter(tags__contains=[query.text("tag")])
    page = by_change(rows, query)
    found = [shown.system_prompt_shown(row) for row in page.rows]
    return revalidated(request, {"system_prompts": found, "next": page.next_address(request)})


@token_rule("prompt.read")
@only_reading
@counted
def system_prompt(request: ApiRequest, slug: str) -> HttpResponse:
    """One version of a system prompt, with its text."""
    row = shown.chosen_system_version(request.access, slug, Query(request, "version"))
    of_prompt = shown.system_prompt_shown(row, "system_prompt__")
    head = {"system_prompt": of_prompt, "version": shown.version_shown(row, of_prompt["url"])}
    etag = etag_of(request, head)
    if is_known(request, etag):
        return not_modified(etag)
    texts = request.access.rows(SystemPromptVersion).filter(pk=row["pk"])
    return json_answer(head | {"text": texts.values_list("text", flat=True).get()}, etag=etag)


@token_rule("prompt.read")
@only_reading
@counted
def media(request: ApiRequest, sha256: str) -> HttpResponse:
    """The bytes of a file that a prompt names, which never change."""
    rows = request.access.rows(Media).filter(sha256=sha256)
    media_type = rows.values_list("media_type", flat=True).first()
    if media_type is None:
        raise not_found()
    etag = f'"{sha256}"'
    if is_known(request, etag):
        response = not_modified(etag)
    else:
        content = bytes(rows.values_list("bytes", flat=True).get())
        response = HttpResponse(content, CONTENT_TYPES.get(media_type, media_type))
        response["Content-Disposition"] = "attachment"
        response["ETag"] = etag
    response["Cache-Control"] = UNCHANGING
    return response


@public
@only_reading
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of all this, for everybody: it tells nothing about any team."""
    response = json_answer(description())
    response["Cache-Control"] = "public, max-age=3600"
    return response
