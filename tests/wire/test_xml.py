"""Reading XML without harm, and text made fit for it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.wire import xml

LAUGHS = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize("data", [LAUGHS, OUTSIDE, LAUGHS.decode().encode("utf-16")])
def test_a_document_type_is_refused_whatever_its_encoding(data: bytes) -> None:
    with pytest.raises(xml.XmlError, match=r"the file: has a document type \(DOCTYPE\), which is not read"):
        xml.read(data, "the file")


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a></b>", b"<a>\xff</a>", b"<a>&none;</a>", b"\0"])
def test_what_is_not_well_formed_says_where(data: bytes) -> None:
    with pytest.raises(xml.XmlError, match="the file: is not well-formed XML"):
        xml.read(data, "the file")


def test_a_document_too_large_is_not_parsed() -> None:
    with pytest.raises(xml.XmlError, match="more than the 4,194,304 that are read"):
        xml.read(b" " * (xml.LARGEST_BYTES + 1), "the file")


@given(st.text())
def test_any_text_made_fit_comes_back_as_it_is(text: str) -> None:
    root = Element("a")
    root.text = xml.fit(text)
    assert (xml.read(xml.write(root), "it").text or "") == xml.fit(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        root = xml.read(data, "it")
    except xml.XmlError as error:
        assert str(error).startswith("it: ")
    else:
        assert xml.local(root)
