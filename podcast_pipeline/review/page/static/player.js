// The sound of a review: the uncut recording, or the finished programme; cuts are skipped, listening is written down.
import { el } from "../../../loopback/static/dom.js";
import { Player as Sound } from "../../../loopback/static/player.js";

/** @import { Net } from "./net.js" */
/** @import { Store } from "./store.js" */

const MOST = 0.25; // s that the clock of the sound may be ahead of ours: more is a seek, and a seek is not listening

export class Player extends Sound {
  /** @param {HTMLElement} root @param {Store} store @param {Net} net */
  constructor(root, store, net) {
    super(root, "Text can be read and corrected.");
    this.store = store;
    this.net = net;
    this.final = false; // what is played: the finished programme, or the recording
    /** @type {{ spans: [number, number][], sound?: string, final?: string }[]} */
    this.heard = []; // and not sent yet, in ms of the sound that it is of
    /** @type {{ start: number, position: number, clock: number } | null} */
    this.span = null; // that is being heard, in s
    this.raw = false; // whether what is cut is heard too
    this.of = ""; // digest of the sound that is loaded
    this.which = el("button", { type: "button", class: "plain", "aria-pressed": "false", title: "The finished programme, as listeners get it" }, "Final");
    this.which.addEventListener("click", () => this.switch(!this.final));
    this.speed.after(this.which);
    this.sound.addEventListener("seeking", () => this.end());
    this.sound.addEventListener("ratechange", () => this.end());
    addEventListener("pagehide", () => this.send(true));
    setInterval(() => this.send(), 30000);
  }

  load() {
    const { facts } = this.store;
    this.which.hidden = !facts.final;
    this.of = facts.audio;
    this.take(facts.slug, Boolean(facts.audio), Math.max(0, ...this.store.listed().map((p) => p.end)) + 1000);
  }

  get timeline() {
    return this.store.facts.timeline ?? { rate: 1, pieces: [] };
  }

  /** @override - source time in ms, whatever is played */
  get now() {
    const ms = this.sound.currentTime * 1000;
    return this.final ? this.source(ms) : ms;
  }

  /** @param {number} ms */
  source(ms) {
    const { rate, pieces } = this.timeline;
    const at = (ms * rate) / 1000;
    const piece = pieces.find((part) => part.out <= at && at < part.out + part.len);
    return piece && piece.src !== null ? ((at - piece.out + piece.src) * 1000) / rate : -1;
  }

  /** @param {number} ms */
  published(ms) {
    const { rate, pieces } = this.timeline;
    const at = (ms * rate) / 1000;
    for (const { src, len, out } of pieces) {
      if (src !== null && src + len > at) return ((Math.max(at, src) - src + out) * 1000) / rate;
    }
    return 0;
  }

  /** @param {boolean} final */
  switch(final) {
    if (!this.available && !final) return;
    const [at, playing] = [this.now, !this.sound.paused];
    this.end();
    this.send();
    this.final = final;
    this.of = final ? this.store.facts.final : this.store.facts.audio;
    this.which.setAttribute("aria-pressed", String(final));
    this.sound.src = `/e/${this.store.facts.slug}/${final ? "final" : "audio"}`;
    this.seek(Math.max(0, at));
    if (playing) this.play();
  }

  /** @override @param {number} ms */
  seek(ms) {
    super.seek(this.final ? this.published(ms) : ms);
  }

  /** @override @param {number} start @param {number | null} end */
  hear(start, end = null, before = 0) {
    super.hear(start, end, before);
    this.raw = end !== null && this.store.cuts.some((cut) => cut.start < end && start < cut.end);
  }

  // The join of a cut: some seconds before, and as many after.
  /** @param {number} start @param {number} end @param {number} around */
  join(start, end, around) {
    this.hear(Math.max(0, start - around), end + around);
    this.raw = false;
  }

  /** @override */
  stopped() {
    this.end();
    super.stopped();
  }

  /** @override */
  tick() {
    const { sound } = this;
    const ms = sound.currentTime * 1000;
    const cut = this.final || this.raw ? undefined : this.store.holes.find((hole) => hole.start <= ms && ms < hole.end - 30);
    if (cut) {
      this.frame = requestAnimationFrame(() => this.tick());
      this.end();
      sound.currentTime = cut.end / 1000;
      return;
    }
    this.listen(sound.currentTime);
    super.tick();
    if (this.until === null) this.raw = false;
  }

  // Listening counts where the sound went on as our own clock did, not muted, at a speed one can follow.
  /** @param {number} position */
  listen(position) {
    const clockNow = performance.now() / 1000;
    const { sound } = this;
    const fair = !sound.muted && sound.volume > 0 && sound.playbackRate <= 2;
    if (this.span && fair) {
      const forward = position - this.span.position;
      const allowed = (clockNow - this.span.clock) * sound.playbackRate + MOST;
      if (forward >= 0 && forward <= allowed) {
        Object.assign(this.span, { position, clock: clockNow });
        return;
      }
    }
    this.end();
    if (fair) this.span = { start: position, position, clock: clockNow };
  }

  end() {
    if (this.span && this.span.position > this.span.start) {
      const which = this.final ? "final" : "sound";
      if (this.heard.at(-1)?.[which] !== this.of) this.heard.push({ spans: [], [which]: this.of });
      this.heard.at(-1)?.spans.push([Math.round(this.span.start * 1000), Math.round(this.span.position * 1000)]);
    }
    this.span = null;
  }

  send(leaving = false) {
    if (this.playing && this.span) {
      const { position, clock: at } = this.span;
      this.end();
      this.span = { start: position, position, clock: at };
    }
    if (!this.net.by) return;
    for (const body of this.heard.splice(0)) {
      if (leaving) this.net.last("heard", body);
      else this.net.post("heard", body).then((view) => this.store.apply(view, view.done)).catch(() => this.heard.unshift(body));
    }
  }
}
