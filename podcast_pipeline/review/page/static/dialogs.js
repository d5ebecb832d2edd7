// The questions that the page asks: who are you, who speaks, which of two texts, do you sign.
import { dialog, el, icon } from "../../../loopback/static/dom.js";
import { shown } from "./changes.js";
import { Refusal } from "../../../loopback/static/net.js";

/** @import { Child } from "../../../loopback/static/dom.js" */
/** @import { Draft, Net } from "./net.js" */
/** @import { Player } from "./player.js" */
/** @import { Done, Paragraph, Store } from "./store.js" */

/** @param {...Child} made */
export function buttons(...made) {
  return el("div", { class: "actions" }, ...made);
}

/** @param {string} label @param {() => void} act */
export function button(label, act, kind = "plain") {
  const made = el("button", { type: "button", class: kind }, label);
  made.addEventListener("click", act);
  return made;
}

/** @param {Store} store @param {string} by @returns {Promise<string | undefined>} */
export function who(store, by) {
  return dialog("Who are you?", (close) => {
    const people = Object.entries(store.facts.people);
    const own = el("input", { type: "text", placeholder: "or another short name: editor-anna", pattern: "[a-z0-9][a-z0-9-]{0,63}", "aria-label": "Another short name" });
    const list = el("div", { class: "people" }, ...people.map(([id, name]) => {
      const made = button(name, () => close(id), id === by ? "primary" : "plain");
      return made;
    }));
    const take = button("Go on", () => { if (own.value && own.checkValidity()) close(own.value); else own.reportValidity(); }, "primary");
    return [el("p", {}, "The name stands beside every change. This page knows names, not identities: it asks nobody for a password."),
      list, own, buttons(take)];
  });
}

/** @returns {Promise<string | undefined>} */
export function query(text = "", refused = "") {
  return dialog("What is the question?", (close) => {
    const field = el("textarea", { rows: 3, "aria-label": "Question", maxlength: "2000" });
    field.value = text;
    const ask = button("Ask", () => { if (field.value.trim()) close(field.value.trim().replace(/\s+/g, " ")); }, "primary");
    return [el("p", {}, "It stays with the paragraph and stops the sign-off until somebody answers it."),
      refused ? el("p", { class: "stop", role: "alert" }, `Not saved: ${refused}`) : null, field, buttons(button("Cancel", () => close()), ask)];
  });
}

/** @param {Store} store @param {string} said @returns {Promise<boolean | undefined>} */
export function forGood(store, said) {
  return dialog("Cut for privacy", (close) => [
    el("p", {}, "“", el("b", store.speech, said), "” is cut from the audio, and its words are taken out of the journal for good. This cannot be undone."),
    el("p", {}, "They stay in the recording under raw/, and in what git already has: whoever looks after the repository must see to that."),
    buttons(button("Cancel", () => close(false)), button("Cut and take out", () => close(true), "primary")),
  ]);
}

/**
 * @param {Store} store
 * @param {Player} player
 * @param {Paragraph} paragraph
 * @returns {Promise<{ to: string, scope: string } | undefined>}
 */
export function speaker(store, player, paragraph) {
  return dialog("Who says this?", (close) => {
    const known = [...new Set([...store.facts.cast, ...store.listed().map((p) => p.speaker), ...Object.keys(store.facts.people)])].filter(Boolean);
    const name = `speaker-${paragraph.id}`;
    const list = el("div", { class: "choices-list" }, ...known.map((speaker) => el("label", { class: "line" },
      el("input", { type: "radio", name, value: speaker, checked: speaker === paragraph.speaker }), store.name(speaker))));
    const scope = el("select", { "aria-label": "Where" }, el("option", { value: "turn" }, "this turn only"),
      el("option", { value: "on" }, `from here on, where it says ${store.name(paragraph.speaker)}`),
      el("option", { value: "all" }, `everywhere, where it says ${store.name(paragraph.speaker)}`));
    const chosen = () => /** @type {HTMLInputElement | null} */ (list.querySelector("input:checked"))?.value;
    return [buttons(button("Hear 5 s", () => player.hear(paragraph.start, paragraph.start + 5000))), list, el("p", {}, "This changes ", scope),
      buttons(button("Cancel", () => close()), button("Change", () => close({ to: chosen(), scope: scope.value }), "primary"))];
  });
}

/** @param {Store} store @param {Paragraph} one @param {Paragraph} two @returns {Promise<boolean | undefined>} */
export function join(store, one, two) {
  return dialog("Join what two people say?", (close) => [
    el("p", {}, "The words of ", el("b", {}, store.name(two.speaker)), " will stand under ", el("b", {}, store.name(one.speaker)), "."),
    buttons(button("Cancel", () => close(false)), button("Join", () => close(true), "primary")),
  ]);
}

/**
 * `among` are the paragraphs that the text belongs to now, more than one where somebody parted it. Once it was parted or
 * joined (`reshaped`), mine is the text of another stretch: kept as it is, it would double words or take some away.
 * @param {Store} store
 * @param {string} mine
 * @param {Paragraph} theirs
 * @param {Paragraph[]} among
 * @param {boolean} reshaped
 * @returns {Promise<{ text: string } | undefined>}
 */
export function conflict(store, mine, theirs, among, reshaped) {
  return dialog("Two people changed this", (close) => {
    const own = el("textarea", { ...store.speech, rows: 5, "aria-label": "Both together" });
    own.value = reshaped ? theirs.text : mine;
    const both = el("details", { open: reshaped }, el("summary", {}, "Combine them myself"), own, buttons(button("Save this text", () => close({ text: own.value.replace(/\s+/g, " ") }), "primary")));
    const who = theirs.by ? store.name(theirs.by) : "Somebody";
    const now = among.map((p) => store.place(p.id) + 1).join(" and ");
    const what = among.length > 1 ? `parted this paragraph (now ${now})` : "joined this paragraph with another one, or parted it,";
    return [
      el("p", {}, `${who} ${reshaped ? what : "changed it"} while you were typing. Nothing is lost: choose, or leave it open.`),
      el("h3", {}, "Theirs, with what yours would change"), shown(store, among.map((p) => p.text).join(" "), mine),
      reshaped ? el("p", {}, "Yours cannot take its place any more: put your words into the text below, or keep theirs and put them where they belong. ",
        button("Copy mine", () => navigator.clipboard?.writeText(mine))) : null,
      both,
      buttons(button("Keep theirs", () => close({ text: theirs.text })), reshaped ? null : button("Keep mine", () => close({ text: mine }), "primary")),
    ];
  }, "wide");
}

/** @param {Store} store @param {Draft[]} found @returns {Promise<"keep" | "drop" | undefined>} */
export function drafts(store, found) {
  /** @param {Draft} draft */
  const row = (draft) => {
    const now = store.paragraphs.get(draft.id);
    if (!now) return el("section", {}, el("b", {}, "A paragraph that is not there any more"), el("p", store.speech, draft.text));
    const since = draft.base && draft.base.text !== now.text ? `, changed since by ${store.name(now.by)}: you will be asked which text stays` : "";
    return el("section", {}, el("b", {}, `Paragraph ${store.place(draft.id) + 1}${since}`), shown(store, now.text, draft.text));
  };
  return dialog("Not saved last time", (close) => [
    el("p", {}, "The page ended before these changes reached the journal. Put them back?"),
    ...found.map(row),
    buttons(button("Throw away", () => close("drop")), button("Put back", () => close("keep"), "primary")),
  ], "wide");
}

/** What will carry the signer's name; where it was signed before, what changed since.
 *  @typedef {[string, [string, string][]][]} Parts
 *  @param {{ signed_before: boolean, read: Parts, heard_since: Parts, replaces: string }} verdict */
function toRead({ signed_before, read, heard_since, replaces }) {
  return [
    replaces ? el("p", {}, `This replaces the sign-off by ${replaces}.`) : null,
    ...parts("What changed of sound and words", "Changed sound and words", heard_since),
    read.length ? null : el("p", {}, `Nothing of ${heard_since.length ? "" : "sound, words and "}what is printed with them changed since you signed last.`),
    ...parts(signed_before ? "What changed of what is printed since you signed last" : "Everything that will carry your name", "What is printed", read),
  ];
}

/** @param {string} title @param {string} label @param {Parts} read */
function parts(title, label, read) {
  if (!read.length) return [];
  /** @param {[string, string]} line */
  const row = ([mark, text]) => mark ? el(mark === "-" ? "del" : "ins", {}, text) : el("span", {}, text);
  return [
    el("h3", {}, title),
    el("div", { class: "printed", tabindex: "0", role: "region", "aria-label": label },
      ...read.map(([name, lines]) => el("section", {}, el("h4", {}, name), ...lines.map(row)))),
  ];
}

/** @param {Store} store @param {Net} net @param {() => Promise<void>} checkIn @returns {Promise<Done | undefined>} */
export async function signoff(store, net, checkIn) {
  await checkIn();
  const by = net.by;
  /** @type {{ errors: string[], warnings: string[], audio_sha256: string, transcript_sha256: string, statement_sha256: string,
   *   signed_before: boolean, read: Parts, heard_since: Parts, replaces: string, asked: string[] }} */
  const verdict = await net.get(`verdict?by=${encodeURIComponent(by)}`);
  return dialog("Sign off", (close) => {
    const role = el("input", { type: "text", "aria-label": "Role", placeholder: "physician reviewer", maxlength: "100", list: "capacities" });
    const capacities = el("datalist", { id: "capacities" }, ...store.facts.capacities.map((value) => el("option", { value })));
    role.value = localStorage.getItem("review-role") || "";
    const stops = verdict.errors.map((text) => el("li", { class: "stop" }, icon("alert"), el("span", {}, text)));
    const asked = verdict.asked.map((text) => el("li", { class: "stop" }, icon("alert"), el("span", {}, text)));
    const warns = verdict.warnings.map((text) => el("li", {}, icon("query"), el("span", {}, text)));
    /** @param {object} body */
    const send = async (body) => {
      try {
        close(await net.post("signoff", body));
      } catch (error) {
        const more = error instanceof Refusal ? error.body.errors : [];
        said.textContent = [error instanceof Error ? error.message : "", ...(more || [])].join(". ");
        said.hidden = false;
      }
    };
    const sign = button("Sign", () => {
      localStorage.setItem("review-role", role.value);
      sign.disabled = true;
      const { audio_sha256, transcript_sha256, statement_sha256 } = verdict;
      send({ role: role.value.trim(), audio_sha256, transcript_sha256, statement_sha256 });
    }, "primary");
    sign.disabled = verdict.errors.length > 0;
    const said = el("p", { class: "stop", hidden: true, role: "alert" });
    const signers = store.status.signoff?.by ?? [];
    const own = signers.length > 1 && signers.includes(by) ? button("Withdraw my signature", () => send({ withdraw: "own" })) : null;
    const withdraw = store.status.signoff ? button("Withdraw the sign-off", () => send({ withdraw: true })) : null;
    return [
      el("p", {}, "I, ", el("b", {}, store.name(by)), ", answer for exactly this sound, exactly this text and all that is printed with them. Any later change voids the sign-off."),
      ...toRead(verdict),
      stops.length ? el("ul", { class: "verdict" }, ...stops) : asked.length ? null : el("p", { class: "done" }, icon("check"), "Nothing stands in the way."),
      asked.length ? el("p", {}, "Signed as it stands, publication would refuse it. Mend this first: what is printed otherwise afterwards has to be signed again.") : null,
      asked.length ? el("ul", { class: "verdict" }, ...asked) : null,
      warns.length ? el("ul", { class: "verdict" }, ...warns) : null,
      el("label", { class: "line" }, "Role, as shown: ", role, capacities),
      said, buttons(withdraw, own, button("Not yet", () => close()), sign),
    ];
  }, "wide");
}
