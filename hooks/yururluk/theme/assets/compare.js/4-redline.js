// Puts the redline of any two releases together: the edits that no later one touches as they are, the rest made again.
"use strict";

const Weave = (() => {
  const { htmlOf, regionsOf } = Texts;
  const { folded, sided } = Markup;

  // The redline of two texts, by their numbers, as HTML.
  const redline = (woven, old, fresh) => {
    const way = woven.path(old, fresh);
    const ours = woven.states[old], theirs = woven.states[fresh];
    if (!way.length) return ours.map(htmlOf).join("\n");
    if (way.length === 1 && way[0].forwards) return asItStands(ours, way[0].step.edits);
    const comparison = new Comparing.Comparison();
    const parts = [];
    let at = 0;
    for (const region of regionsOf(way)) {
      for (; at < region.a; at++) parts.push(htmlOf(ours[at]));
      at = region.aEnd;
      parts.push(region.edit ? renamed(region.edit, region.place) : compared(region, ours, theirs, comparison));
    }
    for (; at < ours.length; at++) parts.push(htmlOf(ours[at]));
    return parts.join("\n");
  };

  const asItStands = (blocks, edits) => {
    let out = "";
    let at = 0;
    for (const edit of edits) {
      out += blocks.slice(at, edit.at).map(htmlOf).join("\n") + edit.html;
      at = edit.at + edit.old;
    }
    return out + blocks.slice(at).map(htmlOf).join("\n");
  };

  // Each step numbers its pairs from one.
  const renamed = (edit, place) => {
    if (!edit.pairs.size) return edit.html;
    const names = [...edit.pairs].sort((one, other) => other.length - one.length).map((name) => name.replace(/\W/g, "\\$&")).join("|");
    const places = new RegExp(`(<[^<>]*? (?:data-redline-pair|id|href|aria-[a-z]+)="#?)(?=(?:${names})[-"])`, "g");
    // An element may carry several: one more round for each, until none is left as it was.
    let html = edit.html;
    for (let next = ""; next !== html;) {
      if (next) html = next;
      next = html.replace(places, `$1${place + 1}-`);
    }
    return html;
  };

  const compared = ({ a, aEnd, b, bEnd }, ours, theirs, comparison) => {
    const sides = [ours.slice(a, aEnd), theirs.slice(b, bEnd)].map((blocks) => blocks.map(htmlOf).join("\n"));
    return rightly(...sides.map(Markup.asWritten), comparison) ?? wholly(...sides);
  };

  // The redline of two sides, if it leads back to both of them; else null.
  const rightly = (old, fresh, comparison) => {
    const trees = [old, fresh].map(Markup.read);
    if (trees.includes(null)) return null;
    const html = comparison.entries(...trees.map((tree) => Comparing.unitsOf(tree).units)).map((entry) => entry.html).join("\n");
    const isRight = Markup.isSound(html) && folded(sided(html, "del")) === folded(fresh) && folded(sided(html, "ins")) === folded(old);
    return isRight ? html : null;
  };

  // Odd white space between blocks, loose text in a list: the sides as they are, which is always right.
  const wholly = (old, fresh) => [["del", Markup.withoutIds(Markup.asWritten(old))], ["ins", Markup.asWritten(fresh)]]
    .filter(([, html]) => html)
    .map(([name, html]) => Markup.marked(name, html)).join("\n");

  // How much a redline shows, in words; the words of a pair count only by its inner changes.
  const summary = (root) => {
    const found = { inserted: 0, deleted: 0, pairs: { move: new Set(), split: new Set(), merge: new Set(), format: new Set(), typographic: new Set() } };
    const count = (node, mark) => {
      if (node.nodeType === 3) {
        if (mark) found[mark === "ins" ? "inserted" : "deleted"] += Comparing.wordsOf(node.data).length;
        return;
      }
      if (node.nodeType !== 1 && node.nodeType !== 11) return;
      const { redline: own, redlineAid, redlinePair, redlineKind } = node.dataset || {};
      if (redlineAid !== undefined) return;
      let inner = own || mark;
      if (redlinePair) {
        (found.pairs[redlineKind] ??= new Set()).add(redlinePair);
        if (own === "del") return;
        inner = "";
      } else if (own && !mark && node.parentNode?.dataset?.redline === own) inner = mark; // the wrapper inside what carries the mark of a pair
      for (const child of node.childNodes) count(child, inner);
    };
    for (const block of root.children) if (block.matches("[data-redline]") || block.querySelector("[data-redline]")) count(block, "");
    return { inserted: found.inserted, deleted: found.deleted, ...Object.fromEntries(Object.entries(found.pairs).map(([kind, names]) => [kind, names.size])) };
  };

  // The key changes on the way, each from its first value to its last: what a later step took back is left out.
  const keyChanges = (way) => {
    const found = [];
    for (const { step, forwards } of way) {
      for (const [kind, before, after, id, title] of step.keyChanges) {
        const [old, fresh] = forwards ? [before, after] : [after, before];
        const earlier = found.findIndex((one) => one.kind === kind && one.id === id && one.fresh === old && (old || one.old === fresh));
        if (earlier < 0) found.push({ kind, old, fresh, id, title });
        else if (found[earlier].old === fresh) found.splice(earlier, 1);
        else Object.assign(found[earlier], { fresh, title });
      }
    }
    return found;
  };

  return { Woven: Texts.Woven, redline, keyChanges, regionsOf, side: Markup.side, folded, parse: Markup.parse, summary };
})();
