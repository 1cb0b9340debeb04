"""Terms: whatever part of a text is asked for, its terms are among the text's."""

from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.search.terms import LONGEST_WORD, area_term, area_terms, kind_term, query_terms, text_terms

CHINESE = st.text(alphabet="中山东路江厦街着火落水求助", min_size=1, max_size=20)
WORD = st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True)


def test_chinese_is_cut_into_pairs_and_words_stay_whole() -> None:
    assert query_terms("中山东路 KTV 12号") == sorted(["中山", "山东", "东路", "ktv", "12", "号"])
    assert text_terms("火") == {"火"}
    assert query_terms("  ，。!? ") == []


def test_full_width_and_capitals_do_not_matter() -> None:
    assert query_terms("ＪＱ０００１２") == query_terms("jq00012") == ["jq00012"]


@given(CHINESE, st.data())
def test_any_part_of_a_chinese_text_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert set(query_terms(text[start:end])) <= text_terms(text)


@given(st.lists(st.one_of(CHINESE, WORD), min_size=1, max_size=5), st.data())
def test_any_of_the_words_finds_the_text(words: list[str], data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from(words))
    assert set(query_terms(wanted)) <= text_terms(" ".join(words))


@given(st.text(max_size=60))
def test_no_text_makes_a_term_of_the_platform(text: str) -> None:
    assert not any(term.startswith(("k_", "a_")) for term in text_terms(text))
    assert all(len(term) <= LONGEST_WORD and '"' not in term for term in text_terms(text))


def test_an_area_has_the_term_of_all_it_lies_in() -> None:
    assert {area_term("3302"), area_term("330225"), area_term("330225001")} <= area_terms("330225001")
    assert area_term("330203") not in area_terms("330225001")
    assert kind_term("incident") == "k_incident"
