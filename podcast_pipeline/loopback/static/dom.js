// Elements, icons, times: everything on the page is made here, as text, never as markup.

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined>} Properties */

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  play: "M7 4.5v15l13-7.5z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  back: "M11 6v12L3 12zM20 6v12l-8-6z",
  forward: "M13 6v12l8-6zM4 6v12l8-6z",
  check: "M4.5 12.5l5 5 10-11",
  edit: "M4 20l1-5L16 4l4 4L9 19z",
  query: "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1.2.6-1.5 1.2-1.5 2.3M12 18.2v.1",
  cut: "M5 6l14 12M5 18L19 6M5 6a2 2 0 1 0 .1 0M5 18a2 2 0 1 0 .1 0",
  machine: "M5 8h14v9H5zM12 8V4M9 12v1M15 12v1",
  alert: "M12 4l9 16H3zM12 10v4M12 17v.1",
  menu: "M4 7h16M4 12h16M4 17h16",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-6 8-6s8 2 8 6",
};
const FILLED = new Set(["play", "pause", "back", "forward"]);

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", FILLED.has(name) ? "icon filled" : "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// What of these there is: a child may depend on a condition.
const present = (/** @type {Child[]} */ children) => /** @type {(Node | string)[]} */ (
  children.filter((child) => child !== null && child !== undefined && child !== false));

// el("button", {class: "x", "aria-label": "..."}, "text", node)
/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Properties} properties
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") made.className = String(value);
    else if (name in made && typeof value !== "string") Object.assign(made, { [name]: value });
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...present(children));
  return made;
}

/**
 * The sentences of a text, with what people said, which stands in “ ”, in elements of its own.
 * @param {string} text
 * @param {{ lang: string, dir: string }} speech
 */
export function quoted(text, speech) {
  return text.split(/(“[^”]*”)/).filter(Boolean).map((part) => (part.startsWith("“") ? el("span", speech, part) : part));
}

/** @param {number} ms */
export function clock(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  /** @param {number} n */
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** @param {number} ms */
export function spokenLength(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}\u00a0s` : `${Math.floor(seconds / 60)}\u00a0min ${seconds % 60}\u00a0s`;
}

/** @param {number} number @param {string} one */
export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

// Characters that turn the direction of text around are shown: nobody hides words with them.
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** @param {string} text */
export function hasBidi(text) {
  return BIDI.test(text);
}

// An element of the page as it was served.
export const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

let timer = 0;
/** @param {string} text */
export function announce(text) {
  const live = byId("live");
  live.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(() => { live.textContent = text; }, 60);
}

// What an error says.
/** @param {unknown} error */
export const why = (error) => (error instanceof Error ? error.message : String(error));

export function newId() {
  return crypto.randomUUID();
}

/**
 * Says what happened, by name, to those who listen.
 * @template {Record<string, unknown>} E - what each event carries
 */
export class Emitter extends EventTarget {
  /** @template {keyof E & string} N @param {N} name @param {(detail: E[N]) => void} listener */
  on(name, listener) {
    this.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event).detail));
  }
  /** @template {keyof E & string} N @param {N} name @param {E[N]} [detail] */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** @type {Promise<any>} */
let earlier = Promise.resolve();

// A modal dialog with a title; resolves with what `close(value)` was given, undefined on Escape. One is answered before
// the next one opens: what somebody else's text asks never lies over what a person is just answering.
/**
 * @param {string} title
 * @param {(close: (value?: any) => void, box: HTMLDialogElement) => Child | Child[]} build
 * @returns {Promise<any>}
 */
export function dialog(title, build, kind = "") {
  const answered = earlier.then(() => opened(title, build, kind));
  earlier = answered.catch(() => undefined);
  return answered;
}

/**
 * @param {string} title
 * @param {(close: (value?: any) => void, box: HTMLDialogElement) => Child | Child[]} build
 * @param {string} kind
 * @returns {Promise<any>}
 */
function opened(title, build, kind) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    /** @type {any} */
    let answer;
    const box = el("dialog", { class: `dialog ${kind}`, "aria-label": title });
    /** @param {any} [value] */
    const close = (value) => { answer = value; box.close(); };
    box.append(el("h2", {}, title), ...present([build(close, box)].flat()));
    box.addEventListener("close", () => {
      box.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      resolve(answer);
    });
    document.body.append(box);
    box.showModal();
  });
}
