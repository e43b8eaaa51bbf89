// The worker behind Material's search box, which speaks its protocol: 0 setup, 1 ready, 2 query, 3 result. Material's own
// finds nothing for kullanici, KULLANICI or kullanıcıdan.
//
// Words are compared without case, accents and apostrophe suffixes: İ, I, ı and i are one letter, ş and s, ğ and g too.
// Two words are related when they differ in nothing but an ending: hizmet, hizmetler, hizmetlerden. The ending of each
// must be a chain of the language's own suffixes, so that kullanım is not found for kullanıcı. Two words side by side are
// also one: "yurt dışına" is found for yurtdışı.
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
      const last = found.findLast((word) => !word.joined);
      if (last && /^[ \u00A0]$/.test(text.slice(last.end, whole.start)) && /^\p{L}+$/u.test(last.folded + whole.folded)) {
        found.push({ folded: last.folded + whole.folded, start: last.start, end: whole.end, joined: last.folded.length });
      }
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

  /** A clause as Material's index has it, with its words. */
  const ready = (entry) => ({ ...entry, inHeading: wordsOf(entry.title), inWords: wordsOf(entry.text) });

  /** The clauses that have every word asked for, best first; where there are none, those that have some. */
  const search = (clauses, asked, language) => {
    const single = wordsOf(asked).filter((word) => !word.joined);
    const wanted = [...new Set(single.map((word) => word.folded))].slice(0, 12);
    if (!wanted.length) return { found: [], whole: true };
    const known = new Map();
    const weigh = (word, one) => {
      const key = `${word} ${one}`;
      if (!known.has(key)) known.set(key, weight(word, one, language));
      return known.get(key);
    };
    // Two words side by side are one only where the word asked for goes on into the second.
    const rates = (word, one) => (word.joined && one.length <= word.joined ? 0 : weigh(word.folded, one));
    const rated = clauses.map((clause, place) => {
      const hits = [];
      const inTitle = [];
      const scores = wanted.map((one) => {
        let best = 0;
        let times = 0;
        for (const word of clause.inHeading) {
          const rate = rates(word, one);
          if (rate) inTitle.push(word);
          best = Math.max(best, 3 * rate);
        }
        for (const word of clause.inWords) {
          const rate = rates(word, one);
          if (!rate) continue;
          hits.push(word);
          times += 1;
          best = Math.max(best, rate);
        }
        return best && best + Math.min(times, 5) / 6;
      });
      return { clause, place, hits, inTitle, matched: scores.filter(Boolean).length, score: scores.reduce((sum, one) => sum + one, 0) };
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

  /** The word of the texts that is most often meant by the beginning of one. */
  const completed = (clauses, asked) => {
    const begun = asked.split(/[\s-]+/).pop();
    const counts = new Map();
    if (begun.length < 2) return [];
    for (const clause of clauses) {
      for (const word of clause.inWords) {
        const written = clause.text.slice(word.start, word.end);
        if (!word.joined && written.startsWith(begun)) counts.set(written, (counts.get(written) ?? 0) + 1);
      }
    }
    return [...counts].sort((one, other) => other[1] - one[1]).slice(0, 1).map(([word]) => word);
  };

  return { fold, related, ready, search, excerpt, completed };
})();

if (typeof WorkerGlobalScope !== "undefined") {
  const language = location.hash.slice(1) || "en";
  const root = new URL("../", location); // this script lies in /assets/
  let base = root;
  let options = {};
  let loading;

  const safe = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const marked = (pieces) => pieces.map((piece, at) => (at % 2 ? `<mark>${safe(piece)}</mark>` : safe(piece))).join("");

  const clauses = () => {
    loading ??= fetch(new URL(`search/${language}.json`, base))
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
      .then((texts) => texts.map(Search.ready));
    return loading;
  };

  /** What Material shows: for each text an article, and below it the clauses that were found. */
  const answer = async (asked) => {
    if (!asked.trim()) return { items: [] };
    const known = await clauses();
    const { found } = Search.search(known, asked, language);
    const articles = new Map();
    for (const one of found.slice(0, 100)) {
      const { clause, hits, inTitle, score } = one;
      const address = options.below + clause.location.split("#")[0];
      if (!articles.has(address)) articles.set(address, []);
      const written = [...hits.map((hit) => clause.text.slice(hit.start, hit.end)), ...inTitle.map((hit) => clause.title.slice(hit.start, hit.end))];
      const terms = Object.fromEntries(written.map((word) => [word, true]));
      articles.get(address).push({
        location: options.below + clause.location,
        title: marked(Search.excerpt(clause.title, inTitle, 1e4)),
        text: clause.text ? `<p>${marked(Search.excerpt(clause.text, hits))}</p>` : "",
        score,
        terms,
      });
    }
    for (const [address, items] of articles) {
      if (items.some((item) => item.location === address)) continue;
      const text = known.find((clause) => options.below + clause.location === address);
      items.push({ location: address, title: safe(text.title), text: "", score: 0, terms: {} });
    }
    const suggest = options.suggest ? Search.completed(known, asked) : undefined;
    return { items: [...articles.values()], ...(suggest && { suggest }) };
  };

  addEventListener("message", async ({ data: { type, data } }) => {
    if (type === 0) {
      options = { ...data.options, below: data.config.below };
      base = new URL(data.config.at, root);
      postMessage({ type: 1 });
    } else {
      postMessage({ type: 3, data: await answer(data).catch(() => { loading = undefined; return { items: [] }; }) });
    }
  });
}
