"""Protected labels, and proposals to move a label, about which another editor decides."""
