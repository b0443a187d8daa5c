"""watui: WhatsApp in a terminal, over a self-hosted device gateway."""

import logging

__version__ = "0.1.0"

# Without a handler Python's last-resort one would print library warnings over the screen.
logging.getLogger(__name__).addHandler(logging.NullHandler())
