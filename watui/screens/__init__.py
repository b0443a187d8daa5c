"""Dialogs that lie over the panes: linking a phone, switching chats, help."""
