// Compares two texts again, by blocks and by words, where the changes of several releases came together.
"use strict";

const Comparing = (() => {
  const { CARRIERS, ROWS, isBlock, marked, textOf, withoutIds } = Markup;
  const WORD = /[\p{L}\p{N}\p{M}]+(?:['’.,@:/_-][\p{L}\p{N}\p{M}]+)*/gu;
  const PIECE = new RegExp(`([ \\t\\n\\r\\f]*)(${WORD.source}|&[a-z]+;|[^ \\t\\n\\r\\f]|$)`, "gu");
  const LARGEST = 4e6;

  const wordsOf = (text) => text.match(WORD) || [];

  // The longest common subsequence of two lists of strings, as pairs of places.
  const common = (ours, theirs) => {
    let head = 0, tail = 0;
    const most = Math.min(ours.length, theirs.length);
    while (head < most && ours[head] === theirs[head]) head++;
    while (tail < most - head && ours[ours.length - 1 - tail] === theirs[theirs.length - 1 - tail]) tail++;
    const codes = new Map();
    const coded = (list) => Int32Array.from(list.slice(head, list.length - tail), (key) => {
      if (!codes.has(key)) codes.set(key, codes.size);
      return codes.get(key);
    });
    const a = coded(ours), b = coded(theirs);
    const found = [];
    for (let k = 0; k < head; k++) found.push([k, k]);
    for (const [i, j] of a.length * b.length > LARGEST ? unique(a, b) : longest(a, b)) found.push([head + i, head + j]);
    for (let k = tail; k > 0; k--) found.push([ours.length - k, theirs.length - k]);
    return found;
  };

  const longest = (a, b) => {
    const width = b.length + 1;
    const table = new Uint32Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1, at = i * width + j; j >= 0; j--, at--) {
        const down = table[at + width], right = table[at + 1];
        table[at] = a[i] === b[j] ? table[at + width + 1] + 1 : down > right ? down : right;
      }
    }
    const found = [];
    for (let i = 0, j = 0; i < a.length && j < b.length;) {
      const at = i * width + j;
      if (a[i] === b[j]) found.push([i++, j++]);
      else if (table[at + width] >= table[at + 1]) i++;
      else j++;
    }
    return found;
  };

  // For texts too long to compare in full: what stands once on each side, in the longest rising order.
  const unique = (a, b) => {
    const once = (list) => {
      const places = new Map();
      list.forEach((code, at) => places.set(code, places.has(code) ? -1 : at));
      return places;
    };
    const theirs = once(b);
    const piles = [];
    for (const [code, i] of once(a)) {
      const j = theirs.get(code) ?? -1;
      if (i < 0 || j < 0) continue;
      let lo = 0, hi = piles.length;
      while (lo < hi) {
        const middle = (lo + hi) >> 1;
        if (piles[middle].j < j) lo = middle + 1;
        else hi = middle;
      }
      piles[lo] = { i, j, before: lo ? piles[lo - 1] : null };
    }
    const found = [];
    for (let last = piles.at(-1); last; last = last.before) found.unshift([last.i, last.j]);
    return found;
  };

  // Texts alike but for quotes, dashes and spaces come out the same.
  const plain = (text) => text.normalize("NFC").replace(/[\s\u00ad\u200b\u2060\ufeff]/gu, "").replace(/\p{Pd}|−/gu, "-")
    .replace(/['"`´‘’‚‛“”„‟«»‹›ʼ′″]/gu, "'").replaceAll("…", "...");

  // One comparison, from the blocks of two texts to HTML; what it shares is the numbering of its pairs. A unit is a
  // block (its node) or a run of text and inline elements between blocks.
  class Comparison {
    pairs = 0;

    pair(kind) {
      return { "data-redline-pair": `redline-c${++this.pairs}`, "data-redline-kind": kind };
    }

    // Blocks

    // What became of the units: their HTML with the white space before it, in order.
    entries(ours, theirs) {
      const found = [];
      let i = 0, j = 0;
      const gap = (p, q) => {
        for (; i < p; i++) found.push({ space: ours[i].space, html: this.marked(ours[i], "del") });
        for (; j < q; j++) found.push({ space: theirs[j].space, html: this.marked(theirs[j], "ins") });
      };
      for (const [p, q] of matches(ours, theirs)) {
        gap(p, q);
        found.push({ space: theirs[q].space, html: this.kept(ours[p], theirs[q]) });
        i = p + 1;
        j = q + 1;
      }
      gap(ours.length, theirs.length);
      return found;
    }

    kept(old, fresh) {
      if (old.html === fresh.html) return fresh.html;
      if (!old.node && !fresh.node) return this.running(kidsOf(old), kidsOf(fresh), false);
      if (old.node.tag === fresh.node.tag) return this.inside(old.node, fresh.node);
      if (ROWS.has(fresh.node.name)) return this.marked(old, "del") + this.marked(fresh, "ins");
      const attributes = this.pair("format");
      const both = this.inside(old.node, fresh.node);
      return this.marked(old, "del", attributes) + this.marked({ html: both, node: Markup.read(both)?.[0] }, "ins", attributes);
    }

    // The new element with what changed inside it.
    inside(old, fresh) {
      const ours = unitsOf(old.kids), theirs = unitsOf(fresh.kids);
      const inner = [...ours.units, ...theirs.units].some((unit) => unit.node)
        ? this.entries(ours.units, theirs.units).map(({ space, html }) => space + html).join("") + theirs.tail
        : this.running(old.kids, fresh.kids, fresh.name === "pre");
      return `${fresh.tag}${inner}</${fresh.name}>`;
    }

    // A unit that went or came: wrapped, or carrying the mark itself where nothing may be put around it.
    marked({ html, node }, name, attributes) {
      const change = CARRIERS.has(node?.name) ? carrying(node, name, attributes) : marked(name, html, attributes);
      return name === "del" ? withoutIds(change) : change;
    }

    // Words

    running(olds, news, exact) {
      const ours = tokensOf(olds), theirs = tokensOf(news);
      const agree = exact ? (one, other) => one === other : (one, other) => !one === !other;
      let out = "";
      let i = 0, j = 0;
      for (const [p, q] of [...this.keptTokens(ours.tokens, theirs.tokens), [ours.tokens.length, theirs.tokens.length]]) {
        const end = p === ours.tokens.length && q === theirs.tokens.length;
        const before = end ? ours.tail : ours.tokens[p].space;
        const space = end ? theirs.tail : theirs.tokens[q].space;
        const bare = p > i && q > j && agree(ours.tokens[i].space, theirs.tokens[j].space);
        if (bare) out += theirs.tokens[j].space;
        const isSame = agree(before, space);
        out += this.change(contentOf(ours.tokens.slice(i, p), bare) + (isSame ? "" : before), contentOf(theirs.tokens.slice(j, q), bare) + (isSame ? "" : space));
        if (isSame) out += space;
        if (end) break;
        const old = ours.tokens[p], fresh = theirs.tokens[q];
        out += old.html === fresh.html ? fresh.html : this.inside(old.node, fresh.node);
        i = p + 1;
        j = q + 1;
      }
      return out;
    }

    change(gone, come) {
      let attributes;
      if (gone && come) {
        const [before, after] = [gone, come].map(textOf);
        if (plain(before) === plain(after)) attributes = this.pair(before.trim() === after.trim() ? "format" : "typographic");
      }
      return (gone && marked("del", withoutIds(gone), attributes)) + (come && marked("ins", come, attributes));
    }

    // The tokens that both have, and inline elements that changed only inside.
    keptTokens(ours, theirs) {
      const kept = readable(common(ours.map((token) => token.html), theirs.map((token) => token.html)), ours, theirs);
      const found = [];
      let i = 0, j = 0;
      for (const [p, q] of [...kept, [ours.length, theirs.length]]) {
        let from = j;
        for (let k = i; k < p; k++) {
          if (!ours[k].node) continue;
          for (let l = from; l < q; l++) {
            if (theirs[l].node && ours[k].node.tag === theirs[l].node.tag && likeness(ours[k], theirs[l], 0.3)) {
              found.push([k, l]);
              from = l + 1;
              break;
            }
          }
        }
        if (p < ours.length && q < theirs.length) found.push([p, q]);
        i = p + 1;
        j = q + 1;
      }
      return found;
    }
  }

  const carrying = ({ name, tag, html, kids }, mark, attributes = {}) => {
    const own = `${tag.slice(0, -1)} data-redline="${mark}"${Markup.attributesOf(attributes)}>`;
    if (!kids.length) return own + html.slice(tag.length);
    const inner = kids.map((kid) => (ROWS.has(name) && kid.name ? carrying(kid, mark) : kid.html)).join("");
    return `${own}${ROWS.has(name) ? inner : marked(mark, inner)}</${name}>`;
  };

  const unitsOf = (kids) => {
    const units = [];
    let space = "";
    let run = null;
    const close = () => {
      if (!run) return;
      space = /[ \t\n\r\f]*$/.exec(run.html)[0];
      run.html = run.html.slice(0, run.html.length - space.length);
      run = null;
    };
    for (const node of kids) {
      if (isBlock(node)) {
        close();
        units.push({ node, html: node.html, space });
        space = "";
      } else if (run) run.html += node.html;
      else if (!node.name && !/[^ \t\n\r\f]/.test(node.html)) space += node.html;
      else {
        const lead = /^[ \t\n\r\f]*/.exec(node.html)[0];
        run = { node: null, html: node.html.slice(lead.length), space: space + lead };
        units.push(run);
        space = "";
      }
    }
    close();
    return { units, tail: space };
  };

  const kidsOf = (unit) => unit.kids ??= Markup.read(unit.html);

  // The words of a unit or an element, found once.
  const wordsIn = (unit) => unit.words ??= wordsOf(textOf(unit.html));

  const sharedWords = (ours, theirs) => {
    const [few, many] = ours.size < theirs.size ? [ours, theirs] : [theirs, ours];
    let shared = 0;
    for (const [word, count] of few) shared += Math.min(count, many.get(word) || 0);
    return shared;
  };

  const countsOf = (words) => {
    const counts = new Map();
    for (const word of words) counts.set(word, (counts.get(word) || 0) + 1);
    return counts;
  };

  // How many words two units or elements have in common, if that is so much of both; else 0.
  const likeness = (one, other, least) => {
    const [few, many] = [wordsIn(one).length, wordsIn(other).length].sort((a, b) => a - b);
    if (2 * few < least * (few + many)) return 0;
    const shared = sharedWords(...[one, other].map((unit) => unit.counts ??= countsOf(wordsIn(unit))));
    return 2 * shared >= least * (few + many) ? shared : 0;
  };

  // Which of the old units became which of the new ones, in rising order: the very same first, then by likeness.
  const matches = (ours, theirs) => {
    const found = [];
    let i = 0, j = 0;
    for (const [p, q] of [...common(ours.map((unit) => unit.html), theirs.map((unit) => unit.html)), [ours.length, theirs.length]]) {
      found.push(...likely(ours.slice(i, p), theirs.slice(j, q)).map(([k, l]) => [i + k, j + l]));
      if (p < ours.length && q < theirs.length) found.push([p, q]);
      i = p + 1;
      j = q + 1;
    }
    return found;
  };

  // Whether one element can have become another: a paragraph a heading, a numbered list one without numbers.
  const isList = ({ name }) => name === "ol" || name === "ul";
  const isRecast = (one, other) => one && other && isList(one) === isList(other)
    && [one, other].every((node) => isList(node) || (!CARRIERS.has(node.name) && !node.kids.some(isBlock)));

  const likely = (ours, theirs) => {
    const isCell = (unit) => /^t[dh]$/.test(unit.node?.name);
    if (ours.length === theirs.length && [...ours, ...theirs].every(isCell)) return ours.map((_, at) => [at, at]);
    if (!ours.length || !theirs.length || ours.length * theirs.length > 10000) return [];
    const worth = ours.map((one) => theirs.map((other) => {
      const same = one.node?.name === other.node?.name;
      if (!same && !isRecast(one.node, other.node)) return 0;
      if (!wordsIn(one).length && !wordsIn(other).length) return same ? 1 : 0;
      return likeness(one, other, same ? 0.35 : 0.55);
    }));
    const best = Array.from({ length: ours.length + 1 }, () => new Uint32Array(theirs.length + 1));
    for (let i = ours.length - 1; i >= 0; i--) {
      for (let j = theirs.length - 1; j >= 0; j--) {
        const taken = worth[i][j] ? worth[i][j] + best[i + 1][j + 1] : 0;
        best[i][j] = Math.max(taken, best[i + 1][j], best[i][j + 1]);
      }
    }
    const found = [];
    for (let i = 0, j = 0; i < ours.length && j < theirs.length;) {
      if (worth[i][j] && best[i][j] === worth[i][j] + best[i + 1][j + 1]) found.push([i++, j++]);
      else if (best[i][j] === best[i + 1][j]) i++;
      else j++;
    }
    return found;
  };

  // Words, marks and inline elements, each with the white space before it.
  const tokensOf = (kids) => {
    const tokens = [];
    let space = "";
    for (const node of kids) {
      if (node.name) {
        tokens.push({ space, html: node.html, node });
        space = "";
        continue;
      }
      for (const [, before, html] of node.html.matchAll(PIECE)) {
        space += before;
        if (!html) continue;
        tokens.push({ space, html, node: null });
        space = "";
      }
    }
    return { tokens, tail: space };
  };

  // Tokens as HTML again; `bare` leaves out the white space before the first.
  const contentOf = (tokens, bare) => tokens.map(({ space, html }, at) => (at || !bare ? space : "") + html).join("");

  // The kept tokens without those that are not worth keeping: a lonely mark or small word between two changes.
  const readable = (kept, ours, theirs) => {
    const runs = [];
    for (const [p, q] of kept) {
      const last = runs.at(-1);
      if (last && p === last.p + last.size && q === last.q + last.size) last.size++;
      else runs.push({ p, q, size: 1 });
    }
    const isWord = (token) => token.node || (token.html[0] !== "&" && /[\p{L}\p{N}]/u.test(token.html));
    const has = (tokens, from, to) => tokens.slice(from, to).some(isWord);
    const found = [];
    runs.forEach((run, at) => {
      const words = theirs.slice(run.q, run.q + run.size).filter(isWord);
      const small = run.size <= 2 && words.length <= 1 && words.every((token) => !token.node && token.html.length <= 3 && !/\p{N}/u.test(token.html));
      const before = found.at(-1) || { p: 0, q: 0, size: 0 };
      const next = runs[at + 1] || { p: ours.length, q: theirs.length };
      const lonely = small
        && has(ours, before.p + before.size, run.p) && has(theirs, before.q + before.size, run.q)
        && has(ours, run.p + run.size, next.p) && has(theirs, run.q + run.size, next.q);
      if (!lonely) found.push(run);
    });
    return found.flatMap(({ p, q, size }) => Array.from({ length: size }, (_, k) => [p + k, q + k]));
  };

  return { Comparison, unitsOf, wordsOf };
})();
