// Sound: the uncut recording for review, or the finished programme; cuts are skipped, listening is written down.
import { Emitter, clock, el, icon } from "./dom.js";

/** @import { Net } from "./net.js" */
/** @import { Store } from "./store.js" */

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const MOST = 0.25; // s that the clock of the sound may be ahead of ours: more is a seek, and a seek is not listening

/** @extends {Emitter<{ time: number, follow: boolean }>} */
export class Player extends Emitter {
  /** @param {HTMLElement} root @param {Store} store @param {Net} net */
  constructor(root, store, net) {
    super();
    this.root = root;
    this.store = store;
    this.net = net;
    this.final = false; // what is played: the finished programme, or the recording
    this.available = false;
    this.length = 0;
    /** @type {[number, number][]} */
    this.spans = []; // heard and not sent yet, in ms of what is played
    /** @type {{ start: number, position: number, clock: number } | null} */
    this.span = null; // that is being heard, in s
    /** @type {number | null} */
    this.until = null; // ms where playing ends
    this.raw = false; // whether what is cut is heard too
    this.kept = ""; // which finished programme `spans` are of
    this.asked = 0;
    this.frame = 0;
    this.sound = el("audio", { preload: "metadata" });
    this.button = this.control("play", "Play or pause", () => this.toggle());
    this.button.classList.add("main");
    this.place = el("output", { class: "place" }, "0:00");
    this.speed = el("select", { "aria-label": "Speed" }, ...SPEEDS.map((s) => el("option", { value: String(s), selected: s === 1 }, `${s}×`)));
    this.speed.addEventListener("change", () => { this.sound.playbackRate = Number(this.speed.value); });
    this.which = el("button", { type: "button", class: "plain", "aria-pressed": "false", title: "The finished programme, as listeners get it" }, "Final");
    this.which.addEventListener("click", () => this.switch(!this.final));
    this.follow = el("button", { type: "button", class: "plain follow", "aria-pressed": "true", title: "Scroll along with the sound" }, "Follow");
    this.follow.addEventListener("click", () => {
      const on = this.follow.getAttribute("aria-pressed") !== "true";
      this.follow.setAttribute("aria-pressed", String(on));
      this.emit("follow", on);
    });
    this.wave = el("canvas", { class: "wave", "aria-hidden": "true" });
    const back = this.control("back", "3 seconds back", () => this.skip(-3));
    const forward = this.control("forward", "3 seconds forward", () => this.skip(3));
    const buttons = el("div", { class: "buttons" }, back, this.button, forward);
    this.missing = el("p", { class: "missing", hidden: true });
    root.append(this.sound, buttons, this.place, this.wave, this.missing, el("div", { class: "extras" }, this.speed, this.which, this.follow));
    this.sound.addEventListener("play", () => this.started());
    this.sound.addEventListener("playing", () => {
      if (this.asked) performance.measure("first sound", { start: this.asked, end: performance.now() });
      this.asked = 0;
    });
    this.sound.addEventListener("pause", () => this.stopped());
    this.sound.addEventListener("ended", () => this.stopped());
    this.sound.addEventListener("seeking", () => { this.end(); this.show(); });
    this.sound.addEventListener("seeked", () => this.show());
    this.sound.addEventListener("error", () => this.lost());
    this.sound.addEventListener("ratechange", () => this.end());
    addEventListener("pagehide", () => this.send(true));
    setInterval(() => this.send(), 30000);
  }

  /** @param {"play" | "back" | "forward"} name @param {string} label @param {() => void} act */
  control(name, label, act) {
    const made = el("button", { type: "button", class: "control", "aria-label": label, title: label }, icon(name));
    made.addEventListener("click", act);
    return made;
  }

  load() {
    const { facts } = this.store;
    this.length = Math.max(0, ...this.store.listed().map((p) => p.end)) + 1000;
    this.which.hidden = !facts.final;
    this.available = facts.audio;
    if (facts.audio) this.sound.src = `/e/${facts.slug}/audio`;
    else this.lost("The audio is missing: build/" + facts.slug + "/review.wav is not there. Run podcast build " + facts.slug + ", then reload. Text can be read and corrected.");
    this.show();
  }

  lost(why = "The audio cannot be played. Text can be read and corrected.") {
    this.available = false;
    this.missing.textContent = why;
    this.missing.hidden = false;
    this.wave.hidden = true;
    for (const one of this.root.querySelectorAll(".control, select")) one.toggleAttribute("disabled", true);
  }

  get timeline() {
    return this.store.facts.timeline ?? { rate: 1, pieces: [] };
  }

  // Source time in ms, whatever is played.
  get now() {
    const ms = this.sound.currentTime * 1000;
    return this.final ? this.source(ms) : ms;
  }

  /** @param {number} ms */
  source(ms) {
    const { rate, pieces } = this.timeline;
    const at = (ms * rate) / 1000;
    const piece = pieces.find((one) => one.out <= at && at < one.out + one.len);
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
    this.which.setAttribute("aria-pressed", String(final));
    this.sound.src = `/e/${this.store.facts.slug}/${final ? "final" : "audio"}`;
    this.seek(Math.max(0, at));
    if (playing) this.play();
  }

  /** @param {number} ms */
  seek(ms) {
    this.until = null;
    this.sound.currentTime = Math.max(0, this.final ? this.published(ms) : ms) / 1000;
    this.show();
  }

  /** @param {number} seconds */
  skip(seconds) {
    this.until = null;
    this.sound.currentTime = Math.max(0, this.sound.currentTime + seconds);
  }

  // Play a stretch, from `before` ms earlier; null for the end plays on.
  /** @param {number} start @param {number | null} end */
  hear(start, end = null, before = 0) {
    if (!this.available) return;
    this.asked = performance.now();
    this.seek(Math.max(0, start - before));
    this.until = end;
    this.raw = end !== null && this.store.cuts.some((cut) => cut.start < end && start < cut.end);
    this.play();
  }

  // The join of a cut: some seconds before, and as many after.
  /** @param {number} start @param {number} end @param {number} around */
  join(start, end, around) {
    this.hear(Math.max(0, start - around), end + around);
    this.raw = false;
  }

  play() {
    if (this.available) this.sound.play().catch(() => {});
  }

  pause() {
    this.sound.pause();
  }

  toggle() {
    if (this.sound.paused) this.play();
    else this.pause();
  }

  get playing() {
    return !this.sound.paused && !this.sound.ended;
  }

  started() {
    this.button.replaceChildren(icon("pause"));
    this.button.setAttribute("aria-label", "Pause");
    this.tick();
  }

  stopped() {
    this.button.replaceChildren(icon("play"));
    this.button.setAttribute("aria-label", "Play");
    cancelAnimationFrame(this.frame);
    this.end();
    this.show();
  }

  tick() {
    this.frame = requestAnimationFrame(() => this.tick());
    const { sound } = this;
    const ms = sound.currentTime * 1000;
    if (!this.final && !this.raw) {
      const cut = this.store.holes.find((one) => one.start <= ms && ms < one.end - 30);
      if (cut) {
        this.end();
        sound.currentTime = cut.end / 1000;
        return;
      }
    }
    this.listen(sound.currentTime);
    if (this.until !== null && this.now >= this.until) {
      this.until = null;
      this.raw = false;
      this.pause();
    }
    this.show();
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
      this.spans.push([Math.round(this.span.start * 1000), Math.round(this.span.position * 1000)]);
      this.kept = this.final ? this.store.facts.final : "";
    }
    this.span = null;
  }

  send(leaving = false) {
    if (this.playing && this.span) {
      const { position, clock: at } = this.span;
      this.end();
      this.span = { start: position, position, clock: at };
    }
    if (!this.spans.length || !this.net.by) return;
    const body = { spans: this.spans, ...(this.kept ? { final: this.kept } : {}) };
    this.spans = [];
    if (leaving) this.net.last("heard", body);
    else this.net.post("heard", body).then((view) => this.store.apply(view, view.done)).catch(() => this.spans.unshift(...body.spans));
  }

  show() {
    const ms = this.now;
    this.place.textContent = `${clock(Math.max(0, ms))} / ${clock(this.length || 0)}`;
    this.emit("time", ms);
  }
}
