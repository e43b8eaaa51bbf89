// An element for a company's other pages: <yururluk-notice src="…/in-force.json" lang="en"> says when the next text of
// a document takes effect. It asks only `src`, sets no cookie and stores nothing. What stands inside it, such as the
// fragment of `yururluk notice --format banner`, is shown where it gets no answer.
const WORDS = {
  de: ["{title}: Änderung am {date}.", "Was sich ändern wird"],
  en: ["{title} changes on {date}.", "See what will change"],
  tr: ["{title}, {date} tarihinde değişecek.", "Neyin değişeceğini gör"],
};

customElements.define("yururluk-notice", class extends HTMLElement {
  async connectedCallback() {
    let answer;
    try {
      const response = await fetch(this.getAttribute("src"), { credentials: "omit" });
      answer = await response.json();
    } catch {
      return; // the fragment inside stays
    }
    const next = answer.next;
    const wanted = this.lang || document.documentElement.lang;
    const language = next?.texts[wanted] ? wanted : answer.authentic;
    const text = next?.texts[language];
    this.hidden = !text || !next.material;
    this.replaceChildren();
    if (this.hidden) return;
    const [sentence, see] = WORDS[language.split("-")[0]] ?? WORDS.en;
    const locale = language === "en" ? "en-GB" : language; // as the site writes its dates
    const date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
    const link = document.createElement("a");
    link.href = text.redline ?? text.url;
    link.textContent = see;
    this.lang = language;
    this.setAttribute("role", "note");
    this.append(
      sentence.replace("{title}", text.title).replace("{date}", date.format(new Date(next.effective))), " ", link,
    );
  }
});
