// Opens tabs in Chromium and watches the server's memory: measure-tabs.js PLAYWRIGHT ADDRESS SERVER_PID IDLE KILLED SECONDS. Started by measure-tabs.sh.
const fs = require("fs");
const [playwright, address, pid, idle, killed, seconds] = process.argv.slice(2);
const { chromium } = require(playwright);
const mostOfBaseline = 1.2;

const memory = name => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
const resident = () => memory("VmRSS");
// Without the program's own files and compiled code.
const data = () => memory("RssAnon");
const wait = ms => new Promise(done => setTimeout(done, ms));
const paths = ["/", "/app/workflows", "/app/executions", "/app/task-types"];

/** A browser of its own process; its tabs share one renderer, so that the machine has room for hundreds. */
const browse = async () => {
  const server = await chromium.launchServer({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--process-per-site"] });
  const context = await (await chromium.connect(server.wsEndpoint())).newContext();
  return { server, context };
};

const open = async (context, count) => {
  for (let i = 0; i < count; i++) {
    const page = await context.newPage();
    await page.goto(address + paths[i % paths.length]);
    await page.waitForSelector("html[data-interactive]", { timeout: 60000 });
  }
};

(async () => {
  // The first tabs pay for what all share: the code is compiled while they are open, and better a second time the more of them there are.
  const warm = await browse();
  await open(warm.context, 50);
  await warm.server.close();
  // Until the server has given back at rest what those have left.
  await wait(130000);
  const baseline = resident();
  console.log(`baseline after 50 tabs have come and gone: ${baseline.toFixed(0)} MB, of it data ${data().toFixed(0)} MB`);

  const [patient, doomed] = [await browse(), await browse()];
  await open(patient.context, Number(idle));
  const withIdle = resident();
  await open(doomed.context, Number(killed));
  console.log(`${idle} idle tabs: ${withIdle.toFixed(0)} MB; and ${killed} more: ${resident().toFixed(0)} MB, ${((resident() - baseline) / (Number(idle) + Number(killed))).toFixed(2)} MB each`);

  // As when a laptop is closed: no word of farewell.
  process.kill(-doomed.server.process().pid, "SIGKILL");
  await patient.server.close();
  const begun = Date.now();
  let back = null;
  while ((Date.now() - begun) / 1000 < Number(seconds)) {
    await wait(10000);
    const [now, after] = [resident(), Math.round((Date.now() - begun) / 1000)];
    if (back === null && now <= baseline * mostOfBaseline) back = after;
    if (after % 30 < 10 || back === after) console.log(`${after} s after: ${now.toFixed(0)} MB, ${(100 * now / baseline).toFixed(0)} % of the baseline; data ${data().toFixed(0)} MB`);
    if (back !== null && after >= back + 60) break;
  }
  console.log(back === null ? `not back within ${seconds} s` : `back at the baseline + 20 % after ${back} s`);
  process.exit(back === null ? 1 : 0);
})().catch(error => { console.error(error); process.exit(2); });
