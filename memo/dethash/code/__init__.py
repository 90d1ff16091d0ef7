"""What code does: its syntax trees, the values that it reads, and how both become a manifest."""
