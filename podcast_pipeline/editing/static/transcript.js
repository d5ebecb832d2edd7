// What is said, to read along: a word that is clicked is heard, words that are selected become a claim.
import { clock, el } from "../../loopback/static/dom.js";

/** @typedef {{ id: string, speaker: string, text: string, times: number[] }} Paragraph - a start and an end for each word, ms */
/** @typedef {{ revision: string, audio: boolean, peaks: boolean, language: string, paragraphs: Paragraph[], holes: [number, number][] }} Recording */
/** @typedef {{ text: string, start: number, end: number }} Said */

const WORD = /\S+/g;

export class Transcript {
  /** @param {HTMLElement} root @param {(ms: number) => void} seek @param {(ms: number) => void} play */
  constructor(root, seek, play) {
    this.root = root;
    this.seek = seek;
    this.play = play;
    this.following = true;
    /** @type {Paragraph[]} */
    this.paragraphs = [];
    /** @type {HTMLElement[]} */
    this.turns = [];
    this.place = -1; // of the paragraph that is heard
    this.word = -1;
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** @param {Recording} recording @param {Record<string, string>} names */
  load(recording, names) {
    this.paragraphs = [...recording.paragraphs].sort((a, b) => a.times[0] - b.times[0]);
    this.turns = this.paragraphs.map((p, i) => {
      const time = el("span", { class: "time" }, clock(p.times[0]));
      const head = el("div", { class: "said-by" }, el("b", { class: "who" }, names[p.speaker] ?? (p.speaker || "Nobody named")), time);
      const text = el("p", { class: "text", lang: recording.language, dir: "auto" }, p.text);
      return el("div", { class: "turn", tabindex: i ? -1 : 0, role: "group", "aria-label": `${names[p.speaker] ?? p.speaker}, ${clock(p.times[0])}` }, head, text);
    });
    this.place = this.word = -1;
    const none = el("p", { class: "none" }, "There is no transcript yet. Everything else can be edited.");
    this.root.replaceChildren(...(this.turns.length ? this.turns : [none]));
  }

  get end() {
    return Math.max(0, ...this.paragraphs.map((p) => p.times[p.times.length - 1]));
  }

  // Where the words of a paragraph stand in its text.
  /** @param {number} place */
  words(place) {
    return [...this.paragraphs[place].text.matchAll(WORD)].map((match) => [match.index, match.index + match[0].length]);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const selection = getSelection();
    const turn = event.target instanceof Element ? event.target.closest(".turn") : null;
    if (!turn || (selection && !selection.isCollapsed)) return;
    const place = this.turns.indexOf(/** @type {HTMLElement} */ (turn));
    this.rove(place);
    const offset = selection?.anchorNode?.parentElement?.classList.contains("text") ? selection.anchorOffset : 0;
    const word = Math.max(0, this.words(place).findLastIndex(([start]) => start <= offset));
    this.seek(this.paragraphs[place].times[2 * word] ?? this.paragraphs[place].times[0]);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const place = this.turns.findIndex((turn) => turn === document.activeElement);
    if (place < 0) return;
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: this.turns.length - 1 }[event.key];
    if (event.key === "Enter" && !event.ctrlKey) this.play(this.paragraphs[place].times[0]);
    else if (next === undefined || event.ctrlKey) return;
    else if (this.turns[next]) this.rove(next, true);
    event.preventDefault();
  }

  // One tab stop for all paragraphs.
  /** @param {number} place */
  rove(place, focus = false) {
    for (const turn of this.root.querySelectorAll('.turn[tabindex="0"]')) turn.setAttribute("tabindex", "-1");
    this.turns[place].setAttribute("tabindex", "0");
    if (focus) this.turns[place].focus();
  }

  /** @param {number} ms */
  heard(ms) {
    const { paragraphs } = this;
    let [low, high] = [0, paragraphs.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (paragraphs[middle].times[0] <= ms) low = middle;
      else high = middle - 1;
    }
    const times = paragraphs[low]?.times ?? [];
    let word = -1;
    for (let i = 0; i < times.length && times[i] <= ms; i += 2) word = i / 2;
    if (low === this.place && word === this.word) return;
    if (low !== this.place && word >= 0 && this.following) this.turns[low]?.scrollIntoView({ block: "nearest" });
    this.place = low;
    this.word = word;
    this.mark();
  }

  mark() {
    const place = this.word >= 0 ? this.words(this.place)[this.word] : undefined;
    const node = this.turns[this.place]?.querySelector(".text")?.firstChild;
    if (!place || !node || !("highlights" in CSS)) return;
    CSS.highlights.set("spoken", new Highlight(new StaticRange({ startContainer: node, startOffset: place[0], endContainer: node, endOffset: place[1] })));
  }

  // The sentence that is heard, or the last before it.
  /** @param {number} ms @returns {Said | null} */
  sentence(ms) {
    this.heard(ms);
    if (this.word < 0) return null;
    const { text, times } = this.paragraphs[this.place];
    const words = this.words(this.place).map(([a, b]) => text.slice(a, b));
    const ends = (/** @type {string} */ word) => /[.?!…]["'”’»)\]]*$/.test(word);
    let [first, last] = [this.word, this.word];
    while (first > 0 && !ends(words[first - 1])) first -= 1;
    while (last < words.length - 1 && !ends(words[last])) last += 1;
    return { text: words.slice(first, last + 1).join(" "), start: times[2 * first], end: times[2 * last + 1] };
  }

  // The words that are selected, whole ones, of one paragraph or several.
  /** @returns {Said | null} */
  selected() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    /** @type {string[]} */
    const words = [];
    let [start, end] = [NaN, NaN];
    this.turns.forEach((turn, place) => {
      const node = turn.querySelector(".text")?.firstChild;
      if (!node || !range.intersectsNode(node)) return;
      const from = range.startContainer === node ? range.startOffset : 0;
      const to = range.endContainer === node ? range.endOffset : this.paragraphs[place].text.length;
      this.words(place).forEach(([a, b], i) => {
        if (b <= from || a >= to) return;
        words.push(this.paragraphs[place].text.slice(a, b));
        if (Number.isNaN(start)) start = this.paragraphs[place].times[2 * i];
        end = this.paragraphs[place].times[2 * i + 1];
      });
    });
    return words.length ? { text: words.join(" "), start, end } : null;
  }
}
