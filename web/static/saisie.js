// The form of a submission, while one types: it is saved, added up, and takes a
// block of cells from a spreadsheet. Without this, « Enregistrer le brouillon » does.
(() => {
  "use strict";
  const parsed = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null; // no storage, or nothing there
    }
  };
  const forget = (name) => {
    try {
      localStorage.removeItem(name);
    } catch { /* nothing was kept */ }
  };
  const form = document.querySelector("form[data-entry]");
  if (!form) { // handed in: what was sent then is no longer to be kept
    for (const name of Object.keys(localStorage)) if (name.startsWith(`copil ${location.pathname} `) && parsed(name)?.sent) forget(name);
    return;
  }
  const line = document.querySelector("#enregistrement");
  const at = form.getAttribute("action"); // form.action is a button
  const { _version: version, _profil: profile } = form.elements;
  const key = `copil ${at} ${profile.value}`;
  const rest = 1500, longest = 60000; // milliseconds: after the last key; between two tries
  const fold = (text) => text.trim().replace(/\r\n?/g, "\n");
  const number = (text) => (text.trim() === "" ? NaN : Number(text.replace(/\s/g, "").replace(",", ".").replace("\u2212", "-")));
  const entries = (text) => [...new Set(text.split(/[\n;,]/).map((t) => t.trim()).filter(Boolean))].join("\n");
  // As the server reads them: « 1,5 » and « 1,50 » are one number.
  const same = (a = "", b = "") => a === b || number(a) === number(b) || entries(a) === entries(b);

  const answers = () => {
    const all = {};
    for (const [name, value] of new FormData(form)) if (name[0] !== "_") all[name] = fold(value);
    return all;
  };
  const copy = parsed(key);
  const stored = answers();
  // A form shown again after a refusal: what was typed is on the page, but not stored.
  if ("unsaved" in form.dataset) for (const name of Object.keys(copy?.typed ?? stored)) stored[name] = null;
  const unsaved = (now = answers()) => {
    const typed = {};
    for (const name of Object.keys({ ...stored, ...now })) if ((now[name] ?? "") !== (name in stored ? stored[name] : "")) typed[name] = now[name] ?? "";
    return typed;
  };

  let timer, busy, halted, leaving;

  // What is typed and not saved stays on this device; after a conflict, with no
  // version: whoever comes back to it still has to choose.
  const keep = (more) => {
    try {
      const typed = unsaved();
      if (Object.keys(typed).length) localStorage.setItem(key, JSON.stringify({ version: halted ? "" : version.value, typed, ...more }));
      else forget(key);
      return true;
    } catch {
      return false; // private browsing, or no room
    }
  };
  const say = (tone, text, ...more) => {
    line.dataset.tone = tone;
    line.replaceChildren(text, ...more.flatMap((part) => [" ", part]));
    document.documentElement.style.scrollPaddingBlockEnd = `${line.offsetHeight + 24}px`; // it must not cover what has the focus
  };
  const failed = (why) => say("danger", `Non enregistré\u00a0: ${why} ${keep() ? "Ce que vous avez tapé est gardé sur cet appareil." : "Gardez cette page ouverte."}`);
  const choice = (text, act) => {
    const b = document.createElement("button");
    Object.assign(b, { type: "button", className: "link", textContent: text, onclick: act });
    return b;
  };
  const reload = () => location.assign(at);

  let wait = rest;
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };
  const conflict = (message, mine = () => { keep({ mine: true }); leaving = true; reload(); }) => {
    halted = true;
    say("danger", message,
      choice("Reprendre les chiffres enregistrés", () => { forget(key); leaving = true; reload(); }),
      choice("Garder ce que j’ai tapé", mine));
  };
  const signIn = (message) => {
    const a = document.createElement("a");
    Object.assign(a, { href: `/connexion?retour=${encodeURIComponent(at)}`, target: "_blank", rel: "noopener", textContent: "Se reconnecter dans un nouvel onglet" });
    failed(message[0].toLowerCase() + message.slice(1));
    line.append(" ", a);
  };

  const accept = (sent, answer) => {
    if (answer.version > Number(version.value) + 1) return conflict("Cette saisie a été modifiée entre-temps, dans une autre fenêtre ou par une autre personne.");
    version.value = answer.version;
    for (const [name, value] of Object.entries(sent)) if (!(name in answer.problems)) stored[name] = value; // else it may not have been read
    for (const name of Object.keys(stored)) if (!(name in sent)) delete stored[name];
    wait = rest;
    keep();
    show(answer);
    const slip = Object.keys(answer.problems).some((name) => sent[name] && !name.endsWith("-commentaire") && Number.isNaN(number(sent[name])));
    say(slip ? "danger" : "success", `Enregistré${slip ? ", sauf ce qui ne se lit pas," : ""} à ${new Date(answer.at).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" })}`);
  };
  const send = async () => {
    const sent = answers();
    const body = new URLSearchParams(new FormData(form));
    body.set("action", "auto");
    let reply, answer;
    try {
      reply = await fetch(at, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: document.hidden });
      answer = await reply.json();
    } catch {
      failed(reply ? "le service ne répond pas." : "connexion perdue.");
      return later(wait = Math.min(2 * wait, longest));
    }
    if (reply.ok) accept(sent, answer);
    else if (reply.status === 401) signIn(answer.message);
    else if (reply.status === 409) conflict(answer.message);
    else failed(answer.message);
    if (reply.status === 429 || reply.status >= 500) later(wait = Math.min(2 * wait, longest));
    else if (reply.ok && JSON.stringify(answers()) !== JSON.stringify(sent)) later(rest);
  };
  const save = async () => {
    clearTimeout(timer);
    if (busy || halted || leaving || !Object.keys(unsaved()).length) return;
    busy = send();
    await busy;
    busy = null;
  };

  // What is wrong stands at its field and in the list on top. A refusal stays
  // until its field has been touched.
  const touched = new WeakSet();
  const refused = form.querySelector(".summary-errors[role=alert]");
  const place = (el) => el.closest("fieldset, .field") ?? el;
  const title = (el) => el.dataset.title ?? el.getAttribute("aria-label") ?? place(el).querySelector("legend, label")?.firstChild.textContent.trim() ?? "";
  const mark = (name, text) => {
    const el = document.getElementById(name);
    if (!el) return;
    const p = document.createElement("p");
    Object.assign(p, { className: "error", id: `${name}-erreur`, textContent: text });
    if (el.matches("fieldset")) el.querySelector("legend").after(p);
    else (el.closest(".cell-row, textarea, .with-unit") ?? el)[el.closest("td") ? "after" : "before"](p);
    if (el.matches("input, textarea")) el.setAttribute("aria-invalid", "true");
    if (el.closest("details")) el.closest("details").open = true;
    el.setAttribute("aria-describedby", `${el.getAttribute("aria-describedby") ?? ""} ${p.id}`.trim());
  };
  const unmark = (p) => {
    const el = document.getElementById(p.id.replace(/-erreur$/, ""));
    el?.removeAttribute("aria-invalid");
    const ids = (el?.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== p.id);
    el?.setAttribute("aria-describedby", ids.join(" "));
    p.remove();
  };
  const inView = (el) => {
    const r = el.getBoundingClientRect();
    return r.top >= 0 && r.bottom <= innerHeight;
  };
  const show = ({ problems, alerts }) => {
    const at = document.activeElement, seen = form.contains(at) && inView(at);
    for (const p of form.querySelectorAll("[data-alert]")) p.textContent = alerts[p.dataset.alert] ?? "";
    for (const p of form.querySelectorAll(".error[id$=-erreur]")) if (!refused || touched.has(place(p))) unmark(p);
    for (const [name, text] of Object.entries(problems)) if (!document.getElementById(`${name}-erreur`)) mark(name, text);
    list();
    if (seen && !inView(at)) at.scrollIntoView({ block: "center" }); // what came above pushed it away
  };
  const list = () => {
    const errors = [...form.querySelectorAll(".error[id$=-erreur]")];
    let box = form.querySelector(".summary-errors");
    if (!errors.length) return box?.remove();
    if (!box) {
      box = document.createElement("div");
      box.className = "summary-errors";
      form.prepend(box);
    }
    const p = document.createElement("p");
    p.className = "summary-title";
    p.textContent = errors.length > 1 ? `${errors.length} points bloquent la soumission` : "1 point bloque la soumission";
    const ul = document.createElement("ul");
    for (const e of errors) {
      const a = document.createElement("a");
      const el = document.getElementById(e.id.replace(/-erreur$/, ""));
      a.href = `#${el?.id ?? e.id}`;
      const text = e.textContent.replace(/^Erreur\s:\s/, "");
      a.textContent = `${title(el ?? e)}\u00a0: ${/^.\p{Lu}/u.test(text) ? text : text[0].toLowerCase() + text.slice(1)}`;
      ul.append(document.createElement("li"));
      ul.lastChild.append(a);
    }
    box.removeAttribute("role");
    box.replaceChildren(p, ul);
  };

  // Totals of a table: of rows, of columns, of all.
  const grid = (table) => [...table.tBodies[0].rows].map((tr) => [...tr.querySelectorAll("input")]);
  const add = (table) => {
    const places = Number(table.closest("[data-places]").dataset.places);
    const sum = (boxes) => {
      const known = boxes.map((b) => number(b.value)).filter((n) => !Number.isNaN(n) && (places || Number.isInteger(n)));
      return known.length ? known.reduce((a, b) => a + b, 0).toLocaleString("fr-FR", { minimumFractionDigits: places, maximumFractionDigits: places }) : "";
    };
    const rows = grid(table);
    const put = (cell, boxes) => { if (cell) cell.textContent = sum(boxes); };
    [...table.tBodies[0].rows].forEach((tr, i) => put(tr.querySelector("[data-total]"), rows[i]));
    const feet = [...table.querySelectorAll("tfoot [data-total]")];
    feet.forEach((cell, i) => put(cell, i === feet.length - 1 ? rows.flat() : rows.map((r) => r[i])));
    const empty = rows.flat().some((b) => b.value.trim() === "");
    const last = feet.at(-1);
    if (last?.textContent && empty) last.textContent += " (partiel)";
  };
  form.addEventListener("paste", (event) => {
    const from = event.target.closest("td input");
    const lines = event.clipboardData.getData("text").replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n").map((l) => l.split("\t"));
    if (!from || lines.flat().length < 2) return;
    event.preventDefault();
    const rows = grid(from.closest("table"));
    const top = rows.findIndex((r) => r.includes(from)), left = rows[top].indexOf(from);
    let filled = 0;
    lines.forEach((l, i) => l.forEach((text, j) => {
      const box = rows[top + i]?.[left + j];
      if (box) { box.value = text.trim(); filled++; }
    }));
    const over = lines.flat().length - filled;
    from.dispatchEvent(new Event("input", { bubbles: true }));
    say("", `${filled} case${filled > 1 ? "s" : ""} remplie${filled > 1 ? "s" : ""}${over ? `\u00a0; ${over} de trop, laissée${over > 1 ? "s" : ""} de côté` : ""}.`);
  });

  const typed = (event) => {
    touched.add(place(event.target));
    const table = event.target.closest("[data-places] table");
    if (table) add(table);
    keep();
    later(event.type === "change" ? 200 : rest);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  document.addEventListener("visibilitychange", save);
  addEventListener("focus", save);
  addEventListener("online", save);
  addEventListener("pageshow", () => { leaving = false; });
  // One sending at a time: the second would find another version.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    keep({ sent: true });
    if (!busy) {
      leaving = true;
      return;
    }
    event.preventDefault();
    busy.then(() => form.requestSubmit(event.submitter));
  });

  const putBack = (values) => {
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      if (!field) continue;
      field.value = value;
      const details = (field[0] ?? field).closest?.("details");
      if (details && value) details.open = true;
    }
    for (const table of form.querySelectorAll("[data-places] table")) add(table);
  };
  if ("unsaved" in form.dataset) {
    history.replaceState(null, ""); // a page to ask for, no more a form to send: Back and reload find what is stored, and the copy
    if ("conflict" in form.dataset) conflict("Ce que vous avez tapé n’est pas enregistré.");
    keep();
  } else if (copy) {
    const typed = Object.fromEntries(Object.entries(copy.typed).filter(([name, value]) => name in form.elements && !same(value, stored[name])));
    if (!Object.keys(typed).length) return forget(key);
    putBack(typed);
    if (!copy.mine && copy.version !== version.value) return conflict("Ce que vous aviez tapé et qui n’était pas enregistré est remis dans les cases, mais la saisie a changé depuis.", () => { halted = false; save(); });
    keep();
    say("info", "Ce que vous aviez tapé et qui n’était pas enregistré est remis dans les cases.");
    later(rest);
  }
})();
