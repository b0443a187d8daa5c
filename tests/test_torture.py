"""Long runs of faults against the whole program: `make torture`."""

import asyncio
import random

import pytest

from tests.conftest import Person, sitting
from tests.waiting import until
from watui.models import LinkState

ROUNDS = 60
CHATS = ("4915111111111@c.us", "14155550123@c.us", "4915122222222@c.us")


async def hurt(person: Person, dice: random.Random) -> None:
    """Do one bad thing to the gateway."""
    gateway = person.gateway
    match dice.randrange(6):
        case 0:
            await gateway.socket(cut=gateway.devices[0])
        case 1:
            await gateway.socket(disconnect=gateway.devices[0])
        case 2:
            gateway.faults(".*messages.*", dice.choice(["drop", "html", "truncate", "empty"]), 2)
        case 3:
            gateway.faults(".*", "status", dice.randrange(1, 4), code=dice.choice([500, 502, 503]))
        case 4:
            await gateway.restart(dice.choice([0.0, 0.2]), dice.choice([0.0, 0.3]))
        case 5:
            gateway.faults(".*chats.*", "slow", 2, seconds=0.3)


@pytest.mark.torture
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_happens_the_threads_end_as_the_gateway_has_them(profile: str, seed: int) -> None:
    dice = random.Random(seed)
    async with sitting(profile=profile) as person:
        await person.connected()
        for chat in CHATS:
            await person.open(chat)
        for number in range(ROUNDS):
            for _ in range(dice.randrange(4)):
                person.gateway.message(None, dice.choice(CHATS), f"round {number} {dice.random()}")
            await hurt(person, dice)
            if dice.random() < 0.3:
                person.app.open_thread(person.key(dice.choice(CHATS)))
                await person.write(f"mine {number}")
            await asyncio.sleep(dice.random() * 0.3)
        person.gateway.clear_faults()
        person.app.action_retry()
        await until(lambda: person.link() is LinkState.LIVE, 60)
        for chat in CHATS:
            await person.open(chat)
            truth = [str(each["id"]) for each in person.gateway.truth(None, chat)["messages"]]

            def whole(chat: str = chat, truth: list[str] = truth) -> bool:
                known = [str(message.id) for message in person.thread(chat) if not message.local]
                return known == truth[-len(known) :] and len(known) >= min(100, len(truth))

            person.app.action_retry()
            await until(whole, 30)
        sent = [each["text"] for each in person.gateway.sends if each["text"].startswith("mine")]
        assert len(sent) == len(set(sent))
        assert person.app.tripwire.hits == 0
