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
const server = await Server.start({
    require: 'sslflags=Require', accept: 'sslflags=Accept', 'plain-desk': 'desk,pki',
    'plain-control': 'control',
});
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
        if (has[0] === 'unknown-root') {
            await page.goto(server.url('require', '/', 'unknown-root.localhost'));
            tap.ok((await page.innerText('body')).includes(
                'This time it is 403.16 CERT_E_CHAINING: a browser sends no root'),
            `${label}: the page says why it is not what the case gets`);
        }
        await page.screenshot({
            path: path.join(screenshots, `${browser.name}-${has.join('+') || 'none'}.png`),
            fullPage: true,
        });
    });
}

// ---- a choice; dialog.mjs is about those that a person makes

// Chromium is told by policy which of the two to take where; the server sees the one
// chosen on each. Firefox takes one by itself, and the same on both.
async function tryChoice(browser) {
    const names = ['good', 'both-purposes'];
    const options = {
        root: server.root, p12: names.map((name) => server.p12(name)),
        select: [{ url: server.url('require').slice(0, -1), subject: 'good' },
            { url: server.url('accept').slice(0, -1), subject: 'both-purposes' }],
    };
    await browse(browser, options, async (page) => {
        const seen = [];
        for (const site of ['require', 'accept']) {
            const response = await page.goto(server.url(site));
            tap.equal(response.status(), 200, `${browser.name}, a choice, ${site}: 200`);
            const text = await page.innerText('.panel-1');
            seen.push(names.filter((name) => text.includes(`Issued to\n${name}`)
                || new RegExp(`Issued to\\s+${name}\\s`).test(text)).join());
        }
        const want = browser.name === 'chromium' ? names.join(' ') : `${seen[0]} ${seen[0]}`;
        tap.equal(seen.join(' '), want, `${browser.name}, a choice: what was chosen`);
        tap.ok(names.includes(seen[0]), `${browser.name}, a choice: it is one of the two`);
    });
}

// ---- revoked while the browser is connected

async function tryRevocation(browser) {
    const name = browser.name === 'chromium' ? 'eku-absent' : 'good';
    const control = server.url('plain-control').slice(0, -1);
    await browse(browser, { root: server.root, p12: [server.p12(name)] }, async (page) => {
        const visit = async () => (await page.goto(server.url('require'))).status();
        tap.equal(await visit(), 200, `${browser.name}, ${name}: let in`);
        server.certgate('revoke', name, '--control', control);
        tap.equal(await visit(), 403, `${browser.name}, ${name} revoked: refused`);
        tap.ok((await page.title()).includes('403.13'), `${browser.name}: 403.13`,
            await page.title());
        await page.screenshot({
            path: path.join(screenshots, `${browser.name}-revoked-live.png`), fullPage: true,
        });
        server.certgate('revoke', name, '--reset', '--control', control);
        tap.equal(await visit(), 200, `${browser.name}, ${name}: let in again`);
    });
}

// ---- hostile text

// Markup, quotes, a right-to-left override, NUL and 8 KiB.
const EVIL = '<img src=x onerror=window.hacked=1>"\'\\xe2\\x80\\xae\\x00{{x}}';
const EVIL_SUBJECT = `O=${EVIL},CN=${EVIL}x{8192}`;

async function checkHarmless(page, label) {
    const found = await page.evaluate(() => ({
        hacked: window.hacked !== undefined,
        images: document.images.length,
        hidden: /[\u202a-\u202e\u2066-\u2069\u0000]/.test(document.documentElement.innerHTML),
        width: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }));
    const good = !found.hacked && found.images === 0 && !found.hidden && found.width <= 0;
    tap.ok(good, `${label}: harmless`, JSON.stringify(found));
}

async function tryHostile(browser, issuer) {
    const minted = await server.mint({
        name: `evil-${issuer}-${browser.name}`, issuer, subject: EVIL_SUBJECT,
        eku: ['clientAuth'], ku: ['digitalSignature'], san: ['DNS:<img/src=x/onerror=1>'],
    });
    const label = `${browser.name}, hostile names, ${issuer}`;
    tap.ok(/^attachment; filename="[A-Za-z0-9.-]+"$/.test(minted.disposition),
        `${label}: the download's name`, minted.disposition);
    await browse(browser, { root: server.root, p12: [minted.file] }, async (page) => {
        const response = await page.goto(server.url('require'));
        tap.equal(response.status(), issuer === 'self' ? 403 : 200, `${label}: status`);
        for (const tab of [1, 2, 3]) {
            await page.locator(`.viewer .tab-${tab} + label`).click();
            await checkHarmless(page, `${label}: tab ${tab}`);
        }
        tap.ok((await page.innerHTML('body')).includes('&lt;img src=x'), `${label}: as text`);
        await page.locator('.viewer .tab-1 + label').click();
        await page.screenshot({
            path: path.join(screenshots, `${browser.name}-hostile-${issuer}.png`),
        });
        await page.goto(server.url('require', '/whoami'));
        tap.ok(!(await page.evaluate(() => window.hacked)), `${label}: whoami`);
        const crt = path.join(server.folder, 'evil.crt');
        const answer = await fetch(server.url('plain-desk', minted.crt));
        fs.writeFileSync(crt, Buffer.from(await answer.arrayBuffer()));
        await page.goto(server.url('plain-desk', '/view'));
        await page.setInputFiles('#file', crt);
        await page.click('button[type=submit]');
        await page.waitForSelector('#verdict');
        await checkHarmless(page, `${label}: looked at on the desk`);
        await page.goto(server.url('plain-desk', '/live'));
        await page.getByText('<img src=x').first().waitFor({ state: 'attached' });
        await checkHarmless(page, `${label}: live`);
    });
}

// The desk's own form, filled in by hand: what it makes is shown, and can be tried.
async function tryMint(browser) {
    await browse(browser, { root: server.root }, async (page) => {
        await page.goto(server.url('plain-desk', '/mint'));
        await page.fill('#subject', 'minted by hand');
        await page.locator('#until-days').focus();
        await page.keyboard.press('ArrowRight');
        tap.ok(/^\+31 days, .*20\d\d/.test(await page.textContent('#until-days-is')),
            `${browser.name}: a slider says its number`, await page.textContent('#until-days-is'));
        await page.fill('#not-after', '2d');
        await page.fill('#name', `by-hand-${browser.name}`);
        await page.click('button[type=submit]');
        await page.waitForSelector('#minted');
        tap.equal(await page.innerText('#minted'), `Minted: by-hand-${browser.name}`,
            `${browser.name}: the form mints`);
        await page.screenshot({
            path: path.join(screenshots, `${browser.name}-minted.png`), fullPage: true,
        });
    });
    const minted = await server.mint({
        name: `tried-${browser.name}`, eku: ['clientAuth'], subject: 'CN=tried',
    });
    await browse(browser, { root: server.root, p12: [minted.file] }, async (page) => {
        const response = await page.goto(minted.url);
        tap.equal(response.status(), 200, `${browser.name}: ${minted.url} lets it in`);
        tap.ok((await page.innerText('body')).includes('tried'), `${browser.name}: by its name`);
    });
}

// ----

async function tryAll(browser) {
    for (const scenario of SCENARIOS) {
        await tap.part(`${browser.name}: ${scenario.has}`, () => tryScenario(browser, scenario));
    }
    await tap.part(`${browser.name}: a choice`, () => tryChoice(browser));
    await tap.part(`${browser.name}: revoked live`, () => tryRevocation(browser));
    await tap.part(`${browser.name}: hostile`, () => tryHostile(browser, 'issuing'));
    await tap.part(`${browser.name}: hostile, self-signed`, () => tryHostile(browser, 'self'));
    await tap.part(`${browser.name}: minted`, () => tryMint(browser));
}

for (const browser of BROWSERS) {
    const why = browser.missing();
    if (why) {
        tap.skip(`${browser.name}: logins`, why);
    } else {
        await tryAll(browser);
    }
}
const logs = server.logs();
tap.ok(!/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xe2\x80\xae|\xe2\x81\xa6/.test(logs),
    'no log holds a control character or a right-to-left override');
await server.stop();
tap.done();
