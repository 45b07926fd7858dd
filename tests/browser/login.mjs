// SPDX-License-Identifier: MIT
// Real browsers with real client certificates: what each sends, what it is answered.

import fs from 'node:fs';
import path from 'node:path';
import { BROWSERS, browse } from './browsers.mjs';
import { OUTPUT, Server } from './server.mjs';
import { Tap } from './tap.mjs';

// What each browser has imported, and what the site that requires a certificate must
// answer. Chromium and Firefox both keep back, without a word, what has run out or is
// not for client authentication: so it comes to 403.7, not to 403.16 or 403.17.
const SCENARIOS = [
    { has: ['good'], status: 200, says: 'You are let in' },
    { has: [], status: 403, says: '403.7' },
    { has: ['eku-server'], status: 403, says: '403.7' },
    { has: ['expired'], status: 403, says: '403.7' },
    { has: ['unknown-root'], status: 403, says: '403.16' },
    { has: ['revoked'], status: 403, says: '403.13' },
];

const tap = new Tap();
const server = await Server.start({ require: 'sslflags=Require', accept: 'sslflags=Accept' });
const screenshots = path.join(OUTPUT, 'screenshots');
fs.mkdirSync(screenshots, { recursive: true });

async function tryScenario(browser, { has, status, says }) {
    const options = { root: server.root, p12: has.map((name) => server.p12(name)) };
    const label = `${browser.name} with ${has.join(' and ') || 'no certificate'}`;
    await browse(browser, options, async (page) => {
        const response = await page.goto(server.url('require'));
        const title = await page.title();
        const text = await page.innerText('body');
        tap.equal(response.status(), status, `${label}: ${status}`);
        tap.ok(title.includes(says), `${label}: the page is "${says}"`, title);
        if (says !== '403.7') {
            tap.ok(text.includes(has[0]), `${label}: the page shows its name`, text);
        }
        await page.screenshot({
            path: path.join(screenshots, `${browser.name}-${has.join('+') || 'none'}.png`),
            fullPage: true,
        });
    });
}

for (const browser of BROWSERS) {
    const why = browser.missing();
    for (const scenario of SCENARIOS) {
        const name = `${browser.name}: ${scenario.has.join(', ') || 'none'}`;
        if (why) {
            tap.skip(name, why);
        } else {
            await tap.part(name, () => tryScenario(browser, scenario));
        }
    }
}
await server.stop();
tap.done();
