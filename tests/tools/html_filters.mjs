// Opens the HTML report in Chromium and uses it: filters, phone width, dark mode, no network, no script but its own.
//
//   node html_filters.mjs PAGE.html [SCREENSHOT_DIRECTORY]
//
// Needs playwright-core (npm) and Chromium; $CHROMIUM names the binary.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [page_file, screenshots] = process.argv.slice(2);
const url = pathToFileURL(resolve(page_file)).href;
if (screenshots) mkdirSync(screenshots, { recursive: true });

const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });

async function open(options, hash = '') {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems = [];
  page.on('request', (request) => { if (!request.url().startsWith(url)) problems.push(`request ${request.url()}`); });
  page.on('pageerror', (error) => problems.push(`error ${error}`));
  page.on('console', (message) => { if (message.type() === 'error') problems.push(`console ${message.text()}`); });
  page.on('dialog', (dialog) => { problems.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(url + hash);
  return { page, problems, shot: (name) => screenshots && page.screenshot({ path: join(screenshots, name), fullPage: false }) };
}

const visible = (page, what) => page.locator(`${what}:visible`).count();
const articles = 'article[data-item]';
const rows = 'tr[data-item]';

const { page, problems, shot } = await open({ viewport: { width: 1280, height: 900 } });
const all = { articles: await page.locator(articles).count(), rows: await page.locator(rows).count() };
assert.ok(all.rows > 1, 'the page has integrations');
assert.equal(await visible(page, articles), all.articles);
assert.equal(await visible(page, rows), all.rows);
await shot('desktop.png');

for (const field of ['rule', 'level', 'product', 'environment', 'status']) {
  const select = page.locator(`select[name=${field}]`);
  if (await select.count() === 0) continue;
  const values = await select.locator('option').evaluateAll((options) => options.map((option) => option.value));
  assert.equal(values[0], '');
  for (const value of values.slice(1)) {
    await select.selectOption(value);
    const wrong = await page.locator('[data-item]:visible').evaluateAll(
      (items, { field, value }) => items.filter((item) => field in item.dataset && !item.dataset[field].split('|').includes(value)).length,
      { field, value });
    const hidden = await page.locator('[data-item][hidden]').evaluateAll(
      (items, { field, value }) => items.filter((item) => !(field in item.dataset) || item.dataset[field].split('|').includes(value)).length,
      { field, value });
    assert.equal(wrong, 0, `${field}=${value} shows what does not match`);
    assert.equal(hidden, 0, `${field}=${value} hides what matches`);
  }
  await page.locator('button[type=reset]').click();
  await page.waitForFunction((count) => document.querySelectorAll('[data-item]:not([hidden])').length === count,
    all.articles + all.rows);
}

const text = page.locator('input[name=text]');
const wanted = (await page.locator(`${rows} td code`).last().textContent()).toLowerCase();
await text.fill(wanted);
assert.ok(await visible(page, '[data-item]') > 0, 'a text that is there is found');
const without = await page.locator('[data-item]:visible').evaluateAll(
  (items, wanted) => items.filter((item) => !item.textContent.toLowerCase().includes(wanted)).length, wanted);
assert.equal(without, 0, 'what has not the text is hidden');
await text.fill('nothing has this text');
assert.equal(await visible(page, '[data-item]'), 0);
assert.match(await page.locator('output').textContent(), /^0 of /);
await text.fill('');

const product = await page.locator('select[name=product] option').nth(1).getAttribute('value');
await page.locator('select[name=product]').selectOption(product);
const narrowed = await visible(page, '[data-item]');
const hash = new URL(page.url()).hash;
assert.ok(hash.includes('product='), 'the address keeps the filter');
await shot('filtered.png');
assert.deepEqual(problems, []);

const again = await open({ viewport: { width: 1280, height: 900 } }, hash);
assert.equal(await visible(again.page, '[data-item]'), narrowed, 'the address restores the filter');

for (const colorScheme of ['light', 'dark']) {
  const phone = await open({ viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true, colorScheme });
  const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 360, `the page is ${wide} px wide on a phone`);
  await phone.shot(`phone-${colorScheme}.png`);
  if (all.articles > 0) {
    await phone.page.locator(rows).first().scrollIntoViewIfNeeded();
    await phone.shot(`phone-inventory-${colorScheme}.png`);
  }
  const [ink, paper] = await phone.page.evaluate(() => {
    const light = (color) => color.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
    const style = getComputedStyle(document.body);
    return [light(style.color), light(style.backgroundColor)];
  });
  assert.equal(ink > paper, colorScheme === 'dark', `${colorScheme} mode`);
  assert.deepEqual(phone.problems, []);
}

const dark = await open({ viewport: { width: 1280, height: 900 }, colorScheme: 'dark' });
await dark.page.locator(rows).first().scrollIntoViewIfNeeded();
await dark.shot('inventory-dark.png');

const still = await open({ javaScriptEnabled: false });
assert.equal(await still.page.locator('#filters').isHidden(), true, 'no filters without a script');
assert.equal(await visible(still.page, rows), all.rows, 'everything is there without a script');

await browser.close();
console.log(`${page_file}: ${all.articles} findings, ${all.rows} integrations, filters work`);
