// The sound around the place one looks at, from the peaks of the pipeline: 8-bit minimum and maximum, 20 per second.
// While one cut is open, the sound around that cut, with edges that can be dragged.
import { Emitter } from "./dom.js";

/** @typedef {{ start: number, end: number }} Span - ms of the recording, as all times here */
/** @typedef {Span & { id: string, reason: string, by: string }} Cut */
/** @typedef {Span & { id: string }} Edges - of a cut */
/** @typedef {{ now: number, seek: (ms: number) => void, on: (name: "time", listener: (ms: number) => void) => void }} Playing */
/**
 * Whose sound it is, and what of it listeners do not get.
 * @typedef {{ facts: { slug: string, peaks: boolean, missing?: [number, number][] }, cuts: Cut[], holes: Span[], on: (name: "cuts", listener: () => void) => void }} Sounds
 */

const RATE = 20;
const AROUND = 15000; // ms on each side of the place
const BESIDE = 1200; // ms on each side of an open cut
const GRIP = 9; // px on each side of an edge
const STEP = 10; // ms

/** @extends {Emitter<{ cut: Cut, edge: Span }>} */
export class Wave extends Emitter {
  /** @param {HTMLCanvasElement} canvas @param {Playing} player @param {Sounds} store */
  constructor(canvas, player, store) {
    super();
    this.canvas = canvas;
    this.player = player;
    this.store = store;
    /** @type {Int8Array} */
    this.peaks = new Int8Array();
    this.scale = 1 / 127;
    this.ms = 0;
    /** @type {Edges | null} */
    this.cut = null;
    /** @type {[number, number] | null} */
    this.frame = null;
    /** @type {"start" | "end" | ""} */
    this.held = ""; // the edge that is dragged
    canvas.addEventListener("pointerdown", (event) => this.pressed(event));
    canvas.addEventListener("pointermove", (event) => this.moved(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { this.held = ""; });
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    player.on("time", (ms) => this.draw(ms));
    store.on("cuts", () => this.draw());
  }

  async load() {
    if (!this.store.facts.peaks) return;
    const answer = await fetch(`/e/${this.store.facts.slug}/peaks`);
    if (answer.ok) this.peaks = new Int8Array(await answer.arrayBuffer());
    // Before mastering the sound is quiet: the loudest moment fills the height.
    let loudest = 16;
    for (const peak of this.peaks) loudest = Math.max(loudest, Math.abs(peak));
    this.scale = 1 / loudest;
    this.draw(this.player.now);
  }

  // The cut whose edges are shown, or null. While an edge is dragged, the sound under it stays where it is.
  /** @param {Edges | null} cut */
  open(cut) {
    if (!this.held || cut?.id !== this.cut?.id) this.frame = cut ? [cut.start - BESIDE, cut.end + BESIDE] : null;
    this.cut = cut;
    this.canvas.classList.toggle("edges", Boolean(cut));
    this.draw();
  }

  /** @returns {[number, number]} */
  get span() {
    return this.frame || [this.ms - AROUND, this.ms + AROUND];
  }

  /** @param {number} x */
  time(x) {
    const [first, last] = this.span;
    return first + ((last - first) * x) / this.canvas.clientWidth;
  }

  /** @param {number} ms */
  x(ms) {
    const [first, last] = this.span;
    return ((ms - first) / (last - first)) * this.canvas.clientWidth;
  }

  /** @param {number} x @returns {"start" | "end" | ""} */
  grip(x) {
    if (!this.cut) return "";
    if (Math.abs(this.x(this.cut.start) - x) <= GRIP) return "start";
    return Math.abs(this.x(this.cut.end) - x) <= GRIP ? "end" : "";
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    this.held = this.grip(event.offsetX);
    if (this.held) {
      this.canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
      return;
    }
    const ms = Math.max(0, this.time(event.offsetX));
    const cut = this.store.cuts.find((known) => known.start <= ms && ms < known.end);
    if (cut && cut.id !== this.cut?.id) this.emit("cut", cut);
    else this.player.seek(ms);
  }

  /** @param {PointerEvent} event */
  moved(event) {
    if (!this.held || !this.cut) {
      this.canvas.style.cursor = this.grip(event.offsetX) ? "ew-resize" : "";
      return;
    }
    const ms = Math.max(0, Math.round(this.time(event.offsetX) / STEP) * STEP);
    this.emit("edge", { start: this.cut.start, end: this.cut.end, [this.held]: ms });
  }

  draw(ms = this.ms) {
    this.ms = ms || 0;
    const { canvas, peaks } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || canvas.hidden) return;
    const dots = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * dots) || canvas.height !== Math.round(height * dots)) [canvas.width, canvas.height] = [width * dots, height * dots];
    const context = canvas.getContext("2d");
    if (!context) return;
    context.setTransform(dots, 0, 0, dots, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
    /** @param {string} name @param {[number, number, number, number]} box */
    const fill = (name, ...box) => { context.fillStyle = style.getPropertyValue(name); context.fillRect(...box); };
    const [first, last] = this.span;
    const { cut: opened } = this;
    /** @type {Span[]} */
    const holes = opened ? [...this.store.holes.filter((hole) => hole.end <= opened.start || opened.end <= hole.start), opened] : this.store.holes;
    for (const cut of holes) {
      const [a, b] = [this.x(cut.start), this.x(cut.end)];
      if (b > 0 && a < width) fill("--cut-soft", a, 0, b - a, height);
    }
    // What a recording does not have: a band along the foot, beside which the other voices may go on.
    for (const [start, end] of this.store.facts.missing || []) {
      const [a, b] = [this.x(start), this.x(end)];
      if (b > 0 && a < width) fill("--bad", a, height - 4, Math.max(2, b - a), 4);
    }
    const step = (1000 / RATE / (last - first)) * width;
    const bar = step > 4 ? step - 1 : Math.max(1, step - 1);
    context.fillStyle = style.getPropertyValue("--wave");
    for (let i = Math.max(0, Math.floor((first * RATE) / 1000)); i <= (last * RATE) / 1000; i += 1) {
      const [low, high] = [peaks[2 * i] ?? 0, peaks[2 * i + 1] ?? 0];
      const top = (height / 2) * (1 - high * this.scale);
      context.fillRect(this.x((i * 1000) / RATE), top, bar, Math.max(1, ((high - low) / 2) * this.scale * height));
    }
    for (const edge of this.cut ? [this.cut.start, this.cut.end] : []) {
      fill("--cut", this.x(edge) - 1, 0, 2, height);
      fill("--cut", this.x(edge) - 4, height / 2 - 9, 8, 18);
    }
    fill("--accent", this.x(this.ms) - 0.75, 0, 1.5, height);
  }
}
