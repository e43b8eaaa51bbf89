// Answers what applied on a day (?tarih=2026-12-01, or ?date=…), from the page's own tables, and shows one document's
// releases only (?belge=gizlilik-politikasi). Without it the tables say the same.
"use strict";

(() => {
  const language = document.documentElement.lang;
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone: "UTC" });
  const dated = (day) => format.format(new Date(`${day}T00:00:00Z`));
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const element = (name, className, ...inside) => {
    const made = Object.assign(document.createElement(name), { className });
    made.append(...inside);
    return made;
  };
  /** A sentence with nodes put in where its braces are. */
  const sentence = (words, nodes) => element("p", "", ...words.split(/(\{\w+\})/).map((part) => nodes[part.slice(1, -1)] ?? part));
  const query = new URLSearchParams(location.search);
  const form = document.getElementById("ask-form");
  const says = form?.dataset ?? {};

  // What applied on a day

  // The tables, as periods: { since, last ("" while open), row, link }
  const tables = [...document.querySelectorAll("table[data-periods]")].map((table) => ({
    title: table.dataset.title,
    periods: [...table.tBodies[0].rows].map((row) => {
      const [since, last] = [...row.cells].map((cell) => cell.querySelector("time")?.dateTime ?? "");
      return { since, last, row, link: row.cells[2].querySelector("a") };
    }),
  }));

  const iso = (year, month, day) => [String(year).padStart(4, "0"), ...[month, day].map((part) => String(part).padStart(2, "0"))].join("-");
  const lastOf = (year, month) => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  /** A date as people write it: `day` where it is one, `meant` where another was surely meant. */
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

  const ask = (input, value) => {
    const answer = document.getElementById("answer");
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: says.timezone }).format(new Date());
    const way = (day, words) => Object.assign(element("a", "", words), { href: `?${input.name}=${day}` });
    const { day, meant, impossible } = read(value);
    if (!day) {
      const short = value.length > 40 ? `${value.slice(0, 40)}…` : value;
      answer.append(
        element("p", "", fill(impossible ? says.impossible : says.bad, { value: short, example: "2026-12-01" })),
        meant ? sentence(says.meant, { date: way(meant, dated(meant)) }) : element("p", "", way(today, fill(says.today, { date: dated(today) }))),
      );
      answer.classList.add("wrong");
      input.setAttribute("aria-describedby", "answer");
      return;
    }
    input.value = day;
    const ahead = day > today;
    const found = tables.map(({ title, periods }) => ({ title, period: periods.find((one) => one.since <= day && (!one.last || day <= one.last)) }));
    const [whole, ...documents] = found;
    const first = tables.flatMap(({ periods }) => periods.map((one) => one.since)).sort()[0];
    const none = element("p", "", ahead ? says.noReleaseAhead : says.noRelease);
    answer.append(element("h3", "", fill(says.on, { date: dated(day) })));
    if (found.some((one) => one.period)) {
      answer.append(...(whole.period ? release(whole.period.link.cloneNode(true)) : [none]));
      answer.append(element("dl", "facts", ...documents.map(line)));
      for (const { period } of found) period?.row.classList.add("asked");
    } else if (first && day < first) {
      answer.append(sentence(ahead ? says.beforeAhead : says.before, { date: way(first, dated(first)) }));
    } else {
      answer.append(none);
    }
    if (ahead) answer.append(element("p", "", fill(says.ahead, { today: dated(today) })));
    const own = Object.assign(way(day, `${says.address}?${input.name}=${day}`), { className: "address" });
    answer.append(element("p", "quiet", `${says.cite} `, own));
    document.title = `${fill(says.on, { date: dated(day) })} – ${document.title}`;
    mark(day);
  };

  /** The release in force, and why it was withdrawn, if it was. */
  const release = (link) => {
    const withdrawn = [...document.querySelectorAll("table.releases tr.withdrawn")].find((row) => row.querySelector("th a").href === link.href);
    const reason = withdrawn?.querySelector(".standing-line").cloneNode(true);
    for (const other of reason?.querySelectorAll(".weight, .dot") ?? []) other.remove();
    return [sentence(says.release, { release: link }), ...(reason ? [reason] : [])];
  };

  const line = ({ title, period }) => {
    if (!period) return element("div", "", element("dt", "", title), element("dd", "", element("span", "quiet", says.none)));
    const { since, last } = period;
    const words = last === since ? says.only : last ? says.between : says.since;
    const link = period.link.cloneNode(true);
    link.append(element("span", "hidden", `, ${title}`));
    const interval = element("span", "quiet", fill(words, { since: dated(since), last: last && dated(last) }));
    return element("div", "", element("dt", "", title), element("dd", "", link, " ", interval));
  };

  /** A line at the day, in the drawing. */
  const mark = (day) => {
    const scale = document.querySelector(".drawing .scale");
    if (!scale) return;
    const at = (100 * (Date.parse(day) - Date.parse(scale.dataset.first))) / 864e5 / scale.dataset.days;
    if (at < 0 || at > 100) return;
    for (const svg of document.querySelectorAll(".drawing .lane > svg")) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [name, set] of Object.entries({ class: "asked", x1: `${at}%`, x2: `${at}%`, y1: 0, y2: "100%" })) line.setAttribute(name, set);
      svg.append(line);
    }
  };

  const input = document.getElementById("ask-date");
  if (input && query.get(input.name)) ask(input, query.get(input.name));

  // One document's releases only

  const filter = document.getElementById("filter");
  if (!filter) return;
  const links = [...filter.querySelectorAll("a")];
  const note = document.getElementById("filtered");
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
    if (aloud) note.textContent = fill(note.dataset.says, { document: title, count });
  };
  const asked = () => new URLSearchParams(location.search).get(filter.dataset.name) ?? "";
  const isKnown = (wanted) => links.some((link) => link.dataset.document === wanted);
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
  addEventListener("popstate", () => show(isKnown(asked()) ? asked() : "", true));
  if (!isKnown(asked())) {
    note.className = "plain-note";
    note.textContent = fill(says.noDocument, { document: asked().slice(0, 40) });
  } else if (asked()) {
    show(asked(), false);
  }
})();
