"""Names that want to do harm; "quokka" in each of them is what a search finds."""

MARKUP = (
    "quokka <b hx-get=/sign-out/ hx-trigger=load hx-on:load=alert(1)></title></textarea>"
    '"><script>document.title="ran"</script><img src=//evil.example/t onerror=alert(2)>'
)
WORD = f"quokka \u202e{{{{7*7}}}} {{% include 'x' %}} javascript:alert(1) {'W' * 140}"
NAMES = {"markup": MARKUP, "word": WORD}
