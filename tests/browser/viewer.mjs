// SPDX-License-Identifier: MIT
// The certificate viewer and the page that shows any certificate in it: dates in the reader's
// own way, the box of the path, files that are dropped, and the browser's buttons.

import fs from 'node:fs';
import path from 'node:path';
import { BROWSERS, browse } from './browsers.mjs';
import { until } from './programs.mjs';
import { Server } from './server.mjs';
import { Tap } from './tap.mjs';

const WAIT_MS = 30000;

const tap = new Tap();
const server = await Server.start({ require: 'sslflags=Require', 'plain-desk': 'desk,pki' });

// What a page says of its policy, and what it could not load, lands in the console.
function listen(page) {
    const complaints = [];
    page.on('console', (message) => {
        if (/Content.Security.Policy|Refused to/i.test(message.text())) {
            complaints.push(message.text());
        }
    });
    return complaints;
}

async function checkDates(label, page, hasScripts) {
    const dates = await page.locator('.panel-1 time').evaluateAll((all) => all.map((each) => ({
        shown: each.textContent, title: each.title, utc: each.dateTime,
        own: new Date(each.dateTime).toLocaleString(undefined,
            { dateStyle: 'medium', timeStyle: 'medium' }),
    })));
    tap.ok(dates.length === 2 && dates.every(({ shown, title, utc, own }) => (hasScripts
        ? shown === own && title === utc : shown === utc && title === '')
        && /^20\d\d-.*Z$/.test(utc)),
    `${label}: dates ${hasScripts ? "in the reader's way, UTC in the title" : 'in UTC'}`,
    JSON.stringify(dates));
}

async function checkPath(label, page) {
    await page.locator('.viewer .tab-3 + label').first().click();
    const shown = () => page.locator('.status:visible .status-is').allInnerTexts();
    tap.equal((await shown()).join('|'), 'This certificate is OK.', `${label}: one box, of the leaf`);
    tap.ok((await page.locator('.status:visible').innerText()).includes('status of good:'),
        `${label}: it says of whom`);
    await page.locator('label.node', { hasText: 'certgate tests root' }).click();
    tap.ok((await page.locator('.status:visible').innerText()).includes('certgate tests root'),
        `${label}: a click chooses another one`);
    tap.equal((await shown()).length, 1, `${label}: and one box only`);
    await page.keyboard.press('ArrowDown');
    tap.ok((await page.locator('.status:visible').innerText()).includes('certgate tests issuing'),
        `${label}: so do the arrow keys`);
    tap.equal(await page.locator('.path').count() + await page.locator('svg.picture').count(), 1,
        `${label}: the path is drawn once`);
}

async function checkView(label, page) {
    const submit = async (file, password) => {
        await page.setInputFiles('#file', file);
        await page.fill('#password', password);
        await page.click('button.button[type=submit]');
        await page.waitForLoadState();
    };
    await page.goto(server.url('plain-desk', '/view'));
    await submit(server.p12('expired'), 'certgate');
    tap.ok((await page.innerText('.decided')).includes('expired ended'), `${label}: what decided`);
    tap.ok((await page.innerText('.instead')).includes('has expired or is not yet valid'),
        `${label}: what Windows says instead of the purposes`);
    await submit(server.p12('expired'), '');
    tap.ok((await page.innerText('[role=alert]')).includes('choose it again, and type the password'),
        `${label}: the password is asked for in the page's words`);
}

// Firefox keeps the pages whole, and its driver does not notice that it is back: so its content is
// asked for, in a window of its own.
async function checkBack(browser, label, context) {
    const page = await context.newPage();
    const turn = async (way, wanted) => {
        if (browser.canEmulate) {
            await (way < 0 ? page.goBack() : page.goForward());
        } else {
            await page.evaluate((to) => setTimeout(() => history.go(to)), way);
        }
        const seen = () => page.evaluate(() => document.querySelector('#verdict')?.textContent
            ?? document.querySelector('#look')?.textContent ?? '');
        return until(wanted, async () => (await seen()).includes(wanted), WAIT_MS);
    };
    await page.goto(server.url('plain-desk', '/view'));
    await page.setInputFiles('#file', server.p12('expired'));
    await page.fill('#password', 'certgate');
    await page.click('button.button[type=submit]');
    await page.waitForSelector('#verdict');
    await page.click('nav a[href="/why"]');
    await page.waitForURL('**/why');
    tap.ok(await turn(-1, '403.17'), `${label}: Back shows it again`);
    tap.ok(await turn(-1, 'Drop a file'), `${label}: Back to the form`);
    tap.ok(await turn(1, '403.17'), `${label}: Forward, too`);
    await page.close();
}

async function checkTooLarge(label, page) {
    await page.goto(server.url('plain-desk', '/view'));
    await page.setInputFiles('#file', { name: 'large.pem', mimeType: 'text/plain',
        buffer: Buffer.alloc(2 * 1024 * 1024, 'x') });
    await page.click('button.button[type=submit]');
    await page.waitForSelector('h1');
    await page.waitForFunction(() => document.title.includes('Too Large'));
    tap.ok((await page.innerText('main')).includes('That is more than 1 MiB'),
        `${label}: a file that is too large is told so on a page of ours`);
}

// As a browser does it for a hand on the mouse.
async function checkDrop(label, page) {
    await page.goto(server.url('plain-desk', '/view'));
    const pem = fs.readFileSync(path.join(server.world, 'cases/expired.crt'), 'utf8');
    const gone = page.waitForNavigation();
    await page.evaluate((text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], 'dropped.crt'));
        for (const type of ['dragover', 'drop']) {
            document.querySelector('h1').dispatchEvent(new DragEvent(type,
                { bubbles: true, cancelable: true, dataTransfer: data }));
        }
    }, pem);
    await gone;
    tap.ok((await page.innerText('#verdict')).includes('403.17'), `${label}: a file is dropped`);
    tap.ok((await page.innerText('main')).includes('dropped.crt'), `${label}: by its name`);
}

async function tryAll(browser, page, context, hasScripts) {
    const label = `${browser.name}${hasScripts ? '' : ' without JavaScript'}`;
    const complaints = listen(page);
    await page.goto(server.url('require'));
    await checkDates(label, page, hasScripts);
    await checkPath(label, page);
    await checkView(label, page);
    await checkTooLarge(label, page);
    if (hasScripts) {
        await checkDrop(label, page);
    }
    for (const [site, where] of [['plain-desk', '/'], ['plain-desk', '/live'],
        ['plain-desk', '/mint'], ['plain-desk', '/nothing']]) {
        await page.goto(server.url(site, where));
    }
    await checkBack(browser, label, context);
    tap.equal(complaints.join('\n'), '', `${label}: no page breaks its own policy`);
}

for (const browser of BROWSERS) {
    const why = browser.missing();
    if (why) {
        tap.skip(`${browser.name}: the viewer`, why);
        continue;
    }
    const options = { root: server.root, p12: [server.p12('good')], locale: 'de-DE' };
    for (const hasScripts of browser.canEmulate ? [true, false] : [true]) {
        await tap.part(`${browser.name}: the viewer`, () => browse(browser,
            { ...options, javaScriptEnabled: hasScripts },
            (page, context) => tryAll(browser, page, context, hasScripts)));
    }
}
await server.stop();
tap.done();
