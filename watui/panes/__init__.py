"""The panes of the screen: chats, thread, composer and status."""
