"""The grammar of conditions: tokens in, one test out, by recursive descent. Pure.

One method is one rule of the grammar in docs/conditions.md.
"""

from collections.abc import Callable
from typing import NoReturn

from campaigns.condition_checks import (
    ORDERS,
    Vocabulary,
    check_anchor,
    check_comparison,
    check_consent,
    check_known,
    check_name,
    check_stage,
)
from campaigns.condition_logic import (
    Subject,
    Test,
    all_of,
    always,
    any_of,
    comparison,
    in_stage,
    is_consented,
    is_known,
    negated,
)
from campaigns.condition_words import BadCondition, Cursor, Sort, Token, suggestion
from campaigns.consent_scopes import CONSENT_PREFIX
from trust.telling import tell

#: Brackets and nots inside each other: it bounds the stack, and what a reader can follow.
DEEPEST = 20
_STAGE = "stage."
_SIGNS = ("=", "!=", "in", *ORDERS)
_CALLS = ("known", "days_since")


class Reading:
    """The reading of one condition; what it speaks of gathers in names, anchors and stages."""

    def __init__(self, tokens: list[Token], known: Vocabulary | None) -> None:
        self.names: set[str] = set()
        self.anchors: set[str] = set()
        self.stages: set[str] = set()
        self._cursor = Cursor(tokens)
        self._known = known
        self._depth = 0

    def whole(self) -> Test:
        """Raises BadCondition, as every rule does."""
        cursor = self._cursor
        test = always(True) if cursor.ended else self._either()
        if cursor.here.is_(")"):
            cursor.refuse(tell("this closing bracket has no opening one"))
        if not cursor.ended:
            self._refuse_more(tell("expected and, or, or the end"))
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._cursor.took("or"):
            tests.append(self._both())
        return any_of(tests)

    def _both(self) -> Test:
        tests = [self._single()]
        while self._cursor.took("and"):
            tests.append(self._single())
        return all_of(tests)

    def _single(self) -> Test:
        token = self._cursor.here
        if token.is_("not"):
            return self._deeper(self._negation)
        if token.is_("("):
            return self._deeper(self._bracket)
        if token.is_("true", "false"):
            return always(self._cursor.take().value is True)
        if token.is_("known"):
            return self._knowing()
        if token.is_("days_since"):
            return self._days_since()
        if token.sort is not Sort.NAME:
            self._refuse_start()
        if token.text.startswith(CONSENT_PREFIX):
            return self._consent()
        return self._stage() if token.text.startswith(_STAGE) else self._named()

    def _deeper(self, rule: Callable[[], Test]) -> Test:
        if self._depth == DEEPEST:
            self._cursor.refuse(
                tell(
                    "brackets and nots go at most %(deepest)s deep; make it simpler",
                    deepest=DEEPEST,
                )
            )
        self._depth += 1
        test = rule()
        self._depth -= 1
        return test

    def _negation(self) -> Test:
        self._cursor.take()
        return negated(self._single())

    def _bracket(self) -> Test:
        opening = self._cursor.open("")
        test = self._either()
        self._close(opening, tell("expected and, or, or a closing bracket"))
        return test

    def _knowing(self) -> Test:
        name = self._in_brackets(tell("a name, as in known(product)"))
        if name.text.startswith(_STAGE):
            raise BadCondition(
                name.place,
                tell("a stage is always known; write %(text)s by itself", text=name.text),
            )
        if name.text.startswith(CONSENT_PREFIX):
            raise BadCondition(
                name.place,
                tell("write %(text)s by itself: not asked is no consent", text=name.text),
            )
        if self._known:
            check_known(name, self._known)
        self.names.add(name.text)
        return is_known(name.text)

    def _days_since(self) -> Test:
        anchor = self._in_brackets(tell("what to count from, as in days_since(quit_date)"))
        if self._known:
            check_anchor(anchor, self._known)
        self.anchors.add(anchor.text)
        return self._compared(Subject(anchor.text, days=True))

    def _stage(self) -> Test:
        stage = self._by_itself()
        key = stage.text.removeprefix(_STAGE)
        if self._known:
            check_stage(stage, key, self._known)
        self.stages.add(key)
        return in_stage(key)

    def _consent(self) -> Test:
        name = self._by_itself()
        if self._known:
            check_consent(name, name.text.removeprefix(CONSENT_PREFIX), self._known)
        self.names.add(name.text)
        return is_consented(name.text)

    def _by_itself(self) -> Token:
        name = self._cursor.take()
        if self._cursor.here.is_(*_SIGNS):
            self._cursor.refuse(
                tell("%(text)s is true or false by itself; leave out what follows", text=name.text)
            )
        return name

    def _named(self) -> Test:
        name = self._cursor.take()
        if self._cursor.here.is_("("):
            near = suggestion(name.text, _CALLS)
            raise BadCondition(
                name.place, tell("%(text)s takes no brackets%(near)s", text=name.text, near=near)
            )
        if self._known:
            check_name(name, self._known)
        self.names.add(name.text)
        return self._compared(Subject(name.text))

    def _compared(self, subject: Subject) -> Test:
        cursor = self._cursor
        turned = cursor.took("not")
        if turned and not cursor.here.is_("in"):
            cursor.refuse_found(tell("after %(shown)s not expected in", shown=subject.shown))
        if not cursor.here.is_(*_SIGNS):
            cursor.refuse_found(
                tell(
                    "after %(shown)s expected =, !=, <, <=, >, >=, in, not in or between",
                    shown=subject.shown,
                )
            )
        sign = cursor.take()
        literals = self._literals(sign)
        check_comparison(subject, sign, literals, self._known)
        test = comparison(subject, sign.text, [one.value for one in literals])
        return negated(test) if turned else test

    def _literals(self, sign: Token) -> list[Token]:
        if sign.text == "in":
            return self._list()
        first = self._literal(sign)
        if sign.text != "between":
            return [first]
        if not self._cursor.took("and"):
            self._cursor.refuse_found(
                tell("expected and between the two ends, as in between 5 and 10")
            )
        return [first, self._literal(sign)]

    def _list(self) -> list[Token]:
        opening = self._cursor.open(tell("after in expected brackets, as in ('light', 'standard')"))
        literals = [self._literal(opening)]
        while self._cursor.took(","):
            literals.append(self._literal(opening))
        self._close(opening, tell("expected a comma or a closing bracket"))
        return literals

    def _literal(self, before: Token) -> Token:
        here = self._cursor.here
        if here.sort is Sort.NAME:
            self._cursor.refuse(tell("put quotes round words: '%(text)s'", text=here.text))
        if here.sort is not Sort.LITERAL and not here.is_("true", "false"):
            self._cursor.refuse_found(
                tell(
                    "after %(text)s expected a number, or words or a date in quotes",
                    text=before.text,
                )
            )
        return self._cursor.take()

    def _in_brackets(self, wanted: str) -> Token:
        word = self._cursor.take()
        opening = self._cursor.open(
            tell("after %(text)s expected an opening bracket", text=word.text)
        )
        if self._cursor.here.sort is not Sort.NAME:
            self._cursor.refuse_found(f"expected {wanted}")
        name = self._cursor.take()
        self._close(opening, tell("expected a closing bracket"))
        return name

    def _close(self, opening: Token, expected: str) -> None:
        if self._cursor.took(")"):
            return
        if self._cursor.ended:
            raise BadCondition(opening.place, tell("the bracket opened here is never closed"))
        self._refuse_more(expected)

    def _refuse_start(self) -> NoReturn:
        if self._cursor.here.sort is Sort.LITERAL:
            self._cursor.refuse_found(tell("a comparison begins with a name, as in per_day > 10"))
        self._cursor.refuse_found(
            tell(
                "expected a comparison such as product = 'vape', or known(...), stage.<key>, "
                "not or ("
            )
        )

    def _refuse_more(self, expected: str) -> NoReturn:
        if self._cursor.here.is_(*_SIGNS):
            self._cursor.refuse(
                tell("a second comparison begins here; join the two with and or or")
            )
        if self._cursor.here.is_(","):
            self._cursor.refuse(
                tell("no comma belongs here; 6.5 has a point, and a list needs in (...)")
            )
        self._cursor.refuse_found(expected)
