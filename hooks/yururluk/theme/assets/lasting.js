// On a lasting address: leads on to the text in force at once, with the clause that was asked for. A clause that this
// text no longer has under its id leads to where its words are now, or to its history.
"use strict";

(() => {
  const { to, root, moved = "{}" } = document.currentScript.dataset;
  const { search, hash } = location;
  let clause = hash.slice(1);
  try {
    clause = decodeURIComponent(clause);
  } catch {} // a stray per cent sign
  const place = new Map(Object.entries(JSON.parse(moved))).get(clause);
  if (!place) location.replace(to + search + hash);
  else location.replace(place.includes("#") ? root + place : `${to}${search}#${place}`);
})();
