// Answers what applied on a day (?tarih=2026-12-01, or ?date=…), from the page's own tables, and shows one document's releases
// only (?belge=gizlilik-politikasi). Without it the tables say the same.
"use strict";

(() => {
  const language = document.documentElement.lang;
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone: "UTC" });
  const said = (day) => format.format(new Date(`${day}T00:00:00Z`));
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const element = (name, ...inside) => {
    const made = document.createElement(name);
    made.append(...inside);
    return made;
  };
  /** A sentence with nodes put in where its braces are. */
  const sentence = (words, nodes) => {
    const made = element("p");
    for (const part of words.split(/(\{\w+\})/)) {
      const node = nodes[part.slice(1, -1)];
      if (part) made.append(node ?? part);
    }
    return made;
  };
  const query = new URLSearchParams(location.search);

  // The tables, as periods: { since, last ("" while open), row, link }

  const periodsOf = (table) =>
    [...table.tBodies[0].rows].map((row) => {
      const [since, last] = [...row.cells].map((cell) => cell.querySelector("time")?.dateTime ?? "");
      const link = row.cells[2].querySelector("a");
      return { since, last, row, link };
    });
  const on = (periods, day) => periods.find((one) => one.since <= day && (!one.last || day <= one.last));
  const tables = [...document.querySelectorAll("table[data-periods]")].map((table) => ({
    document: table.dataset.periods,
    title: table.dataset.title,
    periods: periodsOf(table),
  }));

  // Dates as people write them

  const iso = (year, month, day) => `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  const lastOf = (year, month) => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  /** The day that was written: `day` where it is one, `meant` where another was surely meant. */
  const read = (value) => {
    const parts =
      value.match(/^\s*(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})\s*$/)?.slice(1).map(Number) ??
      value.match(/^\s*(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})\s*$/)?.slice(1).map(Number).reverse();
    if (!parts) return {};
    const [year, month, day] = parts;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return { impossible: true };
    if (day > lastOf(year, month)) return { impossible: true, meant: iso(year, month, lastOf(year, month)) };
    const written = iso(year, month, day);
    return written === value ? { day: written } : { meant: written };
  };

  const form = document.getElementById("ask-form");
  if (form) ask(form);

  function ask(form) {
    const answer = document.getElementById("answer");
    const says = form.dataset;
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: says.timezone }).format(new Date());
    const { name } = document.getElementById("ask-date");
    const way = (day, words) => Object.assign(element("a", words), { href: `?${name}=${day}` });
    const value = query.get(name);
    if (!value) return;
    const { day, meant, impossible } = read(value);
    if (!day) {
      const short = value.length > 40 ? `${value.slice(0, 40)}…` : value;
      const nearest = meant ?? today;
      answer.append(
        element("p", fill(impossible ? says.impossible : says.bad, { value: short, example: "2026-12-01" })),
        meant ? sentence(says.meant, { date: way(meant, said(meant)) }) : element("p", way(nearest, fill(says.today, { date: said(today) }))),
      );
      answer.classList.add("wrong");
      document.getElementById("ask-date").setAttribute("aria-describedby", "answer");
      return;
    }
    document.getElementById("ask-date").value = day;
    const ahead = day > today;
    const found = tables.map((table) => ({ ...table, period: on(table.periods, day) }));
    const [whole, ...documents] = found;
    answer.append(element("h3", fill(says.on, { date: said(day) })));
    if (found.some((one) => one.period)) {
      if (whole.period) {
        const link = whole.period.link.cloneNode(true);
        answer.append(sentence(says.release, { release: link }));
        const withdrawn = [...document.querySelectorAll("table.releases tr.withdrawn")].find((row) => row.querySelector("th a").href === link.href);
        if (withdrawn) {
          const told = withdrawn.querySelector(".standing-line").cloneNode(true);
          for (const other of told.querySelectorAll(".weight, .dot")) other.remove();
          answer.append(told);
        }
      } else {
        answer.append(element("p", ahead ? says.noReleaseAhead : says.noRelease));
      }
      const list = element("dl");
      list.className = "facts";
      for (const one of documents) list.append(line(one));
      answer.append(list);
      for (const { period } of found) period?.row.classList.add("asked");
    } else {
      const first = tables.flatMap((table) => table.periods.map((one) => one.since)).sort()[0];
      if (first && day < first) {
        answer.append(sentence(ahead ? says.beforeAhead : says.before, { date: way(first, said(first)) }));
      } else {
        answer.append(element("p", ahead ? says.noReleaseAhead : says.noRelease));
      }
    }
    if (ahead) answer.append(element("p", fill(says.ahead, { today: said(today) })));
    const address = `${says.address}?${name}=${day}`;
    const own = Object.assign(element("a", address), { href: `?${name}=${day}` });
    own.className = "address";
    const cite = element("p", `${says.cite} `, own);
    cite.className = "quiet";
    answer.append(cite);
    document.title = `${fill(says.on, { date: said(day) })} – ${document.title}`;
    mark(day);

    function line({ title, period }) {
      const told = element("dd");
      if (period) {
        const { since, last } = period;
        const words = last === since ? says.only : last ? says.between : says.since;
        const interval = element("span", fill(words, { since: said(since), last: last && said(last) }));
        interval.className = "quiet";
        const link = period.link.cloneNode(true);
        link.append(Object.assign(element("span", `, ${title}`), { className: "hidden" }));
        told.append(link, " ", interval);
      } else {
        const none = element("span", says.none);
        none.className = "quiet";
        told.append(none);
      }
      return element("div", element("dt", title), told);
    }
  }

  /** A line at the day, in the drawing. */
  function mark(day) {
    const scale = document.querySelector(".drawing .scale");
    if (!scale) return;
    const at = (100 * (Date.parse(day) - Date.parse(scale.dataset.first))) / 864e5 / scale.dataset.days;
    if (at < 0 || at > 100) return;
    for (const svg of document.querySelectorAll(".drawing .lane > svg")) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [name, set] of Object.entries({ class: "asked", x1: `${at}%`, x2: `${at}%`, y1: 0, y2: "100%" })) line.setAttribute(name, set);
      svg.append(line);
    }
  }

  // One document's releases only

  const filter = document.getElementById("filter");
  if (filter) {
    const links = [...filter.querySelectorAll("a")];
    const told = document.getElementById("filtered");
    const show = (wanted, aloud) => {
      for (const link of links) {
        if (link.dataset.document === wanted) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
      let count = 0;
      for (const row of document.querySelectorAll("table.releases tbody tr")) {
        const own = wanted && row.querySelector(`li[data-document="${wanted}"]`);
        for (const item of row.querySelectorAll("li[data-document]")) item.hidden = Boolean(wanted) && item !== own;
        row.hidden = Boolean(wanted) && !(own && "changed" in own.dataset);
        count += !row.hidden;
      }
      for (const year of document.querySelectorAll(".year")) {
        year.hidden = !year.querySelector("tbody tr:not([hidden])");
        if (wanted) for (const fold of [year, ...year.querySelectorAll("details")]) fold.open = true;
      }
      for (const lane of document.querySelectorAll(".drawing .lane")) {
        lane.hidden = Boolean(wanted && lane.dataset.document && lane.dataset.document !== wanted);
      }
      const title = links.find((link) => link.dataset.document === wanted).textContent;
      if (aloud) told.textContent = fill(told.dataset.says, { document: title, count });
    };
    const known = (wanted) => links.some((link) => link.dataset.document === wanted);
    const asked = () => new URLSearchParams(location.search).get(filter.dataset.name) ?? "";
    for (const link of links) {
      const search = new URLSearchParams(location.search);
      search.delete(filter.dataset.name);
      if (link.dataset.document) search.set(filter.dataset.name, link.dataset.document);
      link.href = `${location.pathname}${search.size ? `?${search}` : ""}#all`;
      link.addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        history.pushState(null, "", link.href);
        show(link.dataset.document, true);
      });
    }
    addEventListener("popstate", () => show(known(asked()) ? asked() : "", true));
    if (known(asked())) {
      if (asked()) show(asked(), false);
    } else {
      const short = asked().slice(0, 40);
      told.className = "plain-note";
      told.textContent = fill(form.dataset.noDocument, { document: short });
    }
  }
})();
