"""How watui speaks to a gateway, and what it may expect back."""
