// SPDX-License-Identifier: MIT
// The desk watches: its three steps tick themselves, by what this browser does in another window.
// Then what pages lead to: a certificate is revoked and back, ends, comes without its
// intermediate; a case that browsers hide is explained; other servers are played.

import { BROWSERS, browse } from './browsers.mjs';
import { until } from './programs.mjs';
import { Server } from './server.mjs';
import { Tap } from './tap.mjs';

const WAIT_MS = 30000;
const SERVERS = ['nginx', 'apache', 'haproxy', 'kestrel'];
// Markup, a quote and a right-to-left override.
const EVIL = 'CN=<img src=x onerror=window.hacked=1>"\\xe2\\x80\\xae';

const tap = new Tap();
const server = await Server.start({ require: 'sslflags=Require', 'plain-desk': 'desk,pki' });

const tick = (desk, number) => desk.locator(`#tick-${number}`).textContent();
// Waits for what a step says.
async function says(label, desk, number, wanted) {
    const found = await until(wanted, async () => {
        const text = await tick(desk, number);
        return text.includes(wanted) ? text : '';
    }, WAIT_MS).catch(() => tick(desk, number));
    tap.ok(found.includes(wanted), `${label}: step ${number} says "${wanted}"`, found);
}

async function tryDistrust(browser) {
    await browse(browser, { p12: [] }, async (desk, context) => {
        await desk.goto(server.url('plain-desk'));
        tap.equal(await tick(desk, 1), '', `${browser.name}: nothing is ticked at first`);
        const other = await context.newPage();
        await other.goto(server.url('require', '/', 'good.localhost')).catch(() => {});
        await says(browser.name, desk, 1, 'the CA is not trusted yet');
    });
}

async function tryLogin(browser) {
    const options = { root: server.root, p12: [server.p12('good')] };
    await browse(browser, options, async (desk, context) => {
        const label = browser.name;
        await desk.goto(server.url('plain-desk'));
        const section = browser.canEmulate ? 'Linux: Chrome' : 'Firefox, everywhere';
        tap.equal(await desk.locator('details[open] > summary').allInnerTexts()
            .then((all) => all.map((each) => each.slice(0, section.length)).join('|')),
        `${section}|${section}`, `${label}: the section of this system is open`);
        const page = await context.newPage();
        await page.goto(server.url('require', '/', 'good.localhost'));
        await says(label, desk, 1, 'trusted');
        await says(label, desk, 2, 'good came');
        await says(label, desk, 3, 'good is in');
        await tryNext(label, page);
        await trySearch(label, page);
    });
}

async function tryNext(label, page) {
    const code = async () => /40\d\.?\d*|let in/.exec(await page.title())?.[0] ?? await page.title();
    const click = async (text) => {
        await page.locator('.next a, .what-if a', { hasText: text }).first().click();
        await page.waitForLoadState();
    };
    await click('Expire me');
    tap.equal(await code(), '403.17', `${label}: expire me`);
    tap.ok((await page.innerText('.what-if')).includes('as=expired'), `${label}: and says so`);
    await click('As it is');
    tap.equal(await code(), 'let in', `${label}: and back`);
    await click('Send no intermediate');
    tap.equal(await code(), '403.16', `${label}: send no intermediate`);
    tap.ok((await page.innerText('.why')).includes('issuer'), `${label}: and says what is missing`);
    await click('As it is');
    const host = new URL(page.url()).hostname;
    await click('Be asked again');
    await page.waitForURL(/\.again\.localhost/);
    const first = new URL(page.url()).hostname;
    await click('Be asked again');
    await page.waitForURL((url) => url.hostname !== first && url.hostname !== 'localhost');
    tap.ok(new Set([host, first, new URL(page.url()).hostname]).size === 3,
        `${label}: be asked again, each time elsewhere`, page.url());
    tap.equal(await code(), 'let in', `${label}: there it is let in`);

    await click('Revoke me');
    await page.click('button:text("Revoke it")');
    await page.waitForSelector('h1:text("good is revoked")');
    await page.click('a:text("Ask good.localhost again")');
    await page.waitForURL(/good\.localhost/);
    tap.equal(await code(), '403.13', `${label}: revoked`);
    await click('Revoke me');
    await page.click('button:text("Back to how it was issued")');
    await page.waitForSelector('h1:text("good is not revoked")');
    await page.click('a:text("Ask good.localhost again")');
    await page.waitForURL(/good\.localhost/);
    tap.equal(await code(), 'let in', `${label}: and back`);
}

// They know the roots only, and Chromium sends no intermediate.
async function tryServers(browser) {
    const minted = await server.mint({ name: `direct-${browser.name}`, subject: 'CN=direct',
        issuer: 'root', eku: ['clientAuth'] });
    await browse(browser, { root: server.root, p12: [minted.file] }, async (page) => {
        for (const name of SERVERS) {
            await page.goto(server.url('plain-desk'));
            await page.click(`a:text("${name}.localhost")`);
            await page.waitForURL((url) => url.hostname === `${name}.localhost`);
            const text = await page.innerText('body');
            tap.ok(/Issued to\s+direct/.test(text), `${browser.name}: ${name} shows the certificate`,
                text.slice(0, 300));
        }
    });
}

async function trySearch(label, page) {
    await page.goto(server.url('plain-desk'));
    const all = await page.locator('.cases > li').count();
    await page.fill('#q', '403.17');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=403/);
    const found = await page.locator('.cases > li').count();
    tap.ok(found > 0 && found < all && await page.locator('#case-expired').isVisible(),
        `${label}: search`, `${found} of ${all}`);
    await page.fill('#q', '');
    await page.check('#mine');
    await page.click('.search button');
    await page.waitForURL(/mine=1/);
    tap.ok(await page.locator('#case-revoked').isVisible() &&
        await page.locator('#case-expired').count() === 0, `${label}: what this browser shows`);
}

// A browser that has it and hides it.
async function tryHidden(browser, hasScripts) {
    const label = `${browser.name}${hasScripts ? '' : ' without JavaScript'}`;
    const options = { root: server.root, p12: [server.p12('expired')], javaScriptEnabled: hasScripts };
    await browse(browser, options, async (page) => {
        await page.goto(server.url('require', '/', 'expired.localhost'));
        const text = await page.innerText('.why');
        tap.ok(text.includes('This is the case expired, and your browser hides this one, because: '
            + 'It has expired.') && text.includes('--case expired'), `${label}: a hidden case`, text);
        if (!hasScripts) {
            await trySearch(label, page);
        }
    });
}

async function tryHostile(browser) {
    const minted = await server.mint({
        name: `evil-step-${browser.name}`, subject: EVIL, eku: ['clientAuth'],
    });
    await browse(browser, { root: server.root, p12: [minted.file] }, async (desk, context) => {
        await desk.goto(server.url('plain-desk'));
        const page = await context.newPage();
        await page.goto(server.url('require'));
        await says(browser.name, desk, 3, '<img src=x');
        const found = await desk.evaluate(() => window.hacked !== undefined
            || document.images.length > 0 || /\u202e/.test(document.body.textContent));
        tap.ok(!found, `${browser.name}: a hostile name in a step is harmless`);
    });
}

for (const browser of BROWSERS) {
    const why = browser.missing();
    if (why) {
        tap.skip(`${browser.name}: the steps`, why);
        continue;
    }
    await tap.part(`${browser.name}: not trusted`, () => tryDistrust(browser));
    await tap.part(`${browser.name}: a login`, () => tryLogin(browser));
    await tap.part(`${browser.name}: servers`, () => tryServers(browser));
    await tap.part(`${browser.name}: hidden`, () => tryHidden(browser, true));
    if (browser.canEmulate) {
        await tap.part(`${browser.name}: hidden, no scripts`, () => tryHidden(browser, false));
    }
    await tap.part(`${browser.name}: hostile`, () => tryHostile(browser));
}
await server.stop();
tap.done();
