// Uses the HTML inventory in Chromium as people do in a meeting: the matrix, sorting, filters, narrow screens, paper.
//
//   node html_inventory.mjs PAGE.html [SCREENSHOT_DIRECTORY]
//
// Needs playwright-core (npm) and Chromium; $CHROMIUM names the binary. The page has at least two systems.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [page_file, screenshots] = process.argv.slice(2);
const url = pathToFileURL(resolve(page_file)).href;
if (screenshots) mkdirSync(screenshots, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
});

async function open(options) {
  const page = await (await browser.newContext(options)).newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(`error ${error}`));
  page.on('console', (message) => { if (message.type() === 'error') problems.push(`console ${message.text()}`); });
  await page.goto(url);
  return { page, problems };
}

const shot = (page, name) => screenshots && page.screenshot({ path: join(screenshots, name), fullPage: true });
const texts = (page, column) => page.locator(`table.list tbody tr td:nth-child(${column})`).allTextContents();

for (const width of [1400, 390]) {
  for (const colorScheme of ['light', 'dark']) {
    const { page, problems } = await open({ viewport: { width, height: 900 }, colorScheme });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `the page is ${wide} px wide in a window of ${width}`);
    await shot(page, `${width}-${colorScheme}.png`);
    assert.deepEqual(problems, []);
  }
}

const { page, problems } = await open({ viewport: { width: 1400, height: 900 } });
const order = await page.locator('main h2').allTextContents();
assert.equal(order[0], 'Status of each integration', 'the matrix comes first');
const systems = await page.locator('table.matrix thead th').count() - 1;
assert.ok(systems > 1, 'the matrix has a column for each system');
for (const row of await page.locator('table.matrix tbody tr').all()) assert.equal(await row.locator('td').count(), systems);
assert.ok(!(await page.locator('table.list').textContent()).includes('accessTokenProvider'), 'products, not kinds');

// Sorting: by each column up and down, with the mouse and the keyboard.
const before = await texts(page, 1);
for (const head of await page.locator('table.list thead button').all()) {
  await head.click();
  const th = head.locator('xpath=..');
  assert.equal(await th.getAttribute('aria-sort'), 'ascending');
  const column = await th.evaluate((cell) => cell.cellIndex + 1);
  const keys = () => page.locator('table.list tbody tr').evaluateAll((rows, column) =>
    rows.map((row) => row.cells[column - 1].dataset.sort ?? row.cells[column - 1].textContent), column);
  const up = await keys();
  const sorted = [...up].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  assert.deepEqual(up, sorted);
  await head.press('Enter');
  assert.equal(await th.getAttribute('aria-sort'), 'descending');
  assert.deepEqual(await keys(), [...sorted].reverse());
}
assert.deepEqual([...(await texts(page, 1))].sort(), [...before].sort(), 'sorting loses nothing');

// A system of the filter leaves its rows.
const filter = page.locator('select[name=system]');
const value = await filter.locator('option').nth(1).getAttribute('value');
await filter.selectOption(value);
const shown = await page.locator('table.list tbody tr:visible').evaluateAll((rows) => rows.map((row) => row.dataset.system));
assert.ok(shown.length > 0 && shown.every((system) => system.split('|').includes(value)));
assert.deepEqual(problems, []);

// On paper it is a table with heads, however narrow A4 is, and filters are gone.
const paper = await open({ viewport: { width: 1400, height: 900 } });
await paper.page.emulateMedia({ media: 'print' });
await paper.page.setViewportSize({ width: 700, height: 1000 });
assert.equal(await paper.page.locator('#filters').isVisible(), false);
const display = (what) => paper.page.locator(what).first().evaluate((element) => getComputedStyle(element).display);
assert.equal(await display('table.list thead'), 'table-header-group', 'heads are repeated on each page');
assert.equal(await display('table.list tbody tr'), 'table-row');
assert.equal(await display('table.list tbody td'), 'table-cell');
const share = await paper.page.locator('table.list tbody tr').first().evaluate((row) => {
  const where = row.querySelector('td.where').getBoundingClientRect().width;
  return where / row.getBoundingClientRect().width;
});
assert.ok(share < 0.3, `paths take ${share} of the page`);
if (screenshots) await paper.page.pdf({ path: join(screenshots, 'a4.pdf'), preferCSSPageSize: true });
await browser.close();
console.log(`${page_file}: ${systems} systems, ${before.length} integrations; matrix, sorting and print work`);
