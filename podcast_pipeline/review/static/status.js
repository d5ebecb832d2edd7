// What is saved, what is left, and messages that stay until they are closed.
import { announce, count, el, icon, spokenLength } from "./dom.js";

export class Status {
  constructor(line, list, store, net, saver) {
    Object.assign(this, { line, list, store, net, saver });
    saver.on("state", () => this.update());
    store.on("status", () => this.update());
    saver.on("refused", ({ error, id }) => this.say("refused", id ? `Not saved: ${error.message}` : error.message, error.body?.hint));
    net.on("online", (on) => {
      if (on) this.unsay("offline");
      else this.say("offline", "The page's server cannot be reached. What you type is kept in this browser and saved as soon as it answers.");
      this.update();
    });
  }

  update() {
    const { net, saver, store: { status: s } } = this;
    const time = saver.last ? ` ${String(saver.last.getHours()).padStart(2, "0")}:${String(saver.last.getMinutes()).padStart(2, "0")}` : "";
    const saved = !net.online ? "Not saved: offline" : saver.dirty ? "Saving…" : `Saved${time}`;
    const parts = [saved, `${s.checked} of ${s.paragraphs} checked`, s.must ? `${s.must} must-check left` : "nothing must-check left"];
    if (s.queries) parts.push(count(s.queries, "open question"));
    if (s.cuts) parts.push(`${count(s.cuts, "cut")}, ${spokenLength(s.cut_ms)}`);
    const mine = s.heard?.[net.by];
    if (mine !== undefined) parts.push(`${mine} % heard by you`);
    const text = parts.join(" · ");
    if (this.line.textContent !== text) this.line.textContent = text;
    this.line.dataset.state = !net.online ? "bad" : saver.dirty ? "busy" : "good";
    if (this.spoken !== saved.split(" ")[0]) {
      this.spoken = saved.split(" ")[0];
      if (!saver.dirty && saver.last) announce("Saved");
    }
    this.signature(s.signoff);
    if (s.fault) this.say("fault", s.fault, "Nothing more is saved. Stop the page and start it again.", "bad");
  }

  signature(signature) {
    const seal = JSON.stringify(signature);
    if (seal === this.seal) return;
    this.seal = seal;
    this.unsay("signed");
    if (signature?.void.length) this.say("signed", `Sign-off void: ${signature.void.join("; ")}.`, "", "warn");
    else if (signature) this.say("signed", `Signed off by ${signature.name} on ${signature.at}, for exactly this sound and text.${signature.example ? " This person is invented." : ""}`, "", "good");
  }

  say(id, text, hint = "", kind = "warn") {
    this.unsay(id);
    const close = el("button", { type: "button", class: "plain", "aria-label": "Close this message" }, "×");
    const made = el("div", { class: `notice ${kind}`, "data-id": id }, icon(kind === "good" ? "check" : "alert"), el("p", {}, text, hint ? el("small", {}, ` ${hint}`) : ""), close);
    close.addEventListener("click", () => made.remove());
    this.list.append(made);
    if (kind !== "good" && id !== "signed") announce(text);
  }

  unsay(id) {
    for (const one of [...this.list.children]) if (one.dataset.id === id) one.remove();
  }
}
