"""The page at an address that an episode had before: it leads to the one that it has now.

A static store cannot answer with 301, so browsers are sent on by the page itself, and search engines by its canonical.
"""

from __future__ import annotations

from html import escape


def redirect_page(title: str, language: str, address: str) -> str:
    """HTML that leads to `address`."""
    to, name = escape(address), escape(title)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="refresh" content="0; url={to}">\n<title>{name}</title>\n'
        f'<link rel="canonical" href="{to}">\n</head>\n<body>\n'
        f'<p>This episode has another address: <a href="{to}">{name}</a></p>\n</body>\n</html>\n'
    )
