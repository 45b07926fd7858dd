// SPDX-License-Identifier: MIT
// Chromium and Firefox at a site that asks late, as recorded in
// tests/foreign/late_clients.tsv, which is tests/foreign/late_clients.py's, too.
//
//   run late.mjs            compares (TAP)
//   run late.mjs --record   writes the browsers' rows, and the table in docs/late.md again

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BROWSERS, browse } from './browsers.mjs';
import { run, until } from './programs.mjs';
import { Server } from './server.mjs';
import { Tap } from './tap.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const RECORDED = path.join(ROOT, 'tests/foreign/late_clients.tsv');
const PROGRAMS = { chromium: 'chromium', firefox: 'firefox-esr' };
const SETTINGS = [
    ['TLS 1.2', ['--tls-max', '1.2']],
    ['TLS 1.3, 2022', ['--tls-min', '1.3', '--profile', '2022']],
    ['TLS 1.3, 2025', ['--tls-min', '1.3', '--profile', '2025']],
];

// "Mozilla Firefox 128.5.0esr" is Firefox 128.
function versionOf(browser) {
    const [, name, major] = /(Chromium|Firefox) (\d+)/.exec(run(PROGRAMS[browser.name], '--version'));
    return `${name} ${major}`;
}

// What certgated saw of the page: a browser that is asked leaves the connection, lets
// its user choose, and comes back.
function tellDone(lines, where) {
    const text = lines.join('\n');
    const request = new RegExp(` request status=(\\S+) .*path=${where} `).exec(text);
    const late = new RegExp(` late path=${where} certificate=(\\w+)`).exec(text);
    const failed = / late-failed .*? end=([a-z_-]+)/.exec(text);
    const asked = [failed && failed[1], late && (late[1] === 'yes' ? 'sent one' : 'sent none')];
    const words = asked.filter((word) => word).join(', then ');
    return request && `${words === '' ? '' : `asked late, ${words}: `}${request[1]}`;
}

async function visit(page, url) {
    try {
        await page.goto(url);
        return await page.title();
    } catch (error) {
        return /(?:net::|NS_)\w+/.exec(error.message)?.[0] ?? error.message.split('\n')[0];
    }
}

async function ask(browser, server) {
    const row = [];
    for (const name of ['good', 'none']) {
        const options = { root: server.root, p12: name === 'none' ? [] : [server.p12(name)] };
        const where = `/c/${name}`;
        const before = server.errors.length;
        const seen = await browse(browser, options,
            (page) => visit(page, server.url('require', where)));
        const done = await until(`line about ${where}`,
            () => tellDone(server.errors.slice(before), where));
        row.push(done, done.endsWith(': 404.0') ? '-' : seen);
    }
    return row;
}

const tap = new Tap();
const recorded = fs.readFileSync(RECORDED, 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
const found = [];
for (const browser of BROWSERS) {
    const why = browser.missing();
    if (why !== '') {
        tap.skip(browser.name, why);
        continue;
    }
    for (const [setting, options] of SETTINGS) {
        const server = await Server.start({ require: 'sslflags=Require' },
            '--clientcertnegotiation', 'disable', ...options);
        const label = `${versionOf(browser)}, ${setting}`;
        await tap.part(label, async () => {
            const row = [versionOf(browser), setting, ...await ask(browser, server)];
            const want = recorded.find((line) => line[0] === row[0] && line[1] === setting);
            found.push(row);
            if (!want) {
                tap.skip(label, 'recorded with another version');
            } else {
                tap.equal(row.join(' | '), want.join(' | '), `${label}: as recorded`);
            }
        });
        await server.stop();
    }
}
if (process.argv.includes('--record')) {
    const others = recorded.filter((line) => !/^(Chromium|Firefox) /.test(line[0]));
    fs.writeFileSync(RECORDED, `${[...others, ...found].map((line) => line.join('\t')).join('\n')}\n`);
    run(path.join(ROOT, 'scripts/docs'));
}
tap.done();
