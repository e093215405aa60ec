"""Rules held to the words of their row in the design: what each calls bad fires, and what is nearly that does not."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.kit.lint_world import firm, read, verdicts


class Case(NamedTuple):
    """Two texts alike but for what the rule asks."""

    rule: str
    bad: str
    good: str
    path: str = "a.txt"
    kind: str = "R"
    locale: str = "en"
    purpose: str = ""
    branded: bool = False


NEWS = "Hello Anna,\n\nour winter teapots are here.\n\n{}\n"
НОВОСТИ = "Здравствуйте, Анна!\n\nЗимние чайники уже здесь.\n\n{}\n"
OFFICIAL = (
    "Pursuant to the aforementioned contractual obligations, the undersigned organisation hereby communicates its "
    "determination. The administrative department will subsequently evaluate the applicability of supplementary "
    "documentation. Beneficiaries are respectfully requested to acknowledge the comprehensive modifications. Additional "
    "clarification regarding the applicable regulatory requirements remains available upon application.\n"
)
PLAIN = (
    "We have your letter and we know what went wrong. The box was too weak for the cup, so it broke on the way. A new "
    "cup left us this morning in a much stronger box. It will be with you on Tuesday, and you pay nothing for it.\n"
)
КАНЦЕЛЯРИТ = (
    "Уполномоченная организация настоящим уведомляет о необходимости предоставления дополнительной документации. "
    "Рассмотрение поступивших обращений осуществляется ответственными сотрудниками подразделения. Неисполнение "
    "установленных требований является основанием для приостановления обслуживания. Дополнительная информация "
    "предоставляется заинтересованным лицам после осуществления необходимых согласований. Просим подтвердить получение.\n"
)
ПРОСТО = (
    "Мы получили ваше письмо и поняли, что пошло не так. Коробка была слишком тонкой, и чашка разбилась в дороге. "
    "Сегодня утром мы отправили новую чашку в крепкой коробке. Она будет у вас во вторник, платить ничего не нужно. "
    "Старую можно не возвращать, мы поверили фотографии.\n"
)


def two_parts(text: str) -> str:
    """A message of a text and a page."""
    return (
        "From: Fern <a@fern.example>\nSubject: Order\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n"
        f"--x\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--x\nContent-Type: text/html; charset=utf-8\n\n"
        f"<p>{PAGE}</p>\n--x--\n"
    )


PAGE = (
    "Hello Anna, the blue cup of your order left our workshop this morning, and the post will bring it on Tuesday "
    "before noon; the code on the box opens the lid."
)


def button(label: str, style: str = "") -> str:
    """A page of one button."""
    return (
        '<table role="presentation"><tr><td style="background-color:#0f5b8c"><a href="https://fern.example/t" '
        f'style="display:inline-block;padding:12px 20px;font-size:18px;color:#ffffff;{style}">{label}</a></td></tr></table>'
    )


ROW = '<tr><td><img src="https://fern.example/a.png" alt="A" width="90" height="{}"></td></tr>'


def order(items: str, words: str = "") -> str:
    """A page with an order written for machines."""
    return (
        '<script type="application/ld+json">{"@context":"http://schema.org","@type":"Order","orderNumber":"1042",'
        f'"priceCurrency":"EUR","acceptedOffer":{{"name":"Cup"}},{items}}}</script><p>Order 1042, 64.00 EUR {words}</p>'
    )


CASES = [
    Case(
        "SUB-02",
        "Subject: Order 1042\n\nHello Anna,\n",
        "Subject: Your order 1042 is here\n\nHello Anna,\n",
        purpose="order.shipped",
    ),
    Case(
        "SUB-02",
        "Subject: Заказ 1042\n\nЗдравствуйте!\n",
        "Subject: Заказ 1042 уже в пути\n\nЗдравствуйте!\n",
        locale="ru",
    ),
    Case(
        "CON-01",
        NEWS.format("You receive this letter because you subscribed on our site."),
        NEWS.format("You receive this letter because you subscribed on our site on 3 March 2026."),
        kind="M",
    ),
    Case(
        "CON-01",
        NEWS.format("Consent no. 8f2c of 3 March 2026."),
        NEWS.format("You receive this because you signed up in our shop.\n\nConsent no. 8f2c."),
        kind="M",
    ),
    Case(
        "CON-01",
        НОВОСТИ.format("Вы получили это письмо, потому что подписались на нашем сайте."),
        НОВОСТИ.format("Вы получили это письмо, потому что 03.03.2026 подписались на нашем сайте."),
        kind="M",
        locale="ru",
    ),
    Case(
        "CON-01",
        НОВОСТИ.format("Вы получаете это письмо как наш клиент."),
        НОВОСТИ.format("Вы подписались в магазине. Согласие № 8f2c."),
        kind="M",
        locale="ru",
    ),
    Case(
        "CON-01",
        "From: Fern <news@fern.example>\nSubject: New teapots in winter\n\nYou receive this because you subscribed.\n",
        "From: Fern <news@fern.example>\nX-Consent-Record: 8f2c\nSubject: New teapots in winter\n\n"
        "You receive this because you subscribed.\n",
        path="a.eml",
        kind="M",
    ),
    Case("ETI-09", OFFICIAL, PLAIN),
    Case("ETI-09", КАНЦЕЛЯРИТ, ПРОСТО, locale="ru"),
    Case("ETI-09", "We " + "and we " * 12 + "go.\n", "We " + "and we " * 11 + "go.\n"),
    Case(
        "DRK-02",
        '<p style="color:#330033;background-color:#0088cc">Hello</p>',
        '<p style="color:#ffffff;background-color:#0f5b8c">Hello</p>',
        path="a.html",
        kind="T",
    ),
    Case(
        "SUB-07",
        "Subject: Отв: Вопрос\n\nЗдравствуйте!\n",
        "Subject: Отв: Вопрос о заказе 1042\n\nЗдравствуйте!\n",
        locale="ru",
    ),
    Case(
        "SUB-08",
        "Subject: Invoice 20931\n\nOur winter teapots are here.\n",
        "Subject: Invoice 20931\n\nYou owe 20 EUR for no. 20931.\n",
    ),
    Case(
        "MIM-03",
        two_parts("Please open this letter in a program that can show pages."),
        two_parts(PAGE),
        path="a.eml",
    ),
    Case(
        "MIM-03",
        two_parts("Hello Anna, the blue cup of your order left our workshop this morning."),
        two_parts(f"{PAGE} Yours, Boris"),
        path="a.eml",
    ),
    Case("TXT-05", "Fern &copy; 2026\n", "Fern & Co; 2026\n"),
    Case("TXT-05", "<font>Hello</font>\n", "a < b > c\n"),
    Case(
        "ETI-12",
        "We have your message. The shop is open 24 hours. We answer within 5 days.\n",
        "We have your message. Parcels take 5 days. We answer within 24 hours.\n",
        kind="A",
        purpose="support.ack",
    ),
    Case(
        "ETI-12",
        "Мы получили письмо. Магазин работает 24 часа. Ответим в течение 5 дней.\n",
        "Мы получили письмо. Доставка идёт 5 дней. Ответим в течение 24 часов.\n",
        kind="A",
        purpose="support.ack",
        locale="ru",
    ),
    Case("ETI-19", "Dear Anna,\n\n[insert the date here]\n", "Dear Anna,\n\n[1] see below\n"),
    Case("ETI-19", "Анна,\n\n[укажите сумму]\n", "Анна,\n\n[см. ниже]\n", locale="ru"),
    Case(
        "ETI-23",
        "<p>Pay by 12 December, please.</p>",
        "<p>Pay <strong>by 12 December</strong>, please.</p>",
        path="a.html",
        kind="T",
    ),
    Case(
        "ETI-23",
        "<p>Ваш заказ № 1042 уехал.</p>",
        "<p>Ваш <b>заказ № 1042</b> уехал.</p>",
        path="a.html",
        kind="T",
        locale="ru",
    ),
    Case(
        "ETI-23",
        "<p>You paid 64.00 EUR.</p>",
        '<p>You paid <span style="font-weight:bold">64.00 EUR</span>.</p>',
        path="a.html",
        kind="T",
    ),
    Case(
        "CTA-05",
        '<a href="https://fern.example/t"><img src="https://fern.example/a.png" alt="Track" width="180" height="44"></a>',
        '<a href="https://fern.example/"><img src="https://fern.example/a.png" alt="Fern" width="180" height="44"></a>',
        path="a.html",
        kind="T",
    ),
    Case(
        "LNK-09",
        "<p>Звоните: 8 (800) 555-35-35</p>",
        '<p>Звоните: <a href="tel:+78005553535">8 (800) 555-35-35</a></p>',
        path="a.html",
        locale="ru",
    ),
    Case(
        "HTM-06",
        '<table cellpadding="4" cellspacing="0" border="0"><tr><td>a</td></tr></table>',
        '<table cellpadding="0" cellspacing="0px" border="0"><tr><td>a</td></tr></table>',
        path="a.html",
    ),
    Case(
        "CSS-13",
        "<style>p{text-align:center}</style><p>Hello</p>",
        '<style>p{text-align:center}</style><p style="text-align:center">Hello</p>',
        path="a.html",
    ),
    Case(
        "A11-05",
        '<!DOCTYPE html><html><body><table role="presentation"><tr><td>Hello</td></tr></table></body></html>',
        '<!DOCTYPE html><html><body><table role="presentation"><tr><td><h1>Hello</h1></td></tr></table></body></html>',
        path="a.html",
        kind="T",
    ),
    Case(
        "A11-05",
        "<h1>Hello</h1><h2>Anna</h2><h5>Boris</h5>",
        "<h1>Hello</h1><h2>Anna</h2><h3>Boris</h3>",
        path="a.html",
        kind="T",
    ),
    Case(
        "I18-02",
        '<p dir="rtl">הזמנה FC-1042 בדרך</p>',
        '<p dir="rtl">הזמנה <span dir="ltr">FC-1042</span> בדרך</p>',
        path="a.html",
        locale="he",
    ),
    Case(
        "I18-03",
        "Guten Tag,\n\nyour parcel is on its way to you\n",
        "Guten Tag,\n\nIhr Paket ist auf dem Weg zu Ihnen\n",
        locale="de",
    ),
    Case(
        "I18-03",
        "Здравствуйте!\n\nTrack your parcel here\n",
        "Здравствуйте!\n\nTelegram · Instagram · Google Maps · Viber\n",
        locale="ru",
    ),
    Case("I18-04", "You paid 1.234,56 in all.\n", "You paid 1,234.56 in all.\n"),
    Case("I18-04", "Sie zahlen $64.00 heute.\n", "Sie zahlen 64,00 € heute.\n", locale="de"),
    Case("I18-05", "Осталось 2 рабочих дней.\n", "Осталось 2 рабочих дня.\n", locale="ru"),
    Case("I18-05", "Вам начислено 21 баллов.\n", "Вам начислен 21 балл.\n", locale="ru"),
    Case(
        "I18-08",
        button("Шшшшшш щщщщщщ шшшшшш щщщщщщ"),
        button("Illicit illicit illicit illicit"),
        path="a.html",
        kind="T",
    ),
    Case(
        "I18-08",
        button("Track the parcel", "width:120px"),
        button("Track the parcel", "width:220px"),
        path="a.html",
        kind="T",
    ),
    Case(
        "SIG-03",
        '<div style="width:700px">Anna</div>',
        '<div style="width:600px">Anna</div>',
        path="a.html",
        kind="S",
    ),
    Case("SPM-04", "Make money with a cash bonus.\n", "A bargain: order now.\n"),
    Case("SPM-04", "Быстрые деньги без риска.\n", "Дешёво, и только для вас.\n", locale="ru"),
    Case(
        "JLD-02",
        order('"merchant":{"@type":"Organization"},"price":"64.00"'),
        order('"merchant":{"name":"Fern"},"price":"64.00"'),
        path="a.html",
    ),
    Case(
        "JLD-03",
        order('"merchant":{"name":"Fern"},"price":"64.50"'),
        order('"merchant":{"name":"Fern"},"price":"64.00"'),
        path="a.html",
    ),
    Case(
        "JLD-03",
        order('"price":"64","acceptedOffer":[{"price":"3.90"}]'),
        order('"price":"64","acceptedOffer":[{"price":"1064.00"}]', "and 1 064,00 EUR"),
        path="a.html",
    ),
    Case("TXT-03", "See fern.tech/returns for more.\n", "See main.py/returns and 1.5/2 of it.\n"),
    Case("TXT-03", "Смотрите fern.tech/returns\n", "Да и/или нет, т.д./т.п.\n", locale="ru"),
    Case(
        "CSS-06",
        '<p style="color:rebeccapurple">Hello</p>',
        '<p style="color:purple">Hello</p>',
        path="a.html",
    ),
    Case(
        "SIG-03",
        f"<table>{ROW.format(90) * 3}</table>",
        f"<table>{ROW.format(90) * 2}</table>",
        path="a.html",
        kind="S",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{c.rule}-{n}" for n, c in enumerate(CASES)])
def test_what_the_row_calls_bad_fires_and_the_near_miss_does_not(case: Case) -> None:
    """One rule alone is asked; the others have examples of their own."""
    brand = firm() if case.branded else None

    def told(text: str) -> list[str]:
        d = read(text, case.path, brand=brand, kind=case.kind, locale=case.locale, purpose=case.purpose)
        return [str(f.message) for f in verdicts(d)[case.rule].findings]

    assert told(case.bad)
    assert [] == told(case.good)
