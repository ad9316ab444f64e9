"""What must hold for every answer of the site, whoever asked for what."""

from __future__ import annotations

from django.http import HttpResponse

EVIL = "https://evil.example/"
QUIET = ("same-origin", "strict-origin", "no-referrer")


def weakness_of(answer: HttpResponse, path: str) -> str:
    """What a browser is allowed by an answer that it should not be, "" for nothing."""
    policy = answer.get("Content-Security-Policy", "")
    directives = {part.strip() for part in policy.split(";")}
    if not {"default-src 'none'", "frame-ancestors 'none'"} <= directives or "unsafe" in policy:
        return f"its policy is {policy!r}"
    if answer.get("X-Content-Type-Options") != "nosniff":
        return "it may be sniffed"
    if not path.startswith("/api/") and answer.get("Referrer-Policy") not in QUIET:
        return "it tells other sites where people come from"
    if shared := [name for name in answer.headers if name.lower().startswith("access-control-")]:
        return f"other sites may read it: {shared}"
    for name in ("Location", "HX-Redirect", "HX-Location"):
        if leads_away(answer.get(name, "/")):
            return f"{name} leads to {answer[name]}"
    return ""


def leads_away(address: str) -> bool:
    """Whether an address is not one of this site."""
    return not address.startswith(("/", "?")) or address.startswith(("//", "/\\"))
