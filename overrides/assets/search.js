// Searches the texts of one release in the page's language. Loaded by the release's front page only; the pages of the
// texts, to which it links, are fetched when the reader begins to search.
//
// Words are compared without case, accents and apostrophe suffixes: İ, I, ı and i are one letter, ş and s, ğ and g too.
// Two words are related when they differ in nothing but an ending: hizmet, hizmetler, hizmetlerden. The ending of each
// must be a chain of the language's own suffixes, so that kullanım is not found for kullanıcı.
"use strict";

const Search = (() => {
  const fold = (text) =>
    text
      .replace(/[İIı]/g, "i")
      .toLowerCase()
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/ß/g, "ss")
      .replace(/æ/g, "ae");

  // Inflections only, folded. Turkish in its order: plural, possessive, case, -ki with what may follow it, copula.
  const CASE = "(?:[yn]?[aeiu]|n?[dt][ae]n?|n?[iu]n|y?l[ae]|c[ae])";
  const ENDINGS = {
    tr: new RegExp(`^(?:l[ae]r)?(?:[iu]?[mn]|s?[iu]|[iu]?[mn][iu]z)?${CASE}?(?:ki(?:l[ae]r)?${CASE}?)?(?:[dt][iu]r(?:l[ae]r)?)?$`),
    en: /^(?:|s|es|y|ies|ied|e|d|[bdglmnprt]?(?:ed|ing|er|ers|or|ors)|al|als|ation|ations|ion|ions|ment|ments)$/,
  };
  /** Whether the letters from `cut` on are an ending. In Turkish a vowel follows a consonant, and m, n, s, y a vowel. */
  const ends = (word, cut, language) => {
    const ending = word.slice(cut);
    if (!ENDINGS[language].test(ending)) return false;
    if (language !== "tr" || !ending) return true;
    const afterVowel = "aeiou".includes(word[cut - 1]);
    return "aeiou".includes(ending[0]) ? !afterVowel : !"mnsy".includes(ending[0]) || afterVowel;
  };
  const SOFTENED = { p: "b", b: "p", t: "d", d: "t", k: "g", g: "k" };
  const LEAST = 3; // letters of a stem

  /** Whether two folded words differ in their endings only. */
  const related = (one, other, language) => {
    if (!(language in ENDINGS) || one[0] !== other[0]) return false;
    let at = 0;
    while (at < one.length && at < other.length && one[at] === other[at]) at += 1;
    if (at === one.length && at === other.length) return true;
    // A shared stem may end a few letters before the words begin to differ: hizmetleri, hizmetlerden.
    for (let cut = at; cut >= Math.max(LEAST, at - 3); cut -= 1) {
      if (ends(one, cut, language) && ends(other, cut, language)) return true;
    }
    const softened = at >= LEAST - 1 && SOFTENED[one[at]] === other[at];
    return softened && ends(one, at + 1, language) && ends(other, at + 1, language);
  };

  const WORD = /[\p{L}\p{N}\p{M}]+(?:[.\-‑/@](?=[\p{L}\p{N}])[\p{L}\p{N}\p{M}]+)*/gu;
  /** The words of a text, folded, with their places: `Site'ye` is Site, `www.example.com` one word and its parts. */
  const wordsOf = (text) => {
    const found = [];
    for (const match of text.matchAll(WORD)) {
      const before = text[match.index - 1];
      const suffix = (before === "'" || before === "’") && /\p{L}/u.test(text[match.index - 2] ?? "");
      if (suffix && match[0].length <= 7) continue;
      const whole = { folded: fold(match[0]), start: match.index, end: match.index + match[0].length };
      found.push(whole);
      const parts = match[0].split(/[.\-‑/@]/);
      if (parts.length < 2) continue;
      let start = match.index;
      for (const part of parts) {
        found.push({ folded: fold(part), start, end: start + part.length });
        start += part.length + 1;
      }
    }
    return found;
  };

  const weight = (word, asked, language) => {
    if (word === asked) return 8;
    if (asked.length >= 2 && word.startsWith(asked)) return 4;
    return related(word, asked, language) ? 3 : 0;
  };

  const HEADING = /^H[1-6]$/;
  const INLINE = /^(?:a|abbr|b|bdi|bdo|cite|code|data|del|dfn|em|i|img|ins|kbd|mark|q|rp|rt|ruby|s|samp|small|span|strong|sub|sup|time|u|var|wbr)$/i;
  const NOT_THE_TEXT = "a.anchor, [data-lineage], a.footnote-backref, a.footnote-ref";

  /** A text by its clauses, from its page: each heading with what stands under it, a block a line. A footnote's words
   * belong to the clause that refers to it. */
  const clausesOf = (page) => {
    const text = page.querySelector("div.text");
    const clauses = [{ id: "", heading: "", words: "" }];
    const footnotes = new Map();
    for (const note of text.querySelectorAll(".footnote li[id]")) footnotes.set(`#${note.id}`, note);
    const read = (node) => {
      const clause = clauses.at(-1);
      if (node.nodeType === Node.TEXT_NODE) {
        clause.words += node.data.replace(/\s+/g, " ");
      } else if (HEADING.test(node.tagName)) {
        for (const own of node.querySelectorAll(NOT_THE_TEXT)) own.remove();
        clauses.push({ id: node.id, heading: node.textContent.replace(/\s+/g, " ").trim(), words: "" });
      } else if (node.nodeType === Node.ELEMENT_NODE && !node.matches(".footnote")) {
        const note = node.matches("a.footnote-ref") && footnotes.get(node.getAttribute("href"));
        if (note) read(note);
        if (node.matches(NOT_THE_TEXT)) return;
        const edge = INLINE.test(node.tagName) ? "" : "\n";
        clause.words += edge;
        node.childNodes.forEach(read);
        clauses.at(-1).words += edge;
      }
    };
    text.childNodes.forEach(read);
    for (const clause of clauses) clause.words = clause.words.replace(/ *\n[ \n]*/g, "\n").trim();
    return clauses.filter((clause) => clause.heading || clause.words);
  };

  /** A text made ready: one entry a clause. `address` is that of its page. */
  const index = (page, address, title) =>
    clausesOf(page).map((clause) => ({
      ...clause,
      title,
      address: address + (clause.id && `#${encodeURIComponent(clause.id)}`),
      inHeading: wordsOf(clause.heading),
      inWords: wordsOf(clause.words),
    }));

  /** The clauses that have every word asked for, best first; where there are none, those that have some. */
  const search = (clauses, asked, language) => {
    const wanted = [...new Set(wordsOf(asked).map((word) => word.folded))].slice(0, 12);
    if (!wanted.length) return { found: [], whole: true };
    const known = new Map();
    const weigh = (word, one) => {
      const key = `${word} ${one}`;
      if (!known.has(key)) known.set(key, weight(word, one, language));
      return known.get(key);
    };
    const rated = clauses.map((clause, place) => {
      const hits = [];
      const scores = wanted.map((one) => {
        let best = 0;
        let times = 0;
        for (const word of clause.inHeading) best = Math.max(best, 3 * weigh(word.folded, one));
        for (const word of clause.inWords) {
          const rate = weigh(word.folded, one);
          if (!rate) continue;
          hits.push(word);
          times += 1;
          best = Math.max(best, rate);
        }
        return best && best + Math.min(times, 5) / 6;
      });
      return { clause, place, hits, matched: scores.filter(Boolean).length, score: scores.reduce((sum, one) => sum + one, 0) };
    });
    const most = Math.max(0, ...rated.map((one) => one.matched));
    const found = rated
      .filter((one) => one.matched && one.matched === most)
      .sort((one, other) => other.score - one.score || one.place - other.place);
    return { found, whole: most === wanted.length };
  };

  /** The place of a clause where most of the hits stand together: pieces of text, every second one marked. */
  const excerpt = (words, hits, length = 220) => {
    const ordered = [...hits].sort((one, other) => one.start - other.start || other.end - one.end);
    let best = 0;
    let most = 0;
    ordered.forEach((hit, at) => {
      const inside = ordered.slice(at).filter((other) => other.end - hit.start <= length).length;
      if (inside > most) [best, most] = [at, inside];
    });
    const middle = ordered[best]?.start ?? 0;
    let start = Math.max(0, middle - 60);
    if (start) start = words.indexOf(" ", start) + 1 || start;
    let end = Math.min(words.length, start + length);
    if (end < words.length) end = Math.max(words.lastIndexOf(" ", end), middle + 1, ordered[best]?.end ?? 0);
    const pieces = [start ? "… " : ""];
    let at = start;
    for (const hit of ordered) {
      if (hit.start < at || hit.end > end) continue;
      pieces[pieces.length - 1] += words.slice(at, hit.start);
      pieces.push(words.slice(hit.start, hit.end), "");
      at = hit.end;
    }
    pieces[pieces.length - 1] += words.slice(at, end) + (end < words.length ? " …" : "");
    return pieces;
  };

  return { fold, related, index, search, excerpt };
})();

(() => {
  const form = document.getElementById("search-form");
  if (!form) return;
  const says = form.dataset;
  const input = document.getElementById("search-words");
  const told = document.getElementById("search-said");
  const list = document.getElementById("search-results");
  const language = document.documentElement.lang.slice(0, 2);
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  form.hidden = false;

  let loading;
  const clauses = () => {
    loading ??= Promise.all(
      [...document.querySelectorAll("#search h4 a")].map(async (link) => {
        const answer = await fetch(link.href);
        if (!answer.ok) throw new Error(answer.statusText);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        return Search.index(page, link.getAttribute("href"), link.textContent);
      }),
    ).then((texts) => texts.flat());
    return loading;
  };

  const entry = ({ clause, hits }) => {
    const link = document.createElement("a");
    link.href = clause.address;
    link.textContent = clause.heading || says.opening;
    const where = document.createElement("span");
    where.className = "quiet";
    where.textContent = clause.title;
    const head = document.createElement("p");
    head.className = "hit";
    head.append(link, " ", where);
    const words = document.createElement("p");
    Search.excerpt(clause.words, hits).forEach((piece, at) => {
      if (at % 2) {
        const mark = document.createElement("mark");
        mark.textContent = piece;
        words.append(mark);
      } else {
        words.append(piece);
      }
    });
    const item = document.createElement("li");
    item.append(head, words);
    return item;
  };

  let turn = 0;
  const show = async () => {
    const asked = input.value.trim();
    turn += 1;
    const mine = turn;
    const address = new URL(location.href);
    if (asked) address.searchParams.set("q", asked);
    else address.searchParams.delete("q");
    history.replaceState(null, "", address);
    for (const link of document.querySelectorAll(".languages a")) link.search = address.search;
    if (!asked) {
      list.hidden = true;
      told.textContent = "";
      return;
    }
    try {
      const known = await clauses();
      if (mine !== turn) return;
      const { found, whole } = Search.search(known, asked, language);
      list.replaceChildren(...found.slice(0, 100).map(entry));
      list.hidden = !found.length;
      told.textContent = fill(!found.length ? says.none : whole ? says.found : says.some, { count: found.length, words: asked });
    } catch {
      loading = undefined;
      if (mine === turn) told.textContent = says.failed;
    }
  };

  let waiting;
  input.addEventListener("focus", () => clauses().catch(() => { loading = undefined; }), { once: true });
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 200);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    show();
  });
  input.value = (new URLSearchParams(location.search).get("q") ?? "").slice(0, 200);
  if (!input.value) return;
  if (!location.hash) document.getElementById("search").scrollIntoView();
  show();
})();
