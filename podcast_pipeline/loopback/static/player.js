// Sound: one recording with its buttons, its speed and its waveform.
import { Emitter, clock, el, icon } from "./dom.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];

/** @extends {Emitter<{ time: number, follow: boolean }>} */
export class Player extends Emitter {
  /** @param {HTMLElement} root @param {string} without - what can be done without sound, as a sentence */
  constructor(root, without) {
    super();
    this.root = root;
    this.without = without;
    this.available = false;
    this.length = 0;
    /** @type {number | null} */
    this.until = null; // ms where playing ends
    this.asked = 0;
    this.frame = 0;
    this.sound = el("audio", { preload: "metadata" });
    this.button = this.control("play", "Play or pause", () => this.toggle());
    this.button.classList.add("main");
    this.place = el("output", { class: "place" }, "0:00");
    this.speed = el("select", { "aria-label": "Speed" }, ...SPEEDS.map((s) => el("option", { value: String(s), selected: s === 1 }, `${s}×`)));
    this.speed.addEventListener("change", () => { this.sound.playbackRate = Number(this.speed.value); });
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
    this.extras = el("div", { class: "extras" }, this.speed, this.follow);
    root.append(this.sound, buttons, this.place, this.wave, this.missing, this.extras);
    this.sound.addEventListener("play", () => this.started());
    this.sound.addEventListener("playing", () => {
      if (this.asked) performance.measure("first sound", { start: this.asked, end: performance.now() });
      this.asked = 0;
    });
    this.sound.addEventListener("pause", () => this.stopped());
    this.sound.addEventListener("ended", () => this.stopped());
    this.sound.addEventListener("seeking", () => this.show());
    this.sound.addEventListener("seeked", () => this.show());
    this.sound.addEventListener("error", () => this.lost());
  }

  /** @param {"play" | "back" | "forward"} name @param {string} label @param {() => void} act */
  control(name, label, act) {
    const made = el("button", { type: "button", class: "control", "aria-label": label, title: label }, icon(name));
    made.addEventListener("click", act);
    return made;
  }

  // Take the recording of an episode, which ends at `length` ms; `there` says whether it is built.
  /** @param {string} slug @param {boolean} there @param {number} length */
  take(slug, there, length) {
    this.length = length;
    this.available = there;
    if (there) this.sound.src = `/e/${slug}/audio`;
    else this.lost(`The audio is missing: build/${slug}/review.wav is not there. Run podcast build ${slug}, then reload. ${this.without}`);
    this.show();
  }

  lost(why = `The audio cannot be played. ${this.without}`) {
    this.available = false;
    this.missing.textContent = why;
    this.missing.hidden = false;
    this.wave.hidden = true;
    for (const control of this.root.querySelectorAll(".control, select")) control.toggleAttribute("disabled", true);
  }

  // Source time in ms.
  get now() {
    return this.sound.currentTime * 1000;
  }

  /** @param {number} ms */
  seek(ms) {
    this.until = null;
    this.sound.currentTime = Math.max(0, ms) / 1000;
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
    this.play();
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
    this.show();
  }

  tick() {
    this.frame = requestAnimationFrame(() => this.tick());
    if (this.until !== null && this.now >= this.until) {
      this.until = null;
      this.pause();
    }
    this.show();
  }

  show() {
    const ms = this.now;
    this.place.textContent = `${clock(Math.max(0, ms))} / ${clock(this.length || 0)}`;
    this.emit("time", ms);
  }
}
