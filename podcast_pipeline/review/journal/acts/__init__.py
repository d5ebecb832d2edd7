"""Every kind of line that a journal may hold. A new one is a class in a file here and its row below."""

from __future__ import annotations

from podcast_pipeline.review.journal.act import registered
from podcast_pipeline.review.journal.acts.base import Base, BaseParagraph
from podcast_pipeline.review.journal.acts.check import Check, Uncheck
from podcast_pipeline.review.journal.acts.cut import CutAct, Uncut
from podcast_pipeline.review.journal.acts.edit import Edit, ReplaceAll, Restore
from podcast_pipeline.review.journal.acts.heard import Heard
from podcast_pipeline.review.journal.acts.merge import Merge
from podcast_pipeline.review.journal.acts.offer import OfferRejected
from podcast_pipeline.review.journal.acts.projection import Projection
from podcast_pipeline.review.journal.acts.query import Query, Resolve
from podcast_pipeline.review.journal.acts.rebase import Rebase
from podcast_pipeline.review.journal.acts.redact import Redact
from podcast_pipeline.review.journal.acts.signoff import Signoff, Withdraw
from podcast_pipeline.review.journal.acts.speaker import Speaker, SpeakerRename
from podcast_pipeline.review.journal.acts.split import Split

ACTS = registered(
    Base, BaseParagraph, Rebase, Projection,
    Edit, ReplaceAll, Restore, Split, Merge, Speaker, SpeakerRename,
    Check, Uncheck, Query, Resolve, Heard,
    CutAct, Uncut, OfferRejected, Redact,
    Signoff, Withdraw,
)  # fmt: skip
