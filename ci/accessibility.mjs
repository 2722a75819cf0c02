// Accessibility of HTML reports: axe-core in headless Chromium, at desktop and phone width, light and dark.
//
//   npm install --no-save axe-core && node ci/accessibility.mjs report.html...
//
// Needs Node 20 or later, Chromium (CHROMIUM names it) and axe-core (in node_modules, or AXE names axe.min.js). Exits
// with 1 on any violation of WCAG 2.1 A or AA, on a blocked script or style, and on any attempt to reach the network.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

// Node 20 has WebSocket behind a flag only.
if (typeof WebSocket === "undefined" && !process.execArgv.includes("--experimental-websocket")) {
  const again = spawnSync(process.execPath, ["--experimental-websocket", "--no-warnings", ...process.argv.slice(1)], { stdio: "inherit" });
  process.exit(again.status ?? 1);
}

const axe = readFileSync(process.env.AXE ?? createRequire(join(process.cwd(), "x.js")).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const views = [
  { name: "desktop, light", width: 1280, height: 900, scheme: "light" },
  { name: "desktop, dark", width: 1280, height: 900, scheme: "dark" },
  { name: "phone, light", width: 390, height: 844, scheme: "light" },
  { name: "phone, dark", width: 390, height: 844, scheme: "dark" },
];
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const profile = mkdtempSync(join(tmpdir(), "conforme-axe-"));
const browser = spawn(process.env.CHROMIUM ?? "chromium", [
  "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank",
], { stdio: "ignore" });

async function connect() {
  for (let attempt = 0; attempt < 720; attempt += 1) {
    try {
      const port = readFileSync(join(profile, "DevToolsActivePort"), "utf8").split("\n")[0];
      const pages = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
      const page = pages.find((one) => one.type === "page");
      if (page) return new WebSocket(page.webSocketDebuggerUrl);
    } catch { /* not ready yet */ }
    await pause(250);
  }
  throw new Error("Chromium did not start");
}

let failures = 0;
try {
  const socket = await connect();
  await new Promise((done) => { socket.onopen = done; });
  const waiting = new Map();
  const troubles = [];
  let loaded = () => {};
  let next = 0;
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (message.id) return waiting.get(message.id)?.(message);
    if (message.method === "Page.loadEventFired") loaded();
    if (message.method === "Log.entryAdded") troubles.push(message.params.entry.text);
    if (message.method === "Runtime.exceptionThrown") troubles.push(message.params.exceptionDetails.text);
    if (message.method === "Network.requestWillBeSent" && /^https?:/.test(message.params.request.url)) {
      troubles.push(`network: ${message.params.request.url}`);
    }
  };
  const send = (method, params = {}) => new Promise((done) => {
    next += 1;
    waiting.set(next, (message) => done(message.result ?? message));
    socket.send(JSON.stringify({ id: next, method, params }));
  });
  for (const domain of ["Page", "Log", "Runtime", "Network"]) await send(`${domain}.enable`);
  for (const file of process.argv.slice(2)) {
    for (const view of views) {
      await send("Emulation.setDeviceMetricsOverride", { width: view.width, height: view.height, deviceScaleFactor: 1, mobile: false });
      await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: view.scheme }] });
      troubles.length = 0;
      const whenLoaded = new Promise((done) => { loaded = done; });
      await send("Page.navigate", { url: pathToFileURL(resolve(file)).href });
      await whenLoaded;
      const { result } = await send("Runtime.evaluate", {
        expression: `${axe}; axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then((r) => JSON.stringify(r.violations))`,
        awaitPromise: true,
        returnByValue: true,
      });
      const violations = JSON.parse(result.value);
      failures += violations.length + troubles.length;
      console.log(`${file}, ${view.name}: ${violations.length} violations`);
      for (const trouble of troubles) console.log(`  ${trouble}`);
      for (const violation of violations) {
        console.log(`  ${violation.id} (${violation.impact}): ${violation.help}, ${violation.nodes.length} places`);
        for (const node of violation.nodes.slice(0, 3)) console.log(`    ${node.target.join(" ")}`);
      }
    }
  }
  socket.close();
} finally {
  browser.kill();
  await pause(300);
  rmSync(profile, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0);
