"""Markup in titles as plain text: a power never runs together with its base, and what says something is kept."""

from __future__ import annotations

import time
import unicodedata

import pytest
import soak
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast_pipeline import xmltree
from podcast_pipeline.evidence import markup


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10<sup>6</sup> cells, 5 x 10<sup>-3</sup> mg", "10⁶ cells, 5 x 10⁻³ mg"),
        ("10<sup>−3</sup>, 10<sup>–3</sup>, 10 <SUP> 3 </SUP>g", "10⁻³, 10⁻³, 10 ³ g"),
        ("H<sub>2</sub>O, PaO<inf>2</inf>, Ca<sup>2+</sup>", "H₂O, PaO₂, Ca²⁺"),
        ("a<sup>x,y</sup>, GABA<sub>A</sub>, I<sup>+/−</sup>", "a^(x,y), GABA_(A), I^(+/−)"),
        ("the 12<sup>th</sup> A<sup>TM</sup> B<sup>&reg;</sup>", "the 12th A™ B®"),
        ("x<sub>i<sup>2</sup></sub>", "x_(i²)"),
        ('<span class="nocase">L4-L5</span> in <i>Rattus</i>: <scp>CFD</scp>', "L4-L5 in Rattus: CFD"),
        ('10<span style="vertical-align: super;">6</span>', "10⁶"),
        ('<style face="normal" font="default">10</style><style face="superscript">6</style>', "10⁶"),
        ("<jats:italic>TP53</jats:italic><jats:sup>2</jats:sup>", "TP53²"),
        ("p &lt; 0.05 &amp;amp; q &amp;lt; 1 &#x3b1; &alpha; &amp;beta;", "p < 0.05 & q < 1 α α β"),
        ("10&lt;sup&gt;6&lt;/sup&gt;, 10&amp;lt;sup&amp;gt;6&amp;lt;/sup&amp;gt;", "10⁶, 10⁶"),
        ("<![CDATA[a <b>c</b>]]>", "a c"),
        ("one<br/>two<br>three<p>four</p>", "one two three four"),
        ("p<0.05, a <b and c> d, x <b> y, R&D; &region &copy", "p<0.05, a <b and c> d, x <b> y, R&D; &region &copy"),
        ("10<sup>6 without an end, and </sub> one", "10<sup>6 without an end, and </sub> one"),
        ("<gene>TP53</gene>", "<gene>TP53</gene>"),
        ('<font face="Symbol">m</font>g', '<font face="Symbol">m</font>g'),
        ("L4\u00adL5, 2\u00ad10 mg, hy\u00adphen, z\u200bero", "L4-L5, 2-10 mg, hyphen, zero"),
    ],
)
def test_markup(text: str, said: str) -> None:
    """Raised, lowered, emphasis, entities however often they were escaped; what is no markup stays, or half of it."""
    assert markup.plain(text) == said
    assert markup.plain(said) == said


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("<msup><mn>10</mn><mrow><mo>-</mo><mn>6</mn></mrow></msup>", "10⁻⁶"),
        ("<msub><mi>T</mi><mn>2</mn></msub><mo>&#x2264;</mo><mn>5</mn>", "T₂≤5"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "xᵢ²"),
        ("<mfrac><mn>1</mn><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></mfrac>", "1/(n+1)"),
        ("<msqrt><mn>2</mn></msqrt><mover><mi>x</mi><mo>¯</mo></mover>", "√2x\u0304"),
        ("<semantics><msup><mi>R</mi><mn>2</mn></msup><annotation>R^2</annotation></semantics>", "R²"),
    ],
)
def test_mathml(formula: str, said: str) -> None:
    """Formulas on one line, under any prefix, and the same formula only once."""
    assert markup.plain(f"<math>{formula}</math>") == said
    prefixed = formula.replace("</", "\0").replace("<", "<mml:").replace("\0", "</mml:")
    assert markup.plain(f'<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">{prefixed}</mml:math>') == said


def test_an_element_of_xml() -> None:
    """Its children are read as markup, and what its text only looks like stays."""
    element = xmltree.parse(b"<T>p &lt; 0.05, 10<sup>6</sup> <i>in <b>vivo</b></i> &amp; R&amp;D</T>")
    assert markup.of_element(element) == "p < 0.05, 10⁶ in vivo & R&D"
    assert markup.of_element(None) == ""


TEXT = st.text(st.characters(categories=["L", "Nd", "Sm", "Sc"], exclude_characters="<>&"), min_size=1, max_size=6)


@given(st.lists(st.tuples(st.sampled_from(["sup", "sub", "i", "b", "span", "jats:sup", "mn"]), TEXT), max_size=6))
@settings(max_examples=soak.examples(60, 20_000))
def test_no_character_is_lost(parts: list[tuple[str, str]]) -> None:
    """Whatever stands in markup stands in the result, raised and lowered characters by their plain ones."""
    said = markup.plain(" ".join(f"a<{tag}>{text}</{tag}>" for tag, text in parts))
    folded, wanted = (unicodedata.normalize("NFKD", text) for text in (said, "".join(text for _, text in parts)))
    assert not set(wanted) - set(folded) - {"-"}


def test_the_cost_is_linear() -> None:
    """Tags without end and CDATA without end cost no more than ten times for ten times the text."""

    def cost(count: int) -> float:
        start = time.process_time()
        for text in ("<i>", "<![CDATA[", "<a ", "&amp;", "<sup>x"):
            markup.plain(text * count)
        return time.process_time() - start

    assert cost(20_000) < 40 * cost(1_000) + 0.2
