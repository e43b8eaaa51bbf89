// Shows any two releases of a document at /karsilastir/?belge=…&eski=…&yeni=… (yururlukte: the text in force), read
// out of the woven texts beside the page (Weave). Without it, the page lists the comparisons that have a page of their
// own. What the questions are called, the form says.
"use strict";

(() => {
  const form = document.getElementById("compare-form");
  const at = (id) => document.getElementById(`compare-${id}`);
  const [which, oldSide, newSide] = ["document", "old", "new"].map(at);
  if (!form || !which.length) return;
  const keys = [which, oldSide, newSide].map((select) => select.name);
  newSide.append(...[...oldSide.options].map((option) => option.cloneNode(true)));
  const words = form.dataset;
  const root = document.documentElement;
  const siteTitle = document.title;
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

  // Releases and documents, as the form lists them; `order` is oldest first.
  const order = [...oldSide.options].map((option) => option.value).reverse();
  const labels = new Map([...oldSide.options].map((option) => [option.value, option.text]));
  const documents = new Map([...which.options].map((option) => [option.value, {
    title: option.text,
    versions: option.dataset.versions.split(" ").filter(Boolean),
    inForce: option.dataset.inForce,
  }]));
  const own = (name, old, fresh) => document.querySelector(`ul[data-document="${CSS.escape(name)}"] a[data-old="${CSS.escape(old)}"][data-new="${CSS.escape(fresh)}"]`);
  const address = (name, old, fresh) => `?${new URLSearchParams([name, old, fresh].map((value, at) => [keys[at], value]))}`;

  // The woven texts, each asked for once.
  const loaded = new Map();
  const load = (name) => {
    if (!loaded.has(name)) {
      const answer = fetch(filled(words.source, { document: name }), { cache: "no-cache" }).then(async (found) => {
        if (!found.ok) throw new Error(`status ${found.status}`);
        return new Weave.Woven(await found.json());
      });
      answer.catch(() => loaded.delete(name));
      loaded.set(name, answer);
    }
    return loaded.get(name);
  };

  // What an address asks for: a pair to show, with what has to be said about it, or a message with ways on.
  const asked = (search) => {
    const wanted = new URLSearchParams(search);
    const [name, ...pair] = keys.map((key) => (wanted.get(key) || "").trim());
    const [old, fresh] = pair.map((label) => (label === words.inForce && documents.get(name)?.inForce) || label);
    const versions = (documents.get(name) || documents.values().next().value).versions;
    if (!name && !old && !fresh) return null;
    if (name && !documents.has(name)) {
      return { message: filled(words.noDocument, { document: name }), offers: [...documents].flatMap(([other]) => offersOf(other, newest(other))) };
    }
    const chosen = name || [...documents].find(([, { versions: held }]) => [old, fresh].every((one) => !one || held.includes(one)))?.[0] || documents.keys().next().value;
    const held = documents.get(chosen).versions;
    if (!held.length) return { name: chosen, message: words.nowhere, offers: inAuthentic(search) };
    const bad = [old, fresh].find((one) => one && !held.includes(one));
    if (bad) {
      const known = order.includes(bad);
      const other = [old, fresh].find((one) => one && held.includes(one));
      const message = filled(known ? words.lacks : words.noRelease, { version: bad });
      const near = [nearest(bad, held, other), other].filter(Boolean);
      return { name: chosen, message, offers: [...offersOf(chosen, near), ...(known ? inAuthentic(search) : [])] };
    }
    if (held.length === 1) return { name: chosen, message: words.single, offers: [textLink(chosen, held[0])] };
    if (old && old === fresh) {
      const place = held.indexOf(old);
      const offers = [[held[place - 1], old], [old, held[place + 1]]].filter(([one, two]) => one && two);
      return { name: chosen, old, fresh, message: filled(words.twice, { version: old }), offers: offers.flatMap((pair) => offersOf(chosen, pair)) };
    }
    const [first, last] = old && fresh ? [old, fresh] : completed(chosen, old, fresh);
    const turned = held.indexOf(first) > held.indexOf(last);
    return { name: chosen, old: turned ? last : first, fresh: turned ? first : last, turned };
  };

  // The newest pair of a document that has a page of its own, else its last two releases.
  const newest = (name) => {
    const link = document.querySelector(`ul[data-document="${CSS.escape(name)}"] a`);
    return link ? [link.dataset.old, link.dataset.new] : documents.get(name).versions.slice(-2);
  };

  const completed = (name, old, fresh) => {
    const held = documents.get(name).versions;
    if (old) return held.at(-1) === old ? [held.at(-2), old] : [old, held.at(-1)];
    if (fresh) return held[0] === fresh ? [fresh, held[1]] : [held[held.indexOf(fresh) - 1], fresh];
    return newest(name);
  };

  // The release next to one that is not to be had, number by number, and not the one it would be compared with.
  const nearest = (version, held, other) => {
    const numbers = (label) => [0, 1, 2].map((part) => Number(label.split(".")[part]) || 0);
    const wanted = numbers(version);
    const far = (label) => numbers(label).map((number, part) => Math.abs(number - wanted[part]));
    const less = (one, two) => one[0] - two[0] || one[1] - two[1] || one[2] - two[2];
    return held.filter((label) => label !== other).sort((one, two) => less(far(one), far(two)))[0];
  };

  const offersOf = (name, pair) => {
    const held = documents.get(name).versions;
    if (pair.length === 1 && held.length > 1) pair = completed(name, pair[0], "");
    if (pair.length < 2) return pair.map((version) => textLink(name, version));
    const [old, fresh] = [...pair].sort((one, two) => held.indexOf(one) - held.indexOf(two));
    const link = document.createElement("a");
    link.href = address(name, old, fresh);
    link.textContent = `${documents.get(name).title}: ${old} → ${fresh}`;
    return [link];
  };

  // A translation may lack what the authentic text has.
  const inAuthentic = (search) => {
    if (!words.authentic) return [];
    const link = document.createElement("a");
    link.href = words.authentic + search;
    link.textContent = words.authenticSays;
    return [link];
  };

  const textLink = (name, version) => {
    const link = document.createElement("a");
    link.href = filled(words.text, { version, document: name });
    link.textContent = `${documents.get(name).title}, ${filled(words.release, { version })}`;
    return link;
  };

  // Showing

  const choose = (name, old, fresh) => {
    which.value = name;
    const { versions } = documents.get(name);
    for (const select of [oldSide, newSide]) {
      for (const option of select.options) {
        option.disabled = !versions.includes(option.value);
        option.text = labels.get(option.value) + (option.disabled ? ` (${words.absent})` : "");
      }
    }
    if (old) oldSide.value = old;
    if (fresh) newSide.value = fresh;
  };

  const say = (message, offers = []) => {
    at("said").textContent = message;
    at("offers").replaceChildren(...offers.map((link) => {
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    at("offers").hidden = !offers.length;
  };

  const hide = () => {
    for (const part of ["head", "facts", "text"]) at(part).hidden = true;
    at("text").replaceChildren();
    document.title = siteTitle;
  };

  const retry = () => {
    const link = document.createElement("a");
    link.href = location.search;
    link.textContent = words.again;
    return link;
  };

  let turn = 0;
  const show = async () => {
    const mine = ++turn;
    const wish = asked(location.search);
    if (!wish) {
      const [first] = [...documents].find(([, { versions }]) => versions.length > 1) || documents.keys();
      choose(first, ...newest(first));
      hide();
      say("");
      return;
    }
    if (wish.name) {
      const offered = wish.message ? new URLSearchParams(wish.offers[0]?.search) : null;
      choose(wish.name, wish.old || offered?.get(keys[1]), wish.fresh || offered?.get(keys[2]));
    }
    if (wish.message) {
      hide();
      say(wish.message, wish.offers);
      return;
    }
    const { name, old, fresh } = wish;
    const slow = setTimeout(() => { if (mine === turn) say(words.loading); }, 400);
    at("text").setAttribute("aria-busy", "true");
    try {
      const woven = await load(name);
      if (mine === turn) lay(woven, wish, () => mine === turn);
    } catch (error) {
      if (mine !== turn) return;
      hide();
      say(words.failed, [retry(), ...[old, fresh].map((version) => textLink(name, version))]);
    } finally {
      clearTimeout(slow);
      at("text").removeAttribute("aria-busy");
    }
  };

  // A redline with so many marks has more that matters than the list shows unasked: it stays closed, and what it says
  // is worked out when the redline has been painted.
  const MANY = 40;
  const LISTED = 20; // as on the pages of changes

  const lay = (woven, { name, old, fresh, turned }, isWanted) => {
    const { title } = documents.get(name);
    const [from, to] = [woven.releases[old], woven.releases[fresh]];
    const html = Weave.redline(woven, from, to, words);
    const content = Weave.parse(html);
    const isLong = html.split(" data-redline=").length > MANY;
    const way = woven.path(from, to);
    const counts = Weave.summary(content);
    // As told on the pair's own page, where it has one.
    if (way.length === 1 && way[0].forwards) [counts.inserted, counts.deleted] = way[0].step.words;
    if (isLong) keepPlace();
    else weigh(Matters.read(content), content, false);
    at("text").classList.add("fresh");
    at("text").replaceChildren(finished(document.importNode(content, true), fresh));
    at("title").textContent = `${title}: ${old} → ${fresh}`;
    for (const [id, version] of [["old-text", old], ["new-text", fresh]]) {
      at(id).href = filled(words.text, { version, document: name });
      at(id).textContent = filled(words.release, { version });
    }
    for (const cell of at("facts").querySelectorAll("[data-count]")) {
      const count = cell.dataset.count.split(" ").reduce((sum, kind) => sum + (counts[kind] || 0), 0);
      cell.textContent = count.toLocaleString(root.lang);
      cell.parentElement.hidden = !count && !/inserted|deleted/.test(cell.dataset.count);
    }
    const page = own(name, old, fresh);
    at("own").hidden = !page;
    if (page) at("own").firstElementChild.href = page.href;
    const notes = [];
    if (turned) notes.push(words.order);
    if (from === to) notes.push(filled(words.sameText, { old, new: fresh }));
    else if (way.length > 1 || !way[0].forwards) notes.push(words.composed);
    at("note").textContent = notes.join(" ");
    at("note").hidden = !notes.length;
    for (const part of ["head", "facts", "text"]) at(part).hidden = false;
    document.title = `${title}: ${old} → ${fresh} – ${siteTitle}`;
    const told = [`${title}: ${old} → ${fresh}.`, ...notes, from === to ? "" : filled(words.told, counts)].join(" ").trim();
    if (!isLong) say(told);
    afterPaint(() => {
      if (!isWanted()) return;
      if (isLong) {
        weigh(Matters.read(content), content, true);
        say(told); // once, when all is there
      }
      at("text").classList.remove("fresh");
      if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
    });
  };

  const afterPaint = (task) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = task;
    channel.port2.postMessage(null);
  });

  // The heading and its line, so that nothing moves when the list comes.
  const keepPlace = () => {
    const box = at("weighty");
    box.querySelector("ul").replaceChildren();
    box.querySelector("summary .quiet").textContent = "(…)";
    box.querySelector("details").open = false;
    box.setAttribute("aria-busy", "true");
    box.hidden = false;
  };

  // The changes that matter first, as the pages of changes list them.
  const weigh = (found, content, isKept) => {
    const box = at("weighty");
    const made = (name, names, ...inside) => {
      const element = document.createElement(name);
      element.className = names;
      element.append(...inside);
      return element;
    };
    const sample = (name, text) => (text ? made(name, "sample", text) : made("span", "quiet", box.dataset.nothing));
    const place = ({ id, title }) => {
      const name = title || box.dataset.beginning;
      if (!id || !content.querySelector(`#${CSS.escape(id)}`)) return name;
      const link = made("a", "", name);
      link.href = `#${id}`;
      return link;
    };
    const items = found.map(({ kind, old, fresh, clause }) => made("li", "",
      made("span", "kind", box.dataset[kind]), " ",
      made("span", "pairing", sample("del", old), " → ", sample("ins", fresh)), " ",
      made("span", "where", place(clause))));
    if (!items.length) items.push(made("li", "", made("span", "quiet", box.dataset.nothing)));
    box.querySelector("ul").replaceChildren(...items);
    box.querySelector("summary .quiet").textContent = `(${found.length})`;
    box.removeAttribute("aria-busy");
    if (isKept) return;
    box.querySelector("details").open = found.length <= LISTED;
    box.hidden = !found.length;
  };

  // What the redline pages do as well: links between documents lead somewhere, tables can be reached by keyboard.
  const finished = (content, fresh) => {
    for (const link of content.querySelectorAll('a[href*=".md"]')) {
      const found = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.md(#.*)?$/.exec(link.getAttribute("href"));
      if (found) link.setAttribute("href", filled(words.text, { version: fresh, document: found[1] }) + (found[2] || ""));
    }
    for (const table of content.querySelectorAll("table")) {
      table.tabIndex = 0;
      table.dataset.redlineAidAttr = [table.dataset.redlineAidAttr, "tabindex"].filter(Boolean).join(" ");
    }
    return content;
  };

  // Ways to another pair

  const go = (search, push = true) => {
    if (push && search !== location.search) history.pushState(null, "", search);
    return show();
  };

  const chosen = () => {
    const { versions } = documents.get(which.value);
    const [old, fresh] = [oldSide.value, newSide.value];
    return versions.length > 1 && !(versions.includes(old) && versions.includes(fresh))
      ? address(which.value, ...newest(which.value))
      : address(which.value, old, fresh);
  };

  form.addEventListener("change", () => go(chosen()));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await go(chosen());
    (at("head").hidden ? at("said") : at("title")).focus();
  });
  at("offers").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || !link.getAttribute("href").startsWith("?") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.search);
  });
  addEventListener("popstate", show);

  form.hidden = false;
  show();
})();
