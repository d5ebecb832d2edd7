"""References: CSL-JSON records, kept as they are; a Reference reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from podcast_pipeline.model.appraisal import Appraisal, Registered, Status

Csl = Mapping[str, Any]
"""An item of CSL-JSON (citeproc-js, csl-data.json): its fields depend on its `type`, and strangers add their own."""


@dataclass(frozen=True)
class Reference:
    """One record of `feed/references.json`. `csl` is the CSL-JSON item, never changed."""

    id: str
    csl: Csl = field(repr=False)
    appraisal: Appraisal | None = None

    @property
    def title(self) -> str:
        return str(self.csl.get("title", ""))

    @property
    def status(self) -> Status:
        """Where it stands; unknown until somebody asked."""
        return self.appraisal.status if self.appraisal else Status()

    @property
    def registered(self) -> Registered:
        """What the registers had under its identifiers when they were asked; empty until then."""
        return self.appraisal.registered if self.appraisal else Registered()

    @property
    def doi(self) -> str:
        return str(self.csl.get("DOI", ""))

    @property
    def pmid(self) -> str:
        return str(self.csl.get("PMID", ""))

    @property
    def pmcid(self) -> str:
        return str(self.csl.get("PMCID", ""))

    @property
    def url(self) -> str:
        """Where a reader finds it: DOI, else PubMed, else the record's own address, else ""."""
        if self.doi:
            return f"https://doi.org/{quote(self.doi, safe='/:;()')}"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return str(self.csl.get("URL", ""))
