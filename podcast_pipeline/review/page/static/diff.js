// Differences word by word, for people: [[kind, text], ...].

/** @typedef {"same" | "old" | "new"} Kind */

/** @param {string} before @param {string} after */
export function words(before, after) {
  const [a, b] = [before.split(/\s+/).filter(Boolean), after.split(/\s+/).filter(Boolean)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  /** @type {[Kind, string][]} */
  const parts = [];
  /** @param {Kind} kind @param {string[]} list */
  const push = (kind, list) => {
    if (!list.length) return;
    const last = parts.at(-1);
    if (last && last[0] === kind) last[1] += ` ${list.join(" ")}`;
    else parts.push([kind, list.join(" ")]);
  };
  push("same", a.slice(0, start));
  middle(a.slice(start, a.length - end), b.slice(start, b.length - end), push);
  if (end) push("same", a.slice(a.length - end));
  return parts;
}

// Longest common subsequence by a table; what is left between equal ends is short.
/** @param {string[]} a @param {string[]} b @param {(kind: Kind, list: string[]) => void} push */
function middle(a, b, push) {
  if (a.length * b.length > 4e6) {
    push("old", a);
    push("new", b);
    return;
  }
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = a[i] === b[j]
        ? table[(i + 1) * width + j + 1] + 1
        : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) push("same", [a[i]]), (i += 1), (j += 1);
    else if (i < a.length && (j === b.length || table[(i + 1) * width + j] >= table[i * width + j + 1])) push("old", [a[i++]]);
    else push("new", [b[j++]]);
  }
}
