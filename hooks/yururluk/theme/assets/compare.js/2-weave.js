// Reads the texts of a document out of the woven data (hooks/yururluk/lineage/steps.py), and what changed between any two.
"use strict";

const Texts = (() => {
  // Texts, and the way from one to another

  // The woven texts of a document. A block is a reference until its HTML is asked for: most never are.
  class Woven {
    constructor(data) {
      if (data.format !== 2) throw new Error(`unknown format ${data.format}`);
      this.releases = data.releases;
      this.steps = data.steps.map(([source, target, edits, words, keyChanges]) => (
        { source, target, edits: edits.map(asEdit), words, keyChanges }
      ));
      this.states = [data.first.map((html) => ({ html }))];
      for (const { source, target, edits } of this.steps) {
        if (!this.states[target]) this.states[target] = after(this.states[source], edits);
      }
      this.ways = this.states.map(() => []);
      // Forwards first: a step that leads there is the pair's own redline.
      for (const step of this.steps) this.ways[step.source].push({ to: step.target, step, forwards: true });
      for (const step of this.steps) this.ways[step.target].push({ to: step.source, step, forwards: false });
    }

    // The shortest way between two texts: steps, each with whether it is gone forwards.
    path(old, fresh) {
      const back = new Map();
      const queue = [old];
      for (const here of queue) {
        if (back.has(fresh)) break;
        for (const { to, step, forwards } of this.ways[here]) {
          if (to === old || back.has(to)) continue;
          back.set(to, { from: here, step, forwards });
          queue.push(to);
        }
      }
      const way = [];
      for (let at = fresh; at !== old; at = way.at(-1).from) way.push(back.get(at));
      return way.reverse();
    }
  }

  const asEdit = ([at, old, fresh, html, blocks]) => ({
    at, old, fresh, html, blocks,
    pairs: new Set([...html.matchAll(/data-redline-pair="([^"]*)"/g)].map((found) => found[1])),
  });

  const after = (blocks, edits) => {
    const found = [];
    let at = 0;
    for (const edit of edits) {
      found.push(blocks.slice(at, edit.at), Array.from({ length: edit.fresh }, (_, k) => ({ edit, k })));
      at = edit.at + edit.old;
    }
    return [...found, blocks.slice(at)].flat();
  };

  const htmlOf = (block) => {
    if (block.html === undefined) {
      const { edit } = block;
      edit.blocks ??= [...Markup.side(Markup.parse(edit.html), "del").children].map((element) => element.outerHTML);
      block.html = edit.blocks[block.k];
    }
    return block.html;
  };

  // Regions: blocks a to before aEnd of the old text against b to before bEnd of the new one. `edit` names the
  // edit that shows it as it stands; null where both sides have to be compared again.

  const regionsOf = (way) => {
    const found = (way.length ? along(way, 0, way.length) : []).filter((one) => one.a < one.aEnd || one.b < one.bEnd || (one.edit && one.edit.html.trim()));
    return way.length > 1 ? joined(found, way) : found;
  };

  // Steps are put together by halves: so none is gone through more often than the way can be halved.
  const along = (way, from, to) => {
    if (to - from === 1) return asRegions(way[from], from);
    const middle = (from + to) >> 1;
    return composed(along(way, from, middle), along(way, middle, to));
  };

  const asRegions = ({ step, forwards }, place) => {
    let shift = 0;
    return step.edits.map((edit) => {
      const a = edit.at, aEnd = a + edit.old, b = a + shift, bEnd = b + edit.fresh;
      shift += edit.fresh - edit.old;
      return forwards ? { a, aEnd, b, bEnd, edit, place } : { a: b, aEnd: bEnd, b: a, bEnd: aEnd, edit: null, place };
    });
  };

  // `first` leads from a to b, `then` from b to c. Regions with a block of b in common, or at the same point
  // between two of its blocks, become one; those that only touch stay apart.
  const composed = (first, then) => {
    const found = [];
    let i = 0, j = 0, toA = 0, toC = 0;
    const meets = (lo, hi, at, end, others) => at < hi || (others && lo === hi && at === lo && end === hi);
    while (i < first.length || j < then.length) {
      const ours = [], theirs = [];
      const x = first[i], y = then[j];
      if (x && (!y || x.b < y.a || (x.b === y.a && x.bEnd <= y.aEnd))) ours.push(first[i++]);
      else theirs.push(then[j++]);
      let [lo, hi] = ours.length ? [ours[0].b, ours[0].bEnd] : [theirs[0].a, theirs[0].aEnd];
      for (;;) {
        if (i < first.length && meets(lo, hi, first[i].b, first[i].bEnd, theirs.length)) {
          hi = Math.max(hi, first[i].bEnd);
          ours.push(first[i++]);
        } else if (j < then.length && meets(lo, hi, then[j].a, then[j].aEnd, ours.length)) {
          hi = Math.max(hi, then[j].aEnd);
          theirs.push(then[j++]);
        } else break;
      }
      const a = lo + toA, b = lo + toC;
      if (ours.length) toA = ours.at(-1).aEnd - ours.at(-1).bEnd;
      if (theirs.length) toC = theirs.at(-1).bEnd - theirs.at(-1).aEnd;
      const alone = ours.length && theirs.length ? [] : [...ours, ...theirs];
      const { edit, place } = alone.length === 1 ? alone[0] : { edit: null, place: -1 };
      found.push({ a, aEnd: hi + toA, b, bEnd: hi + toC, edit, place });
    }
    return found;
  };

  const joined = (found, way) => {
    for (;;) {
      const stale = [...halfPairs(found, way), ...exchanged(found)];
      if (!stale.length) break;
      for (const one of stale) one.edit = null;
    }
    const all = [];
    for (const one of found) {
      const last = all.at(-1);
      if (last && !last.edit && !one.edit && last.aEnd === one.a) Object.assign(last, { aEnd: one.aEnd, bEnd: one.bEnd });
      else all.push(one);
    }
    return all;
  };

  // One side of a pair (the old place of a move) of which the other can no longer be shown.
  const halfPairs = (found, way) => {
    const shown = new Map(found.filter((one) => one.edit).map((one) => [one.edit, one]));
    const stale = [];
    for (const { step, forwards } of way) {
      if (!forwards) continue;
      const holders = new Map();
      for (const edit of step.edits) {
        for (const pair of edit.pairs) holders.set(pair, [...(holders.get(pair) || []), edit]);
      }
      for (const edits of holders.values()) {
        if (edits.some((edit) => !shown.has(edit))) stale.push(...edits.filter((edit) => shown.has(edit)).map((edit) => shown.get(edit)));
      }
    }
    return stale.filter((one) => one.edit);
  };

  // Stretches in which one step took blocks away and another brought some: perhaps the same ones again.
  const exchanged = (found) => {
    const stale = [];
    let run = [];
    const step = (one) => (one.edit ? one.place : -1);
    const close = () => {
      const gone = run.filter((one) => one.b === one.bEnd).map(step);
      const come = run.filter((one) => one.a === one.aEnd).map(step);
      if (gone.some((one) => come.some((other) => one !== other))) stale.push(...run.filter((one) => one.edit));
    };
    for (const one of found) {
      const last = run.at(-1);
      if (last && (one.a !== last.aEnd || one.b !== last.bEnd)) {
        close();
        run = [];
      }
      run.push(one);
    }
    close();
    return stale;
  };

  return { Woven, htmlOf, regionsOf };
})();
