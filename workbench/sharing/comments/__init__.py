"""Comments on prompts, versions, runs and proposals, with answers, mentions and passages.

A page shows those of its subject with two lines, which also work without script::

    {% url "sharing:proposal-comments" team.slug proposal.pk as comments_url %}
    {% include "sharing/comments/_here.html" %}

Whoever may see the page's subject sees them; whom they concern finds them in the inbox.
"""
