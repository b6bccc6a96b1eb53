"""Prints the text of the metrics endpoints of one environment, taken from the running routes themselves."""

from __future__ import annotations

import asyncio
import sys


def rasa_side() -> str:
    """Rasa's channel, over HTTP."""
    import aiohttp
    from sanic import Sanic

    from bot.channels.rest import ContractChannel
    from processes.ports import free_port

    port, app = free_port(), Sanic("figures", configure_logging=False)

    async def nobody(_: object) -> None:
        return None

    app.blueprint(ContractChannel().blueprint(nobody), url_prefix="/webhooks/rest")

    async def look() -> str:
        server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        await server.startup()
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/webhooks/rest/metrics") as answer:
            assert answer.status == 200
            return await answer.text()

    return asyncio.run(look())


def actions_side() -> str:
    """rasa-sdk's server with our actions, over HTTP."""
    import aiohttp
    from rasa_sdk.endpoint import create_app
    from rasa_sdk.plugin import plugin_manager

    from processes.ports import free_port

    port, app = free_port(), create_app("actions")
    plugin_manager().hook.attach_sanic_app_extensions(app=app)

    async def look() -> str:
        server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        await server.startup()
        async with aiohttp.ClientSession() as session:
            for body in ({"next_action": "action_answer", "sender_id": "x", "tracker": {"sender_id": "x"}}, {"next_action": "nobody"}, [7]):
                async with session.post(f"http://127.0.0.1:{port}/webhook", json=body) as answer:
                    print(answer.status, file=sys.stderr)
            async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                assert answer.status == 200
                return await answer.text()

    return asyncio.run(look())


if __name__ == "__main__":
    print({"rasa": rasa_side, "actions": actions_side}[sys.argv[1]]())
