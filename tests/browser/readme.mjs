// SPDX-License-Identifier: MIT
// The pictures of README.md (scripts/screenshots): the desk, a login and a refusal, as
// Chromium shows them with the certificates that the steps of README.md import.

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BROWSERS, browse } from './browsers.mjs';
import { Server } from './server.mjs';

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'readme');
const SIZE = { width: 900, height: 620 };
const PICTURES = [
    { name: 'desk', site: 'plain-desk', has: 'good' },
    { name: 'let-in', site: 'require', host: 'good.localhost', has: 'good' },
    { name: 'refused', site: 'require', host: 'unknown-root.localhost', has: 'unknown-root' },
];

const chromium = BROWSERS.find(({ name }) => name === 'chromium');
const why = chromium.missing();
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
            await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
        });
    }
} finally {
    await server.stop();
}
