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
