// What happens elsewhere: changes of other people, a new build, texts of last time that were never saved.
import * as ask from "./dialogs.js";

/** @import { Page } from "./main.js" */
/** @import { Paragraph } from "./store.js" */

const POLL = 5000;

export class Together {
  /** @param {Page} page */
  constructor(page) {
    const { store, net, saver, surface, player, status, drafts, unsaved } = page;
    this.store = store;
    this.net = net;
    this.saver = saver;
    this.surface = surface;
    this.player = player;
    this.status = status;
    this.drafts = drafts;
    this.unsaved = unsaved;
    this.polling = false;
    /** @type {Set<string>} */
    this.asking = new Set(); // paragraphs whose question is open, or waits for the one before it
    /** @type {Promise<unknown>} */
    this.asked = Promise.resolve();
    saver.on("conflict", (id) => this.conflict(id));
  }

  start() {
    setInterval(() => this.poll(), POLL);
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    const { store } = this;
    try {
      const since = store.seq;
      const view = await this.net.get(`changes?since=${since}`);
      if (view.opening !== this.net.opening) {
        await this.openedAgain();
        return;
      }
      this.saver.retry(401);
      if (view.seq !== since || JSON.stringify(view.status) !== JSON.stringify(store.status)) store.apply(view, since + 1);
      if (view.status.final !== store.facts.final) await this.rebuilt();
    } catch {
      // Nobody answers, or the session is over: the status says so.
    } finally {
      this.polling = false;
    }
  }

  // The server was started again, perhaps over another journal: nothing that this page knows can be trusted any more.
  async openedAgain() {
    if (document.querySelector("dialog[open]")) return;
    if (await this.drafts.safe()) {
      this.saver.leaving = true;
      location.reload();
    } else {
      this.status.say("again", "The page's server was started again. Copy what is not saved here, then load this page again.", "", "bad");
    }
  }

  // The programme was built while the page was open: Final plays the new one, by its own map of times.
  async rebuilt() {
    const { final, timeline, audio, peaks, missing } = await this.net.get("transcript");
    const before = this.store.facts.audio;
    Object.assign(this.store.facts, { final, timeline, audio, peaks, missing });
    if (!before && audio) location.reload();
    this.player.which.hidden = !final;
    if (this.player.final || audio !== before) this.player.switch(this.player.final);
    this.status.say("rebuilt", "The programme was built again: Final plays the new one.", "", "good");
  }

  // Texts that tabs left behind which are gone. Those of paragraphs that changed since are put to a person one by one.
  async offerDrafts() {
    const { store, saver, drafts, unsaved } = this;
    const left = (await drafts.left()).filter((draft) => {
      const saved = store.paragraphs.get(draft.id)?.text === draft.text;
      if (saved) drafts.remove(draft.key);
      return !saved;
    });
    unsaved.later(left, () => this.offerDrafts());
    const answer = left.length && (await ask.drafts(store, left));
    if (!answer) return;
    for (const draft of left) {
      if (saver.bases.has(draft.id)) continue; // another tab's text of the same paragraph is being saved first
      const now = store.paragraphs.get(draft.id);
      const turn = this.surface.turns.get(draft.id);
      if (answer === "keep" && !now) saver.lost(draft);
      else if (answer === "keep" && draft.base && draft.base.text !== now?.text) saver.contest(draft.id, draft.text, draft.base);
      else if (turn && answer === "keep") this.surface.put(turn, draft.text);
      await drafts.remove(draft.key);
      await saver.now(draft.id);
      if (saver.failed.get(draft.id)?.theirs) await this.conflict(draft.id);
      unsaved.later(unsaved.left.filter((other) => other !== draft), unsaved.show);
    }
  }

  // Two texts of one paragraph. Escape decides nothing: what was typed stays in red until somebody chooses.
  /** @param {string} id */
  async conflict(id) {
    const { store, saver } = this;
    const { theirs } = saver.failed.get(id) ?? {};
    if (!theirs) return;
    store.apply({ ...saver.empty(), paragraphs: [theirs] }, Infinity);
    if (this.asking.has(id)) return;
    this.asking.add(id);
    const choice = this.asked.then(() => this.choice(id, theirs)).finally(() => this.asking.delete(id));
    this.asked = choice.catch(() => null);
    const made = await choice;
    if (made) await saver.decided(id, made.text, made.over); // over a text that is newer still, it is asked again
  }

  // Which text shall stand in the place of `over`, the one that stands there now; null: nothing is decided.
  /** @param {string} id @param {Paragraph} theirs */
  async choice(id, theirs) {
    const { store, saver } = this;
    // Where the words are now of the text that was typed over: in other paragraphs too, if somebody parted it since.
    const [first, last] = saver.bases.get(id)?.words ?? [0, 0];
    if (theirs.words[0] !== first || theirs.words[1] !== last) await this.poll();
    const [over, failed] = [store.paragraphs.get(id), saver.failed.get(id)];
    if (!over || !failed?.theirs) return null;
    const [mine, reshaped] = [failed.text, over.words[0] !== first || over.words[1] !== last];
    const among = store.listed().filter((p) => p === over || (p.words[0] < last && first < p.words[1]));
    const answer = await ask.conflict(store, mine, over, among, reshaped);
    return answer ? { text: answer.text, over } : null;
  }
}
