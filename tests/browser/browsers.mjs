// SPDX-License-Identifier: MIT
// Chromium and Firefox as Debian packages them, each in a profile of its own with a
// certificate store of its own. Nothing of the machine's is changed: Chromium reads
// its policies from /etc, so it runs in a mount namespace where that is a folder of
// the test's.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, firefox } from 'playwright-core';
import { missing, run, works } from './programs.mjs';

const PASSWORD = 'certgate'; // of all .p12 files that certgate makes
export const LAUNCH_MS = 120000;
const ETC_CHROMIUM = '/etc/chromium';
// Chromium as root needs --no-sandbox; the others keep it from asking the Internet.
export const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const FIREFOX_PREFS = {
    'app.update.enabled': false,
    'browser.safebrowsing.downloads.enabled': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'services.settings.server': 'data:,', // no remote settings
    'toolkit.telemetry.server': '',
};

export function makeStore(folder, { root, p12 }) {
    const db = `sql:${folder}`;
    fs.mkdirSync(folder, { recursive: true });
    run('certutil', '-N', '-d', db, '--empty-password');
    if (root) { // else a browser that does not trust the test CA yet
        run('certutil', '-A', '-d', db, '-n', 'certgate root', '-t', 'C,,', '-i', root);
    }
    for (const file of p12) {
        run('pk12util', '-d', db, '-i', file, '-W', PASSWORD, '-K', '');
    }
}

// With root's rights unshare needs no user namespace, which some machines forbid.
const UNSHARE = process.getuid() === 0 ? ['unshare', '-m'] : ['unshare', '-r', '-m'];

function writeChromiumWrapper(home, policies) {
    const etc = path.join(home, 'etc');
    const wrapper = path.join(home, 'chromium');
    fs.mkdirSync(path.join(etc, 'policies/managed'), { recursive: true });
    fs.writeFileSync(path.join(etc, 'policies/managed/certgate.json'),
        JSON.stringify(policies));
    fs.writeFileSync(wrapper, `#!/bin/sh
exec ${UNSHARE.join(' ')} sh -c 'mount --bind "$0" ${ETC_CHROMIUM} && exec chromium "$@"' '${etc}' "$@"
`, { mode: 0o755 });
    return wrapper;
}

// select: [{url, subject}]: which certificate Chromium is to take where, by policy
// AutoSelectCertificateForUrls; without, any for all.
async function launchChromium(home, { root, p12, select, ...options }) {
    makeStore(path.join(home, '.pki/nssdb'), { root, p12 });
    const rules = select ?? [{ url: '*' }];
    const executablePath = writeChromiumWrapper(home, {
        AutoSelectCertificateForUrls: rules.map(({ url, subject }) => JSON.stringify(
            { pattern: url, filter: subject ? { SUBJECT: { CN: subject } } : {} })),
    });
    return chromium.launchPersistentContext(path.join(home, 'profile'), {
        executablePath, args: CHROMIUM_ARGS, env: { ...process.env, HOME: home },
        timeout: LAUNCH_MS, ...options,
    });
}

// Firefox has no list of rules: it takes the first that fits, by itself.
async function launchFirefox(home, { root, p12, select, ...options }) {
    const profile = path.join(home, 'profile');
    makeStore(profile, { root, p12 });
    return firefox.launchPersistentContext(profile, {
        // The channel is what makes Playwright speak WebDriver BiDi to a stock Firefox.
        channel: 'moz-firefox', executablePath: run('which', 'firefox-esr').trim(),
        env: { ...process.env, HOME: home }, timeout: LAUNCH_MS,
        firefoxUserPrefs: {
            ...FIREFOX_PREFS,
            'security.default_personal_cert': 'Select Automatically',
        },
        ...options,
    });
}

export const BROWSERS = [
    {
        name: 'chromium',
        canEmulate: true, // dark colours; Firefox ESR does not know that command
        missing: () => missing('chromium', 'certutil', 'pk12util') || (works(...UNSHARE,
            'mount', '--bind', os.tmpdir(), ETC_CHROMIUM) ? '' :
            'mount namespaces are not to be had, and Chromium reads its policies from /etc'),
        launch: launchChromium,
    },
    {
        name: 'firefox',
        missing: () => missing('firefox-esr', 'certutil', 'pk12util'),
        launch: launchFirefox,
    },
];

// A browser for the time of `body(page, context)`; then it and its profile are gone.
export async function browse(browser, options, body) {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'certgate-browser-'));
    let context;
    try {
        context = await browser.launch(home, { p12: [], ...options });
        return await body(await context.newPage(), context);
    } finally {
        await context?.close();
        fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    }
}
