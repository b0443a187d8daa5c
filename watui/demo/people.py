"""The people in the simulated address books."""

from __future__ import annotations

from dataclasses import dataclass

from watui.demo.dice import roll


@dataclass(slots=True)
class Person:
    """Somebody with a WhatsApp account; `name` is what the address book says, None when not in it."""

    id: str
    name: str | None
    push: str
    lang: str = "en"
    business: bool = False

    @property
    def number(self) -> str | None:
        """The phone number, unknown for `@lid` ids."""
        user, _, server = self.id.partition("@")
        return user if server == "c.us" else None

    @property
    def shown(self) -> str:
        """The name that WhatsApp shows for the chat."""
        return self.name or (f"+{self.number}" if self.number else self.push) or self.id.partition("@")[0]


@dataclass(slots=True, frozen=True)
class _Culture:
    lang: str
    prefix: str
    digits: int
    first: tuple[str, ...]
    last: tuple[str, ...]


def _culture(lang: str, prefix: str, digits: int, first: str, last: str) -> _Culture:
    return _Culture(lang, prefix, digits, tuple(first.split()), tuple(last.split()))


_CULTURES = (
    _culture(
        "en",
        "447700",
        6,
        "Olivia Harry Isla Noah Freya Callum Poppy Ewan Niamh Rhys Imogen Kwame Zadie Tom Sian",
        "Bennett Hughes Okafor Walsh Patel Fraser Murphy Thornton Ashworth Begum Campbell Lloyd",
    ),
    _culture(
        "en",
        "1415",
        7,
        "Emily Marcus Grace Tyrell Hannah Diego Ashley Caleb Naomi Trevor Jasmine Wyatt Keisha",
        "Johnson Ramirez Nguyen Carter Goldberg Brooks Whitfield Kim Sullivan Washington Lopez",
    ),
    _culture(
        "de",
        "49151",
        8,
        "Lena Jonas Katrin Matthias Greta Sönke Annika Lukas Ayşe Jürgen Mareike Florian Özlem",
        "Müller Schröder Krüger Weiß Hoffmann Yıldız Brandt Jäger Köhler Petersen Vogt Böhm",
    ),
    _culture(
        "es",
        "346",
        8,
        "Lucía Javier Carmen Álvaro Nuria Íñigo Marta Sergio Begoña Raúl Inés Andrés",
        "García Muñoz Ibáñez Ortega Castaño Vidal Rubio Serrano Peña Iglesias",
    ),
    _culture(
        "fr",
        "336",
        8,
        "Camille Étienne Manon Loïc Chloé Baptiste Anaïs Thibault Zoé Amadou Inès",
        "Dubois Lefèvre Moreau Diallo Girard Bonnet Rousseau Chevalier Traoré",
    ),
    _culture(
        "it",
        "39347",
        7,
        "Giulia Matteo Chiara Lorenzo Elisa Davide Niccolò",
        "Rossi Esposito Ferrari Colombo De\u00a0Luca Bianchi",
    ),
    _culture(
        "pt",
        "55119",
        8,
        "João Beatriz Thiago Larissa Caio Fernanda Conceição",
        "Silva Gonçalves Araújo Ferreira Nascimento Rocha",
    ),
    _culture(
        "ru",
        "7916",
        7,
        "Анна Дмитрий Екатерина Сергей Наталья Фёдор Юлия",
        "Иванова Смирнов Кузнецова Попов Соколова",
    ),
    _culture("he", "97250", 7, "דוד נועה יעל איתן מיכל תמר עומר", "כהן לוי מזרחי פרץ ביטון"),
    _culture("ar", "97150", 7, "محمد فاطمة أحمد ليلى عمر نور يوسف", "المنصوري حداد الخطيب سليمان"),
    _culture("zh", "86138", 8, "王伟 李娜 张敏 刘洋 陈静 杨帆 赵磊", "😊 (上海) (公司) 🌸"),
    _culture("ja", "81902", 7, "佐藤 鈴木 高橋 田中 渡辺 伊藤", "健一 美咲 翔太 陽子 さくら"),
    _culture("hi", "91981", 7, "Priya Arjun अनीता Rohan दीपक Kavya", "Sharma Iyer Reddy Kapoor वर्मा"),
    _culture("tr", "90532", 7, "Elif Mehmet Zeynep Emre İpek Can", "Yılmaz Çelik Şahin Öztürk"),
)
_FLOWERS = ("🌸", "✨", "⚡️", "🐈", "🏄🏽‍♀️", "🇮🇹", "👩🏻‍💻", "☕")
_SHOPS = (
    "Café Morgenrot",
    "Corner Bakery",
    "Dr. Ruiz Dental",
    "FahrRad Kontor",
    "Parcel Service",
    "Salon Nadia",
    "Blue Bottle Books",
    "Taverna Kostas",
)

# The first people of every address book, so that each kind of name is near the top of the list.
_CAST = (
    Person("4915111111111@c.us", "Alice Bergmann", "Alice 🌸", "en"),
    Person("14155550123@c.us", "Bob Castellano", "Bob", "en"),
    Person("972501111111@c.us", "דוד כהן", "דוד", "he"),
    Person("447700900001@c.us", "Mum ❤️", "Judith", "en"),
    Person("971501111111@c.us", "محمد المنصوري", "محمد", "ar"),
    Person("123456789012345@lid", "Lidia Moreno", "Lidia", "es"),
    Person("4915122222222@c.us", "Jörg-Friedrich Freiherr von Hohenlohe-Schillingsfürst", "Jörg", "de"),
    Person("8613811112222@c.us", "王伟 (上海)", "王伟", "zh"),
    Person("4930123456@c.us", "Café Morgenrot", "Café Morgenrot", "business", business=True),
    Person("79161234567@c.us", None, "Дмитрий", "ru"),
    Person("819012345678@c.us", "佐藤 美咲", "美咲", "ja"),
    Person("5511987654321@c.us", "👩🏽‍🚀 Beatriz", "Bia 🇧🇷", "pt"),
)


def person(seed: int, index: int) -> Person:
    """Make the `index`-th person of an address book; the first dozen are the same in all."""
    if index < len(_CAST):
        known = _CAST[index]
        return Person(known.id, known.name, known.push, known.lang, known.business)
    luck = roll(seed, index)
    culture = _CULTURES[luck % len(_CULTURES)]
    # Multiplying by a number prime to 10 keeps numbers of one culture apart without remembering them.
    tail = (index * 7919 + roll(seed)) % 10**culture.digits
    jid = f"{culture.prefix}{tail:0{culture.digits}}@c.us"
    if (luck >> 8) % 100 < 4:
        shop = _SHOPS[(luck >> 16) % len(_SHOPS)]
        return Person(jid, shop, shop, "business", business=True)
    if (luck >> 8) % 100 < 9:
        jid = f"{10**14 + roll(seed, index, 6) % (9 * 10**14)}@lid"
    first = culture.first[(luck >> 16) % len(culture.first)]
    name = f"{first} {culture.last[(luck >> 24) % len(culture.last)]}"
    push = f"{first} {_FLOWERS[(luck >> 32) % len(_FLOWERS)]}" if (luck >> 40) % 5 == 0 else first
    return Person(jid, None if (luck >> 48) % 12 == 0 else name, push, culture.lang)


def stranger(jid: str, push: str) -> Person:
    """Make somebody who is not in the address book."""
    return Person(jid, None, push)
