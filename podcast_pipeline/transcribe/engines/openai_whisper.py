"""openai-whisper: the reference implementation on PyTorch, float32 on the CPU, float16 on a GPU."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline import reading, sha256
from podcast_pipeline.errors import TranscriptionError
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcribe import engine
from podcast_pipeline.transcribe.engine import Options, Part, RawWord, Scores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class _Bar:
    """In the place of the library's progress bar, which alone is told how far it is, in frames of 10 ms."""

    def __init__(self, heard: Progress) -> None:
        self._heard, self._frames = heard, 0

    def tqdm(self, **_: Any) -> _Bar:
        return self

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, frames: int) -> None:
        self._frames += frames
        self._heard(self._frames / 100)


class OpenaiWhisper:
    """A checkpoint file (.pt). `compute_type` means nothing here.

    Word times come from a few attention heads that are known for the published models, here by the file's sha256.
    For another checkpoint they are read from `<checkpoint>.alignment_heads.json` beside it ([[layer, head], ...]);
    without it the library takes the upper half of the decoder, and times are coarser.
    """

    def __init__(self, model: Path, compute_type: str) -> None:  # noqa: ARG002 - every engine is made the same way
        import torch
        import whisper

        torch.set_num_threads(1)
        try:
            self._model = whisper.load_model(str(model), device="cuda" if torch.cuda.is_available() else "cpu")
        except Exception as error:  # the library and its readers raise whatever the broken file makes them raise
            raise TranscriptionError(
                f"{model}: this model cannot be loaded: {error}", "fetch the model again, or choose another one"
            ) from error
        self._name = model.name
        self._set_alignment_heads(model)

    def _set_alignment_heads(self, model: Path) -> None:
        import torch
        import whisper

        beside = model.with_name(model.name + ".alignment_heads.json")
        if beside.is_file():
            dims = self._model.dims
            mask = torch.zeros(dims.n_text_layer, dims.n_text_head, dtype=torch.bool)
            try:
                for layer, head in json.loads(reading.text(beside)):
                    mask[layer, head] = True
            except (OSError, ValueError, TypeError, IndexError, RecursionError) as error:
                raise TranscriptionError(
                    f"{beside}: not a list of [layer, head] of this model: {error}", "delete it, or write it again"
                ) from error
            self._model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
            return
        digest = sha256.of_file(model)
        for name, address in whisper._MODELS.items():
            if f"/{digest}/" in address:
                self._model.set_alignment_heads(whisper._ALIGNMENT_HEADS[name])

    def transcribe(self, samples: NDArray[np.float32], track: str, options: Options, heard: Progress) -> list[RawWord]:
        import torch
        import whisper

        known = whisper.tokenizer.LANGUAGES if self._model.is_multilingual else {"en"}
        if options.language not in known:
            raise TranscriptionError(
                f'[transcribe] language: the model {self._name} does not know "{options.language}"',
                "models whose name ends in .en know English only; others know the two-letter codes of their languages",
            )
        tokenizer = whisper.tokenizer.get_tokenizer(self._model.is_multilingual)
        engine.check_hotwords(options.hotwords, len(tokenizer.encode(" " + options.hotwords)))
        sys.modules["whisper.transcribe"].__dict__["tqdm"] = _Bar(heard)
        torch.manual_seed(0)  # above temperature 0 the library draws at random
        result: dict[str, Any] = self._model.transcribe(
            samples,
            language=options.language,
            beam_size=options.beam_size,
            best_of=engine.BEST_OF,
            temperature=engine.TEMPERATURES,
            compression_ratio_threshold=engine.COMPRESSION_THRESHOLD,
            logprob_threshold=engine.LOGPROB_THRESHOLD,
            no_speech_threshold=engine.NO_SPEECH_THRESHOLD,
            condition_on_previous_text=False,
            word_timestamps=True,
            fp16=self._model.device.type == "cuda",
            verbose=None,
            initial_prompt=options.hotwords or None,
            carry_initial_prompt=bool(options.hotwords),
        )
        words: list[RawWord] = []
        for segment in result["segments"]:
            scores = Scores(segment["avg_logprob"], segment["compression_ratio"], segment["no_speech_prob"])
            parts = [Part(word["word"], word["start"], word["end"], word["probability"]) for word in segment["words"]]
            spoken = engine.words_of(parts, scores, track, options.language)
            if engine.is_residue(segment["seek"], len(samples), scores):
                spoken = [replace(word, residue=True) for word in spoken]
            words += spoken
        heard(len(samples) / engine.RATE)  # the library says nothing of the end where it skips silence
        return words

    def spoken(self, samples: NDArray[np.float32]) -> tuple[str, float] | None:
        import whisper

        if not self._model.is_multilingual:
            return None
        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(samples), self._model.dims.n_mels)
        _, chances = self._model.detect_language(mel)
        code = max(chances, key=chances.get)
        return str(code), float(chances[code])
