// SPDX-License-Identifier: MIT
// The pictures of README.md and docs/ (scripts/screenshots): the desk, the browser's question, a
// login and a refusal, as Chromium shows them with the certificates that the steps of
// docs/browser.md import; and for README.md a question with the refusal beside it.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ASKING, browseAsked } from './asking.mjs';
import { BROWSERS, browse } from './browsers.mjs';
import { Desktop } from './desktop.mjs';
import { run } from './programs.mjs';
import { OUTPUT, Server } from './server.mjs';

const FOLDER = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../docs/pictures');
const SIZE = { width: 900, height: 620 };
const PICTURES = [
    { name: 'desk', site: 'plain-desk', has: 'good' },
    { name: 'let-in', site: 'require', host: 'good.localhost', has: 'good' },
    { name: 'refused', site: 'require', host: 'self-signed.localhost', has: 'self-signed' },
];

// Few colours make a small file.
function shrink(file) {
    run('convert', file, '-strip', '-dither', 'None', '-colors', '64', `png8:${file}`);
}

// The browser's own dialog, over the page that leads there; and what is there once it is answered.
async function takeQuestion(server, name, asked, answered) {
    const desktop = await Desktop.start();
    const store = { root: server.root, p12: [server.p12(name)] };
    try {
        await browseAsked(ASKING[0], desktop, store, async (browser) => {
            await browser.visit(server.url('plain-desk', '/#choose'));
            await browser.ask(server.url('require', '/', `${name}.localhost`));
            desktop.capture(asked);
            await browser.choose(0);
            if (answered) {
                await desktop.changed(''); // the dialog fades
                desktop.capture(answered);
            }
        });
    } finally {
        await desktop.stop();
    }
}

const chromium = BROWSERS.find(({ name }) => name === 'chromium');
const why = chromium.missing() || Desktop.missing();
if (why) {
    throw new Error(why);
}
fs.mkdirSync(FOLDER, { recursive: true });
const server = await Server.start({
    require: '8443,sslflags=Require', 'plain-desk': '8440,desk,pki',
});
try {
    for (const { name, site, host, has } of PICTURES) {
        const options = {
            root: server.root, p12: [server.p12(has)], viewport: SIZE, colorScheme: 'light',
        };
        await browse(chromium, options, async (page) => {
            await page.goto(server.url(site, '/', host));
            const file = path.join(FOLDER, `${name}.png`);
            await page.screenshot({ path: file });
            shrink(file);
        });
    }
    await takeQuestion(server, 'good', path.join(FOLDER, 'asked.png'));
    const [left, right] = ['left', 'right'].map((each) => path.join(OUTPUT, `${each}.png`));
    await takeQuestion(server, 'self-signed', left, right);
    const file = path.join(FOLDER, 'first.png');
    run('convert', left, right, '-bordercolor', 'white', '-border', '6x6', '+append', file);
    shrink(file);
} finally {
    await server.stop();
}
