// What makes pages nicer; every page works without it.
(() => {
  "use strict";
  const find = (selector, root = document) => root.querySelector(selector);

  // The summary of errors takes the focus, so that it is read first.
  find("[data-focus]")?.focus();

  // A menu closes when the attention goes elsewhere, or on Escape.
  const closeProfile = (event) => {
    const menu = find(".profile[open]");
    if (!menu || (event.key ? event.key !== "Escape" : menu.contains(event.target))) return;
    menu.open = false;
    if (event.key) find("summary", menu).focus();
  };
  document.addEventListener("click", closeProfile);
  document.addEventListener("keydown", closeProfile);

  // Typing a number in a cell answers « Chiffre ».
  document.addEventListener("input", (event) => {
    if (event.target.matches(".cell-number input") && event.target.value.trim() !== "") {
      find('[value="nombre"]', event.target.closest(".cell")).checked = true;
    }
  });

  // A second click does not send a form twice; long entries are not left by accident.
  let changed = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form:has(.cell, textarea):not([data-entry])")) changed = true;
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    if (event.defaultPrevented) return;
    changed = false;
    if (form.method !== "post") return;
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  const released = () => {
    for (const form of document.forms) delete form.dataset.sent;
    for (const b of document.querySelectorAll("button[aria-disabled]")) b.removeAttribute("aria-disabled");
  };
  addEventListener("pageshow", released);
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  // Browsers that cannot open a closed details by style alone print it all the same.
  addEventListener("beforeprint", () => {
    for (const d of document.querySelectorAll("main details:not([open])")) {
      d.open = true;
      d.dataset.printed = "yes";
    }
  });
  addEventListener("afterprint", () => {
    for (const d of document.querySelectorAll("[data-printed]")) d.open = false;
  });
})();
