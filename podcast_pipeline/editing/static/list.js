// All episodes, to open one.
import { byId as $, el } from "../../loopback/static/dom.js";

/** @import { Show } from "./sheet.js" */

/** @param {Show} show @param {string} asked - an episode that there is not, or "" */
export function list(show, asked) {
  $("title").textContent = "Episodes";
  document.title = `${show.title} · Desk`;
  const rows = show.episodes.map((episode) => {
    const title = el("a", { href: `#${encodeURIComponent(episode.slug)}` }, episode.title);
    if (!episode.fault) title.lang = show.language;
    return el("li", {}, el("time", {}, episode.publish_at.slice(0, 10)), el("div", {}, title, el("small", {}, episode.fault ?? episode.slug)));
  });
  const none = asked ? el("p", { class: "error" }, `There is no episode “${asked}”.`) : null;
  const empty = rows.length ? null : el("p", {}, "There are no episodes yet: podcast new SLUG makes one.");
  const board = el("p", {}, el("a", { href: "/board" }, "The board: what is due, where each stands and who is waited for"), ", to look at or to print.");
  $("panel").replaceChildren(...[none, board, empty, el("ol", { class: "episodes" }, ...rows)].filter((part) => part !== null));
  document.body.dataset.mode = "list";
}
