// Finds the blocks that went from one place and came at another, and shows them as moved: as
// hooks/yururluk/redline/moves.py does.
"use strict";

const Moves = (() => {
  const { common, unitsOf, wordsIn } = Comparing;
  const { CARRIERS, folded, marked, sided, textOf, withoutIds } = Markup;
  const LEAST_MOVED = 5; // words; fewer may come back by chance
  const LEAST_CHANGED = 10; // words of a move with changes inside, and so much of them alike
  const LEAST_LIKE = 0.6;

  // The parts with the blocks shown as moved that went from one place and came, the same or changed, at another:
  // one release may have moved what another edited. An end is a block that only went or only came.
  const withMoves = (parts, comparison) => {
    const gone = [], come = [];
    for (const end of parts.flatMap((part) => part.ends || [])) {
      const list = end.kind === "del" ? gone : come;
      end.place = list.length;
      list.push(end);
    }
    if (!gone.length || !come.length) return parts;
    verySame(gone, come);
    alike(gone, come);
    for (const end of gone) if (end.partner) spread(end, gone, come);
    const runs = runsOf(gone, come, parts).filter((run) => moved(run, comparison));
    if (!runs.length) return parts;
    return parts.flatMap((part) => {
      if (!part.ends?.some((end) => end.isShown)) return [part];
      return part.ends.map((end) => {
        end.html ??= comparison.marked(unitIn(end), end.kind);
        return end;
      }).filter((end) => end.html);
    });
  };

  const unitIn = (end) => end.unit ??= (unitsOf(Markup.read(end.key) || []).units[0] || { html: end.key, node: null });
  const nodeOf = (end) => unitIn(end).node;
  const isMovable = (end) => wordsIn(unitIn(end)).length >= LEAST_MOVED && !CARRIERS.has(nodeOf(end)?.name);

  const join = (old, fresh) => {
    old.partner = fresh;
    fresh.partner = old;
  };

  // Blocks that came back as they were, if they did so once.
  const verySame = (gone, come) => {
    const once = (ends) => {
      const found = new Map();
      for (const end of ends) found.set(end.key, found.has(end.key) ? null : end);
      return found;
    };
    const back = once(come);
    for (const [key, old] of once(gone)) {
      const fresh = back.get(key);
      if (old && fresh && isMovable(old)) join(old, fresh);
    }
  };

  // Blocks that came back changed: those that share a rare phrase, and most of their words in the same order.
  const alike = (gone, come) => {
    const left = gone.filter((end) => !end.partner && nodeOf(end) && isMovable(end));
    const right = come.filter((end) => !end.partner && nodeOf(end) && isMovable(end));
    const phrases = new Map();
    for (const end of right) {
      for (const phrase of phrasesOf(end)) {
        if (!phrases.has(phrase)) phrases.set(phrase, []);
        phrases.get(phrase).push(end);
      }
    }
    const found = [];
    for (const old of left) {
      const votes = new Map();
      for (const phrase of phrasesOf(old)) {
        const holders = phrases.get(phrase) || [];
        if (holders.length <= 8) for (const end of holders) votes.set(end, (votes.get(end) || 0) + 1);
      }
      for (const [fresh] of [...votes].sort((one, other) => other[1] - one[1]).slice(0, 4)) {
        if (tagOf(old) !== tagOf(fresh)) continue;
        const words = [old, fresh].map((end) => wordsIn(unitIn(end)));
        const [few, many] = words.map((list) => list.length).sort((one, other) => one - other);
        if (few < LEAST_CHANGED || few < LEAST_LIKE * many * 0.5) continue;
        const like = 2 * common(...words).length / (few + many);
        if (like >= LEAST_LIKE) found.push({ like, old, fresh });
      }
    }
    found.sort((one, other) => other.like - one.like || one.old.place - other.old.place || one.fresh.place - other.fresh.place);
    for (const { old, fresh } of found) if (!old.partner && !fresh.partner) join(old, fresh);
  };

  const phrasesOf = (end) => {
    const words = wordsIn(unitIn(end));
    return new Set(words.slice(2).map((word, at) => `${words[at]} ${words[at + 1]} ${word}`));
  };

  const tagOf = (end) => nodeOf(end).tag.replace(/ id="[^"]*"/, "");
  const isHeading = (end) => /^h[1-6]$/.test(nodeOf(end)?.name);

  // Neighbours of a moved block that are the same on both sides, however short, and the heading above it.
  const spread = (end, gone, come) => {
    for (const towards of [1, -1]) {
      for (let [old, fresh] = [end, end.partner]; ;) {
        [old, fresh] = [gone[old.place + towards], come[fresh.place + towards]];
        if (!old || !fresh || old.partner || fresh.partner) break;
        const isSameHeading = towards < 0 && isHeading(old) && nodeOf(old).name === nodeOf(fresh)?.name
          && wordsIn(unitIn(old)).join(" ") === wordsIn(unitIn(fresh)).join(" ");
        if (old.key !== fresh.key && !isSameHeading) break;
        join(old, fresh);
      }
    }
  };

  // Moved neighbours that stay neighbours become one move: [[old, fresh], …].
  const runsOf = (gone, come, parts) => {
    const flat = new Map(parts.flatMap((part) => part.ends || [part]).map((one, at) => [one, at]));
    const follows = (one, other) => flat.get(other) === flat.get(one) + 1;
    const runs = [];
    for (const fresh of come) {
      if (!fresh.partner) continue;
      const last = runs.at(-1)?.at(-1);
      if (last && follows(last[1], fresh) && follows(last[0], fresh.partner)) runs.at(-1).push([fresh.partner, fresh]);
      else runs.push([[fresh.partner, fresh]]);
    }
    return runs;
  };

  // Whether a run of blocks could be shown as moved; then its ends hold the HTML, the first of each side all of it.
  const moved = (run, comparison) => {
    if (!run.some(([old]) => isMovable(old))) return false;
    const inner = [];
    for (const [old, fresh] of run) {
      const shown = old.key === fresh.key ? fresh.key : comparison.inside(nodeOf(old), nodeOf(fresh));
      if (old.key !== fresh.key && !isRight(shown, old, fresh)) return false;
      inner.push(shown);
    }
    const before = run.map(([old]) => withoutIds(old.key));
    const attributes = comparison.pair("move");
    const name = attributes["data-redline-pair"];
    const { movedTo = "", movedFrom = "" } = comparison.labels || {};
    const [[old, fresh]] = run;
    for (const end of run.flat()) Object.assign(end, { html: "", isShown: true });
    old.html = marked("del", jump(`${name}-new`, movedTo, "↓") + before.join("\n"), { ...attributes, id: `${name}-old` });
    fresh.html = marked("ins", jump(`${name}-old`, movedFrom, "↑") + inner.join("\n"), { ...attributes, id: `${name}-new` });
    return true;
  };

  // Whether the new side leads back to both texts: to the old one by its words, since the pair shows that whole.
  const isRight = (shown, old, fresh) => Markup.isSound(shown) && folded(sided(shown, "del")) === folded(fresh.key)
    && textOf(sided(shown, "ins")).replace(/\s+/g, "") === textOf(old.key).replace(/\s+/g, "");

  const jump = (target, label, sign) => `<a${Markup.attributesOf({ "data-redline-aid": "", class: "redline-jump", href: `#${target}`, title: label, "aria-label": label })}>${sign}</a>`;

  return { withMoves };
})();
