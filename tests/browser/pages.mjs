// SPDX-License-Identifier: MIT
// Every page, in Chromium and in Firefox: axe finds nothing, no window is so narrow that
// it scrolls sideways, the desk is light, and nothing is asked of another machine.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { BROWSERS, browse } from './browsers.mjs';
import { OUTPUT, Server } from './server.mjs';
import { Tap } from './tap.mjs';

const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1100, height: 900 };
// The first screen of a laptop and of a phone: a refusal says why there.
const FIRST = [{ width: 1366, height: 650 }, { width: 360, height: 650 }];
const BETWEEN = [480, 600, 768, 900, 1000]; // where style sheets change their minds
const DESK_WEIGHT_MAX = 100 * 1024;
const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

// name: of the screenshots. prepare(page): what a visitor does there before the look.
// html(): the page's source, where a browser would not get it by going there.
const OPEN_TAB = (number) => async (page) => {
    await page.locator(`.viewer .tab-${number} + label`).first().click();
};
const SUBMIT = (fields) => async (page) => {
    for (const [selector, text] of Object.entries(fields)) {
        await page.fill(selector, text);
    }
    await page.click('button.button[type=submit]');
    await page.waitForLoadState();
};
const OPEN_ALL = async (page) => {
    await page.evaluate(() => document.querySelectorAll('details').forEach((each) => {
        each.open = true;
    }));
};
const PAGES = [
    { name: 'desk', site: 'plain-desk', path: '/', weighed: true },
    { name: 'desk-open', site: 'plain-desk', path: '/', prepare: OPEN_ALL },
    { name: 'desk-2026', site: 'plain-desk', path: '/2026', weighed: true },
    { name: 'desk-view', site: 'plain-desk', path: '/view', weighed: true },
    { name: 'desk-view-error', site: 'plain-desk', path: '/view',
      prepare: SUBMIT({ '#text': 'no certificate' }) },
    { name: 'desk-view-result', site: 'plain-desk', path: '/view', prepare: async (page) => {
        await page.setInputFiles('#file', server.p12('unknown-root'));
        await SUBMIT({ '#password': 'certgate' })(page);
    } },
    { name: 'desk-why', site: 'plain-desk', path: '/why', weighed: true },
    { name: 'desk-why-403.16', site: 'plain-desk', path: '/why/403.16', weighed: true },
    { name: 'desk-view-server', site: 'plain-desk', path: '/view/server' },
    { name: 'desk-live', site: 'plain-desk', path: '/live', weighed: true },
    { name: 'desk-mint', site: 'plain-desk', path: '/mint', weighed: true },
    { name: 'desk-mint-error', site: 'plain-desk', path: '/mint',
      prepare: SUBMIT({ '#subject': 'X Y=not a name' }) },
    { name: 'desk-minted', site: 'plain-desk', path: '/mint',
      prepare: SUBMIT({ '#subject': 'O=Acme,CN=alice', '#not-after': '-1d', '#not-before': '-9d' }) },
    { name: 'desk-search', site: 'plain-desk', path: '/?q=revoked&mine=1' },
    { name: 'desk-try', site: 'plain-desk', path: '/try/good' },
    { name: 'site-what-if', site: 'require', path: '/?as=expired', status: 403 },
    { name: 'desk-404', site: 'plain-desk', path: '/nothing', status: 404 },
    { name: 'site-200', site: 'require', path: '/' },
    { name: 'site-200-details', site: 'require', path: '/', prepare: OPEN_TAB(2) },
    { name: 'site-200-path', site: 'require', path: '/', prepare: OPEN_TAB(3) },
    { name: 'site-case', site: 'require', path: '/', host: 'good.localhost' },
    { name: 'site-404', site: 'require', path: '/nothing', status: 404 },
    { name: 'site-none', site: 'ignore', path: '/' },
    { name: 'site-403', site: 'require', path: '/', has: 'unknown-root', status: 403 },
    { name: 'site-403-path', site: 'require', path: '/', has: 'unknown-root', status: 403,
      prepare: OPEN_TAB(3) },
    { name: 'site-403-none', site: 'require', path: '/', has: null, status: 403 },
    { name: 'site-403-none-open', site: 'require', path: '/', has: null, status: 403,
      prepare: OPEN_ALL },
    { name: 'site-403.4', site: 'plain-ssl', path: '/', has: null, status: 403 },
    { name: 'site-custom', site: 'require', path: '/', has: null,
      html: () => remote.body('require', '/', '-k') },
    { name: 'http-sys-421', site: 'require', path: '/', has: null,
      html: () => server.body('require', '/', '--header', 'Host: elsewhere.test') },
    { name: 'http-sys-400', site: 'require', path: '/', has: null,
      html: () => server.body('require', '/', '--header', 'Host: a b') },
    // After all others, so that there is something to be seen.
    { name: 'desk-live-rows', site: 'plain-desk', path: '/live', prepare: async (page) => {
        await page.locator('.live summary').first().click();
    } },
];

// One case for each verdict that a certificate can have, less those that browsers show.
function verdictPages() {
    const seen = new Set(['OK', 'CERT_REQUIRED']);
    return server.cases().flatMap(({ case: name, require: want }) => {
        if (!want?.verdict || seen.has(want.verdict)) {
            return [];
        }
        seen.add(want.verdict);
        return [{ name: `verdict-${want.verdict}`, site: 'require', path: '/', has: null,
                  html: () => server.body('require', '/', '--case', name) }];
    });
}

const tap = new Tap();
const server = await Server.start({
    require: 'sslflags=Require', ignore: 'sslflags=Ignore', 'plain-ssl': 'plain,ssl',
    'plain-desk': 'desk,pki',
});
// As a server that people elsewhere ask.
const remote = await Server.start({ require: 'sslflags=Require' }, '--errormode', 'Custom');
const screenshots = path.join(OUTPUT, 'screenshots');
fs.mkdirSync(screenshots, { recursive: true });

async function runAxe(page) {
    await page.evaluate(AXE);
    const result = await page.evaluate(() => window.axe.run());
    return result.violations.map((violation) => `${violation.id} (${violation.impact}): `
        + violation.nodes.map((node) => node.target.join(' ')).slice(0, 5).join(', '));
}

async function visit(page, { site, path: where, host, html }) {
    const url = server.url(site, where, host);
    if (html) {
        const body = html();
        await page.route(url, (route) => route.fulfill({ body, contentType: 'text/html' }));
    }
    const response = await page.goto(url);
    await page.unroute(url);
    return response;
}

async function checkPage(browser, page, what) {
    const { name, status, prepare, weighed } = what;
    const label = `${browser.name}, ${name}`;
    const picture = (kind) => page.screenshot({
        path: path.join(screenshots, `${name}-${browser.name}-${kind}.png`), fullPage: true,
    });
    await page.setViewportSize(WIDE);
    const response = await visit(page, what);
    tap.equal(response.status(), status ?? 200, `${label}: status`);
    if (weighed) {
        // Of the live page without what it lists: up to 200 events.
        const weight = (await response.text()).replace(/<tbody id="rows".*<\/tbody>/s, '').length;
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
        await picture(colorScheme);
    }
    if (status === 403 || name.startsWith('verdict-')) {
        for (const size of FIRST) {
            await page.setViewportSize(size);
            await page.evaluate(() => window.scrollTo(0, 0));
            const box = await page.locator('.why').boundingBox();
            tap.ok(box && box.y >= 0 && box.y + box.height <= size.height && box.height > 40,
                `${label}: says why on a first screen of ${size.width}x${size.height}`,
                JSON.stringify(box));
            await page.screenshot({
                path: path.join(screenshots, `${name}-${browser.name}-first-${size.width}.png`),
            });
        }
    }
    const wide = [];
    for (const width of [...BETWEEN, NARROW.width]) {
        await page.setViewportSize({ ...NARROW, width });
        const found = await page.evaluate(() => document.documentElement.scrollWidth);
        if (found > width) {
            wide.push(`${found} in a window of ${width}`);
        }
    }
    tap.ok(wide.length === 0, `${label}: fits windows from ${NARROW.width} pixels`, wide.join());
    const violations = browser.canEmulate ? await runAxe(page) : []; // one browser will do
    tap.ok(violations.length === 0, `${label}: axe finds nothing (narrow)`, violations.join('\n'));
    await picture('narrow');
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
        const pages = browser.canEmulate ? [...PAGES, ...verdictPages()]
            : PAGES.filter(({ html }) => !html);
        for (const what of pages.filter((each) => (each.has === undefined ? 'good'
            : each.has) === has)) {
            await tap.part(`${browser.name}, ${what.name}`,
                () => checkPage(browser, page, what));
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
await remote.stop();
tap.done();
