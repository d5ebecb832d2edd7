"""faster-whisper: Whisper's weights on CTranslate2, one thread, int8 unless the show asks for another precision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from podcast_pipeline.errors import TranscriptionError
from podcast_pipeline.progress import Progress
from podcast_pipeline.transcribe import cores, engine, features
from podcast_pipeline.transcribe.engine import Options, Part, RawWord, Scores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class FasterWhisper:
    """A CTranslate2 folder. `compute_type`: int8, float32, ... as CTranslate2 names them."""

    def __init__(self, model: Path, compute_type: str) -> None:
        from faster_whisper import WhisperModel

        self._folder = model
        try:
            self._model = WhisperModel(
                str(model),
                device="cuda" if cores.gpu() else "cpu",
                compute_type=compute_type,
                cpu_threads=1,
                local_files_only=True,
            )
            self._model.feature_extractor = features.in_parts(self._model.feature_extractor)
        except ValueError as error:
            raise TranscriptionError(
                f"[transcribe] compute_type {compute_type!r} does not work here: {error}", 'use "auto"'
            ) from error
        except Exception as error:  # the library and its readers raise whatever the broken file makes them raise
            raise TranscriptionError(
                f"{model}: this model cannot be loaded: {error}", "fetch the model again, or choose another one"
            ) from error

    def transcribe(self, samples: NDArray[np.float32], track: str, options: Options, heard: Progress) -> list[RawWord]:
        import ctranslate2

        if options.language not in self._model.supported_languages:
            raise TranscriptionError(
                f'[transcribe] language: the model {self._folder.name} does not know "{options.language}"',
                "models whose name ends in .en know English only; others know the two-letter codes of their languages",
            )
        told = self._model.hf_tokenizer.encode(" " + options.hotwords, add_special_tokens=False)
        engine.check_hotwords(options.hotwords, len(told.ids))
        # Above temperature 0 the library draws at random: each block begins the same way, in whichever worker it runs.
        ctranslate2.set_random_seed(0)
        segments, _ = self._model.transcribe(
            samples,
            language=options.language,
            beam_size=options.beam_size,
            best_of=engine.BEST_OF,
            temperature=list(engine.TEMPERATURES),
            compression_ratio_threshold=engine.COMPRESSION_THRESHOLD,
            log_prob_threshold=engine.LOGPROB_THRESHOLD,
            no_speech_threshold=engine.NO_SPEECH_THRESHOLD,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            hotwords=options.hotwords or None,
        )
        words: list[RawWord] = []
        for segment in segments:  # lazy: the work happens here
            scores = Scores(segment.avg_logprob, segment.compression_ratio, segment.no_speech_prob)
            parts = [Part(word.word, word.start, word.end, word.probability) for word in segment.words or ()]
            spoken = engine.words_of(parts, scores, track, options.language)
            if engine.is_residue(segment.seek, len(samples), scores):
                spoken = [replace(word, residue=True) for word in spoken]
            words += spoken
            heard(segment.end)
        return words

    def spoken(self, samples: NDArray[np.float32]) -> tuple[str, float] | None:
        if not self._model.model.is_multilingual:
            return None
        code, probability, _ = self._model.detect_language(samples)
        return str(code), float(probability)
