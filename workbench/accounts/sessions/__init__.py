"""Sessions: what is stored of them, and the page on which a person ends them."""
