"use strict";
(function () {
  const page = document.documentElement;
  const said = document.getElementById("said");
  const buttons = document.querySelectorAll("[data-choose]");

  function choose(level) {
    page.dataset.level = level;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.choose === level));
    }
  }
  for (const button of buttons) {
    button.addEventListener("click", function () { choose(button.dataset.choose); });
  }
  const wanted = location.hash.slice(1);
  if (wanted === "technician" || wanted === "auditor") choose(wanted);

  function copied(button) {
    const before = button.querySelector("span");
    const text = before.textContent;
    before.textContent = button.dataset.done;
    said.textContent = button.dataset.done;
    setTimeout(function () { before.textContent = text; said.textContent = ""; }, 1600);
  }
  function copyByHand(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "vh";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", function () {
      const text = button.dataset.copy;
      if (navigator.clipboard && window.isSecureContext) {
        navigator.clipboard.writeText(text).catch(function () { copyByHand(text); }).then(function () { copied(button); button.focus(); });
      } else {
        copyByHand(text);
        copied(button);
        button.focus();
      }
    });
  }
  document.getElementById("print").addEventListener("click", function () { window.print(); });
  for (const part of document.querySelectorAll(".needs-script")) part.hidden = false;
})();
