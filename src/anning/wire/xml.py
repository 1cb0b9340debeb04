"""Reading XML of others without harm, and writing our own: UTF-8, no document type, no entity, no control character."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError, fromstring, indent, tostring
from xml.parsers import expat

_UNFIT = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (production 2, Char); a carriage return is made a line feed before."""
LARGEST_BYTES = 4 * 1024 * 1024


class XmlError(ValueError):
    """The bytes are no XML we read: not well-formed, too large, or with a document type of their own."""


def read(data: bytes, what: str) -> Element:
    """The root element of `data`; `what` names it in messages.

    A document type is refused, and with it every entity: both serve attacks alone (expansion, outside files).

    Raises:
        XmlError: says where the fault is.
    """
    if len(data) > LARGEST_BYTES:
        raise XmlError(f"{what}: has {len(data):,} bytes, more than the {LARGEST_BYTES:,} that are read")
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
        return fromstring(data)  # noqa: S314  # the pass above has refused every document type
    except _DoctypeError:
        raise XmlError(f"{what}: has a document type (DOCTYPE), which is not read: take it out") from None
    except (expat.ExpatError, ParseError, ValueError, LookupError) as error:
        raise XmlError(f"{what}: is not well-formed XML ({error})") from error


def write(root: Element) -> bytes:
    """A document in UTF-8 with its declaration, indented."""
    indent(root)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def fit(text: str) -> str:
    """`text` as XML can hold it: line ends made one, control characters and lone surrogates left out."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _DoctypeError(Exception):
    """A document type was met."""


def _refuse(*_: object) -> None:
    raise _DoctypeError
