// Measures the editor in Chromium against a running server: measure-editor.js PLAYWRIGHT ADDRESS [TASKS]. Started by measure-editor.sh.
const [playwright, address, count = "300"] = process.argv.slice(2);
const { chromium } = require(playwright);
const tasks = Number(count);

// Groups of ten: one task splits into four lanes of two, one task joins them.
const definition = {
  name: `${tasks} tasks`,
  input: [{ name: "text", type: "string", default: "x" }],
  tasks: Array.from({ length: tasks }, (_, i) => {
    const [group, place] = [Math.floor(i / 10), i % 10];
    const name = (at) => at === 0 ? `g${group}_split` : at === 9 ? `g${group}_join` : `g${group}_lane_${at}`;
    const before = place === 0 ? (group ? [`g${group - 1}_join`] : []) : place === 9 ? [5, 6, 7, 8].map(name) : [name(place < 5 ? 0 : place - 4)];
    return { ref: name(place), type: "Text.Reverse", depends_on: before, input: { text: before[0] ? `{{refs.${before[0]}.output.text}}` : "{{input.text}}" } };
  }),
  output: [],
};

const quantile = (values, part) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];
const said = (values) => `median ${quantile(values, 0.5).toFixed(0)} ms, p95 ${quantile(values, 0.95).toFixed(0)} ms, longest ${Math.max(...values).toFixed(0)} ms (${values.length})`;
const say = (what, figures) => console.log(`${what.padEnd(34)} ${figures}`);

async function open(browser, path, listens = false) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: address });
  const page = await context.newPage();
  const sent = [];
  // Only where frames are counted: handing every frame on costs the browser time.
  if (listens) page.on("websocket", (socket) => socket.on("framesent", (frame) => sent.push(frame.payload.length)));
  await page.addInitScript(() => {
    const note = (name, ready) => { if (ready && !(name in (window.moments ??= {}))) window.moments[name] = performance.now(); };
    const look = () => {
      note("drawn", document.querySelector(".canvas"));
      note("interactive", document.documentElement?.hasAttribute("data-interactive"));
      note("canvas", document.querySelector(".canvas.shown"));
      if (!(window.moments?.canvas && window.moments.interactive)) setTimeout(look, 4);
    };
    look();
  });
  // A browser that has been open for a while, and nothing of the page in its cache.
  await page.waitForTimeout(700);
  await page.goto(path);
  await page.locator(".canvas.shown").waitFor();
  await page.waitForFunction(() => window.moments?.canvas && window.moments.interactive);
  return { page, sent, moments: await page.evaluate(() => window.moments), close: () => context.close() };
}

// Times of frames while a gesture goes on.
async function frames(page, gesture) {
  await page.evaluate(() => {
    window.frameTimes = [];
    let last = performance.now();
    const next = (now) => { window.frameTimes?.push(now - last); last = now; if (window.frameTimes) requestAnimationFrame(next); };
    requestAnimationFrame(next);
  });
  await gesture();
  return page.evaluate(() => { const times = window.frameTimes.slice(2); window.frameTimes = null; return times; });
}

const move = async (page, from, to, moments) => {
  for (let i = 0; i <= moments; i++) await page.mouse.move(from.x + (to.x - from.x) * i / moments + Math.sin(i / 5) * 30, from.y + (to.y - from.y) * i / moments);
};

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  const saved = await fetch(`${address}/workflows`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(definition) });
  if (saved.status !== 201) throw new Error(await saved.text());
  const path = `/app/workflows/${(await saved.json()).workflow_id}`;

  const opened = { drawn: [], interactive: [], canvas: [] };
  console.log(`The editor with ${tasks} tasks, ${await browser.version()}`);
  for (let i = 0; i < 15; i++) {
    const each = await open(browser, path);
    // The first visits of all warm the server up.
    if (i === 0) say("open: first since the start", `${Math.max(each.moments.interactive, each.moments.canvas).toFixed(0)} ms`);
    if (i >= 5) for (const name of Object.keys(opened)) opened[name].push(each.moments[name]);
    await each.close();
  }
  for (const [name, values] of Object.entries(opened)) say(`open: ${name}`, said(values));

  const { page, sent } = await open(browser, path, true);
  const card = (ref) => page.locator(`.task-card[data-ref="${ref}"] button`);
  await card("g0_lane_1").click();
  await page.getByRole("region", { name: "Task g0_lane_1" }).waitFor();

  await page.locator(".inspector summary").filter({ hasText: "Name and description" }).click();

  // From the key that ends the typing until the card shows it.
  const edits = [];
  for (let i = 0; i < 12; i++) {
    const field = page.locator(".inspector").getByLabel("name", { exact: true });
    await field.fill(`Title ${i}`);
    edits.push(await page.evaluate(async (value) => {
      const start = performance.now();
      const shown = new Promise((done) => {
        const watcher = new MutationObserver(() => { if (document.querySelector('.task-card[data-ref="g0_lane_1"]').textContent.includes(value)) { watcher.disconnect(); done(); } });
        watcher.observe(document.querySelector(".canvas"), { subtree: true, childList: true, characterData: true });
      });
      document.activeElement.dispatchEvent(new Event("change", { bubbles: true }));
      await shown;
      return await new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now())))) - start;
    }, `Title ${i}`));
  }
  say("edit until drawn", said(edits.slice(2)));

  const chosen = [];
  for (const ref of ["g0_lane_2", "g0_lane_3", "g0_lane_4", "g0_lane_1", "g0_lane_2", "g0_lane_3"]) {
    chosen.push(await page.evaluate(async (ref) => {
      const start = performance.now();
      const face = document.querySelector(`.task-card[data-ref="${ref}"] button`);
      const shown = new Promise((done) => { const watcher = new MutationObserver(() => { if (face.getAttribute("aria-pressed") === "true") { watcher.disconnect(); done(); } }); watcher.observe(face, { attributes: true }); });
      face.click();
      await shown;
      return await new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now())))) - start;
    }, ref));
  }
  say("choose until drawn", said(chosen));

  for (const [name, zoomed] of [["near", false], ["whole graph", true]]) {
    if (zoomed) await page.getByRole("button", { name: "Fit all" }).click();
    const box = await card("g1_split").boundingBox();
    const surface = await page.locator(".canvas").boundingBox();
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    for (const [what, from, to] of [
      ["drag a card", at, { x: at.x - 150, y: at.y + 250 }],
      ["pan", { x: surface.x + 20, y: surface.y + 200 }, { x: surface.x + 220, y: surface.y + 350 }],
    ]) {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(from.x + 10, from.y + 10);
      await page.waitForTimeout(200);
      const before = sent.length;
      const times = await frames(page, () => move(page, from, to, 150));
      say(`${what}, ${name}: frames`, `${said(times)}, ${(times.filter((time) => time < 17.5).length / times.length * 100).toFixed(0)} % within 1/60 s; ${sent.length - before} frames sent to the server`);
      await page.keyboard.press("Escape");
      await page.mouse.up();
      await page.waitForTimeout(200);
    }
  }
  await browser.close();
})();
