// Reads the redline of any two releases out of a document's woven texts; hooks/yururluk/weave.py makes the data
// and says the same in its plainest form. Nothing here touches the page.
"use strict";

const Weave = (() => {
  // Texts, and the way from one to another

  // The woven texts of a document. A block is a reference until its HTML is asked for: most never are.
  class Woven {
    constructor(data) {
      if (data.format !== 1) throw new Error(`unknown format ${data.format}`);
      this.releases = data.releases;
      this.steps = data.steps.map(([source, target, edits, words]) => ({ source, target, edits: edits.map(asEdit), words }));
      this.states = [data.first.map((html) => ({ html }))];
      for (const { source, target, edits } of this.steps) {
        if (!this.states[target]) this.states[target] = after(this.states[source], edits);
      }
    }

    // The shortest way between two texts: steps, each with whether it is gone forwards.
    path(old, fresh) {
      const back = new Map();
      const queue = [old];
      while (queue.length && !back.has(fresh)) {
        const here = queue.shift();
        // Forwards first: a step that leads there is the pair's own redline.
        for (const forwards of [true, false]) {
          for (const step of this.steps) {
            const [source, target] = forwards ? [step.source, step.target] : [step.target, step.source];
            if (source === here && target !== old && !back.has(target)) {
              back.set(target, { from: here, step, forwards });
              queue.push(target);
            }
          }
        }
      }
      const way = [];
      for (let at = fresh; at !== old; at = way[0].from) way.unshift(back.get(at));
      return way;
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
      for (; at < edit.at; at++) found.push(blocks[at]);
      for (let k = 0; k < edit.fresh; k++) found.push({ edit, k });
      at += edit.old;
    }
    return found.concat(blocks.slice(at));
  };

  const htmlOf = (block) => {
    if (block.html === undefined) {
      const { edit } = block;
      edit.blocks ??= newBlocks(edit);
      block.html = edit.blocks[block.k];
    }
    return block.html;
  };

  // Most edits bring one block, and their HTML is regular: then it is read without being parsed.
  const newBlocks = ({ html, fresh }) => (fresh === 1 && !/="[^"]*[<>]/.test(html)
    ? [accepted(html).trim()]
    : [...side(parse(html), "del").children].map((element) => element.outerHTML));

  // The same as `side(…, "del")`, from one string to another.
  const accepted = (html) => {
    const wraps = [];
    let out = "";
    let at = 0;
    const noted = /<(\/?)(ins|del)\b[^<>]*>|<([a-z0-9]+)[^<>]* data-redline[^<>]*>/g;
    for (let found; (found = noted.exec(html));) {
      const [tag, closing, change, other] = found;
      const name = change || other;
      out += html.slice(at, found.index);
      at = noted.lastIndex;
      if (closing) {
        if (!wraps.pop()) out += tag;
      } else if (/ data-redline="del"| data-redline-aid[ =>]/.test(tag)) {
        if (!/^(?:br|col|hr|img|wbr)$/.test(name)) at = noted.lastIndex = endOf(html, name, at);
      } else {
        const wrapper = Boolean(change) && tag.includes(' data-redline="');
        if (change) wraps.push(wrapper);
        if (!wrapper) out += withoutMarks(tag);
      }
    }
    return out + html.slice(at);
  };

  const endOf = (html, name, at) => {
    const tags = new RegExp(`<(/?)${name}\\b[^<>]*>`, "g");
    tags.lastIndex = at;
    for (let depth = 1; depth;) {
      const found = tags.exec(html);
      if (!found) return html.length;
      depth += found[1] ? -1 : 1;
    }
    return tags.lastIndex;
  };

  const withoutMarks = (tag) => {
    const helps = / data-redline-aid-attr="([^"]*)"/.exec(tag)?.[1].split(" ") || [];
    return helps.reduce((left, help) => left.replace(` ${help}=`, " data-redline-help="), tag)
      .replace(/ data-redline[a-z-]*(?:="[^"]*")?/g, "");
  };

  // Regions: blocks a to before aEnd of the old text against b to before bEnd of the new one. `edit` names the
  // edit that shows it as it stands; null where both sides have to be compared anew.

  const regionsOf = (way) => {
    let found = way.length ? asRegions(way[0], 0) : [];
    for (let place = 1; place < way.length; place++) found = composed(found, asRegions(way[place], place));
    found = found.filter((one) => one.a < one.aEnd || one.b < one.bEnd || (one.edit && one.edit.html.trim()));
    return way.length > 1 ? settled(found, way) : found;
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

  const settled = (found, way) => {
    for (;;) {
      const stale = [...halfPairs(found, way), ...exchanged(found)];
      if (!stale.length) break;
      for (const one of stale) one.edit = null;
    }
    const joined = [];
    for (const one of found) {
      const last = joined.at(-1);
      if (last && !last.edit && !one.edit && last.aEnd === one.a) Object.assign(last, { aEnd: one.aEnd, bEnd: one.bEnd });
      else joined.push(one);
    }
    return joined;
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

  // HTML as nodes, in a document of its own: nothing in it is loaded or run

  const inert = document.implementation.createHTMLDocument("");

  const parse = (html) => {
    const template = inert.createElement("template");
    template.innerHTML = html;
    template.content.source = template;
    return template.content;
  };

  const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\u00a0": "&nbsp;" };
  const written = (nodes) => nodes.map((node) => node.outerHTML ?? node.data.replace(/[&<>\u00a0]/g, (letter) => ESCAPED[letter])).join("");

  const attributes = (element) => element.getAttributeNames().filter((name) => name.startsWith("data-redline"));

  // What is left of a redline when everything marked `drop` goes, and with it all marks and helps.
  const side = (root, drop) => {
    for (const element of root.querySelectorAll(`[data-redline-aid], [data-redline="${drop}"]`)) element.remove();
    for (const element of root.querySelectorAll(":is(ins, del)[data-redline]")) element.replaceWith(...element.childNodes);
    for (const element of root.querySelectorAll("*")) {
      const own = attributes(element);
      if (!own.length) continue;
      for (const help of (element.getAttribute("data-redline-aid-attr") || "").split(" ")) element.removeAttribute(help);
      if (drop === "ins" && element.hasAttribute("data-redline-id")) element.id = element.getAttribute("data-redline-id");
      for (const name of own) element.removeAttribute(name);
    }
    root.normalize();
    return root;
  };

  // White space folded, and left out where it shows nothing: at the edges of blocks.
  const folded = (root) =>
    (root.source ? root.source.innerHTML : written([...root.childNodes])).replace(/[ \t\n\r\f]+/g, " ").replace(EDGES, (_, tag = "") => tag);

  const withoutIds = (root) => {
    for (const element of [root, ...root.querySelectorAll("*")]) {
      if (element.id) {
        element.setAttribute("data-redline-id", element.id);
        element.removeAttribute("id");
      }
    }
    return root;
  };

  // Comparing anew

  const BLOCKS = "address,article,aside,blockquote,caption,center,col,colgroup,dd,details,div,dl,dt,figcaption,figure,"
    + "footer,h1,h2,h3,h4,h5,h6,header,hr,li,ol,p,pre,section,summary,table,tbody,td,tfoot,th,thead,tr,ul";
  const EDGES = new RegExp(` ?(<(?:/?(?:${BLOCKS.replaceAll(",", "|")})(?: [^>]*)?>)) ?|^ | $`, "g");
  // What may stand only in certain parents carries the mark itself.
  const CARRIERS = "caption,col,colgroup,dd,dt,figcaption,li,summary,tbody,td,tfoot,th,thead,tr";
  const ROWS = "col,colgroup,tbody,tfoot,thead,tr";
  const WORD = /[\p{L}\p{N}\p{M}]+(?:['’.,@:/_-][\p{L}\p{N}\p{M}]+)*/gu;
  const PIECE = new RegExp(`([ \\t\\n\\r\\f]*)(${WORD.source}|[^ \\t\\n\\r\\f]|$)`, "gu");
  const LARGEST = 4e6;

  const wordsOf = (text) => text.match(WORD) || [];
  const isBlock = (node) => node.nodeType === 1 && (node.matches(BLOCKS) || node.querySelector(BLOCKS) !== null);
  const opening = (element) => element.cloneNode(false).outerHTML;

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

  const inserted = (content, attributes) => wrapped("ins", content, attributes);
  const deleted = (content, attributes) => wrapped("del", content, attributes);
  const wrapped = (name, content, attributes = {}) => {
    const wrapper = inert.createElement(name);
    wrapper.setAttribute("data-redline", name);
    for (const [key, value] of Object.entries(attributes)) wrapper.setAttribute(key, value);
    wrapper.append(...content);
    return wrapper;
  };

  // One comparison, from the blocks of two texts to nodes; what it shares is the numbering of its pairs.
  class Comparison {
    constructor(labels) {
      this.labels = labels;
      this.pairs = 0;
    }

    pair(kind) {
      return { "data-redline-pair": `redline-c${++this.pairs}`, "data-redline-kind": kind };
    }

    // Blocks

    // What became of the blocks: entries of nodes with the white space before them, in order. `kind` and `unit`
    // tell of blocks that only went or only came.
    blocks(olds, news) {
      const ours = unitsOf(olds), theirs = unitsOf(news);
      return this.entries(ours.units, theirs.units);
    }

    entries(ours, theirs) {
      const found = [];
      let i = 0, j = 0;
      const gap = (p, q) => {
        for (; i < p; i++) found.push({ kind: "del", unit: ours[i], space: ours[i].space, nodes: this.marked(ours[i], "del") });
        for (; j < q; j++) found.push({ kind: "ins", unit: theirs[j], space: theirs[j].space, nodes: this.marked(theirs[j], "ins") });
      };
      for (const [p, q] of matches(ours, theirs)) {
        gap(p, q);
        found.push({ kind: "both", space: theirs[q].space, nodes: this.kept(ours[p], theirs[q]) });
        i = p + 1;
        j = q + 1;
      }
      gap(ours.length, theirs.length);
      return found;
    }

    kept(old, fresh) {
      if (old.key === fresh.key) return clones(fresh.nodes);
      if (!old.element && !fresh.element) return this.running(old.nodes, fresh.nodes, false);
      if (old.element && fresh.element && opening(old.element) === opening(fresh.element)) return [this.inside(old.element, fresh.element)];
      if (fresh.element.matches(ROWS)) return [...this.marked(old, "del"), ...this.marked(fresh, "ins")];
      const attributes = this.pair("format");
      const both = this.inside(old.element, fresh.element);
      return [...this.marked(old, "del", attributes), ...this.marked({ nodes: [both], element: both }, "ins", attributes)];
    }

    // The new element with what changed inside it.
    inside(old, fresh) {
      const shell = fresh.cloneNode(false);
      const ours = unitsOf(old), theirs = unitsOf(fresh);
      if ([...ours.units, ...theirs.units].some((unit) => unit.element)) {
        for (const { space, nodes } of this.entries(ours.units, theirs.units)) shell.append(space, ...nodes);
        shell.append(theirs.tail);
      } else shell.append(...this.running([...old.childNodes], [...fresh.childNodes], fresh.nodeName === "PRE"));
      return shell;
    }

    // A unit that went or came: wrapped, or carrying the mark itself where nothing may be put around it.
    marked(unit, name, attributes) {
      const nodes = clones(unit.nodes);
      if (name === "del") nodes.filter((node) => node.nodeType === 1).forEach(withoutIds);
      if (!unit.element?.matches(CARRIERS)) return [wrapped(name, nodes, attributes)];
      carry(nodes[0], name);
      for (const [key, value] of Object.entries(attributes || {})) nodes[0].setAttribute(key, value);
      return nodes;
    }

    // Words

    running(olds, news, exact) {
      const ours = tokensOf(olds), theirs = tokensOf(news);
      const agree = exact ? (one, other) => one === other : (one, other) => !one === !other;
      const out = [];
      let i = 0, j = 0;
      for (const [p, q] of [...this.keptTokens(ours.tokens, theirs.tokens), [ours.tokens.length, theirs.tokens.length]]) {
        const end = p === ours.tokens.length && q === theirs.tokens.length;
        const before = end ? ours.tail : ours.tokens[p].space;
        const space = end ? theirs.tail : theirs.tokens[q].space;
        let gone = contentOf(ours.tokens.slice(i, p)), come = contentOf(theirs.tokens.slice(j, q));
        if (p > i && q > j && agree(ours.tokens[i].space, theirs.tokens[j].space)) {
          out.push(inert.createTextNode(theirs.tokens[j].space));
          gone = contentOf(ours.tokens.slice(i, p), true);
          come = contentOf(theirs.tokens.slice(j, q), true);
        }
        const settled = agree(before, space);
        if (!settled && before) gone.push(inert.createTextNode(before));
        if (!settled && space) come.push(inert.createTextNode(space));
        out.push(...this.change(gone, come));
        if (settled) out.push(inert.createTextNode(space));
        if (end) break;
        const old = ours.tokens[p], fresh = theirs.tokens[q];
        out.push(old.key === fresh.key ? contentOf([fresh], true)[0] : this.inside(old.element, fresh.element));
        i = p + 1;
        j = q + 1;
      }
      return out;
    }

    change(gone, come) {
      if (!gone.length && !come.length) return [];
      gone.filter((node) => node.nodeType === 1).forEach(withoutIds);
      const [before, after] = [gone, come].map((nodes) => nodes.map((node) => node.textContent).join(""));
      let attributes;
      if (gone.length && come.length && plain(before) === plain(after)) {
        attributes = this.pair(before.trim() === after.trim() ? "format" : "typographic");
      }
      return [...(gone.length ? [deleted(gone, attributes)] : []), ...(come.length ? [inserted(come, attributes)] : [])];
    }

    // The tokens that both have, and inline elements that changed only inside.
    keptTokens(ours, theirs) {
      const kept = readable(common(ours.map((token) => token.key), theirs.map((token) => token.key)), ours, theirs);
      const found = [];
      let i = 0, j = 0;
      for (const [p, q] of [...kept, [ours.length, theirs.length]]) {
        let from = j;
        for (let k = i; k < p; k++) {
          if (!ours[k].element) continue;
          for (let l = from; l < q; l++) {
            if (theirs[l].element && opening(ours[k].element) === opening(theirs[l].element) && likeness(ours[k], theirs[l], 0.3)) {
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

  const clones = (nodes) => nodes.map((node) => node.cloneNode(true));

  const carry = (element, name) => {
    element.setAttribute("data-redline", name);
    if (element.matches(ROWS)) for (const child of element.children) carry(child, name);
    else if (element.childNodes.length) element.append(wrapped(name, [...element.childNodes]));
  };

  // The units of an element: its blocks, and runs of text and inline elements between them.
  const unitsOf = (parent) => {
    const units = [];
    let space = "";
    let run = null;
    const close = () => {
      if (!run) return;
      const last = run.nodes.at(-1);
      if (last.nodeType === 3) {
        space = /[ \t\n\r\f]*$/.exec(last.data)[0];
        run.nodes.splice(-1, 1, ...(space.length < last.data.length ? [inert.createTextNode(last.data.slice(0, last.data.length - space.length))] : []));
      }
      run = null;
    };
    for (const node of parent.childNodes) {
      if (isBlock(node)) {
        close();
        units.push({ element: node, nodes: [node], space });
        space = "";
      } else if (run) run.nodes.push(node);
      else if (node.nodeType === 3 && !/[^ \t\n\r\f]/.test(node.data)) space += node.data;
      else {
        const lead = node.nodeType === 3 ? /^[ \t\n\r\f]*/.exec(node.data)[0] : "";
        run = { element: null, nodes: [lead ? inert.createTextNode(node.data.slice(lead.length)) : node], space: space + lead };
        units.push(run);
        space = "";
      }
    }
    close();
    for (const unit of units) {
      unit.key = unit.element ? unit.element.outerHTML : written(unit.nodes);
    }
    return { units, tail: space };
  };

  // The words of a unit or an element, found once.
  const wordsIn = (unit) => unit.words ??= wordsOf(unit.nodes.map((node) => node.textContent).join(" "));

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
    const shared = sharedWords(...[one, other].map((unit) => unit.counts ??= countsOf(wordsIn(unit))));
    return 2 * shared >= least * (wordsIn(one).length + wordsIn(other).length) ? shared : 0;
  };

  // Which of the old units became which of the new ones, in rising order: the very same first, then by likeness.
  const matches = (ours, theirs) => {
    const found = [];
    let i = 0, j = 0;
    for (const [p, q] of [...common(ours.map((unit) => unit.key), theirs.map((unit) => unit.key)), [ours.length, theirs.length]]) {
      found.push(...likely(ours.slice(i, p), theirs.slice(j, q)).map(([k, l]) => [i + k, j + l]));
      if (p < ours.length && q < theirs.length) found.push([p, q]);
      i = p + 1;
      j = q + 1;
    }
    return found;
  };

  // Whether one element can have become another: a paragraph a heading, a numbered list one without numbers.
  const isRecast = (one, other) => one && other
    && [one, other].every((element) => /^[OU]L$/.test(element.nodeName) || (!element.matches(CARRIERS) && ![...element.children].some(isBlock)))
    && /^[OU]L$/.test(one.nodeName) === /^[OU]L$/.test(other.nodeName);

  const likely = (ours, theirs) => {
    const isCell = (unit) => unit.element && /^T[DH]$/.test(unit.element.nodeName);
    if (ours.length === theirs.length && [...ours, ...theirs].every(isCell)) return ours.map((_, at) => [at, at]);
    if (!ours.length || !theirs.length || ours.length * theirs.length > 10000) return [];
    const worth = ours.map((one) => theirs.map((other) => {
      const same = one.element?.nodeName === other.element?.nodeName;
      if (!same && !isRecast(one.element, other.element)) return 0;
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
  const tokensOf = (nodes) => {
    const tokens = [];
    let space = "";
    for (const node of nodes) {
      if (node.nodeType === 3) {
        for (const [, before, text] of node.data.matchAll(PIECE)) {
          space += before;
          if (!text) continue;
          tokens.push({ space, text, key: text, element: null });
          space = "";
        }
      } else {
        tokens.push({ space, text: "", key: node.outerHTML ?? written([node]), element: node, nodes: [node] });
        space = "";
      }
    }
    return { tokens, tail: space };
  };

  // Tokens as nodes again; `bare` leaves out the white space before the first.
  const contentOf = (tokens, bare = false) => {
    const nodes = [];
    let text = "";
    tokens.forEach((token, at) => {
      if (at || !bare) text += token.space;
      if (!token.element) {
        text += token.text;
        return;
      }
      if (text) nodes.push(inert.createTextNode(text));
      text = "";
      nodes.push(token.element.cloneNode(true));
    });
    if (text) nodes.push(inert.createTextNode(text));
    return nodes;
  };

  // The kept tokens without those that are not worth keeping: a lonely mark or small word between two changes.
  const readable = (kept, ours, theirs) => {
    const runs = [];
    for (const [p, q] of kept) {
      const last = runs.at(-1);
      if (last && p === last.p + last.size && q === last.q + last.size) last.size++;
      else runs.push({ p, q, size: 1 });
    }
    const isWord = (token) => token.element || /[\p{L}\p{N}]/u.test(token.text);
    const has = (tokens, from, to) => tokens.slice(from, to).some(isWord);
    const found = [];
    runs.forEach((run, at) => {
      const words = theirs.slice(run.q, run.q + run.size).filter(isWord);
      const small = run.size <= 2 && words.length <= 1 && words.every((token) => !token.element && token.text.length <= 3 && !/\p{N}/u.test(token.text));
      const before = found.at(-1) || { p: 0, q: 0, size: 0 };
      const next = runs[at + 1] || { p: ours.length, q: theirs.length };
      const lonely = small
        && has(ours, before.p + before.size, run.p) && has(theirs, before.q + before.size, run.q)
        && has(ours, run.p + run.size, next.p) && has(theirs, run.q + run.size, next.q);
      if (!lonely) found.push(run);
    });
    return found.flatMap(({ p, q, size }) => Array.from({ length: size }, (_, k) => [p + k, q + k]));
  };

  // The redline

  const LEAST_MOVED = 5; // words; fewer may come back by chance
  const LEAST_CHANGED = 10; // words of a move with changes inside, and so much of them alike
  const LEAST_LIKE = 0.6;
  const MISPLACED = ":is(ul, ol, dl, table, thead, tbody, tfoot, tr) > :is(ins, del)[data-redline]";

  // The redline of two texts, by their numbers, as HTML.
  const redline = (woven, old, fresh, labels) => {
    const way = woven.path(old, fresh);
    const ours = woven.states[old], theirs = woven.states[fresh];
    if (!way.length) return ours.map(htmlOf).join("\n");
    if (way.length === 1 && way[0].forwards) return asItStands(ours, way[0].step.edits);
    const comparison = new Comparison(labels);
    const parts = [];
    let at = 0;
    for (const region of regionsOf(way)) {
      for (; at < region.a; at++) parts.push({ html: htmlOf(ours[at]) });
      at = region.aEnd;
      parts.push(...(region.edit ? [asPart(region, ours, theirs)] : compared(region, ours, theirs, comparison)));
    }
    for (; at < ours.length; at++) parts.push({ html: htmlOf(ours[at]) });
    return withMoves(parts, comparison).map((part) => part.html).join("\n");
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

  const asPart = ({ a, aEnd, b, bEnd, edit, place }, ours, theirs) => {
    const part = { html: renamed(edit, place) };
    if (edit.pairs.size || (aEnd > a && bEnd > b)) return part;
    const kind = aEnd > a ? "del" : "ins";
    part.ends = (aEnd > a ? ours.slice(a, aEnd) : theirs.slice(b, bEnd)).map((block) => ({ kind, key: htmlOf(block) }));
    return part;
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
    const sides = [ours.slice(a, aEnd), theirs.slice(b, bEnd)].map((blocks) => parse(blocks.map(htmlOf).join("\n")));
    const [old, fresh] = sides.map(folded);
    const parts = comparison.blocks(...sides).map(({ nodes, kind, unit }) => {
      const part = { html: written(nodes) };
      if (unit) part.ends = [{ kind, key: unit.key, unit }];
      return part;
    });
    const told = parts.map((part) => part.html).join("\n");
    const shown = parse(told);
    const isValid = !shown.querySelector(MISPLACED);
    if (isValid && folded(side(shown.cloneNode(true), "del")) === fresh && folded(side(shown, "ins")) === old) return parts;
    // Odd white space between blocks, loose text in a list: the sides as they are, which is always right.
    return [["del", clones([...sides[0].childNodes])], ["ins", clones([...sides[1].childNodes])]]
      .filter(([, nodes]) => nodes.length)
      .map(([name, nodes]) => {
        if (name === "del") nodes.filter((node) => node.nodeType === 1).forEach(withoutIds);
        return { html: wrapped(name, nodes).outerHTML };
      });
  };

  // Moves, told as hooks/yururluk/redline/moves.py tells them

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
        if (end.html === undefined) end.html = written(comparison.marked(unitIn(end), end.kind));
        return end;
      }).filter((end) => end.html);
    });
  };

  const unitIn = (end) => {
    if (!end.unit) {
      const nodes = [...parse(end.key).childNodes];
      end.unit = { element: nodes.length === 1 && nodes[0].nodeType === 1 ? nodes[0] : null, nodes };
    }
    return end.unit;
  };
  const nodesOf = (end) => unitIn(end).nodes;
  const elementOf = (end) => unitIn(end).element;
  const isMovable = (end) => wordsIn(unitIn(end)).length >= LEAST_MOVED && !nodesOf(end).some((node) => node.nodeType === 1 && node.matches(CARRIERS));

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
    const left = gone.filter((end) => !end.partner && elementOf(end) && isMovable(end));
    const right = come.filter((end) => !end.partner && elementOf(end) && isMovable(end));
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
        if (opening(withoutIds(elementOf(old).cloneNode())) !== opening(withoutIds(elementOf(fresh).cloneNode()))) continue;
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

  const isHeading = (end) => /^H[1-6]$/.test(elementOf(end)?.nodeName);

  // Neighbours of a moved block that are the same on both sides, however short, and the heading above it.
  const spread = (end, gone, come) => {
    for (const towards of [1, -1]) {
      for (let [old, fresh] = [end, end.partner]; ;) {
        [old, fresh] = [gone[old.place + towards], come[fresh.place + towards]];
        if (!old || !fresh || old.partner || fresh.partner) break;
        const isSameHeading = towards < 0 && isHeading(old) && elementOf(old).nodeName === elementOf(fresh)?.nodeName
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
      const shown = old.key === fresh.key ? clones(nodesOf(fresh)) : [comparison.inside(elementOf(old), elementOf(fresh))];
      if (old.key !== fresh.key && !isRight(shown[0], old, fresh)) return false;
      if (inner.length) inner.push(inert.createTextNode("\n"));
      inner.push(...shown);
    }
    const before = run.flatMap(([old], at) => [...(at ? [inert.createTextNode("\n")] : []), ...clones(nodesOf(old))]);
    before.filter((node) => node.nodeType === 1).forEach(withoutIds);
    const attributes = comparison.pair("move");
    const name = attributes["data-redline-pair"];
    const { movedTo = "", movedFrom = "" } = comparison.labels || {};
    const [[old, fresh]] = run;
    for (const end of run.flat()) Object.assign(end, { html: "", isShown: true });
    old.html = deleted([jump(`${name}-new`, movedTo, "↓"), ...before], { ...attributes, id: `${name}-old` }).outerHTML;
    fresh.html = inserted([jump(`${name}-old`, movedFrom, "↑"), ...inner], { ...attributes, id: `${name}-new` }).outerHTML;
    return true;
  };

  // Whether the new side leads back to both texts: to the old one by its words, since the pair shows that whole.
  const isRight = (shown, old, fresh) => {
    const [before, after] = [parse(shown.outerHTML), parse(shown.outerHTML)];
    return !after.querySelector(MISPLACED) && folded(side(after, "del")) === folded(parse(fresh.key))
      && side(before, "ins").textContent.replace(/\s+/g, "") === elementOf(old).textContent.replace(/\s+/g, "");
  };

  const jump = (target, label, sign) => {
    const link = inert.createElement("a");
    for (const [key, value] of Object.entries({ "data-redline-aid": "", class: "redline-jump", href: `#${target}`, title: label, "aria-label": label })) link.setAttribute(key, value);
    link.textContent = sign;
    return link;
  };

  // How much a redline shows, in words; the words of a pair count only by its inner changes.
  const summary = (root) => {
    const found = { inserted: 0, deleted: 0, pairs: { move: new Set(), split: new Set(), merge: new Set(), format: new Set(), typographic: new Set() } };
    const count = (node, mark) => {
      if (node.nodeType === 3) {
        if (mark) found[mark === "ins" ? "inserted" : "deleted"] += wordsOf(node.data).length;
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

  return { Woven, redline, regionsOf, side, folded, parse, summary };
})();
