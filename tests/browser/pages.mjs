// SPDX-License-Identifier: MIT
// Every page, in Chromium and in Firefox: axe finds nothing, a narrow window does not
// scroll sideways, the desk is light and quick, and nothing is asked of another machine.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { BROWSERS, browse } from './browsers.mjs';
import { OUTPUT, Server } from './server.mjs';
import { Tap } from './tap.mjs';

const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1100, height: 900 };
const DESK_WEIGHT_MAX = 100 * 1024;
const FIRST_PAINT_MS = 100;
const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

// name: of the screenshots. prepare(page): what a visitor does there before the look.
const OPEN_TAB = (number) => async (page) => {
    await page.locator(`.viewer .tab-${number} + label`).first().click();
};
const PAGES = [
    { name: 'desk', site: 'plain-desk', path: '/', weighed: true },
    { name: 'desk-2026', site: 'plain-desk', path: '/2026', weighed: true },
    { name: 'desk-view', site: 'plain-desk', path: '/view', weighed: true },
    { name: 'desk-live', site: 'plain-desk', path: '/live', weighed: true },
    { name: 'desk-mint', site: 'plain-desk', path: '/mint', weighed: true },
    { name: 'desk-view-server', site: 'plain-desk', path: '/view/server' },
    { name: 'site-200', site: 'require', path: '/' },
    { name: 'site-200-details', site: 'require', path: '/', prepare: OPEN_TAB(2) },
    { name: 'site-200-path', site: 'require', path: '/', prepare: OPEN_TAB(3) },
    { name: 'site-403', site: 'require', path: '/', has: 'unknown-root', status: 403 },
    { name: 'site-403-path', site: 'require', path: '/', has: 'unknown-root', status: 403,
      prepare: OPEN_TAB(3) },
    { name: 'site-403-none', site: 'require', path: '/', has: null, status: 403 },
    { name: 'site-404', site: 'require', path: '/nothing', status: 404 },
    { name: 'site-none', site: 'ignore', path: '/' },
    { name: 'desk-live', site: 'plain-desk', path: '/live', prepare: async (page) => {
        await page.locator('.live summary').first().click();
    } },
];

const tap = new Tap();
const server = await Server.start({
    require: 'sslflags=Require', ignore: 'sslflags=Ignore', 'plain-desk': 'desk,pki',
});
const screenshots = path.join(OUTPUT, 'screenshots');
fs.mkdirSync(screenshots, { recursive: true });

async function runAxe(page) {
    await page.evaluate(AXE);
    const result = await page.evaluate(() => window.axe.run());
    return result.violations.map((violation) => `${violation.id} (${violation.impact}): `
        + violation.nodes.map((node) => node.target.join(' ')).slice(0, 5).join(', '));
}

async function checkPage(browser, page, { name, site, path: where, status, prepare, weighed }) {
    const label = `${browser.name}, ${name}`;
    await page.setViewportSize(WIDE);
    const response = await page.goto(server.url(site, where));
    tap.equal(response.status(), status ?? 200, `${label}: status`);
    if (weighed) {
        const weight = (await response.body()).length;
        tap.ok(weight < DESK_WEIGHT_MAX, `${label}: under 100 KB`, `${weight} bytes`);
        tap.note(`${label}: ${weight} bytes`);
    }
    await prepare?.(page);
    for (const colorScheme of browser.canEmulate ? ['light', 'dark'] : ['light']) {
        if (browser.canEmulate) {
            await page.emulateMedia({ colorScheme });
        }
        const violations = await runAxe(page);
        tap.ok(violations.length === 0, `${label}: axe finds nothing (${colorScheme})`,
            violations.join('\n'));
        await page.screenshot({
            path: path.join(screenshots, `${name}-${browser.name}-${colorScheme}.png`),
            fullPage: true,
        });
    }
    await page.setViewportSize(NARROW);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    tap.ok(width <= NARROW.width, `${label}: fits ${NARROW.width} pixels`, `${width}`);
    await page.screenshot({
        path: path.join(screenshots, `${name}-${browser.name}-narrow.png`), fullPage: true,
    });
}

// When the browser has painted something of the page, in ms.
async function firstPaint(page, url) {
    await page.goto(url);
    return page.evaluate(() => new Promise((resolve) => {
        const look = () => {
            const [entry] = performance.getEntriesByName('first-contentful-paint');
            entry ? resolve(entry.startTime) : requestAnimationFrame(look);
        };
        look();
    }));
}

// One visit in time is enough: the page is the same each time. A machine that is so busy
// that one word takes a third of what the whole desk may take cannot tell.
async function checkPaint(browser, page) {
    const name = `${browser.name}: first paint of the desk under ${FIRST_PAINT_MS} ms`;
    const times = [];
    const words = [];
    for (let i = 0; i < 20 && !(Math.min(...times) < FIRST_PAINT_MS); i++) {
        times.push(await firstPaint(page, server.url('plain-desk')));
        words.push(await firstPaint(page, server.url('require', '/healthz')));
    }
    const [best, word] = [Math.min(...times), Math.min(...words)];
    tap.note(`${browser.name}: desk ${Math.round(best)} ms, one word ${Math.round(word)} ms`);
    if (best >= FIRST_PAINT_MS && word > FIRST_PAINT_MS / 3) {
        tap.skip(name, `the machine is busy: one word takes ${Math.round(word)} ms`);
    } else {
        tap.ok(best < FIRST_PAINT_MS, name, `${best} ms`);
    }
}

// Everything that the pages show to who has this certificate (or none).
async function checkBrowser(browser, has) {
    const options = { root: server.root, p12: has ? [server.p12(has)] : [] };
    await browse(browser, options, async (page) => {
        const foreign = new Set();
        page.on('request', (request) => {
            const { protocol, hostname } = new URL(request.url());
            if (!['data:', 'about:', 'blob:'].includes(protocol) &&
                !/^(127\.|localhost$|\[::1\]$)|\.localhost$/.test(hostname)) {
                foreign.add(request.url());
            }
        });
        for (const what of PAGES.filter((each) => (each.has === undefined ? 'good'
            : each.has) === has)) {
            await tap.part(`${browser.name}, ${what.name}`,
                () => checkPage(browser, page, what));
        }
        if (has === 'good') {
            await checkPaint(browser, page);
        }
        tap.equal([...foreign].join(' '), '',
            `${browser.name} with ${has}: nothing asks elsewhere`);
    });
}

for (const browser of BROWSERS) {
    const why = browser.missing();
    if (why) {
        tap.skip(`${browser.name}: pages`, why);
    } else {
        for (const has of ['good', 'unknown-root', null]) {
            await tap.part(`${browser.name}: pages`, () => checkBrowser(browser, has));
        }
    }
}
await server.stop();
tap.done();
