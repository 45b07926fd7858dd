// SPDX-License-Identifier: MIT
// The live page in use: a row for a connection, that grows; opening pauses; search; and that
// nothing of it is too long, or wrong, for names that are.

import { BROWSERS, browse } from './browsers.mjs';
import { until } from './programs.mjs';
import { Server } from './server.mjs';
import { Tap } from './tap.mjs';

const WAIT_MS = 30000;

const tap = new Tap();
const server = await Server.start({ require: 'sslflags=Require', 'plain-desk': 'desk,pki' });

// One handshake and one request of a client that is no browser.
const ask = (path, ...words) => server.body('require', path, ...words);
const waitFor = (label, look) => until(label, look, WAIT_MS).then(() => tap.ok(true, label),
    (error) => tap.ok(false, label, error.message));

async function tryLive(browser, page) {
    const label = browser.name;
    await page.goto(server.url('plain-desk', '/live?q=nowhere'));
    tap.ok((await page.innerText('#nothing')).includes('Nothing of what happened fits'),
        `${label}: no match is not "nothing yet"`);
    await page.goto(server.url('plain-desk', '/live'));
    ask(`/first-${label}`, '--case', 'expired');
    const row = page.locator('tr.connection', { hasText: `/first-${label}` });
    await waitFor(`${label}: a row for a new connection`, async () => await row.count() === 1);
    const text = await row.innerText();
    tap.ok(text.includes('handshake done') && text.includes('403.17'),
        `${label}: with its handshake and its request`, text);
    tap.ok(await row.locator('.scale').first().isVisible(), `${label}: the bars have a scale`);
    const clock = await row.locator('time').first().evaluate((time) => [time.textContent,
        new Date(time.dateTime).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit',
            second: '2-digit', fractionalSecondDigits: 3 }), time.title === time.dateTime]);
    tap.ok(clock[0] === clock[1] && clock[2], `${label}: its time is the reader's`, clock.join());

    await row.locator('summary').last().click();
    await waitFor(`${label}: opening pauses`, async () =>
        (await page.innerText('#state')).includes('Paused while details are open'));
    ask(`/meanwhile-${label}`, '--case', 'good');
    const later = page.locator('tr.connection', { hasText: `/meanwhile-${label}` });
    tap.equal(await later.count(), 0, `${label}: nothing moves`);
    await row.locator('summary').last().click();
    await waitFor(`${label}: closing goes on, with what has happened meanwhile`,
        async () => await later.count() === 1);
    await row.locator('a', { hasText: 'Why' }).first().click();
    await page.waitForURL(/\/why\/403\.17/);
    tap.ok((await page.innerText('h1')).includes('403.17'), `${label}: a refusal leads to why`);

    await page.goto(server.url('plain-desk', '/live'));
    await page.fill('#text', `FIRST-${label}`);
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=FIRST/);
    tap.equal(await page.locator('tr.connection').count(), 1, `${label}: search`);
    ask(`/other-${label}`, '--case', 'good');
    ask(`/first-${label}-again`, '--case', 'good');
    await waitFor(`${label}: search counts for what comes, too`, async () =>
        await page.locator('tr.connection').count() === 2);
    tap.ok(!(await page.innerText('#rows')).includes('/other-'), `${label}: and for that only`);
}

async function tryMany(browser, page) {
    for (let i = 0; i < 22; i++) {
        ask(`/many-${i}`, '--case', 'subject-script');
    }
    await page.goto(server.url('plain-desk', '/live'));
    tap.equal(await page.locator('tr.connection').count(), 20,
        `${browser.name}: twenty connections, however many there were`);
    ask('/one-more', '--case', 'subject-script');
    await waitFor(`${browser.name}: a newer one takes the oldest's place`, async () =>
        (await page.innerText('#rows')).includes('/one-more'));
    tap.equal(await page.locator('tr.connection').count(), 20, `${browser.name}: still twenty`);
    const found = await page.evaluate(() => document.images.length > 0 || window.hacked !== undefined
        || document.documentElement.scrollWidth > document.documentElement.clientWidth);
    tap.ok(!found, `${browser.name}: hostile names are text`);
}

for (const browser of BROWSERS) {
    const why = browser.missing();
    if (why) {
        tap.skip(`${browser.name}: live`, why);
        continue;
    }
    await tap.part(`${browser.name}: live`, () => browse(browser, { root: server.root },
        (page) => tryLive(browser, page)));
    await tap.part(`${browser.name}: many`, () => browse(browser, { root: server.root },
        (page) => tryMany(browser, page)));
}
await server.stop();
tap.done();
