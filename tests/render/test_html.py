"""What a notebook shows: small, escaped, and readable wherever it is looked at."""

from __future__ import annotations

import re

import pytest

from memo.render import Card, Line, Table, card_html, html_of
from memo.render.html import MOST_CHARACTERS, MOST_PARTS
from tests.render.reading import EVIL, SHOWN, read

TABLE = Table(("Step", "Entries"), [["p/m:f", "2"], ["p/m:g", "3"]], more="and 1 step that takes less")
CARD = Card("p/m:f", "step", ("Fit the model.",), 'version="2"', TABLE, (("newest results", TABLE),))


def test_a_card_says_what_it_is_about_and_shows_a_table() -> None:
    reader = read(card_html(CARD))
    assert ["step", "p/m:f", "Fit the model.", 'version="2"'] == [text for text in reader.text if text.strip()][:4]
    assert [["Step", "Entries"], ["p/m:f", "2"], ["p/m:g", "3"]] * 2 == reader.rows
    assert 2 == reader.text.count("and 1 step that takes less")


def test_what_is_folded_is_shown_when_it_is_asked_for() -> None:
    reader = read(card_html(CARD))
    assert (1, 1) == (reader.seen.count("details"), reader.seen.count("summary"))
    assert ("open", None) not in reader.attributes


def test_a_card_may_have_a_title_alone() -> None:
    assert ["p/m:f"] == read(card_html(Card("p/m:f"))).text


def test_whatever_a_name_holds_is_text() -> None:
    evil = Table((EVIL,), [[EVIL]], more=EVIL)
    text = read(card_html(Card(EVIL, EVIL, (EVIL,), EVIL, evil, ((EVIL, evil),)))).text
    assert [SHOWN] * 11 == [each for each in text if each.strip()]


@pytest.mark.parametrize("quote", ["'", '"', "`", "</style>", "<!--", "]]>", "&lt;"])
def test_a_name_closes_nothing(quote: str) -> None:
    for html in (html_of(Line(quote, "bad", quote)), card_html(Card(quote, quote, (quote,), quote))):
        assert {quote, " "} == set(read(html).text)


def test_of_a_very_long_name_the_beginning_and_the_end_are_shown() -> None:
    for html in (html_of(Line("a" * 5_000 + "b" * 5_000)), card_html(Card("a" * 5_000 + "b" * 5_000))):
        assert ["a" * (MOST_CHARACTERS // 2) + " … " + "b" * (MOST_CHARACTERS // 2)] == read(html).text


def test_a_long_outline_says_how_much_more_there_is() -> None:
    line = Line("code", parts=tuple(Line(str(number)) for number in range(MOST_PARTS + 1234)))
    text = read(html_of(line)).text
    assert (MOST_PARTS + 2, "1,234 more") == (len(text), text[-1])


def test_lines_of_source_keep_their_spaces_and_may_be_empty() -> None:
    line = Line("diff", parts=(Line("+    x", "added"), Line("", "source")))
    html = html_of(line)
    assert ["diff", "+    x", " "] == read(html).text
    assert ".memo-line{white-space:pre-wrap" in html


def test_no_theme_has_to_be_known() -> None:
    """Backgrounds are translucent, text is as the theme has it or mixed with it: no color but of good and bad news."""
    style = re.search("<style>(.*?)</style>", card_html(CARD))[1]
    assert "prefers-color-scheme" not in style
    backgrounds = re.findall(r"background:([^;}]+)", style)
    assert all(each == "none" or re.fullmatch(r"rgba\([\d,]+\.\d+\)", each) for each in backgrounds)
    assert all("currentColor" in each or each.startswith("#") for each in re.findall(r"[{;]color:([^;}]+)", style))
    assert 2 == len(re.findall(r"[{;]color:#", style)) == style.count("currentColor")


def test_every_rule_is_about_memos_own_outputs() -> None:
    style = re.search("<style>(.*?)</style>", card_html(CARD))[1]
    selectors = [each for rule in re.findall(r"([^{}]+)\{", style) for each in rule.split(",")]
    assert all(each.startswith(".memo-shown") for each in selectors)


def test_it_is_small() -> None:
    assert 3_000 > len(card_html(CARD))
    assert 2_500 > len(html_of(Line("step", parts=(Line("code"),))))
