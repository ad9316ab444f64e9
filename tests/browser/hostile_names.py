"""Names that want to do harm; "quokka" in each of them is what a search finds."""

MARKUP = (
    "quokka <b hx-get=/sign-out/ hx-trigger=load hx-on:load=alert(1)></title></textarea>"
    '"><script>document.title="ran"</script><img src=//evil.example/t onerror=alert(2)>'
)
WORD = f"quokka \u202e{{{{7*7}}}} {{% include 'x' %}} javascript:alert(1) {'W' * 140}"
LINK_PASSWORD = "open sesame please"
NAMES = {"markup": MARKUP, "word": WORD}
# A quoted local part takes nearly everything.
EMAILS = {
    kind: f'"<img/src=//evil.example/{kind}/onerror=alert(1)>{"w" * 30}"@example.com'
    for kind in NAMES
}
# What the identity provider says of those who are called so.
CLAIMS = {
    "markup": {"sub": MARKUP, "name": MARKUP, "given_name": MARKUP},
    "word": {"sub": "javascript:alert(1)", "preferred_username": f"{WORD}{'W' * 10_000}"},
}
