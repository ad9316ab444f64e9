"""A team's connections: its API keys for the upstreams, and what may be spent with them."""
