// Filter, search, copy, expand: comforts. The page says everything without this script.
"use strict";
(() => {
  const form = document.getElementById("filters");
  const rows = [...document.querySelectorAll("table.requirements tbody tr")];
  const output = form.querySelector("output");
  let index = null;

  // Read from the page on first use: what each requirement holds, and its findings one by one.
  const read = () => rows.map((row) => {
    const detail = document.getElementById(decodeURIComponent(row.querySelector("a").hash.slice(1)));
    const findings = [...(detail ? detail.querySelectorAll(".findings > li") : [])].map((item) => {
      const rule = item.closest("details.rule");
      const place = item.querySelector(".path");
      return { item, rule: rule.dataset.rule, severity: rule.dataset.severity, file: (place ? place.textContent : "").toLowerCase() };
    });
    const files = [...(detail ? detail.querySelectorAll(".pieces .path") : [])].map((file) => file.textContent.toLowerCase());
    return { row, detail, findings, files, text: (row.textContent + " " + (detail ? detail.textContent : "")).toLowerCase() };
  });

  const apply = () => {
    index ??= read();
    const value = (name) => form.elements[name].value;
    const file = value("file").trim().toLowerCase();
    const text = value("text").trim().toLowerCase();
    const byFinding = value("rule") || value("severity");
    let shown = 0;
    for (const entry of index) {
      const data = entry.row.dataset;
      let kept = 0;
      for (const finding of entry.findings) {
        const match = (!value("rule") || finding.rule === value("rule"))
          && (!value("severity") || finding.severity === value("severity"))
          && (!file || finding.file.includes(file));
        finding.item.hidden = !match;
        kept += match ? 1 : 0;
      }
      const visible = (!value("verdict") || data.verdict === value("verdict"))
        && (!value("profile") || data.profile === value("profile"))
        && (!value("section") || data.section === value("section"))
        && (!byFinding || kept > 0)
        && (!file || kept > 0 || (!byFinding && entry.files.some((name) => name.includes(file))))
        && (!text || entry.text.includes(text));
      entry.row.hidden = !visible;
      if (entry.detail) {
        entry.detail.hidden = !visible;
        for (const rule of entry.detail.querySelectorAll("details.rule")) {
          rule.hidden = !rule.querySelector(".findings > li:not([hidden])");
        }
      }
      shown += visible ? 1 : 0;
    }
    output.textContent = `${shown} / ${index.length} ${output.dataset.label}`;
  };

  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const open = event.target.dataset.open;
    if (open === undefined) return;
    for (const detail of document.querySelectorAll("details.req:not([hidden])")) detail.open = open === "1";
  });
  form.hidden = false;

  // A link to something folded unfolds it.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Everything is open on paper, and folded again as it was afterwards.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const detail of folded) detail.open = true;
  });
  addEventListener("afterprint", () => { for (const detail of folded) detail.open = false; });

  // One listener for every command: 10,000 findings must not mean 10,000 buttons.
  if (navigator.clipboard) {
    const words = document.getElementById("main").dataset;
    document.addEventListener("pointerover", (event) => {
      const run = event.target.closest(".run");
      if (run) button(run);
    });
    document.addEventListener("focusin", (event) => {
      const item = event.target.closest(".findings > li");
      const run = item && item.querySelector(".run");
      if (run) button(run);
    });
    const button = (run) => {
      if (run.querySelector("button")) return;
      const copy = document.createElement("button");
      copy.type = "button";
      copy.className = "copy";
      copy.textContent = words.copy;
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(run.querySelector("code").textContent);
        copy.textContent = words.copied;
        setTimeout(() => { copy.textContent = words.copy; }, 1500);
      });
      run.querySelector("dd").append(copy);
    };
  }
})();
