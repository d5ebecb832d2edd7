// Times as people write them in the file, and as the player has them.
import { clock } from "../../loopback/static/dom.js";

/** @param {unknown} text - 4, 1:15, 1:02:03.4: ms, or NaN */
export function ms(text) {
  const parts = String(text ?? "").trim().split(":").map((part) => (part === "" ? NaN : Number(part)));
  return Math.round(parts.reduce((all, part) => all * 60 + part, 0) * 1000);
}

/** @param {number} at - ms, written to the tenth of a second */
export function written(at) {
  const tenths = Math.round(Math.max(0, at) / 100);
  return tenths % 10 ? `${clock(tenths * 100)}.${tenths % 10}` : clock(tenths * 100);
}
