"""The embedded gateway: the wire of whatsapi-bridge from an in-process server, with simulated phones behind.

It knows nothing of the rest of watui, so that a test over its wire tests watui's own models too. Start it
with `DemoGateway(DemoOptions(...))` from `watui.demo.gateway`, or as a process with `watui.demo.cli`.
"""
