// Reads and writes HTML as the browser itself writes it; small pieces as text, since a redline is put together from
// hundreds of them.
"use strict";

const Markup = (() => {
  const names = (list) => new Set(list.split(" "));
  const BLOCKS = names("address article aside blockquote caption center col colgroup dd details div dl dt figcaption figure "
    + "footer h1 h2 h3 h4 h5 h6 header hr li ol p pre section summary table tbody td tfoot th thead tr ul");
  // What may stand only in certain parents carries the mark itself.
  const CARRIERS = names("caption col colgroup dd dt figcaption li summary tbody td tfoot th thead tr");
  const ROWS = names("col colgroup tbody tfoot thead tr");
  const VOID = names("area br col embed hr img input source track wbr");
  const MISPLACED = ":is(ul, ol, dl, table, thead, tbody, tfoot, tr) > :is(ins, del)[data-redline]";
  const EDGES = new RegExp(` ?(<(?:/?(?:${[...BLOCKS].join("|")})(?: [^>]*)?>)) ?|^ | $`, "g");

  // As nodes, in a document of their own: nothing in it is loaded or run

  const inert = document.implementation.createHTMLDocument("");

  const parse = (html) => {
    const template = inert.createElement("template");
    template.innerHTML = html;
    template.content.source = template;
    return template.content;
  };

  // What is left of a redline when everything marked `drop` goes, and with it all marks and helps.
  const side = (root, drop) => {
    for (const element of root.querySelectorAll(`[data-redline-aid], [data-redline="${drop}"]`)) element.remove();
    for (const element of root.querySelectorAll(":is(ins, del)[data-redline]")) element.replaceWith(...element.childNodes);
    for (const element of root.querySelectorAll("*")) {
      const attributes = [...element.attributes];
      if (!attributes.some(({ name }) => name.startsWith("data-redline"))) continue;
      const helps = (element.getAttribute("data-redline-aid-attr") || "").split(" ");
      for (const { name } of attributes) element.removeAttribute(name);
      for (const { name, value } of attributes) { // in their order, as the text has them
        if (name === "data-redline-id" && drop === "ins") element.id = value;
        else if (!name.startsWith("data-redline") && !helps.includes(name)) element.setAttribute(name, value);
      }
    }
    root.normalize();
    return root;
  };

  // As text

  const asWritten = (html) => parse(html).source.innerHTML;
  // Whether the browser reads it as it stands, with nothing misnested and no mark where none may be.
  const isSound = (html) => {
    const content = parse(html);
    return content.source.innerHTML === html && !content.querySelector(MISPLACED);
  };

  // HTML as the browser writes it as a tree: elements { name, tag, html, kids } and text { html }; null for any other.
  const read = (html) => {
    const top = { kids: [] };
    const open = [top];
    let at = 0;
    const tags = /<(\/?)([a-z][a-z0-9]*)[^<>]*>/g;
    for (let found; (found = tags.exec(html));) {
      const [tag, closing, name] = found;
      if (found.index > at) open.at(-1).kids.push({ name: "", html: html.slice(at, found.index) });
      at = tags.lastIndex;
      if (closing) {
        const node = open.pop();
        if (node.name !== name) return null;
        node.html = html.slice(node.start, at);
      } else {
        const node = { name, tag, html: tag, start: found.index, kids: [] };
        open.at(-1).kids.push(node);
        if (!VOID.has(name)) open.push(node);
      }
    }
    if (at < html.length) top.kids.push({ name: "", html: html.slice(at) });
    return open.length === 1 ? top.kids : null;
  };

  const isBlock = (node) => Boolean(node.name) && (node.isBlock ??= BLOCKS.has(node.name) || node.kids.some(isBlock));

  const SIGNS = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&quot;": "\"" };
  const textOf = (html) => {
    const text = html.includes("<") ? html.replace(/<[^<>]*>/g, "") : html;
    return text.includes("&") ? text.replace(/&(?:amp|lt|gt|nbsp|quot);/g, (sign) => SIGNS[sign]) : text;
  };

  // For the deleted side: ids carried under another name, so that they stay unique on the page.
  const withoutIds = (html) => (html.includes(" id=\"")
    ? html.replace(/<[^<>]* id="[^<>]*>/g, (tag) => tag.replace(" id=\"", " data-redline-id=\""))
    : html);

  // White space folded, and left out where it shows nothing: at the edges of blocks.
  const folded = (html) => html.replace(/[ \t\n\r\f]+/g, " ").replace(EDGES, (_, tag = "") => tag);

  // The same as `side`, from one string to another.
  const sided = (html, drop) => side(parse(html), drop).source.innerHTML;

  const attributesOf = (attributes) => Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value.replaceAll("&", "&amp;").replaceAll("\u00a0", "&nbsp;").replaceAll("\"", "&quot;")}"`).join("");
  const marked = (name, inner, attributes = {}) => `<${name} data-redline="${name}"${attributesOf(attributes)}>${inner}</${name}>`;

  return {
    CARRIERS, ROWS, parse, side, asWritten, isSound, read, isBlock, textOf, withoutIds, folded, sided, attributesOf, marked,
  };
})();
