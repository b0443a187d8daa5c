"""The adapter for whatsapi-bridge: wire types, REST calls and the live socket.

To be imported on the network thread only, since aiohttp, socketio and pydantic cost as much as Textual.
"""

from watui.gateway.whatsapi.api import WhatsApi

__all__ = ["WhatsApi", "connect"]


async def connect(gateway: WhatsApi) -> WhatsApi:
    """Open a gateway, and close it again if it cannot be used; raises `GatewayError`."""
    try:
        await gateway.open()
    except BaseException:
        await gateway.close()
        raise
    return gateway
