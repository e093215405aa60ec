"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const MODES = ["light", "dark", "inverted", "noimages", "nostyles"];
  const WIDTHS = [["phone", 375], ["desktop", 600]];
  const COLUMNS = 70;
  const state = { locale: data.locale, id: "", tab: "preview", mode: "light", query: "", values: {} };
  const $ = (id) => document.getElementById(id);
  const words = () => data.words[state.locale] || data.words.en;
  const w = (key) => words()[key] || data.words.en[key] || key;

  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "class") node.className = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== false && value !== null) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  };
  const button = (label, onclick, kind = "action", more = {}) => make("button", { type: "button", class: kind, onclick, ...more }, label);

  const letters = () => data.letters.filter((one) => one.locale === state.locale);
  const signatures = () => data.signatures.filter((one) => one.locale === state.locale);
  const found = (...texts) => {
    const asked = state.query.toLowerCase().split(/\s+/).filter(Boolean);
    const read = texts.join(" ").toLowerCase();
    return asked.every((word) => read.includes(word));
  };
  const shownLetters = () => letters().filter((l) => found(l.id, l.subject, l.purpose, l.text));
  const shownSignatures = () => signatures().filter((s) => found(s.id, s.person, s.layout, s.text));

  // How a letter looks: from its one source, as mail programs would change it.
  const dressed = (html, mode) => {
    let made = html;
    for (const [url, picture] of Object.entries(data.assets)) made = made.split(url).join(picture);
    const wanted = mode === "dark" ? "all" : "not all";
    made = made.replace(/@media\s*\(prefers-color-scheme:\s*dark\)/g, `@media ${wanted}`);
    if (mode === "nostyles") made = made.replace(/<style[\s\S]*?<\/style>/gi, "");
    // What this page does not hold is never asked for: it is shown as where images are off.
    made = made.replace(mode === "noimages" ? /(<img\b[^>]*?)\ssrc="[^"]*"/gi : /(<img\b[^>]*?)\ssrc="https?:[^"]*"/gi, "$1");
    const scheme = mode === "dark" ? "dark" : "only light";
    const turn = mode === "inverted" ? "html{filter:invert(.93) hue-rotate(180deg);background:#ffffff}img{filter:invert(1) hue-rotate(180deg)}" : "";
    const border = "img:not([src]){outline:1px dashed #8a93a3;font:13px Arial,sans-serif;color:#566072}";
    const style = `<style>:root:root{color-scheme:${scheme}!important}body{margin:0}${turn}${border}</style>`;
    return /<\/head>/i.test(made) ? made.replace(/<\/head>/i, style + "</head>") : `<!DOCTYPE html><html lang="${state.locale}"><head><title>-</title>${style}</head><body>${made}</body></html>`;
  };

  const frame = (html, mode, device, width, padded) => {
    const inside = padded ? html.replace(/<body([^>]*)>/i, '<body$1 style="padding:16px">') : html;
    const view = make("iframe", { sandbox: "allow-same-origin", title: `${w(device)}, ${w(mode)}`, loading: "lazy" });
    view.addEventListener("load", () => {
      const page = view.contentDocument;
      if (!page || !page.body) return;
      for (const link of page.querySelectorAll("a[href]")) link.addEventListener("click", (event) => event.preventDefault());
      const size = () => { view.style.height = `${Math.max(60, page.documentElement.scrollHeight)}px`; };
      view.style.height = "60px";
      size();
      setTimeout(size, 150);
    });
    view.srcdoc = dressed(inside, mode);
    const dim = mode === "dark" || mode === "inverted" ? " dim" : "";
    const shell = make("div", { class: `device ${device}${dim}`, style: `width:${width + (device === "phone" ? 16 : 0)}px` }, view);
    return shell;
  };

  const stage = (html, padded) => {
    const many = state.mode === "all";
    const box = make("div", { class: many ? "stage small" : "stage" });
    for (const mode of many ? MODES : [state.mode]) {
      const pair = many ? make("div", { class: "pair" }) : box;
      if (many) box.append(pair);
      for (const [device, width] of WIDTHS) {
        const caption = many ? `${w(mode)} · ${w(device)}` : w(device);
        pair.append(make("figure", {}, make("figcaption", {}, caption), frame(html, mode, device, width, padded)));
      }
    }
    return box;
  };

  let timer = 0;
  const say = (text) => {
    const node = $("status");
    node.textContent = text;
    node.classList.add("on");
    clearTimeout(timer);
    timer = setTimeout(() => { node.classList.remove("on"); node.textContent = ""; }, 2200);
  };

  const byHand = (text, html) => {
    const holder = make("div", { contenteditable: "true", style: "position:fixed;inset-inline-start:-9999px;white-space:pre-wrap" });
    if (html) holder.innerHTML = html; else holder.textContent = text;
    document.body.append(holder);
    const range = document.createRange();
    range.selectNodeContents(holder);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    const done = document.execCommand("copy");
    holder.remove();
    return done;
  };

  const copy = async (text, html) => {
    try {
      if (html && navigator.clipboard && window.ClipboardItem) {
        const both = { "text/html": new Blob([html], { type: "text/html" }), "text/plain": new Blob([text], { type: "text/plain" }) };
        await navigator.clipboard.write([new ClipboardItem(both)]);
      } else {
        await navigator.clipboard.writeText(text);
      }
      say(w("copied"));
    } catch {
      say(byHand(text, html) ? w("copied") : w("not_copied"));
    }
  };

  // A letter is only the inside of its body when it is pasted into a mail program.
  const pasted = (html) => {
    const match = /<body[^>]*>([\s\S]*)<\/body>/i.exec(html);
    return match ? match[1] : html;
  };

  const heading = (title, meta) => [make("h1", {}, title), make("p", { class: "meta" }, ...meta)];

  const tabs = (names) => {
    const bar = make("div", { class: "bar tabs", role: "group", "aria-label": w("title") });
    for (const name of names) bar.append(button(w(name), () => { state.tab = name; show(); }, "chip", { "aria-pressed": String(state.tab === name) }));
    return bar;
  };

  const modes = () => {
    const bar = make("div", { class: "bar", role: "group", "aria-label": w("modes") });
    for (const name of [...MODES, "all"]) bar.append(button(w(name), () => { state.mode = name; show(); }, "chip", { "aria-pressed": String(state.mode === name) }));
    return bar;
  };

  const wrapped = (text) => text.split("\n").map((line) => {
    if (line.length <= COLUMNS || /^\s*\S+$/.test(line)) return line;
    const lead = (/^(\s*(?:[-*•>]|\d+\.)?\s*)/.exec(line) || [""])[0];
    const out = [];
    let row = lead;
    for (const word of line.slice(lead.length).split(" ")) {
      if (row.trim() && (row + " " + word).trim().length + (row.length - row.trimStart().length) > COLUMNS && row !== lead) {
        out.push(row);
        row = (lead.includes(">") ? lead : " ".repeat(lead.length)) + word;
      } else {
        row = row === lead ? row + word : `${row} ${word}`;
      }
    }
    out.push(row);
    return out.join("\n");
  }).join("\n");

  const MARK = /\[\[([^\]]*)\]\]/g;
  const named = (mark) => mark.replace(/\s+/g, " "); // a name may be divided where its line was
  const escaped = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const unescaped = (text) => text.replace(/&nbsp;|&#160;/g, " ").replace(/&#39;/g, "'").replace(/&(?:#34|quot);/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  const marked = (text) => [...text.matchAll(MARK)].map((m) => m[1]);
  const marks = (form) => [...new Set([...marked(`${form.subject}\n${form.text}`), ...marked(form.html).map(unescaped)].map(named))];
  const filled = (text, values) => text.replace(MARK, (whole, name) => values[named(name)] || whole);
  const linked = (value) => escaped(value).replace(/\n/g, "<br>").replace(/https?:\/\/[^\s<]+[^\s<.,;:!?)]/g, (url) => `<a href="${url}">${url}</a>`);

  const address = (value) => escaped(/^(https?:\/\/|mailto:|tel:)/i.test(value.trim()) ? value.trim() : `https://${value.trim()}`);
  const filledPage = (letter, subject, values) => {
    const value = (name) => values[named(unescaped(name))];
    const made = letter.form.html.replace(/<title>[^<]*<\/title>/, () => `<title>${escaped(subject)}</title>`)
      .replace(/="\[\[([^\]"]*)\]\]"/g, (whole, name) => (value(name) ? `="${address(value(name))}"` : whole))
      .replace(MARK, (whole, name) => (value(name) ? linked(value(name)) : whole));
    if (/<html/i.test(made)) return made;
    return `<!DOCTYPE html><html lang="${letter.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`
      + `<title>${escaped(subject)}</title></head><body><div lang="${letter.locale}">${made}</div></body></html>`;
  };

  const encoded = (text) => {
    const bytes = new TextEncoder().encode(text);
    let raw = "";
    for (const byte of bytes) raw += String.fromCharCode(byte);
    return btoa(raw).replace(/.{76}/g, "$&\r\n");
  };
  const header = (text) => {
    const clean = text.replace(/[\r\n\0]/g, " ");
    if (/^[\x20-\x7e]*$/.test(clean)) return clean;
    const parts = [];
    let part = "";
    for (const letter of clean) {
      if (new TextEncoder().encode(part + letter).length > 42) { parts.push(part); part = ""; }
      part += letter;
    }
    return [...parts, part].map((p) => `=?utf-8?B?${encoded(p)}?=`).join("\r\n ");
  };
  const identity = () => [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const draft = (letter, subject, text, html) => {
    const edge = "=_mailsetup_letter";
    const part = (type, body) => `--${edge}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded(body)}\r\n`;
    const name = /^[\x20-\x7e]*$/.test(letter.name) ? `"${letter.name.replace(/["\\]/g, "")}"` : header(letter.name);
    const head = `From: ${name}\r\n <${letter.from}>\r\nSubject: ${header(subject)}\r\nDate: ${new Date().toUTCString().replace("GMT", "+0000")}\r\n`
      + `Message-ID: <${identity()}@${data.domain}>\r\nX-Unsent: 1\r\nContent-Language: ${letter.locale}\r\nMIME-Version: 1.0\r\n`;
    return `${head}Content-Type: multipart/alternative; boundary="${edge}"\r\n\r\n`
      + part("text/plain", text.replace(/\n/g, "\r\n")) + part("text/html", html) + `--${edge}--\r\n`;
  };
  const save = (name, text) => {
    const url = URL.createObjectURL(new Blob([text], { type: "message/rfc822" }));
    const link = make("a", { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };

  const fillIn = (letter) => {
    const values = (state.values[`${letter.id}.${letter.locale}`] ??= {});
    const names = marks(letter.form);
    const result = make("pre", { id: "result", tabindex: "0", "aria-label": w("result") });
    const left = make("p", { class: "meta", role: "status" });
    const finished = () => {
      const subject = filled(letter.form.subject, values);
      const text = wrapped(filled(letter.form.text, values));
      return { subject, text, html: filledPage(letter, subject, values) };
    };
    const redraw = () => {
      const { subject, text } = finished();
      result.replaceChildren();
      const whole = `${w("subject")}: ${subject}\n\n${text}`;
      let at = 0;
      for (const match of whole.matchAll(MARK)) {
        result.append(whole.slice(at, match.index), make("mark", {}, match[1]));
        at = match.index + match[0].length;
      }
      result.append(whole.slice(at));
      const open = names.filter((name) => !values[name]).length;
      left.textContent = open ? `${w("left")} ${open}` : w("complete");
    };
    const form = make("form", { onsubmit: (event) => event.preventDefault() }, make("h2", {}, w("fields")), make("p", { class: "meta" }, names.length ? w("fields_hint") : w("no_fields")));
    names.forEach((name, number) => {
      const label = name.includes(":") ? name.slice(name.indexOf(":") + 1).trim() : name;
      const field = make("textarea", { id: `field-${number}`, rows: "1", oninput: (event) => { values[name] = event.target.value; redraw(); } });
      field.value = values[name] || "";
      form.append(make("label", { for: `field-${number}` }, label), field);
    });
    const actions = make("div", { class: "bar" },
      button(w("copy_html"), () => { const f = finished(); copy(f.text, pasted(f.html)); }, "action main"),
      button(w("copy_text"), () => copy(finished().text)),
      button(w("copy_subject"), () => copy(finished().subject)),
      button(w("download"), () => { const f = finished(); save(`${letter.id}.${letter.locale}.eml`, draft(letter, f.subject, f.text, f.html)); }));
    redraw();
    return make("div", { class: "fill" }, form, make("div", {}, make("h2", {}, w("result")), left, actions, result));
  };

  const showLetter = (letter) => {
    const meta = [make("span", { class: "badge" }, w(`class_${letter.class}`)), letter.purpose ? `${letter.purpose} ` : "", make("code", {}, letter.id)];
    const parts = [...heading(letter.subject, meta), tabs(["preview", "text", "fill"])];
    if (state.tab === "fill") return [...parts, fillIn(letter)];
    const actions = [button(w("copy_subject"), () => copy(letter.subject)), button(w("copy_text"), () => copy(letter.text))];
    if (state.tab === "text" || !letter.html) return [...parts, make("div", { class: "bar" }, ...actions), ...(letter.html ? [] : [make("p", { class: "meta" }, w("only_text"))]), make("pre", { tabindex: "0" }, letter.text)];
    actions.unshift(button(w("copy_html"), () => copy(letter.text, pasted(letter.html)), "action main"), button(w("copy_source"), () => copy(letter.html)));
    return [...parts, modes(), stage(letter.html, false), make("div", { class: "bar", style: "margin-top:16px" }, ...actions), make("p", { class: "note" }, w("note"))];
  };

  const showSignature = (one) => {
    const meta = [make("span", { class: "badge" }, one.layout), make("code", {}, one.id)];
    const parts = [...heading(one.person, meta)];
    if (!one.html) return [...parts, make("div", { class: "bar" }, button(w("copy_text"), () => copy(one.text), "action main")), make("pre", { tabindex: "0" }, one.text)];
    parts.push(tabs(["preview", "text"]));
    const actions = make("div", { class: "bar", style: "margin-top:16px" },
      button(w("copy_signature"), () => copy(one.text, one.paste), "action main"), button(w("copy_source"), () => copy(one.paste)), button(w("copy_text"), () => copy(one.text)));
    if (state.tab === "text") return [...parts, actions, make("pre", { tabindex: "0" }, one.text)];
    return [...parts, modes(), stage(one.html, true), actions, make("p", { class: "note" }, w("note"))];
  };

  const showModels = () => {
    const cards = shownLetters().filter((l) => l.model).map((l) => make("article", { class: "card" },
      make("h2", {}, l.form.subject.replace(MARK, (_, name) => `‹${name.slice(name.indexOf(":") + 1).trim()}›`)),
      make("p", {}, l.form.text.replace(MARK, (_, name) => `‹${name.slice(name.indexOf(":") + 1).trim()}›`)),
      make("div", { class: "bar" }, button(w("copy_text"), () => copy(l.form.text), "action", { "aria-label": `${w("copy_text")}: ${l.id}` }),
        button(w("open_model"), () => { state.tab = "fill"; go(`letter/${l.id}`); }, "action main", { "aria-label": `${w("open_model")}: ${l.id}` }))));
    return [...heading(w("models"), [w("models_hint")]), cards.length ? make("div", { class: "models" }, ...cards) : make("p", { class: "meta" }, w("nothing"))];
  };

  const entry = (id, label) => make("li", {}, button(label, () => go(id), "", { "aria-current": String(state.id === id), "data-id": id }));
  const section = (title, items, big) => (items.length ? [make("h2", big ? { class: "big" } : {}, title), make("ul", {}, ...items)] : []);

  const drawNav = () => {
    const nav = $("nav");
    const at = nav.scrollTop;
    const groups = new Map();
    for (const l of shownLetters()) groups.set(l.group, [...(groups.get(l.group) || []), entry(`letter/${l.id}`, l.subject)]);
    const people = new Map();
    for (const s of shownSignatures()) people.set(s.person, [...(people.get(s.person) || []), entry(`signature/${s.id}`, s.layout)]);
    const parts = [make("ul", {}, entry("models", w("models")))];
    if (groups.size) parts.push(make("h2", { class: "big" }, `${w("letters")} · ${shownLetters().length}`));
    for (const [group, items] of groups) parts.push(...section(w(`group_${group}`).replace(/^group_/, ""), items));
    if (people.size) parts.push(make("h2", { class: "big" }, `${w("signatures")} · ${shownSignatures().length}`));
    for (const [person, items] of people) parts.push(...section(person, items));
    if (!groups.size && !people.size) parts.push(make("p", {}, w("nothing")));
    nav.setAttribute("aria-label", w("title"));
    nav.replaceChildren(...parts);
    nav.scrollTop = at;
  };

  const drawTop = () => {
    document.documentElement.lang = data.words[state.locale] ? state.locale : "en";
    $("brand").textContent = data.brand[state.locale];
    $("title").textContent = w("title");
    document.title = `${data.brand[state.locale]}: ${w("title")}`;
    $("search-label").textContent = w("search");
    $("search").placeholder = w("search_hint");
    const langs = $("langs");
    langs.setAttribute("aria-label", w("language"));
    langs.replaceChildren(...(data.locales.length > 1 ? data.locales : []).map((name) => button(name.toUpperCase(), () => { state.locale = name; draw(); }, "chip", { "aria-pressed": String(name === state.locale), lang: name })));
  };

  const show = () => {
    const [kind, ...rest] = state.id.split("/");
    const id = rest.join("/");
    const main = $("main");
    if (kind === "letter") {
      const one = letters().find((l) => l.id === id);
      if (one) { main.replaceChildren(...showLetter(one)); return; }
    }
    if (kind === "signature") {
      const one = signatures().find((s) => s.id === id);
      if (one) { if (state.tab === "fill") state.tab = "preview"; main.replaceChildren(...showSignature(one)); return; }
    }
    main.replaceChildren(...showModels());
  };

  const go = (id) => {
    state.id = id;
    try { history.replaceState(null, "", `#${encodeURI(id)}`); } catch { /* a page opened from a file may not */ }
    for (const one of $("nav").querySelectorAll("[data-id]")) one.setAttribute("aria-current", String(one.dataset.id === id));
    show();
    $("main").scrollTop = 0;
  };

  const draw = () => { drawTop(); drawNav(); show(); };

  $("search").addEventListener("input", (event) => { state.query = event.target.value; drawNav(); if (state.id === "models") show(); });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); $("search").focus(); }
  });
  const asked = decodeURI(location.hash.slice(1));
  state.id = asked || (letters()[0] ? `letter/${(letters().find((l) => l.id === "order.shipped") || letters()[0]).id}` : "models");
  draw();
})();
