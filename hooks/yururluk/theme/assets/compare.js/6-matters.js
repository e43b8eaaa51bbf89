// Finds what matters first in a redline that the browser has put together, as hooks/yururluk/redline/key_changes.py
// and changes.py do for the redlines that have a page of their own; a test compares the two.
"use strict";

const Matters = (() => {
  // Patterns: written by tests/helpers/key_changes_js.py
  const FACTS = [["date", "(?<![\\p{L}\\p{N}_])\\p{Nd}{1,2}[./-]\\p{Nd}{1,2}[./-]\\p{Nd}{2,4}(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])\\p{Nd}{4}-\\p{Nd}\\p{Nd}-\\p{Nd}\\p{Nd}(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])\\p{Nd}{1,2}\\.? (?:Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık|January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)(?![\\p{L}\\p{N}_])(?:,? \\p{Nd}{4})?|(?<![\\p{L}\\p{N}_])(?:Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık|January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember) \\p{Nd}{1,2}(?:,? \\p{Nd}{4})?(?![\\p{L}\\p{N}_])", "gu"], ["amount", "[₺$€£] ?\\p{Nd}+(?:[.,]\\p{Nd}+)*|(?<![\\p{L}\\p{N}_])\\p{Nd}+(?:[.,]\\p{Nd}+)* ?(?:TL|TRY|₺|lira|USD|GBP|\\$|£|dollars?|EUR|€|euros?)(?![\\p{L}\\p{N}_])", "gu"], ["percentage", "% ?\\p{Nd}+(?:[.,]\\p{Nd}+)*|(?<![\\p{L}\\p{N}_])\\p{Nd}+(?:[.,]\\p{Nd}+)* ?%|(?<![\\p{L}\\p{N}_])yüzde [\\p{L}\\p{N}_]+(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])\\p{Nd}+(?:[.,]\\p{Nd}+)* percent(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])\\p{Nd}+(?:[.,]\\p{Nd}+)* Prozent(?![\\p{L}\\p{N}_])", "giu"], ["duration", "(?<![\\p{L}\\p{N}_])(?:\\p{Nd}+(?:[.,]\\p{Nd}+)*\\.?(?: ?\\([^()]{1,20}\\) ?|[ -])?|(?:b[iıİI]r|[iıİI]k[iıİI]|üç|dört|beş|alt[iıİI]|yed[iıİI]|sek[iıİI]z|dokuz|on|y[iıİI]rm[iıİI]|otuz|k[iıİI]rk|ell[iıİI]|altm[iıİI]ş|yetm[iıİI]ş|seksen|doksan|yüz|b[iıİI]n)(?:[ -](?:b[iıİI]r|[iıİI]k[iıİI]|üç|dört|beş|alt[iıİI]|yed[iıİI]|sek[iıİI]z|dokuz|on|y[iıİI]rm[iıİI]|otuz|k[iıİI]rk|ell[iıİI]|altm[iıİI]ş|yetm[iıİI]ş|seksen|doksan|yüz|b[iıİI]n))*(?: ?\\([^()]{1,20}\\) ?|[ -]))(?:[iıİI]ş |takv[iıİI]m )?(?:gün|hafta|ay|y[iıİI]l|saat|dak[iıİI]ka|san[iıİI]ye)(?:l[ıiuüiıİI][kğ])?(?:l[ae]r)?(?:s?[ıiuüiıİI](?:n(?:n?[ıiuüiıİI]n|[dt][ae](?:n|k[iıİI])?|y?[ae]|y?l[ae]))?|(?:n?[ıiuüiıİI]n|[dt][ae](?:n|k[iıİI])?|y?[ae]|y?l[ae]))?(?:[dt][ıiuüiıİI]r)?(?:['’][\\p{L}\\p{N}_]+)?(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?:\\p{Nd}+(?:[.,]\\p{Nd}+)*\\.?(?: ?\\([^()]{1,20}\\) ?|[ -])?|(?:one|two|three|four|f[iıİI]ve|s[iıİI]x|seven|e[iıİI]ght|n[iıİI]ne|ten|eleven|twelve|(?:th[iıİI]r|four|f[iıİI]f|s[iıİI]x|seven|e[iıİI]gh|n[iıİI]ne)teen|twenty|th[iıİI]rty|forty|f[iıİI]fty|s[iıİI]xty|seventy|e[iıİI]ghty|n[iıİI]nety|hundred)(?:[ -](?:one|two|three|four|f[iıİI]ve|s[iıİI]x|seven|e[iıİI]ght|n[iıİI]ne|ten|eleven|twelve|(?:th[iıİI]r|four|f[iıİI]f|s[iıİI]x|seven|e[iıİI]gh|n[iıİI]ne)teen|twenty|th[iıİI]rty|forty|f[iıİI]fty|s[iıİI]xty|seventy|e[iıİI]ghty|n[iıİI]nety|hundred))*(?: ?\\([^()]{1,20}\\) ?|[ -]))(?:bus[iıİI]ness |calendar |work[iıİI]ng )?(?:day|week|month|year|hour|m[iıİI]nute|second)s?(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?:\\p{Nd}+(?:[.,]\\p{Nd}+)*\\.?(?: ?\\([^()]{1,20}\\) ?|[ -])?|(?:e[iıİI]n(?:e[mnrs]?)?|zwe[iıİI]|dre[iıİI]|v[iıİI]er|fünf|sechs|s[iıİI]eben|acht|neun|zehn|elf|zwölf|(?:dre[iıİI]|v[iıİI]er|fünf|sech|s[iıİI]eb|acht|neun)zehn|zwanz[iıİI]g|dre[iıİI]ß[iıİI]g|v[iıİI]erz[iıİI]g|fünfz[iıİI]g|sechz[iıİI]g|s[iıİI]ebz[iıİI]g|achtz[iıİI]g|neunz[iıİI]g|hundert)(?:[ -](?:e[iıİI]n(?:e[mnrs]?)?|zwe[iıİI]|dre[iıİI]|v[iıİI]er|fünf|sechs|s[iıİI]eben|acht|neun|zehn|elf|zwölf|(?:dre[iıİI]|v[iıİI]er|fünf|sech|s[iıİI]eb|acht|neun)zehn|zwanz[iıİI]g|dre[iıİI]ß[iıİI]g|v[iıİI]erz[iıİI]g|fünfz[iıİI]g|sechz[iıİI]g|s[iıİI]ebz[iıİI]g|achtz[iıİI]g|neunz[iıİI]g|hundert))*(?: ?\\([^()]{1,20}\\) ?|[ -]))(?:Werk|Arbe[iıİI]ts|Kalender)?(?:Tag(?:e[ns]?)?|Wochen?|Monat(?:e[ns]?)?|Jahr(?:e[ns]?)?|Stunden?|M[iıİI]nuten?)(?![\\p{L}\\p{N}_])", "giu"], ["reference", "(?<![\\p{L}\\p{N}_])(?:md?\\.|madde|bölüm|ek|art\\.|art[iıİI]cles?|sec\\.|sect[iıİI]ons?|clauses?|rec[iıİI]tals?|annex|Art[iıİI]kel|Abs\\.|Absatz|Z[iıİI]ffer|Nr\\.) ?\\p{Nd}+(?:[./]\\p{Nd}+)*(?:[/-](?:\\p{Nd}+|[a-zçğıöşüiıİI](?![\\p{L}\\p{N}_]))|\\((?:\\p{Nd}+|[a-z])\\))*|§§? ?\\p{Nd}+(?:[./]\\p{Nd}+)*(?:[/-](?:\\p{Nd}+|[a-zçğıöşüiıİI](?![\\p{L}\\p{N}_]))|\\((?:\\p{Nd}+|[a-z])\\))*|(?<![\\p{L}\\p{N}_])\\p{Nd}+(?:\\.|['’]? ?(?:[ıiuüiıİI]?nc[ıiuüiıİI])) (?:madde|f[iıİI]kra|bent|bend|cümle)|(?<![\\p{L}\\p{N}_])\\p{Nd}+ say[iıİI]l[iıİI]|(?<![\\p{L}\\p{N}_])law no\\.? ?\\p{Nd}+", "giu"], ["condition", "(?<![\\p{L}\\p{N}_])(?:makul|mümkün ol(?:duğunca|duğu ölçüde)|(?:kayd[iıİI]|şart[iıİI]|koşulu)(?:yla| [iıİI]le)|sakl[iıİI](?:d[iıİI]r)?|har[iıİI]ç|d[iıİI]ş[iıİI]nda|derhal|gec[iıİI]kmeks[iıİI]z[iıİI]n|yaln[iıİI]z(?:ca)?|sadece|en (?:az|fazla|geç|çok))(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?:(?:un)?reasonabl[ey]|best efforts|prov[iıİI]ded that|except(?:[iıİI]ng)?|exclud(?:es?|[iıİI]ng)|subject to|promptly|[iıİI]mmed[iıİI]ately|w[iıİI]thout undue delay|only|solely|at (?:least|most)|(?:no|not) (?:later|more|less|earl[iıİI]er) than)(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?:angemessen(?:e[mnrs]?)?|nach Mögl[iıİI]chke[iıİI]t|vorbehaltl[iıİI]ch|unverzügl[iıİI]ch|ausschl[iıİI]eßl[iıİI]ch|m[iıİI]ndestens|höchstens|spätestens|sofern|ausgenommen|zumutbar(?:e[mnrs]?)?|unter der Bed[iıİI]ngung)(?![\\p{L}\\p{N}_])", "giu"], ["number", "(?<![\\p{L}\\p{N}_.])\\p{Nd}+(?:[.,]\\p{Nd}+)*(?![\\p{L}\\p{N}_])", "gu"]];
  const PATTERNS = {"modal": ["^(?:(?!temel)(?:[\\p{L}\\p{N}_]+(?:ab[iıİI]l[iıİI]r|eb[iıİI]l[iıİI]r|ab[iıİI]lecek|eb[iıİI]lecek|ab[iıİI]leceğ|eb[iıİI]leceğ)[\\p{L}\\p{N}_]*|[\\p{L}\\p{N}_]+(?:mal[iıİI]|mel[iıİI])(?:d[iıİI]r|d[iıİI]r|lar|ler|y[iıİI]z|y[iıİI]z)?|zorunda[\\p{L}\\p{N}_]*|zorunlu[\\p{L}\\p{N}_]*|gerek[iıİI]r|gerekmekted[iıİI]r|mecbur[\\p{L}\\p{N}_]*|yükümlü[\\p{L}\\p{N}_]*|yetk[iıİI]l[iıİI](?:d[iıİI]r[\\p{L}\\p{N}_]*)?)|(?:shall|must|may|m[iıİI]ght|can|could|w[iıİI]ll|would|should|requ[iıİI]red?|ent[iıİI]tled|obl[iıİI]ged)|(?:muss|müssen|musste|darf|dürfen|kann|können|könnte|soll|sollen|sollte|verpfl[iıİI]chtet|berecht[iıİI]gt))$", "giu"], "name": ["^(?:[A-ZÇĞİÖŞÜ][\\p{L}\\p{N}_.'’&-]*(?:\\s+(?:[A-ZÇĞİÖŞÜ][\\p{L}\\p{N}_.'’&-]*|ve|and|of))*)$", "gu"], "innerCapital": ["^(?:[\\p{L}\\p{N}_]*[a-zçğıöşü][A-ZÇĞİÖŞÜ0-9][\\p{L}\\p{N}_]*)$", "gu"], "negation": ["^(?:(?!ramazan)(?:değ[iıİI]l[\\p{L}\\p{N}_]*|yok[\\p{L}\\p{N}_]*|h[iıİI]çb[iıİI]r[\\p{L}\\p{N}_]*|asla|olmaks[iıİI]z[iıİI]n|[\\p{L}\\p{N}_]+(?:maz|mez|mamak|memek|mayacak|meyecek|mam[iıİI]ş|mem[iıİI]ş)[\\p{L}\\p{N}_]*|[\\p{L}\\p{N}_]{2,}m[ae]y[ae]c[ae](?:k|ğ)[\\p{L}\\p{N}_]*|[\\p{L}\\p{N}_]{2,}(?:madan|meden|mad[iıİI]ğ[iıİI]|med[iıİI]ğ[iıİI]|maks[iıİI]z[iıİI]n|meks[iıİI]z[iıİI]n)[\\p{L}\\p{N}_]*)|(?:not|no|never|none|nor|ne[iıİI]ther|w[iıİI]thout|unless|cannot|[\\p{L}\\p{N}_]+n['’]t)|(?:n[iıİI]cht|ke[iıİI]n(?:e[mnrs]?)?|n[iıİI]emals|n[iıİI]e|ohne|weder))$", "giu"], "without": ["^(?:([\\p{L}\\p{N}_]{2,}m[ae])d[ae]n)$", "giu"], "whether": ["^(?:[\\p{L}\\p{N}_]{2,}m[ae]d[ıiiıİI]ğ[ıiiıİI][\\p{L}\\p{N}_]*)$", "giu"], "object": ["^(?:[\\p{L}\\p{N}_]*(?:l[ae]r[ıiiıİI]|y[ıiuüiıİI]|s?[ıiuüiıİI]n[ıiuüiıİI]))$", "giu"], "from": ["^(?:[iıİI]t[iıİI]baren|dolay[iıİI]|ötürü|sonra|ber[iıİI]|başka|önce|evvel|kaynaklan.*|doğan|doğacak)$", "giu"], "numbering": ["^(?:(?:(?:madde|art[iıİI]cle|sect[iıİI]on|clause|bölüm|ek|annex)\\s+)?(?:\\p{Nd}+(?:\\.\\p{Nd}+)*|[ivxlciıİI]+|[a-zçğıöşüiıİI])\\s*[.):–—-]*)$", "giu"], "paragraphNumber": ["^(?:\\p{Nd}{1,2}(?:\\.\\p{Nd}{1,2})+[.)]?)$", "gu"], "words": ["[\\p{L}\\p{Nl}\\p{No}]+(?:['’][\\p{L}\\p{Nl}\\p{No}]+)*", "gu"], "leading": ["^(?:(?:madde|art[iıİI]cle|sect[iıİI]on|clause|bölüm|ek|annex)\\s+)?(?:\\p{Nd}+(?:\\.\\p{Nd}+)*|[ivxlciıİI]+|[a-zçğıöşüiıİI])\\s*[.):–—-]*\\s+", "giu"], "paragraphLeading": ["^\\p{Nd}{1,2}(?:\\.\\p{Nd}{1,2})+[.)]\\s+", "gu"]};
  const NAMES = {"common": ["a", "an", "any", "bir", "biz", "bu", "for", "her", "if", "in", "işbu", "our", "siz", "the", "these", "this", "to", "we", "you", "your"], "roles": ["alıcı", "company", "controller", "customer", "kullanıcı", "member", "müşteri", "processor", "satıcı", "user", "üye", "şirket"], "nouns": ["anlaşma", "araştırma", "aydınlatma", "açıklama", "aşama", "bilgilendirme", "birleşme", "danışma", "depolama", "değerlendirme", "doğrulama", "düzenleme", "firma", "geliştirme", "görüşme", "güncelleme", "inceleme", "işletme", "kelime", "koruma", "kısıtlama", "mahkeme", "malzeme", "soruşturma", "sözleşme", "sınırlama", "uygulama", "yazışma", "yükleme", "çalışma", "ödeme"]};
  // End of patterns

  const compiled = ([source, flags]) => new RegExp(source, flags);
  const facts = FACTS.map(([kind, ...pattern]) => [kind, compiled(pattern)]);
  const [, condition] = facts.find(([kind]) => kind === "condition");
  const patterns = Object.fromEntries(Object.entries(PATTERNS).map(([name, pattern]) => [name, compiled(pattern)]));
  const named = Object.fromEntries(Object.entries(NAMES).map(([name, held]) => [name, new Set(held)]));
  // A pattern with the flag "g" remembers where it was.
  const is = (name, text) => {
    patterns[name].lastIndex = 0;
    return patterns[name].exec(text);
  };
  const wordsOf = (text) => text.match(patterns.words) || [];

  const PHRASE = 4;
  const ORDINAL = "redline-ordinal";

  // No fact is without one of these.
  const NUMBER = /\p{Nd}/u;
  const NEEDED = {
    date: NUMBER, amount: NUMBER, reference: NUMBER, number: NUMBER,
    percentage: /%|y[üÜ]zde|percent|prozent/iu,
    duration: /(?:g[üÜ]n|hafta|ay|y[ıiIİ]l|saat|dak[ıiIİ]ka|san[ıiIİ]ye|day|week|month|year|hour|m[ıiIİ]nute|second|tag|woche|monat|jahr|stunde)/iu,
    condition: /\p{L}/u,
  };

  // Most words come many times.
  const known = { negation: new Map(), modal: new Map() };
  const isKnown = (name, word) => {
    let answer = known[name].get(word);
    if (answer === undefined) known[name].set(word, answer = is(name, word) !== null);
    return answer;
  };

  // What matters in the change of `old` to `fresh`; `before` and `after` stand round it unchanged.
  const matters = (old, fresh, before, after) => {
    const found = [];
    const [gone, come] = [factsOf(old, before, after), factsOf(fresh, before, after)];
    for (const [kind] of facts) found.push(...differing(kind, gone.get(kind) || [], come.get(kind) || []));
    found.push(...verbs(old, fresh, before, after), ...party(old, fresh, before));
    const once = new Map();
    for (const one of found) {
      const key = JSON.stringify([one.old, one.fresh]);
      if (!once.has(key)) once.set(key, one);
    }
    const olds = `${before} ${old} ${after}`, news = `${before} ${fresh} ${after}`;
    const place = (one) => (one.fresh ? news.indexOf(one.fresh) : olds.indexOf(one.old));
    return [...once.values()].sort((one, other) => place(one) - place(other));
  };

  const unique = (found) => [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];

  // The facts that lie in the text at least in part: a changed 30 takes its unchanged "days" along.
  const factsOf = (text, before, after) => {
    const lead = before.endsWith("(") ? before : `${before} `;
    let whole = `${lead}${text}${after.startsWith(")") ? "" : " "}${after}`;
    const start = lead.length, end = start + text.length;
    const found = new Map();
    for (const [kind, pattern] of facts) {
      if (!NEEDED[kind].test(whole)) continue;
      whole = whole.replace(pattern, (...match) => {
        const fact = match[0], at = match.find((part) => typeof part === "number");
        if (at < end && at + fact.length > start) found.set(kind, [...(found.get(kind) || []), fact.trim().split(/\s+/).join(" ")]);
        return "\0".repeat(fact.length);
      });
    }
    return found;
  };

  const differing = (kind, old, fresh) => {
    const gone = old.filter((fact) => !fresh.includes(fact)), come = fresh.filter((fact) => !old.includes(fact));
    return Array.from({ length: Math.max(gone.length, come.length) }, (_, at) => ({ kind, old: gone[at] || "", fresh: come[at] || "" }));
  };

  const verbs = (old, fresh, before, after) => {
    const found = [];
    const [gone, come] = [old, fresh].map((side) => wordsOf(side.replace(condition, " ")));
    const without = (words, others) => {
      const lower = new Set(others.map((word) => word.toLowerCase()));
      return words.filter((word) => !lower.has(word.toLowerCase()));
    };
    const onlyGone = without(gone, come), onlyCome = without(come, gone);
    const beside = [wordsOf(before).at(-1) || "", wordsOf(after)[0] || ""];
    const [less, more] = [gone, come].map((words) => new Set(negations(words, ...beside)));
    const negated = [onlyGone.filter((word) => less.has(word)), onlyCome.filter((word) => more.has(word))];
    const modal = [
      onlyGone.filter((word) => !less.has(word) && isKnown("modal", word)),
      onlyCome.filter((word) => !more.has(word) && isKnown("modal", word)),
    ];
    // A negation that became a modal is one change.
    for (const [at, to] of [[0, 1], [1, 0]]) {
      if (negated[at].length && modal[to].length && !negated[to].length && !modal[at].length) {
        negated[to].push(...modal[to].splice(0, negated[at].length));
      }
    }
    for (let [kind, left, right] of [["negation", ...negated], ["modal", ...modal]]) {
      if (!left.length && !right.length) continue;
      if (!left.length !== !right.length && onlyGone.length && onlyCome.length && Math.max(gone.length, come.length) <= PHRASE) {
        [left, right] = [[old.trim()], [fresh.trim()]];
      }
      found.push(...differing(kind, left, right));
    }
    return found;
  };

  const negations = (words, before, after) => words.filter((word, at) => {
    if (!isKnown("negation", word)) return false;
    const previous = at ? words[at - 1] : before, following = at + 1 < words.length ? words[at + 1] : after;
    const stem = is("without", word);
    if (stem && (is("from", following) || (named.nouns.has(stem[1].toLowerCase()) && !(previous.length > 2 && is("object", previous))))) return false;
    return !(["ıp", "ip", "up", "üp"].includes(previous.slice(-2).toLowerCase())
      && word.slice(0, 2).toLowerCase() === previous.slice(0, 2).toLowerCase() && is("whether", word));
  });

  const party = (old, fresh, before) => {
    const [left, right] = [old, fresh].map((text) => text.replace(/^[ ,.;:()"“”'’]+|[ ,.;:()"“”'’]+$/g, ""));
    if (!left || !right || !is("name", left) || !is("name", right)) return [];
    const begins = !before.trim() || ".:;!?".includes(before.trimEnd().at(-1));
    const isName = (word) => named.roles.has(word.toLowerCase()) || is("innerCapital", word);
    if (begins && [left, right].some((name) => named.common.has(name.toLowerCase()))) return [];
    if (begins && !`${left}${right}`.includes(" ") && !isName(left) && !isName(right)) return [];
    return left.toLowerCase() === right.toLowerCase() ? [] : [{ kind: "party", old: left, fresh: right }];
  };

  // Reading the changes

  const BREAKING = "p,li,div,h1,h2,h3,h4,h5,h6,tr,td,th,dt,dd,br,ul,ol,table,blockquote,pre,dl,summary,details,hr,figure";
  const BLOCK = "p,h1,h2,h3,h4,h5,h6,ul,ol,dl,table,blockquote,div,pre,hr,details,figure,section,article,aside";
  const CARRIERS = "li,dt,dd,caption,colgroup,col,thead,tbody,tfoot,tr,td,th,summary,figcaption";
  const EDGE = "\0";
  const UNCHANGED = "…";

  // All that matters in a redline, as { kind, old, fresh, clause }, the weightiest kinds first.
  const read = (root) => {
    const pieces = [];
    const seen = new Set();
    let clause = { id: "", title: "" };
    let gone = null; // a heading that went, while what follows went too
    const rawOf = (piece) => piece.texts.join("");
    const textOf = (piece) => (piece ? rawOf(piece).replaceAll("\n", " ").replaceAll(EDGE, " ").trim() : "");
    const edge = () => pieces.at(-1)?.texts?.push(EDGE);
    const here = (place) => (gone && place.state === "del" ? gone : clause);
    const open = (place, block) => pieces.push({ ...place, clause: here(place), block, texts: [] });
    const say = (text, place) => {
      const last = pieces.at(-1);
      if (!text.trim()) {
        last?.texts?.push(" ");
        return;
      }
      if (place.state === "same") gone = null;
      const now = here(place);
      if (last?.texts && last.state === place.state && last.within === place.within) {
        if (last.clause === now || !textOf(last)) {
          Object.assign(last, last.clause === now ? {} : { ...place, clause: now });
          last.texts.push(text);
          return;
        }
      }
      pieces.push({ ...place, clause: now, block: Boolean(last?.block), texts: [text] });
    };
    const nameOf = (heading, shown) => ({ id: heading.id || heading.dataset.redlineId || "", title: split(shown.textContent).join(" ") });
    // A block in which nothing changed: its words stand beside no change.
    const pass = (node) => {
      const heading = /^H[1-6]$/.test(node.nodeName) ? node : [...node.querySelectorAll("h1,h2,h3,h4,h5,h6")].at(-1);
      if (heading) [clause, gone] = [nameOf(heading, heading), null];
      edge();
      if (/\S/.test(node.textContent)) say(UNCHANGED, { state: "same", within: "", heading: false });
      edge();
    };
    const walk = (node, place, wrapped, carries) => {
      if (node.nodeType === 3) {
        say(node.data, place);
        return;
      }
      if (node.nodeType !== 1) return;
      if (node.classList.contains(ORDINAL) && node.dataset.redlineAid !== undefined) {
        const [old, fresh] = ["del", "ins"].map((name) => node.querySelector(name)?.textContent || "");
        const item = node.closest("li");
        const at = [...item?.parentNode.children || []].indexOf(item);
        pieces.push({ state: "number", old, fresh, clause, within: place.within, of: item?.parentNode, at });
        return;
      }
      if (node.dataset.redlineAid !== undefined && !node.dataset.redlineAidAttr) return;
      const mark = node.dataset.redline, pair = node.dataset.redlinePair;
      const isChanged = mark !== undefined || node.querySelector(`[data-redline], .${ORDINAL}`) !== null;
      if (!isChanged && place.state === "same" && !place.within && node.matches(BREAKING)) {
        pass(node);
        return;
      }
      if (/^H[1-6]$/.test(node.nodeName)) {
        const copy = isChanged ? Weave.side(Weave.parse(node.outerHTML), place.state === "del" ? "ins" : "del") : node;
        const entered = nameOf(node, copy);
        if (place.state === "del") gone = entered;
        else [clause, gone] = [entered, null];
        place = { ...place, heading: true };
      }
      const breaking = node.matches(BREAKING);
      if (breaking) edge();
      const carried = !wrapped && (node.matches(CARRIERS) || carries);
      if (pair) {
        if (!seen.has(pair)) pieces.push({ state: "pair" });
        seen.add(pair);
        if (mark === "del") return;
        place = { ...place, state: "same", within: pair };
      } else if (mark && mark !== place.state && !(place.within && carried)) {
        place = { ...place, state: mark };
        open(place, node.matches(CARRIERS) || Boolean(node.firstElementChild?.matches(BLOCK)));
      }
      if (node.nodeName === "IMG" || node.nodeName === "HR") say(`[${node.getAttribute("alt") ?? node.nodeName.toLowerCase()}]`, place);
      const inside = wrapped || Boolean(place.within && mark && node.nodeName === "INS");
      for (const child of node.childNodes) walk(child, place, inside, Boolean(mark) && node.matches(CARRIERS));
      if (breaking) edge();
    };
    for (const node of root.childNodes) walk(node, { state: "same", within: "", heading: false }, false, false);

    const contextBefore = (at) => (pieces[at]?.state === "same" ? split(rawOf(pieces[at]).split(EDGE).at(-1)).slice(-3).join(" ") : "");
    const contextAfter = (at) => {
      if (pieces[at]?.state !== "same" || rawOf(pieces[at - 1]).trimEnd().endsWith(EDGE)) return "";
      return split(rawOf(pieces[at]).split(EDGE)[0]).slice(0, 3).join(" ");
    };
    const beginsBlock = (at) => {
      if (rawOf(pieces[at]).trimStart().startsWith(EDGE) || at === 0) return true;
      const previous = pieces[at - 1];
      if (previous.state === "number") return true;
      return previous.texts ? rawOf(previous).trimEnd().endsWith(EDGE) : Boolean(pieces[at].within);
    };
    const isRenumbered = (shown, old, fresh, before, after, begins) => {
      if (!old || !fresh || before) return false;
      if (shown.heading) return is("numbering", old) && is("numbering", fresh);
      if (!begins || !is("paragraphNumber", old) || !is("paragraphNumber", fresh)) return false;
      if (/^[ .)]*\p{Ll}/u.test(after)) return false;
      return (old.at(-1) === fresh.at(-1) && /[.)]$/.test(fresh)) || /^[.)]/.test(after);
    };
    // The numbers of list items: before a unit of time, or where the source numbers the list otherwise.
    const following = (at, drop) => {
      let words = "";
      for (const piece of pieces.slice(at + 1)) {
        if (!piece.texts || split(words).length > 2) break;
        if (piece.state !== drop) words += rawOf(piece).split(EDGE)[0];
        if (rawOf(piece).replace(/^[\0 \n]+/, "").includes(EDGE)) break;
      }
      return words ? ` ${split(words).slice(0, 3).join(" ")}` : "";
    };
    const joined = (run, label) => (run && label ? (run.split("–")[0] === label ? label : `${run.split("–")[0]}–${label}`) : run || label);
    const numbers = new Map();
    const runs = new Map();
    pieces.forEach((one, at) => {
      if (one.state !== "number") return;
      const mattering = matters(`${one.old}${following(at, "ins")}`, `${one.fresh}${following(at, "del")}`, "", "")
        .filter(({ kind }) => kind === "duration" || kind === "date");
      const run = runs.get(one.of);
      if (run && run.last + 1 === one.at && run.within === one.within && !mattering.length) {
        run.last = one.at;
        if (one.within) run.found[0] = { kind: "number", old: joined(run.found[0].old, one.old), fresh: joined(run.found[0].fresh, one.fresh) };
        return;
      }
      const found = mattering.length || !one.within ? mattering : [{ kind: "number", old: one.old, fresh: one.fresh }];
      if (mattering.length) runs.delete(one.of);
      else runs.set(one.of, { last: one.at, within: one.within, found });
      numbers.set(at, found);
    });
    const clauses = new Map();
    const note = (place, found) => {
      const key = JSON.stringify(place);
      if (!clauses.has(key)) clauses.set(key, []);
      clauses.get(key).push(...found.map((one) => ({ ...one, clause: place })));
    };
    for (let at = 0; at < pieces.length;) {
      const piece = pieces[at];
      if (numbers.has(at)) note(piece.clause, numbers.get(at));
      if (piece.state !== "ins" && piece.state !== "del") {
        at++;
        continue;
      }
      const next = pieces[at + 1];
      const both = piece.state === "del" && next?.state === "ins" && next.within === piece.within && !piece.block && !next.block;
      const end = at + (both ? 2 : 1);
      const shown = both ? next : piece;
      let [old, fresh] = [textOf(piece.state === "del" ? piece : null), textOf(both ? next : piece.state === "ins" ? piece : null)];
      const before = contextBefore(at - 1), after = contextAfter(end), begins = beginsBlock(at);
      const renumbered = isRenumbered(shown, old, fresh, before, after, begins);
      if ((shown.heading || begins) && !(old && fresh)) {
        const leading = shown.heading ? patterns.leading : patterns.paragraphLeading;
        [old, fresh] = [old, fresh].map((text) => text.replace(leading, ""));
      }
      note(shown.clause, renumbered ? [] : matters(old, fresh, before, after));
      at = end;
    }
    return [...clauses.values()].flatMap(unique);
  };

  const split = (text) => text.trim().split(/\s+/).filter(Boolean);

  return { matters, read };
})();
