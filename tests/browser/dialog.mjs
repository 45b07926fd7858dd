// SPDX-License-Identifier: MIT
// Two certificates and a choice: both browsers ask, a keyboard answers, and the server
// must have seen the certificate that was chosen.

import fs from 'node:fs';
import path from 'node:path';
import { ASKING, browseAsked } from './asking.mjs';
import { Desktop } from './desktop.mjs';
import { OUTPUT, Server } from './server.mjs';
import { Tap } from './tap.mjs';

const NAMES = ['good', 'both-purposes'];

const tap = new Tap();
const screenshots = path.join(OUTPUT, 'screenshots');
fs.mkdirSync(screenshots, { recursive: true });

// Each origin is asked once; whoami is what the server saw.
async function trySite(browser, desktop, server) {
    const label = browser.constructor.title;
    const url = (host) => server.url('require', '/whoami', `${host}.localhost`);
    const seen = async () => {
        const { presented, verdict } = JSON.parse(await browser.text());
        return { code: verdict.code, name: presented[0]?.issued_to ?? '' };
    };
    const isOf = (name, i, listed) => (listed.length > 0 ? name === listed[i] :
        NAMES.includes(name));

    await browser.visit(server.url('plain-desk'));
    const listed = await browser.ask(url('good'));
    desktop.capture(path.join(screenshots, `dialog-${label.toLowerCase()}.png`));
    if (listed.length > 0) {
        tap.equal([...listed].sort().join(), [...NAMES].sort().join(),
            `${label}: its dialog lists both`);
    }
    await browser.choose(1);
    const second = await seen();
    tap.ok(second.code === '200' && isOf(second.name, 1, listed),
        `${label}: the second one is chosen, and the server sees it`,
        JSON.stringify({ listed, second }));

    await browser.ask(url('require'));
    await browser.choose(0);
    const first = await seen();
    tap.ok(first.code === '200' && isOf(first.name, 0, listed) && first.name !== second.name,
        `${label}: the first one is chosen on another origin, and the server sees that`,
        JSON.stringify({ listed, first, second }));

    await browser.ask(url('both-purposes'));
    await browser.cancel();
    tap.equal((await seen()).code, '403.7', `${label}: cancelled, it is 403.7`);

    for (const [host, what] of [['good', second], ['both-purposes', { code: '403.7', name: '' }],
        ['require', first]]) {
        await browser.visit(url(host));
        tap.equal(JSON.stringify(await seen()), JSON.stringify(what),
            `${label}: ${host}.localhost is not asked again: ${what.name || 'nothing'}`);
    }
}

// Where the desk sends who wants to be asked again: another origin each time.
async function freshOrigin(server) {
    const answer = await fetch(server.url('plain-desk', '/again/good'), { redirect: 'manual' });
    return answer.headers.get('location');
}

// Another certificate, twice, and the browser stays open.
async function tryAgain(browser, server) {
    const label = browser.constructor.title;
    const origins = [await freshOrigin(server), await freshOrigin(server)];
    tap.ok(origins[0] !== origins[1] && origins.every((each) =>
        /^https:\/\/good-[0-9a-f]+\.again\.localhost:\d+\/$/.test(each)),
    `${label}: each time another origin`, origins.join());
    const names = [];
    for (const [i, origin] of origins.entries()) {
        await browser.ask(`${origin}whoami`);
        await browser.choose(i);
        names.push(JSON.parse(await browser.text()).presented[0]?.issued_to);
    }
    tap.ok(names[0] !== names[1] && names.every((name) => NAMES.includes(name)),
        `${label}: asked again, and again, with another certificate each time`, names.join());
}

const why = Desktop.missing();
if (why) {
    tap.skip('dialogs', `${why} (scripts/deps browser)`);
} else {
    const server = await Server.start({ require: 'sslflags=Require', 'plain-desk': 'desk,pki' });
    const store = { root: server.root, p12: NAMES.map((name) => server.p12(name)) };
    for (const Browser of ASKING) {
        const absent = Browser.missing();
        if (absent) {
            tap.skip(`${Browser.title}: its dialog`, absent);
            continue;
        }
        await tap.part(`${Browser.title}: its dialog`, async () => {
            const desktop = await Desktop.start();
            try {
                await browseAsked(Browser, desktop, store,
                    async (browser) => {
                        await trySite(browser, desktop, server);
                        await tryAgain(browser, server);
                    });
            } finally {
                await desktop.stop();
            }
        });
    }
    await server.stop();
}
tap.done();
